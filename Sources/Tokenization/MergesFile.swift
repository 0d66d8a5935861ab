import StrictJSON

extension Tokenizer {
  /// Reads the older pair of files, `vocab.json` and `merges.txt`.
  /// - Parameters:
  ///   - vocabulary: An object from tokens, spelled in byte characters, to ids.
  ///   - merges: A first line that begins with `#version`, which may be missing, then on each line
  ///     two tokens with a space between them.
  ///   - preTokenizer: The pattern, which the files do not name.
  ///   - specialTokens: Those of the vocabulary that mark structure; others get the ids after it.
  /// - Throws: `JSONError`, ``TokenizerFileError``.
  public init(
    vocabulary: [UInt8], merges: [UInt8], preTokenizer: PreTokenizer,
    specialTokens: [String] = ["<|endoftext|>"]
  ) throws {
    let vocab = try JSONValue(parsing: vocabulary)
    var next = vocab.object?.count ?? 0
    var seen: Set<[UInt8]> = []
    let added: [JSONValue] = specialTokens.filter { seen.insert(Array($0.utf8)).inserted }
      .map { content in
        let known = vocab[content]
        if known == nil { next += 1 }
        return [
          "id": known ?? .integer(next - 1), "content": .string(content), "special": true,
          "normalized": false,
        ]
      }
    var lines: [JSONValue] = []
    for (index, line) in merges.split(separator: UInt8(ascii: "\n")).enumerated() {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty || index == 0 && line.starts(with: "#version".utf8) { continue }
      lines.append(.string(String(decoding: line, as: UTF8.self)))
    }
    let files = try FileVocabulary(vocab: vocab, addedTokens: .array(added))
    let list = try files.merges(.array(lines))
    self.init(
      BytePairModel(
        tokens: try files.tokens(list, ignoresMerges: false), merges: list,
        addedTokens: files.addedTokens, preTokenizer: preTokenizer, normalization: .none))
  }

  /// The tokenizer as `vocab.json` and `merges.txt`, which do not say how text is cut.
  public func vocabularyAndMerges() -> (vocabulary: [UInt8], merges: [UInt8]) {
    let contents = Dictionary(uniqueKeysWithValues: model.addedTokens.map { ($0.id, $0.content) })
    func spelling(_ id: UInt32) -> String {
      contents[id] ?? ByteAlphabet.spelling(of: model.bytes(of: id))
    }
    let members = (0..<UInt32(vocabularySize)).map {
      JSONMember(name: spelling($0), value: .integer(Int($0)))
    }
    var merges = Array("#version: 0.2\n".utf8)
    for merge in model.merges {
      merges += "\(spelling(merge.left)) \(spelling(merge.right))\n".utf8
    }
    return (JSONValue.object(members).serialized(), merges)
  }
}
