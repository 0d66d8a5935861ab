extension Tokenizer {
  /// Reads a `.tiktoken` file: on each line the bytes of a token in base64, a space and its rank,
  /// which is its id.
  ///
  /// The file holds no merges: two neighbours merge where together they are a token, those of the
  /// lowest rank first. So every way to put a token together becomes a merge of its rank, ordered as
  /// Hugging Face's `transformers` converts such files; a piece that is a token is never merged.
  ///
  /// - Parameters:
  ///   - tiktoken: The file.
  ///   - preTokenizer: The pattern, which the file does not name.
  ///   - specialTokens: In this order, their ids are those below the file's first rank, then those behind
  ///     its last.
  ///   - placedTokens: Special tokens with ids of their own, beyond the ranks, which may leave others
  ///     unused: `<|endoftext|>` is 100257 in `cl100k_base`.
  /// - Throws: ``TokenizerFileError``.
  public init(
    tiktoken: [UInt8], preTokenizer: PreTokenizer,
    specialTokens: [String] = ["<|endoftext|>"], placedTokens: [SpecialToken] = []
  ) throws {
    let named = specialTokens.count + placedTokens.count
    var bytes: [UInt8] = []
    var starts = [0]
    var (number, first) = (0, 0)
    for line in tiktoken.split(separator: UInt8(ascii: "\n")) where !line.allSatisfy({ $0 == 0x0D })
    {
      number += 1
      let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 2, let token = Self.base64(parts[0]), !token.isEmpty else {
        throw TokenizerFileError(
          tiktoken: "line \(number) is not a token in base64, a space and a rank")
      }
      let rank = parts[1].last == 0x0D ? parts[1].dropLast() : parts[1]
      let value = Int(String(decoding: rank, as: UTF8.self))
      if number == 1, let value, value > 0 {
        guard value <= named else {
          throw TokenizerFileError(
            tiktoken:
              "the first rank is \(value), and \(named) special tokens are named",
            hint: "name those that have the ids below it, in order, by --special")
        }
        first = value
        starts = Array(repeating: 0, count: first + 1)
      }
      guard value == first + number - 1 else {
        throw TokenizerFileError(
          tiktoken: "line \(number) does not have the rank \(first + number - 1)",
          hint: "each rank must be one more than that of the line before")
      }
      // Every way to put a token together is looked at.
      guard token.count <= Self.longestTiktoken else {
        throw TokenizerFileError(
          tiktoken: "the token on line \(number) is longer than \(Self.longestTiktoken) bytes")
      }
      bytes += token
      starts.append(bytes.count)
    }
    let count = starts.count - 1
    guard count < 1 << 24 else { throw TokenizerFileError(tiktoken: "there are too many tokens") }
    var table = TokenTable(expected: count)
    for id in first..<max(first, count) {
      guard table.insert(UInt32(id), bytes: bytes, starts: starts) else {
        throw TokenizerFileError(tiktoken: "the token on line \(id + 1 - first) is there twice")
      }
    }
    for byte in UInt8.min...UInt8.max {
      guard
        [byte].withUnsafeBufferPointer({ table.id(of: $0, bytes: bytes, starts: starts) }) != nil
      else { throw TokenizerFileError(tiktoken: "there is no token for the byte \(byte)") }
    }
    var merges: [Merge] = []
    try bytes.withUnsafeBufferPointer { all in
      func id(_ range: Range<Int>) -> UInt32? {
        table.id(of: UnsafeBufferPointer(rebasing: all[range]), bytes: bytes, starts: starts)
      }
      for token in first..<max(first, count) {
        let (start, end) = (starts[token], starts[token + 1])
        guard end - start > 1 else { continue }
        var ways: [Merge] = []
        for middle in start + 1..<end {
          if let left = id(start..<middle), let right = id(middle..<end) {
            ways.append(Merge(left: left, right: right, result: UInt32(token)))
          }
        }
        merges += ways.sorted { ($0.left, $0.right) < ($1.left, $1.right) }
        guard merges.count < PieceMerger.mostMerges else {
          throw TokenizerFileError(tiktoken: "it has too many merges")
        }
      }
    }
    let added = try Self.placing(specialTokens, placedTokens, around: first..<count)
    let total = max(count, Int(added.map(\.id).max() ?? 0) + 1)
    starts += repeatElement(bytes.count, count: total - count)
    self.init(
      BytePairModel(
        tokenBytes: bytes, tokenStarts: starts, merges: merges, addedTokens: added,
        preTokenizer: preTokenizer, normalization: .none, ignoresMerges: true))
  }

  /// Gives special tokens their ids, those of `ranks` excepted.
  private static func placing(
    _ tokens: [String], _ placed: [SpecialToken], around ranks: Range<Int>
  ) throws -> [AddedToken] {
    var contents: Set<[UInt8]> = []
    for content in tokens + placed.map(\.content) {
      guard !content.isEmpty, contents.insert(Array(content.utf8)).inserted else {
        throw TokenizerFileError(
          tiktoken: "a special token is empty or named twice", hint: "name each token once")
      }
    }
    let most = BytePairModel.mostIDs(tokens: ranks.count + contents.count)
    var ids: Set<Int> = []
    var added: [AddedToken] = []
    func add(_ content: String, _ id: Int) {
      ids.insert(id)
      added.append(AddedToken(special: content, id: UInt32(id), isInVocabulary: false))
    }
    for token in placed {
      let id = Int(token.id)
      guard !ranks.contains(id), !ids.contains(id) else {
        throw TokenizerFileError(
          tiktoken: "the id \(id) of \(token.content) is that of another token",
          hint: "give it an id from \(ranks.upperBound) on, or none")
      }
      guard id < most else {
        throw TokenizerFileError(
          tiktoken: "the id \(id) of \(token.content) is too far beyond the "
            + "\(ranks.count + contents.count) tokens",
          hint:
            "there may be twice as many ids as tokens, and 65,536 more: give it one below \(most)")
      }
      add(token.content, id)
    }
    var next = 0
    for content in tokens {
      while ids.contains(next) || ranks.contains(next) {
        next = ranks.contains(next) ? ranks.upperBound : next + 1
      }
      add(content, next)
    }
    added.sort { $0.id < $1.id }
    // Python's `tokenizers` counts on behind the vocabulary, whatever ids are said; those in it hold.
    let isNext = added.enumerated().allSatisfy { Int($0.element.id) == ranks.count + $0.offset }
    return isNext
      ? added : added.map { AddedToken(special: $0.content, id: $0.id, isInVocabulary: true) }
  }

  /// The tokens that are not special as a `.tiktoken` file: their ranks are their ids.
  /// - Throws: ``TokenizerFileError`` where ranks could not say what the merges do: where a token
  ///   would be merged earlier or later, or special tokens stand among the others.
  public func tiktoken() throws -> [UInt8] {
    guard model.spelling == nil else {
      throw TokenizerFileError(
        tiktoken: "the tokenizer spells tokens in characters, not in bytes",
        hint: "keep the tokenizer.json")
    }
    if let learned = learnedSpecialTokens.first {
      throw TokenizerFileError(
        tiktoken: "the special token \(learned.content) is also a token that was learned",
        hint: "train without it, or keep the tokenizer.json")
    }
    let special = Set(model.addedTokens.map(\.id))
    let ids = (0..<UInt32(vocabularySize)).filter { contains($0) && !special.contains($0) }
    let first = ids.first ?? 0
    guard ids.last.map({ Int($0 - first) + 1 == ids.count }) ?? false else {
      throw TokenizerFileError(
        tiktoken: "special tokens or unused ids stand among the others",
        hint: "keep the tokenizer.json")
    }
    var last = first
    for merge in model.merges {
      guard merge.result >= last else {
        throw TokenizerFileError(
          tiktoken: "the order of the ids is not that of the merges",
          hint: "keep the tokenizer.json")
      }
      last = merge.result
    }
    guard !ids.contains(where: { model.bytes(of: $0).count > Self.longestTiktoken }) else {
      throw TokenizerFileError(
        tiktoken: "a token is longer than \(Self.longestTiktoken) bytes",
        hint: "keep the tokenizer.json")
    }
    try checkRanksMerge(ids)
    var file: [UInt8] = []
    for id in ids {
      Self.appendBase64(model.bytes(of: id), to: &file)
      file += " \(id)\n".utf8
    }
    return file
  }

  /// Every way to put a token together is looked at, which takes time with the square of its length.
  private static let longestTiktoken = 1 << 10

  /// Whoever reads ranks merges wherever a token comes of it, and takes a piece that is a token as it is. That
  /// is the same where merging makes every token of its bytes; one that it does not make must be a whole piece
  /// already, and have all its ways among the merges.
  private func checkRanksMerge(_ ids: [UInt32]) throws {
    let unmerged = tokensNotMerged()
    guard !unmerged.isEmpty else { return }
    var table = TokenTable(expected: ids.count)
    for id in ids { _ = table.insert(id, bytes: model.tokenBytes, starts: model.tokenStarts) }
    var merges: [UInt32: Int] = [:]
    for merge in model.merges { merges[merge.result, default: 0] += 1 }
    let isSame =
      model.wholePieces != nil
      && unmerged.allSatisfy { id in
        let token = Array(model.bytes(of: id))
        let ways = token.withUnsafeBufferPointer { token in
          (1..<max(1, token.count)).count { middle in
            [token[..<middle], token[middle...]].allSatisfy {
              table.id(
                of: UnsafeBufferPointer(rebasing: $0), bytes: model.tokenBytes,
                starts: model.tokenStarts) != nil
            }
          }
        }
        return ways == merges[id] ?? 0
      }
    guard isSame else {
      throw TokenizerFileError(
        tiktoken: "\(unmerged.count) tokens are not what merging gives; ranks would give them",
        hint: "keep the tokenizer.json")
    }
  }

  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// Decodes base64 with its padding (RFC 4648, section 4); `nil` where it is none.
  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var held = 0
    for digit in text.dropLast(padding) {
      guard values[Int(digit)] < 64 else { return nil }
      bits = bits << 6 | UInt32(values[Int(digit)])
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return bits & (1 << UInt32(held) - 1) == 0 ? bytes : nil
  }

  private static func appendBase64(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let group = bytes[start..<min(start + 3, bytes.endIndex)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for index in 0..<4 {
        output.append(
          index <= group.count
            ? digits[Int(bits >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "="))
      }
      start += 3
    }
  }
}
