import StrictJSON

/// How tokenizers of Llama 2's kind spell text: a token is text with `▁` for each blank, every text begins
/// with a blank of its own, and a character that the vocabulary lacks is one token for each of its bytes,
/// `<0xE4>` and so on.
///
/// Merging stays what it is for bytes: merges that come before those of the file make characters of their
/// bytes. Of a character that the vocabulary lacks they may make a part; that is no token, and becomes its
/// bytes again.
///
/// Source: Kudo and Richardson, "SentencePiece" (2018), with byte fallback, as Hugging Face's `tokenizers`
/// read it.
struct SentencePieceSpelling: Sendable, Equatable {
  /// Before which texts a blank is put.
  enum LeadingBlank: Sendable, Equatable {
    /// Before all: the normalizer `Prepend`.
    case prepended
    /// Before those that begin without one: `Metaspace` with the scheme `always`.
    case unlessThere
    /// The same, but only at the beginning of a text, not behind special tokens: the scheme `first`.
    case first
    /// Before none.
    case never
  }

  let leadingBlank: LeadingBlank
  /// Whether decoding takes one blank away from the beginning.
  let dropsLeadingBlank: Bool
  /// What stands for unknown characters, of which there are none.
  let unknownToken: String?

  /// The tokens `<0x00>` to `<0xFF>`.
  private(set) var byteTokens: [UInt32] = []
  /// What each byte is before anything is merged: a character of its own if the vocabulary has it.
  private(set) var idOfByte: [UInt32] = []
  /// How many merges that make characters come before those of the file.
  private(set) var characterMerges = 0
  /// How many ids behind the file's are parts of characters.
  private(set) var partialCharacters = 0

  /// The character for a blank, as the vocabulary spells it.
  static let blank = "\u{2581}"

  /// Whether the blank is put before text is searched for added tokens that are normalised.
  var isNormalizer: Bool { leadingBlank == .prepended }

  /// What a text is before it is merged: with plain blanks.
  func spaced(_ text: UnsafeBufferPointer<UInt8>, at place: TextPlace) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count + 1)
    forEachStretch(of: text, at: place) { range, isBlank in
      if isBlank { output.append(0x20) } else { output.append(contentsOf: text[range]) }
    }
    return output
  }

  /// Has `body` look at the stretches of a text: those that stay, and those that become a blank, of which
  /// the first may be empty.
  func forEachStretch(
    of text: UnsafeBufferPointer<UInt8>, at place: TextPlace,
    _ body: (Range<Int>, _ isBlank: Bool) -> Void
  ) {
    /// Whether `▁` stands there.
    func isBlank(at index: Int) -> Bool {
      text.count - index >= 3 && text[index] == 0xE2 && text[index + 1] == 0x96
        && text[index + 2] == 0x81
    }
    guard let first = text.first else { return }
    let isThere = first == 0x20 || isBlank(at: 0)
    let isAdded =
      switch leadingBlank {
      case _ where place == .continuation: false
      case .prepended: true
      case .unlessThere: !isThere
      case .first: place == .beginning && !isThere
      case .never: false
      }
    if isAdded { body(0..<0, true) }
    var start = 0
    var index = 0
    while index < text.count {
      guard isBlank(at: index) else {
        index += 1
        continue
      }
      if start < index { body(start..<index, false) }
      body(index..<index + 3, true)
      index += 3
      start = index
    }
    if start < index { body(start..<index, false) }
  }

  /// How a token is written in the vocabulary.
  func spelling(of id: UInt32, bytes: ArraySlice<UInt8>) -> String {
    if bytes.count == 1, let byte = bytes.first, byteTokens[Int(byte)] == id {
      return Self.spelling(ofByte: Int(byte))
    }
    // Not by characters: with a mark behind it, a blank is another one.
    var text = String.UnicodeScalarView()
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      text.append(scalar == " " ? "\u{2581}" : scalar)
    }
    return String(text)
  }

  private static func spelling(ofByte byte: Int) -> String {
    "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
  }

  /// The bytes of a token that is written so, unless it is one of ``byteTokens``.
  static func bytes(spelledBy spelling: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in spelling.unicodeScalars {
      if scalar == "\u{2581}" { bytes.append(0x20) } else { bytes += Array(String(scalar).utf8) }
    }
    return bytes
  }

  /// Parts of characters become their bytes, from `first` on.
  func expandParts(_ ids: inout [UInt32], from first: Int, of model: BytePairModel) {
    guard partialCharacters > 0, let place = ids[first...].firstIndex(where: { $0 >= model.count })
    else { return }
    var whole: [UInt32] = []
    for id in ids[place...] {
      if id < model.count {
        whole.append(id)
      } else {
        for byte in model.bytes(of: id) { whole.append(byteTokens[Int(byte)]) }
      }
    }
    ids.replaceSubrange(place..., with: whole)
  }
}

// MARK: Reading and writing

