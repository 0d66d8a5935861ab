import StrictJSON

extension Tokenizer {
  /// Reads the older pair of files, `vocab.json` and `merges.txt`.
  /// - Parameters:
  ///   - vocabulary: An object from tokens, spelled in byte characters, to ids.
  ///   - merges: A first line that begins with `#version`, which may be missing, then on each line
  ///     two tokens with a space between them.
  ///   - preTokenizer: The pattern, which the files do not name.
  ///   - specialTokens: Those of the vocabulary that mark structure; others get the ids after it.
  ///   - placedTokens: More of these, with ids of their own that may leave others unused.
  /// - Throws: `JSONError`, ``TokenizerFileError``.
  public init(
    vocabulary: [UInt8], merges: [UInt8], preTokenizer: PreTokenizer,
    specialTokens: [String] = ["<|endoftext|>"], placedTokens: [SpecialToken] = []
  ) throws {
    var vocab = try JSONValue(parsing: vocabulary)
    let ids = (vocab.object ?? []).compactMap { $0.value.integer } + placedTokens.map { Int($0.id) }
    // Too large ones are refused below.
    var next = min(ids.max() ?? -1, Int(UInt32.max)) + 1
    var seen: Set<[UInt8]> = []
    func entry(_ content: String, _ id: JSONValue) -> JSONValue {
      ["id": id, "content": .string(content), "special": true, "normalized": false]
    }
    var added: [JSONValue] = []
    for token in placedTokens {
      seen.insert(Array(token.content.utf8))
      added.append(entry(token.content, .integer(Int(token.id))))
    }
    for content in specialTokens where seen.insert(Array(content.utf8)).inserted {
      let known = vocab[content]
      added.append(entry(content, known ?? .integer(next)))
      if known == nil { next += 1 }
    }
    // Where ids are unused, Python's `tokenizers` takes those of the vocabulary alone as they are.
    if !placedTokens.isEmpty, let members = vocab.object {
      let new = added.filter { $0["content"]?.string.map { vocab[$0] == nil } ?? false }
      vocab = .object(
        members
          + new.map { JSONMember(name: $0["content"]?.string ?? "", value: $0["id"] ?? .null) })
    }
    var (lines, numbers): ([JSONValue], [Int]) = ([], [])
    let all = merges.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in all.enumerated() {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty || index == 0 && line.starts(with: "#version".utf8) { continue }
      lines.append(.string(String(decoding: line, as: UTF8.self)))
      numbers.append(index + 1)
    }
    do {
      let files = try FileVocabulary(vocab: vocab, addedTokens: .array(added))
      let list = try files.merges(.array(lines), lines: numbers)
      self.init(
        BytePairModel(
          tokens: try files.tokens(list, ignoresMerges: false), merges: list,
          addedTokens: files.addedTokens, preTokenizer: preTokenizer, normalization: .none))
    } catch let error as TokenizerFileError where error.file == "tokenizer.json" {
      throw TokenizerFileError(
        String(error.description.dropFirst(error.file.count + 2)), in: "vocab.json",
        hint: error.hint ?? "")
    }
  }

  /// The tokenizer as `vocab.json` and `merges.txt`, which do not say how text is cut. Added tokens that are
  /// not special and not spelled in byte characters are left out: such files cannot hold them.
  /// - Throws: ``TokenizerFileError`` where tokens are not spelled in byte characters.
  public func vocabularyAndMerges() throws -> (vocabulary: [UInt8], merges: [UInt8]) {
    guard model.spelling == nil else {
      throw TokenizerFileError(
        "the tokenizer spells tokens in characters, not in bytes", in: "merges.txt",
        hint: "keep the tokenizer.json")
    }
    let contents = Dictionary(uniqueKeysWithValues: model.addedTokens.map { ($0.id, $0.content) })
    func spelling(_ id: UInt32) -> String {
      contents[id] ?? ByteAlphabet.spelling(of: model.bytes(of: id))
    }
    let foreign = Set(
      model.addedTokens.filter { !$0.isSpecial && ByteAlphabet.bytes(spelledBy: $0.content) == nil }
        .map(\.id))
    let members = (0..<UInt32(vocabularySize)).filter { contains($0) && !foreign.contains($0) }.map
    {
      JSONMember(name: spelling($0), value: .integer(Int($0)))
    }
    var merges = Array("#version: 0.2\n".utf8)
    for merge in model.merges {
      merges += "\(spelling(merge.left)) \(spelling(merge.right))\n".utf8
    }
    return (JSONValue.object(members).serialized(), merges)
  }
}
