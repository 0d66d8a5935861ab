extension BytePairModel {
  /// Appends the ids of a text.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, allowSpecial: Bool, using cache: inout EncodingCache,
    into ids: inout [UInt32]
  ) {
    cache.prepare(for: self)
    if allowSpecial {
      split(text, at: specialMatcher, into: &ids) { encodeRaw($0, true, &cache, &$1) }
    } else {
      split(text, at: matcher, into: &ids) { encodeRaw($0, false, &cache, &$1) }
    }
  }

  /// Encodes text in which no added token stands that is looked for before normalisation.
  private func encodeRaw(
    _ text: UnsafeBufferPointer<UInt8>, _ allowSpecial: Bool, _ cache: inout EncodingCache,
    _ ids: inout [UInt32]
  ) {
    guard let normal = normalization.apply(to: text) else {
      return encodeNormal(text, allowSpecial, &cache, &ids)
    }
    normal.withUnsafeBufferPointer { encodeNormal($0, allowSpecial, &cache, &ids) }
  }

  private func encodeNormal(
    _ text: UnsafeBufferPointer<UInt8>, _ allowSpecial: Bool, _ cache: inout EncodingCache,
    _ ids: inout [UInt32]
  ) {
    if allowSpecial {
      split(text, at: normalizedSpecialMatcher, into: &ids) { encodeOrdinary($0, &cache, &$1) }
    } else {
      split(text, at: normalizedMatcher, into: &ids) { encodeOrdinary($0, &cache, &$1) }
    }
  }

  /// Appends the ids of added tokens, and has `body` append those of the text between them.
  private func split(
    _ text: UnsafeBufferPointer<UInt8>, at matcher: borrowing AddedTokenMatcher,
    into ids: inout [UInt32], _ body: (UnsafeBufferPointer<UInt8>, inout [UInt32]) -> Void
  ) {
    var start = 0
    while let match = matcher.firstMatch(in: text, from: start) {
      body(UnsafeBufferPointer(rebasing: text[start..<match.range.lowerBound]), &ids)
      ids.append(match.id)
      start = match.range.upperBound
    }
    body(UnsafeBufferPointer(rebasing: text[start...]), &ids)
  }

  /// Encodes text without added tokens, piece by piece.
  private func encodeOrdinary(
    _ text: UnsafeBufferPointer<UInt8>, _ cache: inout EncodingCache, _ ids: inout [UInt32]
  ) {
    guard let base = text.baseAddress, text.count > 0 else { return }
    let scanner = PieceScanner(text, rules: preTokenizer)
    var merger = cache.merger
    cache.slots.withUnsafeMutableBufferPointer { slots in
      var start = 0
      while start < text.count {
        let end = scanner.endOfPiece(from: start)
        let piece = UnsafeBufferPointer(start: base + start, count: end - start)
        if piece.count <= EncodingCache.longestPiece {
          let key = EncodingCache.key(base + start, piece.count, readable: text.count - start)
          let index = EncodingCache.hash(key) & (slots.count - 1)
          if slots[index].low == key.low, slots[index].high == key.high {
            let known = slots[index].ids
            ids.append(known[0])
            for position in 1..<4 {
              if known[position] == EncodingCache.noID { break }
              ids.append(known[position])
            }
          } else {
            let before = ids.count
            merger.encode(piece, with: self, into: &ids)
            if ids.count - before <= 4 {
              slots[index].low = key.low
              slots[index].high = key.high
              slots[index].ids = SIMD4(repeating: EncodingCache.noID)
              for position in before..<ids.count {
                slots[index].ids[position - before] = ids[position]
              }
            }
          }
        } else {
          merger.encode(piece, with: self, into: &ids)
        }
        start = end
      }
    }
    cache.merger = merger
  }
}
