import CIntrinsics

/// A part of a text: an added token, or text that is cut into pieces.
struct TextPart {
  /// The added token.
  let id: UInt32?
  /// The text, after normalisation.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Where it stands in the text that was given; where that was normalised, all that it was
  /// normalised together with.
  let origin: Range<Int>
  /// Where it stands in the normal form of what is at `origin`; `nil` for an added token that was found
  /// in the text itself.
  let place: Range<Int>?
}

extension BytePairModel {
  /// Appends the ids of a text.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, at place: TextPlace = .beginning, allowSpecial: Bool,
    using cache: inout EncodingCache, into ids: inout [UInt32]
  ) {
    cache.prepare(for: self)
    forEachPart(of: text, at: place, allowSpecial: allowSpecial) { part in
      if let id = part.id {
        ids.append(id)
      } else {
        encodeOrdinary(part.bytes, &cache, &ids)
      }
    }
  }

  /// Has `body` look at the parts of a text one after the other.
  func forEachPart(
    of text: UnsafeBufferPointer<UInt8>, at textPlace: TextPlace = .beginning, allowSpecial: Bool,
    _ body: (TextPart) -> Void
  ) {
    matcher.forEachPart(of: text, allowSpecial: allowSpecial) { origin, match in
      let bytes = UnsafeBufferPointer(rebasing: text[origin])
      if let match {
        return body(TextPart(id: match.id, bytes: bytes, origin: origin, place: nil))
      }
      func forEachNormalPart(_ normal: UnsafeBufferPointer<UInt8>) {
        normalizedMatcher.forEachPart(of: normal, allowSpecial: allowSpecial) { place, match in
          let part = UnsafeBufferPointer(rebasing: normal[place])
          guard let spelling, !spelling.isNormalizer else {
            return body(TextPart(id: match?.id, bytes: part, origin: origin, place: place))
          }
          // Blanks come last, so each part has its own.
          let start = origin.lowerBound + place.lowerBound
          if let match {
            let whole = start..<start + place.count
            return body(TextPart(id: match.id, bytes: part, origin: whole, place: nil))
          }
          let spaced = spelling.spaced(part, at: start == 0 ? textPlace : .behindToken)
          spaced.withUnsafeBufferPointer {
            body(
              TextPart(
                id: nil, bytes: $0, origin: start..<start + place.count, place: 0..<spaced.count))
          }
        }
      }
      let start = origin.lowerBound == 0 ? textPlace : .behindToken
      guard let normal = normalForm(of: bytes, at: start) else { return forEachNormalPart(bytes) }
      normal.withUnsafeBufferPointer(forEachNormalPart)
    }
  }

  /// What becomes of text before added tokens that are normalised are looked for, or `nil` where that is
  /// certain to be the same bytes.
  private func normalForm(
    of bytes: UnsafeBufferPointer<UInt8>, at place: TextPlace
  ) -> [UInt8]? {
    guard let spelling else { return normalization.apply(to: bytes) }
    return spelling.isNormalizer ? spelling.spaced(bytes, at: place) : nil
  }

  /// Encodes text without added tokens, piece by piece, with a cache that is prepared.
  func encodeOrdinary(
    _ text: UnsafeBufferPointer<UInt8>, _ cache: inout EncodingCache, _ ids: inout [UInt32]
  ) {
    guard !text.isEmpty else { return }
    let first = ids.count
    defer { spelling?.expandParts(&ids, from: first, of: self) }
    withUnsafeMutablePointer(to: &cache) { cache in
      withUnsafeMutablePointer(to: &ids) { ids in
        var encoder = PieceEncoder(
          model: self, text: ScannedText(text), cache: cache, ids: ids)
        preTokenizer.accept(&encoder)
      }
    }
  }
}

/// Encodes a text piece by piece.
private struct PieceEncoder: PieceRulesVisitor {
  let model: BytePairModel
  let text: ScannedText
  let cache: UnsafeMutablePointer<EncodingCache>
  let ids: UnsafeMutablePointer<[UInt32]>

  /// A piece whose slot is on its way.
  private struct Waiting {
    var key = PieceKey()
    var start = 0
    /// The index of its slot, or for a piece of more than 15 bytes its length and the highest bit.
    var slot: UInt = 0

    static let isLong = UInt(1) << 63
  }

  /// So many pieces are cut before the first of them is looked up, which gives their slots the time
  /// to arrive.
  private static let batch = 64
  private static let gathered = batch * PieceKey.longest