extension SentencePieceSpelling {
  /// What a `tokenizer.json` says of text whose model sets `byte_fallback`.
  /// - Throws: ``TokenizerFileError`` where it asks for something else.
  init(file: JSONValue) throws {
    let normalizer = file["normalizer"] ?? .null
    let preTokenizer = file["pre_tokenizer"] ?? .null
    if normalizer == Self.prepending, preTokenizer == .null {
      leadingBlank = .prepended
    } else if normalizer == .null, preTokenizer["type"]?.string == "Metaspace",
      preTokenizer["replacement"]?.string == Self.blank, preTokenizer["split"]?.bool == false,
      let leading = Self.schemes.first(where: {
        $0.name == preTokenizer["prepend_scheme"]?.string
      })?.leading
    {
      leadingBlank = leading
    } else {
      throw TokenizerFileError(
        unsupported:
          "the model falls back to bytes, but the normalizer \(summary(normalizer)) with "
          + "the pre_tokenizer \(summary(preTokenizer)) is not supported",
        hint: "Llama 2's are: Prepend and Replace without a pre_tokenizer, or Metaspace that does "
          + "not split alone")
    }
    switch file["decoder"] ?? .null {
    case Self.decoder(drops: true): dropsLeadingBlank = true
    case Self.decoder(drops: false): dropsLeadingBlank = false
    case let other:
      throw TokenizerFileError(
        unsupported:
          "the model falls back to bytes, but the decoder \(summary(other)) is not supported",
        hint: "Llama 2's is: Replace, ByteFallback, Fuse and Strip")
    }
    guard try file["model"]?.flag("ignore_merges", default: false) == false else {
      throw TokenizerFileError(unsupported: "the model sets both byte_fallback and ignore_merges")
    }
    unknownToken = file["model"]?["unk_token"]?.string
  }

  /// The vocabulary as bytes, with parts of characters behind it, and the merges that make characters
  /// before those of the file.
  /// - Throws: ``TokenizerFileError``.
  mutating func completed(
    _ vocabulary: FileVocabulary, _ fileMerges: [Merge]
  ) throws -> (tokens: [[UInt8]], merges: [Merge]) {
    byteTokens = try (0..<256).map { byte in
      guard let id = vocabulary.modelID(of: Self.spelling(ofByte: byte)) else {
        throw TokenizerFileError(
          "the model falls back to bytes, but has no token \(Self.spelling(ofByte: byte))")
      }
      return id
    }
    guard vocabulary.modelID(of: Self.blank) != nil else {
      throw TokenizerFileError(
        "the vocabulary has no token \(Self.blank), which stands for a blank")
    }
    let isByte = Set(byteTokens)
    for (rank, merge) in fileMerges.enumerated()
    where !isByte.isDisjoint(with: [merge.left, merge.right, merge.result]) {
      throw TokenizerFileError(unsupported: "merge \(rank) is of a token that stands for a byte")
    }
    if isNormalizer,
      let token = vocabulary.addedTokens.first(where: {
        $0.isNormalized && ($0.stripsLeft || $0.stripsRight)
      })
    {
      throw TokenizerFileError(
        unsupported:
          "the added token \(quoted(token.content)) is normalized and takes blanks, which "
          + "are none behind Prepend and Replace",
        hint: "set its normalized, or its lstrip and rstrip, to false")
    }
    var (tokens, characters) = try vocabulary.characterTokens(fileMerges, bytes: byteTokens)
    idOfByte = byteTokens
    for id in characters where tokens[Int(id)].count == 1 { idOfByte[Int(tokens[Int(id)][0])] = id }
    let count = tokens.count
    var merges: [Merge] = []
    var parts: [[UInt8]: UInt32] = [:]
    for length in 2...4 {
      for id in characters where tokens[Int(id)].count >= length {
        let bytes = Array(tokens[Int(id)].prefix(length))
        if parts[bytes] != nil { continue }
        let result = tokens[Int(id)].count == length ? id : UInt32(tokens.count)
        parts[bytes] = result
        if result != id { tokens.append(bytes) }
        let left = length == 2 ? idOfByte[Int(bytes[0])] : parts[Array(bytes.dropLast())]
        guard let left else { preconditionFailure("no part before byte \(length) of token \(id)") }
        merges.append(Merge(left: left, right: idOfByte[Int(bytes[length - 1])], result: result))
      }
    }
    characterMerges = merges.count
    partialCharacters = tokens.count - count
    guard merges.count + fileMerges.count < PieceMerger.mostMerges else {
      throw TokenizerFileError("there are too many merges")
    }
    return (tokens, merges + fileMerges)
  }

  /// The parts of a `tokenizer.json` that say all this.
  var serialized: (normalizer: JSONValue, preTokenizer: JSONValue, decoder: JSONValue) {
    let scheme = Self.schemes.first { $0.leading == leadingBlank }?.name
    let preTokenizer: JSONValue? = scheme.map {
      [
        "type": "Metaspace", "replacement": .string(Self.blank), "prepend_scheme": .string($0),
        "split": false,
      ]
    }
    return (
      isNormalizer ? Self.prepending : .null, preTokenizer ?? .null,
      Self.decoder(drops: dropsLeadingBlank)
    )
  }

  private static let schemes: [(name: String, leading: LeadingBlank)] = [
    ("always", .unlessThere), ("first", .first), ("never", .never),
  ]

  private static let prepending: JSONValue = [
    "type": "Sequence",
    "normalizers": [
      ["type": "Prepend", "prepend": .string(blank)],
      ["type": "Replace", "pattern": ["String": " "], "content": .string(blank)],
    ],
  ]

  private static func decoder(drops: Bool) -> JSONValue {
    let parts: [JSONValue] = [
      ["type": "Replace", "pattern": ["String": .string(blank)], "content": " "],
      ["type": "ByteFallback"], ["type": "Fuse"],
    ]
    let strip: JSONValue = ["type": "Strip", "content": " ", "start": 1, "stop": 0]
    return ["type": "Sequence", "decoders": .array(drops ? parts + [strip] : parts)]
  }
}

/// What to call a part of the file, with the parts that it is a sequence of.
private func summary(_ part: JSONValue) -> String {
  guard let parts = (part["normalizers"] ?? part["pretokenizers"] ?? part["decoders"])?.array else {
    return FileSettings.name(part)
  }
  return "Sequence of \(FileSettings.list(parts))"
}
