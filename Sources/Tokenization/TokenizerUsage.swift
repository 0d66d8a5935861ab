/// What a tokenizer makes of a text: how many tokens for which kind of text, and which tokens.
public struct TokenizerUsage: Sendable {
  /// The text of one kind, and the tokens that it takes.
  public struct Share: Sendable, Equatable {
    /// Bytes of text.
    public fileprivate(set) var bytes = 0
    /// Pieces, as the pre-tokenizer cuts them; none of text that is not cut.
    public fileprivate(set) var pieces = 0
    /// Tokens that the pieces take.
    public fileprivate(set) var tokens = 0
  }

  private let tokenizer: Tokenizer
  private var cache = EncodingCache()
  /// How often each id occurred.
  public private(set) var counts: [Int]
  /// The kinds of text that occurred.
  public private(set) var kinds: [TextKind: Share] = [:]

  /// Begins without text.
  public init(of tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    counts = Array(repeating: 0, count: tokenizer.vocabularySize)
  }

  /// Everything together.
  public var total: Share {
    kinds.values.reduce(into: Share()) {
      $0.bytes += $1.bytes
      $0.pieces += $1.pieces
      $0.tokens += $1.tokens
    }
  }

  /// How many different tokens occurred.
  public var usedTokens: Int { counts.count { $0 > 0 } }

  /// Takes a text into account; special tokens in it are ordinary text.
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - isContinuation: Whether it goes on where the one before ended.
  /// - Returns: Its ids.
  @discardableResult
  public mutating func add(
    _ text: UnsafeRawBufferPointer, isContinuation: Bool = false
  ) -> [UInt32] {
    var all: [UInt32] = []
    cache.prepare(for: tokenizer.model)
    text.withMemoryRebound(to: UInt8.self) { text in
      let place: TextPlace = isContinuation ? .continuation : .beginning
      tokenizer.model.forEachPart(of: text, at: place, allowSpecial: false) { part in
        if let id = part.id {
          note([id], .init(piece: part.bytes), part.bytes.count)
          return all.append(id)
        }
        for range in tokenizer.preTokenizer.pieces(of: Array(part.bytes)) {
          let piece = UnsafeBufferPointer(rebasing: part.bytes[range])
          let first = all.count
          tokenizer.model.encodeOrdinary(piece, &cache, &all)
          if tokenizer.preTokenizer == .whole {
            count(all[first...], of: piece)
          } else {
            note(all[first...], TextKind(piece: piece), piece.count)
          }
        }
      }
    }
    return all
  }

  /// Counts a piece.
  private mutating func note(_ ids: ArraySlice<UInt32>, _ kind: TextKind, _ bytes: Int) {
    for id in ids { counts[Int(id)] += 1 }
    kinds[kind, default: Share()].bytes += bytes
    kinds[kind, default: Share()].pieces += 1
    kinds[kind, default: Share()].tokens += ids.count
  }

  /// Uncut text is of many kinds: each of its tokens counts for itself. One that begins inside a character
  /// is of that character's kind.
  private mutating func count(_ ids: ArraySlice<UInt32>, of text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    var start = 0
    for id in ids {
      let end = start + tokenizer.byteCount(of: id)
      precondition(end <= text.count, "tokens of \(end) bytes in \(text.count)")
      var begin = start
      while begin > 0, start - begin < 3, text[begin] & 0xC0 == 0x80 { begin -= 1 }
      let whole = UTF8Decoding.character(at: base + begin, available: text.count - begin)
      let kind = TextKind(
        piece: UnsafeBufferPointer(rebasing: text[begin..<max(end, begin + whole.length)]))
      counts[Int(id)] += 1
      kinds[kind, default: Share()].bytes += end - start
      kinds[kind, default: Share()].tokens += 1
      start = end
    }
  }
}

extension Tokenizer {
  /// The ids that no text becomes: encoding the bytes of the token, even uncut, gives other ids.
  /// Added tokens are not among them.
  public func unreachableTokens() -> [UInt32] { tokens(notMadeBy: PieceMerger()) }

  /// The same where no piece is taken whole without merging.
  func tokensNotMerged() -> [UInt32] { tokens(notMadeBy: PieceMerger(takesWholePieces: false)) }

  private func tokens(notMadeBy merger: PieceMerger) -> [UInt32] {
    let added = Set(model.addedTokens.map(\.id))
    var merger = merger
    var ids: [UInt32] = []
    return (0..<UInt32(vocabularySize)).filter { id in
      guard contains(id), !added.contains(id) else { return false }
      ids.removeAll(keepingCapacity: true)
      Array(model.bytes(of: id)).withUnsafeBufferPointer {
        merger.encode($0, with: model, into: &ids)
      }
      return ids != [id]
    }
  }
}