  func visit<Rules: PieceRules>(_ rules: Rules.Type) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.gathered) { gathered in
      withUnsafeTemporaryAllocation(of: Waiting.self, capacity: Self.batch) { waiting in
        guard let gathered = gathered.baseAddress, let waiting = waiting.baseAddress else { return }
        waiting.initialize(repeating: Waiting(), count: Self.batch)
        var scanner = PieceScanner(text, rules)
        var start = 0
        while start < text.count {
          cache.pointee.withSlots { slots, missesLeft, longPieces, merger in
            var missed = 0
            while start < text.count, missed < missesLeft {
              let count = cut(&scanner, &start, slots, waiting)
              missed &+= encode(waiting, count, slots, &longPieces, &merger, gathered)
            }
            return missed
          }
        }
      }
    }
  }

  /// Cuts up to a batch of pieces and has their slots fetched.
  @inline(__always)
  private func cut<Rules: PieceRules>(
    _ shared: inout PieceScanner<Rules>, _ start: inout Int, _ slots: PieceSlots,
    _ waiting: UnsafeMutablePointer<Waiting>
  ) -> Int {
    let mask = slots.mask
    let table = slots.start
    // A copy, so that it is kept in registers.
    var scanner = shared
    var position = start
    var count = 0
    while count < Self.batch, position < text.count {
      let end = scanner.endOfPiece(from: position)
      let length = end &- position
      if length <= PieceKey.longest {
        let key = PieceKey(text.bytes + position, length, readable: text.count &- position)
        let index = key.hash & mask
        swl_prefetch(table + index)
        waiting[count] = Waiting(key: key, start: position, slot: UInt(bitPattern: index))
      } else {
        waiting[count].start = position
        waiting[count].slot = UInt(bitPattern: length) | Waiting.isLong
      }
      count &+= 1
      position = end
    }
    shared = scanner
    start = position
    return count
  }

  /// Appends the ids of the pieces that wait.
  /// - Returns: How many of them were not remembered.
  @inline(__always)
  private func encode(
    _ waiting: UnsafeMutablePointer<Waiting>, _ pieces: Int, _ slots: PieceSlots,
    _ longPieces: inout LongPieces, _ merger: inout PieceMerger,
    _ gathered: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var count = 0
    var missed = 0
    for index in 0..<pieces {
      let slot = waiting[index].slot
      if slot & Waiting.isLong != 0 {
        flush(gathered, &count)
        encodeLong(
          UnsafeBufferPointer(
            start: text.bytes + waiting[index].start, count: Int(slot & ~Waiting.isLong)),
          &longPieces, &merger)
        continue
      }
      let known = slots.start + Int(bitPattern: slot)
      let key = waiting[index].key
      if known[0].key == key || slots.isSecond(key, in: known) {
        // All four are written; those that are none are overwritten next.
        UnsafeMutableRawPointer(gathered + count).storeBytes(
          of: known.pointee.ids, as: SIMD4<UInt32>.self)
        count &+= known.pointee.count
      } else {
        missed &+= 1
        let piece = UnsafeBufferPointer(
          start: text.bytes + waiting[index].start, count: key.length)
        let made = merger.encodeShort(piece, with: model, into: gathered + count)
        if made <= 4 {
          known[1] = known[0]
          known[0] = PieceSlot(key, UnsafeBufferPointer(start: gathered + count, count: made))
        }
        count &+= made
      }
    }
    flush(gathered, &count)
    return missed
  }

  private func encodeLong(
    _ piece: UnsafeBufferPointer<UInt8>, _ longPieces: inout LongPieces,
    _ merger: inout PieceMerger
  ) {
    if piece.count > LongPieces.longest {
      return merger.encode(piece, with: model, into: &ids.pointee)
    }
    let hash = longPieces.seed.hash(piece)
    if longPieces.append(piece, hash: hash, to: &ids.pointee) { return }
    let before = ids.pointee.count
    merger.encode(piece, with: model, into: &ids.pointee)
    longPieces.insert(piece, hash: hash, made: ids.pointee[before...])
  }

  @inline(__always)
  private func flush(_ gathered: UnsafeMutablePointer<UInt32>, _ count: inout Int) {
    ids.pointee.append(contentsOf: UnsafeBufferPointer(start: gathered, count: count))
    count = 0
  }
}
