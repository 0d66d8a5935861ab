import StrictJSON

/// The tokens of a `tokenizer.json` while they are checked against each other.
struct FileVocabulary {
  /// Keyed by UTF-8 bytes, since `String` would compare by Unicode equivalence.
  private var idOfSpelling: [[UInt8]: UInt32] = [:]
  private var spellingOfID: [UInt32: String] = [:]
  private(set) var addedTokens: [AddedToken] = []
  private var addedIDs: Set<UInt32> = []
  /// Added tokens that the model's vocabulary does not have.
  private var apart: Set<UInt32> = []

  /// Reads the model's `vocab`, then the `added_tokens`.
  /// - Throws: ``TokenizerFileError``.
  init(vocab: JSONValue?, addedTokens: JSONValue?) throws {
    guard let members = vocab?.object else { throw TokenizerFileError("the model has no vocab") }
    for member in members { try insert(member.name, id: try Self.id(member.value, member.name)) }

    guard let addedTokens, addedTokens != .null else { return }
    guard let list = addedTokens.array else {
      throw TokenizerFileError("added_tokens is not a list")
    }
    for entry in list { try add(entry) }
    try checkAddedIDs(behind: members.count)
    self.addedTokens.sort { $0.id < $1.id }
  }

  private static func id(_ value: JSONValue?, _ spelling: String) throws -> UInt32 {
    guard let number = value?.integer, let id = UInt32(exactly: number) else {
      throw TokenizerFileError("the id of \(quoted(spelling)) is not a 32-bit number from 0")
    }
    return id
  }

  /// Python's `tokenizers` numbers added tokens that the vocabulary does not have by itself, from the
  /// count of its tokens on: a file that says otherwise has two meanings.
  private func checkAddedIDs(behind count: Int) throws {
    var next = UInt32(clamping: count)
    for token in addedTokens {
      guard token.isInVocabulary || token.id == next else {
        throw TokenizerFileError(
          "the added token \(quoted(token.content)) has the id \(token.id), but where the vocabulary "
            + "does not have it, its id is \(next)",
          hint: "add it to the model's vocab with the id that it shall have")
      }
      if token.id >= next, token.id < .max { next = token.id + 1 }
    }
  }

  private mutating func insert(_ spelling: String, id: UInt32) throws {
    if let other = spellingOfID.updateValue(spelling, forKey: id) {
      throw TokenizerFileError(
        "the tokens \(quoted(other)) and \(quoted(spelling)) have the same id \(id)")
    }
    idOfSpelling[Array(spelling.utf8)] = id
  }

  private mutating func add(_ entry: JSONValue) throws {
    guard let content = entry["content"]?.string, !content.isEmpty else {
      throw TokenizerFileError("an added token has no content")
    }
    let id = try Self.id(entry["id"], content)
    let known = idOfSpelling[Array(content.utf8)]
    if let known {
      guard known == id, !addedIDs.contains(id) else {
        throw TokenizerFileError(
          "the added token \(quoted(content)) has the id \(id), but also the id \(known)",
          hint: "remove one of the two, or give both the same id")
      }
    } else {
      try insert(content, id: id)
    }
    addedIDs.insert(id)
    if known == nil { apart.insert(id) }
    addedTokens.append(
      try AddedToken(entry, content: content, id: id, isInVocabulary: known != nil))
  }

  /// The bytes of every id: of an added token its content if it is not special; if it is, none but
  /// those that text gives it for, as a byte or by merging.
  /// - Throws: ``TokenizerFileError`` where an id or a byte is missing, or an added token would stand
  ///   for two texts.
  func tokens(_ merges: [Merge], ignoresMerges: Bool) throws -> [[UInt8]] {
    let added = Dictionary(uniqueKeysWithValues: addedTokens.map { ($0.id, $0) })
    let merged = Set(merges.lazy.map(\.result).filter { added[$0] != nil })
    var tokens: [[UInt8]] = []
    var isMissing = [Bool](repeating: true, count: 256)
    for id in 0..<UInt32(try idCount()) {
      guard let spelling = spellingOfID[id] else {
        tokens.append([])
        continue
      }
      if let token = added[id] {
        let content = Array(token.content.utf8)
        let spelled = token.isInVocabulary ? ByteAlphabet.bytes(spelledBy: spelling) : nil
        if let spelled, spelled.count == 1 || merged.contains(id) {
          if spelled.count == 1 { isMissing[Int(spelled[0])] = false }
          tokens.append(spelled)
        } else {
          tokens.append(token.isSpecial ? [] : content)
        }
        let isTaken = ignoresMerges && spelled != nil || tokens[Int(id)] != content
        if !token.isSpecial, isTaken, spelled != content {
          throw TokenizerFileError(
            "the added token \(quoted(token.content)) is also what the model gives other bytes",
            hint: "give it another content, or set its special to true")
        }
        continue
      }
      guard let bytes = ByteAlphabet.bytes(spelledBy: spelling), !bytes.isEmpty else {
        throw TokenizerFileError("the token \(quoted(spelling)) is not spelled in byte characters")
      }
      if bytes.count == 1 { isMissing[Int(bytes[0])] = false }
      tokens.append(bytes)
    }
    if let byte = isMissing.firstIndex(of: true) {
      throw TokenizerFileError(
        "the vocabulary has no token for the byte \(byte)",
        hint: "train with all 256 bytes as the initial alphabet")
    }
    return tokens
  }

