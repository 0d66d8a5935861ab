import ContentHashing
import StrictJSON
import Synchronization

/// One learned merge: the pair, and the id it becomes.
struct Merge: Sendable, Equatable {
  let left: UInt32
  let right: UInt32
  let result: UInt32
}

/// Everything a tokenizer consists of; made once, never changed.
final class BytePairModel: Sendable {
  /// The bytes of every id, one after another; special tokens have none, unless they are also the
  /// token of a byte or the result of a merge.
  let tokenBytes: [UInt8]
  /// Ids below the count that no token has.
  private let unusedIDs: Set<UInt32>
  /// Where each id's bytes begin, and at last where they all end.
  let tokenStarts: [Int]
  /// The merges in the order of their ranks.
  let merges: [Merge]
  let idOfByte: [UInt32]
  /// From a pair to its rank and its result, as `rank << 32 | result`.
  let ranks: PairTable
  /// The same for pairs of single bytes.
  let bytePairs: BytePairs
  /// Whether the parts of every merge that can apply come from earlier merges, as all trainers leave it.
  let mergesBuildUpward: Bool

  let addedTokens: [AddedToken]
  let preTokenizer: PreTokenizer
  let normalization: Normalization
  /// How tokens are spelled, unless in byte characters.
  let spelling: SentencePieceSpelling?
  /// For vocabularies in which a whole piece that is a token is taken without merging: those tokens.
  let wholePieces: TokenTable?
  /// The file's post-processor, which this toolkit keeps but never applies.
  let postProcessor: JSONValue

  /// What is looked for before normalisation.
  let matcher: AddedTokenMatcher
  /// What is looked for after normalisation, in what is left.
  let normalizedMatcher: AddedTokenMatcher

  /// The file that describes all this, and its hash, once somebody has asked.
  private let file = Mutex<(json: [UInt8], hash: ContentHash)?>(nil)

  /// - Parameters:
  ///   - tokenBytes: The bytes of all ids, all 256 single bytes among them.
  ///   - tokenStarts: Where each id's bytes begin, and at last where they all end.
  ///   - merges: In the order of their ranks; ids below the count of tokens.
  ///   - ignoresMerges: Whether a piece that is a token as a whole is not merged.
  init(
    tokenBytes: [UInt8], tokenStarts: [Int], merges: [Merge], addedTokens: [AddedToken],
    preTokenizer: PreTokenizer, normalization: Normalization, ignoresMerges: Bool = false,
    postProcessor: JSONValue = .null, spelling: SentencePieceSpelling? = nil
  ) {
    let (bytes, starts) = (tokenBytes, tokenStarts)
    let count = starts.count - 1 - (spelling?.partialCharacters ?? 0)
    self.count = count
    self.spelling = spelling
    var idOfByte = spelling?.idOfByte ?? [UInt32](repeating: 0, count: 256)
    // Tokens that only matching gives: text reaches the vocabulary in byte characters.
    let apart = Set(
      addedTokens.lazy.filter {
        !$0.isInVocabulary || ByteAlphabet.bytes(spelledBy: $0.content) == nil
      }.map(\.id))
    for id in 0..<count where spelling == nil && starts[id + 1] - starts[id] == 1 {
      if !apart.contains(UInt32(id)) { idOfByte[Int(bytes[starts[id]])] = UInt32(id) }
    }
    self.tokenBytes = bytes
    self.tokenStarts = starts
    self.idOfByte = idOfByte
    self.merges = merges
    precondition(merges.count < PieceMerger.mostMerges, "\(merges.count) merges are too many")
    let (downward, isUpward) = Self.downwardMerges(
      merges, tokenBytes, tokenStarts, addedTokens, spelling)
    mergesBuildUpward = isUpward
    var ranks = PairTable(expected: merges.count)
    for (rank, merge) in merges.enumerated() where !downward.contains(rank) {
      _ = ranks.value(
        PairTable.key(merge.left, merge.right),
        insertingIfAbsent: UInt64(rank) << 32 | UInt64(merge.result))
    }
    bytePairs = BytePairs(ranks, idOfByte: idOfByte)
    self.ranks = ranks
    let added = Set(addedTokens.lazy.map(\.id))
    unusedIDs = Set(
      (0..<UInt32(count)).lazy.filter {
        starts[Int($0) + 1] == starts[Int($0)] && !added.contains($0)
      })
    self.addedTokens = addedTokens
    self.preTokenizer = preTokenizer
    self.normalization = normalization
    if ignoresMerges {
      var table = TokenTable(expected: count)
      for id in 0..<count where !apart.contains(UInt32(id)) && starts[id + 1] > starts[id] {
        _ = table.insert(UInt32(id), bytes: bytes, starts: starts)
      }
      wholePieces = table
    } else {
      wholePieces = nil
    }
    self.postProcessor = postProcessor

    matcher = AddedTokenMatcher(addedTokens.filter { !$0.isNormalized })
    normalizedMatcher = AddedTokenMatcher(addedTokens.filter(\.isNormalized)) { content in
      guard let spelling, spelling.isNormalizer else { return normalization.normalized(content) }
      return content.withUnsafeBufferPointer { spelling.spaced($0, at: .beginning) }
    }
  }

  /// The same with the bytes of each id in an array of their own.
  convenience init(
    tokens: [[UInt8]], merges: [Merge], addedTokens: [AddedToken], preTokenizer: PreTokenizer,
    normalization: Normalization, ignoresMerges: Bool = false, postProcessor: JSONValue = .null,
    spelling: SentencePieceSpelling? = nil
  ) {
    var bytes: [UInt8] = []
    var starts = [0]
    for token in tokens {
      bytes += token
      starts.append(bytes.count)
    }
    self.init(
      tokenBytes: bytes, tokenStarts: starts, merges: merges, addedTokens: addedTokens,
      preTokenizer: preTokenizer, normalization: normalization, ignoresMerges: ignoresMerges,
      postProcessor: postProcessor, spelling: spelling)
  }

  /// The model as a file, and the file's hash; made when first asked for.
  var description: (json: [UInt8], hash: ContentHash) {
    file.withLock { file in
      if let file { return file }
      let json = serialized()
      let made = (json: json, hash: ContentHash(of: json))
      file = made
      return made
    }
  }

  /// How many ids there are, unused ones among them, but not the parts of characters behind them.
  let count: Int

  /// How many ids a file with so many tokens may have; what it claims beyond that is refused.
  static func mostIDs(tokens: Int) -> Int { 2 * tokens + 65_536 }

  /// Whether a token has this id.
  func contains(_ id: UInt32) -> Bool {
    id < count && (unusedIDs.isEmpty || !unusedIDs.contains(id))
  }

  /// The bytes of an id below `count`, or of a part of a character.
  func bytes(of id: UInt32) -> ArraySlice<UInt8> {
    tokenBytes[tokenStarts[Int(id)]..<tokenStarts[Int(id) + 1]]
  }
}
