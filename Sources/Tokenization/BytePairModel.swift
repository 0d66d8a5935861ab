import StrictJSON

/// One learned merge: the pair, and the id it becomes.
struct Merge: Sendable, Equatable {
  let left: UInt32
  let right: UInt32
  let result: UInt32
}

/// Everything a tokenizer consists of; made once, never changed.
final class BytePairModel: Sendable {
  /// The bytes of every id, one after another; special tokens have none.
  let tokenBytes: [UInt8]
  /// Where each id's bytes begin, and at last where they all end.
  let tokenStarts: [Int]
  /// The merges in the order of their ranks.
  let merges: [Merge]
  let idOfByte: [UInt32]
  /// From a pair to its rank and its result, as `rank << 32 | result`.
  let ranks: PairTable
  /// Whether the parts of every merge come from earlier merges, as all trainers leave it.
  let mergesBuildUpward: Bool

  let addedTokens: [AddedToken]
  let preTokenizer: PreTokenizer
  let normalization: Normalization
  /// For vocabularies in which a whole piece that is a token is taken without merging: those tokens.
  let wholePieces: [[UInt8]: UInt32]?
  /// The file's post-processor, which this toolkit keeps but never applies.
  let postProcessor: JSONValue

  /// What is looked for before normalisation, without and with special tokens.
  let matcher: AddedTokenMatcher
  let specialMatcher: AddedTokenMatcher
  /// What is looked for after normalisation, likewise.
  let normalizedMatcher: AddedTokenMatcher
  let normalizedSpecialMatcher: AddedTokenMatcher

  /// - Parameters:
  ///   - tokens: The bytes of each id, all 256 single bytes among them.
  ///   - merges: In the order of their ranks; ids below the count of tokens.
  ///   - ignoresMerges: Whether a piece that is a token as a whole is not merged.
  init(
    tokens: [[UInt8]], merges: [Merge], addedTokens: [AddedToken], preTokenizer: PreTokenizer,
    normalization: Normalization, ignoresMerges: Bool = false, postProcessor: JSONValue = .null
  ) {
    var bytes: [UInt8] = []
    var starts = [0]
    var idOfByte = [UInt32](repeating: 0, count: 256)
    let added = Set(addedTokens.map(\.id))
    for (id, token) in tokens.enumerated() {
      bytes += token
      starts.append(bytes.count)
      if token.count == 1, !added.contains(UInt32(id)) { idOfByte[Int(token[0])] = UInt32(id) }
    }
    tokenBytes = bytes
    tokenStarts = starts
    self.idOfByte = idOfByte
    self.merges = merges
    var ranks = PairTable(expected: merges.count)
    for (rank, merge) in merges.enumerated() {
      _ = ranks.value(
        PairTable.key(merge.left, merge.right),
        insertingIfAbsent: UInt64(rank) << 32 | UInt64(merge.result))
    }
    self.ranks = ranks
    // How many merges are still to come that make each token.
    var remaining = [Int](repeating: 0, count: tokens.count)
    for merge in merges { remaining[Int(merge.result)] += 1 }
    mergesBuildUpward = merges.allSatisfy { merge in
      remaining[Int(merge.result)] -= 1
      return remaining[Int(merge.left)] == 0 && remaining[Int(merge.right)] == 0
    }
    self.addedTokens = addedTokens
    self.preTokenizer = preTokenizer
    self.normalization = normalization
    if ignoresMerges {
      var whole: [[UInt8]: UInt32] = [:]
      for (id, token) in tokens.enumerated() where !added.contains(UInt32(id)) {
        whole[token] = UInt32(id)
      }
      wholePieces = whole
    } else {
      wholePieces = nil
    }
    self.postProcessor = postProcessor

    // Without normalisation there is one text, and one search for all.
    let late = normalization == .none ? [] : addedTokens.filter(\.isNormalized)
    let early = normalization == .none ? addedTokens : addedTokens.filter { !$0.isNormalized }
    matcher = AddedTokenMatcher(early.filter { !$0.isSpecial })
    specialMatcher = AddedTokenMatcher(early)
    normalizedMatcher = AddedTokenMatcher(late.filter { !$0.isSpecial })
    normalizedSpecialMatcher = AddedTokenMatcher(late)
  }

  /// How many ids there are.
  var count: Int { tokenStarts.count - 1 }

  /// The bytes of an id below `count`.
  func bytes(of id: UInt32) -> ArraySlice<UInt8> {
    tokenBytes[tokenStarts[Int(id)]..<tokenStarts[Int(id) + 1]]
  }
}