  /// The id of the token of the model that is written so.
  func modelID(of spelling: String) -> UInt32? {
    idOfSpelling[Array(spelling.utf8)].flatMap { apart.contains($0) ? nil : $0 }
  }

  /// The same for vocabularies that ``SentencePieceSpelling`` spells: the bytes of every id, and the ids of
  /// single characters.
  /// - Throws: ``TokenizerFileError``.
  func characterTokens(
    _ merges: [Merge], bytes byteTokens: [UInt32]
  ) throws -> (tokens: [[UInt8]], characters: [UInt32]) {
    let added = Dictionary(uniqueKeysWithValues: addedTokens.map { ($0.id, $0) })
    let merged = Set(merges.lazy.map(\.result).filter { added[$0] != nil })
    let byteOfToken = Dictionary(
      uniqueKeysWithValues: byteTokens.enumerated().map { ($1, UInt8($0)) })
    var characters: [UInt32] = []
    let tokens = try (0..<UInt32(idCount())).map { id -> [UInt8] in
      guard let spelling = spellingOfID[id] else { return [] }
      if let byte = byteOfToken[id] { return [byte] }
      let isCharacter =
        spelling.unicodeScalars.count == 1 && spelling != " " && !apart.contains(id)
      if isCharacter { characters.append(id) }
      if let token = added[id] {
        let isText = !token.isSpecial || isCharacter || merged.contains(id)
        return isText ? SentencePieceSpelling.bytes(spelledBy: spelling) : []
      }
      guard !spelling.isEmpty, !spelling.utf8.contains(0x20) else {
        throw TokenizerFileError(
          "the token \(quoted(spelling)) is empty or has a blank, which is written \u{2581}")
      }
      return SentencePieceSpelling.bytes(spelledBy: spelling)
    }
    return (tokens, characters)
  }

  /// The largest id plus 1.
  /// - Throws: ``TokenizerFileError`` where that is far more than there are tokens.
  private func idCount() throws -> Int {
    let count = spellingOfID.keys.max().map { Int($0) + 1 } ?? 0
    guard count <= BytePairModel.mostIDs(tokens: spellingOfID.count) else {
      throw TokenizerFileError(
        "there is an id \(count - 1), although there are only \(spellingOfID.count) tokens",
        hint: "there may be twice as many ids as tokens, and 65,536 more")
    }
    return count
  }

  /// Reads the model's `merges`, as pairs or as the older lines with a space between two tokens.
  /// - Parameters:
  ///   - list: The merges.
  ///   - lines: Where each stands in a `merges.txt`, if they do.
  /// - Throws: ``TokenizerFileError`` where one is malformed, unknown or there twice.
  func merges(_ list: JSONValue?, lines: [Int]? = nil) throws -> [Merge] {
    let places = MergePlaces(lines: lines)
    guard let list = list?.array else { throw TokenizerFileError("the model has no merges") }
    // Ranks share 64 bits with positions.
    guard list.count < PieceMerger.mostMerges else {
      throw TokenizerFileError("there are too many merges")
    }
    var pairs = PairTable(expected: list.count)
    return try list.enumerated().map { rank, entry in
      let parts: [[UInt8]]
      if let line = entry.string {
        parts = line.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
      } else {
        parts = (entry.array ?? []).compactMap { $0.string.map { Array($0.utf8) } }
      }
      guard parts.count == 2, entry.array?.count ?? 2 == 2 else {
        throw places.error("\(places[rank]) is not a pair of tokens")
      }
      let merge = Merge(
        left: try part(parts[0], of: rank, places), right: try part(parts[1], of: rank, places),
        result: try part(parts[0] + parts[1], of: rank, places))
      let first = pairs.value(
        PairTable.key(merge.left, merge.right), insertingIfAbsent: UInt64(rank))
      guard first == rank else {
        throw places.error(
          lines == nil
            ? "the merges \(first) and \(rank) are the same"
            : "\(places[Int(first)]) and \(places[rank]) are the same")
      }
      return merge
    }
  }

  private func part(_ spelling: [UInt8], of rank: Int, _ places: MergePlaces) throws -> UInt32 {
    guard let id = idOfSpelling[spelling] else {
      throw places.error(
        "\(places[rank]) needs the token \(quoted(String(decoding: spelling, as: UTF8.self))), "
          + "which the vocabulary does not have")
    }
    // What stands beside the vocabulary has bytes of its own, which no merge makes.
    guard !apart.contains(id) else {
      throw places.error(
        "\(places[rank]) needs the added token \(quoted(spellingOfID[id] ?? "")), which the vocabulary "
          + "does not have", hint: "add it to the vocabulary, or leave out the merge")
    }
    return id
  }
}

/// How errors name merges: by their ranks, or by their lines in a `merges.txt`.
private struct MergePlaces {
  let lines: [Int]?

  subscript(rank: Int) -> String { lines.map { "line \($0[rank])" } ?? "merge \(rank)" }

  func error(
    _ problem: String,
    hint: String = "the vocabulary and the merges must come from the same tokenizer"
  ) -> TokenizerFileError {
    TokenizerFileError(problem, in: lines == nil ? "tokenizer.json" : "merges.txt", hint: hint)
  }
}

/// A token as an error shows it: in quotes, cut if it is long.
func quoted(_ text: String) -> String {
  let scalars = text.unicodeScalars
  return "\"\(String(scalars.prefix(40)))\(scalars.count > 40 ? "…" : "")\""
}
