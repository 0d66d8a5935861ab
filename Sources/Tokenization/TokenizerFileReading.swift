import StrictJSON

extension BytePairModel {
  /// Reads a `tokenizer.json`.
  /// - Returns: The model, and the names of settings that do not belong to it.
  /// - Throws: `JSONError`, ``TokenizerFileError``.
  static func read(_ json: [UInt8]) throws -> (model: BytePairModel, ignored: [String]) {
    if let quick = QuickFile(json: json), quick.outline["model"]?["byte_fallback"] != .bool(true) {
      let settings = try FileSettings(quick.outline)
      let model = BytePairModel(
        tokenBytes: quick.bytes, tokenStarts: quick.starts, merges: quick.merges,
        addedTokens: quick.addedTokens, preTokenizer: settings.preTokenizer,
        normalization: settings.normalization, ignoresMerges: settings.ignoresMerges,
        postProcessor: settings.postProcessor)
      if model.isComplete { return (model, settings.ignored) }
    }
    let file = try JSONValue(parsing: json)
    let settings = try FileSettings(file)
    let vocabulary = try FileVocabulary(
      vocab: file["model"]?["vocab"], addedTokens: file["added_tokens"])
    let merges = try vocabulary.merges(file["model"]?["merges"])
    if var spelling = settings.spelling {
      let made = try spelling.completed(vocabulary, merges)
      let model = BytePairModel(
        tokens: made.tokens, merges: made.merges, addedTokens: vocabulary.addedTokens,
        preTokenizer: .whole, normalization: .none, postProcessor: settings.postProcessor,
        spelling: spelling)
      return (model, settings.ignored)
    }
    let model = BytePairModel(
      tokens: try vocabulary.tokens(merges, ignoresMerges: settings.ignoresMerges),
      merges: merges, addedTokens: vocabulary.addedTokens, preTokenizer: settings.preTokenizer,
      normalization: settings.normalization, ignoresMerges: settings.ignoresMerges,
      postProcessor: settings.postProcessor)
    return (model, settings.ignored)
  }

  /// Whether every byte has a token and no merge is there twice.
  private var isComplete: Bool {
    ranks.count == merges.count
      && idOfByte.enumerated().allSatisfy { bytes(of: $1).elementsEqual([UInt8($0)]) }
  }
}

/// What a `tokenizer.json` says besides its vocabulary and its merges.
struct FileSettings {
  /// Of text that is not spelled in byte characters.
  let spelling: SentencePieceSpelling?
  let normalization: Normalization
  let preTokenizer: PreTokenizer
  let postProcessor: JSONValue
  let ignoresMerges: Bool
  /// What it sets that belongs to whoever makes batches, and changes no id of a text.
  let ignored: [String]

  init(_ file: JSONValue) throws {
    guard file.object != nil else { throw TokenizerFileError("is not a JSON object") }
    if let version = file["version"], version != .null {
      guard version.string == "1.0" else {
        throw TokenizerFileError("the version is not \"1.0\"")
      }
    }
    ignored = ["truncation", "padding"].filter { (file[$0] ?? .null) != .null }
    guard let model = file["model"], model.object != nil else {
      throw TokenizerFileError(
        "it has no model",
        hint: file["<|endoftext|>"] != nil || file["!"] != nil || file["a"] != nil
          ? "of a vocab.json, `swiftlet tokenizer convert vocab.json --merges merges.txt --out "
            + "tokenizer.json` makes one"
          : "name a tokenizer.json, such as `swiftlet tokenizer train` writes")
    }
    if try model.flag("byte_fallback", default: false) {
      spelling = try SentencePieceSpelling(file: file)
      normalization = .none
      preTokenizer = .whole
    } else {
      spelling = nil
      normalization = try Normalization(file: file["normalizer"] ?? .null)
      preTokenizer = try PreTokenizer(file: file["pre_tokenizer"] ?? .null)
      try Self.checkDecoder(file["decoder"] ?? .null)
    }
    postProcessor = file["post_processor"] ?? .null
    try Self.checkPostProcessor(postProcessor)
    try Self.checkOptions(of: model)
    ignoresMerges = try model.flag("ignore_merges", default: false)
  }

  private static func checkOptions(of model: JSONValue) throws {
    // Old files leave the type out.
    if let type = model["type"], type.string != "BPE" {
      throw TokenizerFileError(
        "the model is of type \(name(type)), not BPE",
        hint: "BPE tokenizers can be read that are byte-level or, as Llama 2's, fall back to bytes")
    }
    for (option, harmless) in [
      ("dropout", [JSONValue.null, .integer(0), .number(0)]),
      ("continuing_subword_prefix", [.null, .string("")]),
      ("end_of_word_suffix", [.null, .string("")]),
    ] {
      let value = model[option] ?? .null
      guard harmless.contains(value) else {
        throw TokenizerFileError(unsupported: "the model sets \(option) to \(name(value))")
      }
    }
  }

  private static func checkDecoder(_ decoder: JSONValue) throws {
    if decoder == .null || decoder["type"]?.string == "ByteLevel" { return }
    if decoder["type"]?.string == "Sequence", let parts = decoder["decoders"]?.array {
      if parts.count == 1, parts[0]["type"]?.string == "ByteLevel" { return }
      throw TokenizerFileError(
        unsupported:
          "the decoder is a Sequence of \(list(parts)), not ByteLevel alone")
    }
    throw TokenizerFileError(unsupported: "the decoder is \(name(decoder)), not ByteLevel")
  }

  /// Post-processors that add special tokens around a text; encoding here never adds any.
  private static func checkPostProcessor(_ processor: JSONValue) throws {
    if processor == .null { return }
    switch processor["type"]?.string {
    case "ByteLevel", "RobertaProcessing": return
    case "TemplateProcessing":
      guard ["single", "pair"].allSatisfy({ processor[$0]?.array != nil }) else {
        throw TokenizerFileError(
          "the post_processor TemplateProcessing has no lists single and pair")
      }
    case "Sequence":
      guard let parts = processor["processors"]?.array else {
        throw TokenizerFileError("the post_processor Sequence has no list of processors")
      }
      for part in parts { try checkPostProcessor(part) }
    default:
      throw TokenizerFileError(
        unsupported: "the post_processor \(name(processor)) is not supported")
    }
  }

  /// What to call parts that follow each other.
  static func list(_ parts: [JSONValue]) -> String { parts.map(name).joined(separator: ", ") }

  /// What to call a part of the file: its type, or its JSON if that is short.
  static func name(_ part: JSONValue) -> String {
    if let type = part["type"]?.string { return type }
    let text = String(decoding: part.serialized(), as: UTF8.self)
    return text.utf8.count <= 80 ? text : "of an unknown kind"
  }
}

extension Normalization {
  fileprivate init(file: JSONValue) throws {
    switch file["type"]?.string {
    case nil where file == .null: self = .none
    case "NFC": self = .nfc
    case "NFKC": self = .nfkc
    case "Sequence" where file["normalizers"]?.array?.count == 0: self = .none
    case "Sequence" where file["normalizers"]?.array?.count == 1:
      self = try Normalization(file: file["normalizers"]?.array?.first ?? .null)
    default:
      throw TokenizerFileError(
        unsupported: "the normalizer \(FileSettings.name(file)) is not supported",
        hint: "NFC, NFKC and none are: use a tokenizer with one of these")
    }
  }
}

extension PreTokenizer {
  fileprivate init(file: JSONValue) throws {
    let parts =
      file["type"]?.string == "Sequence" ? file["pretokenizers"]?.array ?? [] : [file]
    guard let last = parts.last, last["type"]?.string == "ByteLevel" else {
      guard parts.contains(where: { $0["type"]?.string == "ByteLevel" }) else {
        throw TokenizerFileError(
          unsupported: "the pre_tokenizer \(FileSettings.name(file)) is not byte-level",
          hint: "only BPE that is byte-level, or falls back to bytes as Llama 2's does, can be read"
        )
      }
      throw Self.unsupported(parts)
    }
    // Both are true where they are left out.
    guard last["add_prefix_space"]?.bool == false else {
      throw TokenizerFileError(
        unsupported: "the pre_tokenizer ByteLevel sets add_prefix_space",
        hint: "set it to false, and put a space before texts yourself")
    }
    let cuts = try last.flag("use_regex", default: true)
    if parts.count == 1 {
      self = cuts ? .gpt2 : .whole
      return
    }
    switch parts.count == 2 ? parts[0]["type"]?.string : nil {
    case "Digits":
      guard cuts else {
        throw TokenizerFileError(
          unsupported: "the pre_tokenizer ByteLevel sets use_regex to false behind Digits")
      }
      // False where it is left out.
      self = try parts[0].flag("individual_digits", default: false) ? .gpt2Digits : .gpt2Numbers
    case "Split":
      guard !cuts else {
        throw TokenizerFileError(
          unsupported: "the pre_tokenizer ByteLevel sets use_regex to true behind Split")
      }
      try self.init(split: parts[0])
    default: throw Self.unsupported(parts)
    }
  }

  private static func unsupported(_ parts: [JSONValue]) -> TokenizerFileError {
    TokenizerFileError(
      unsupported: "the pre_tokenizer Sequence of \(FileSettings.list(parts)) is not supported",
      hint:
        "Split or Digits before ByteLevel, and ByteLevel alone, are: use a tokenizer with these")
  }

  /// A `Split` whose matches are the pieces. All supported patterns match every character, so it is
  /// the same whether what is between matches would be kept or removed.
  private init(split: JSONValue) throws {
    let behavior = split["behavior"]?.string
    let invert = split["invert"]?.bool
    guard behavior == "Isolated" && invert != nil || behavior == "Removed" && invert == true else {
      throw TokenizerFileError(
        unsupported:
          "the pre_tokenizer Split has the behavior \(behavior ?? "of no name") and sets invert to "
          + "\(invert.map { "\($0)" } ?? "nothing"), which is not supported",
        hint: "Isolated, and Removed with invert true, are: use a tokenizer with these")
    }
    guard let pattern = split["pattern"]?["Regex"]?.string else {
      throw TokenizerFileError(
        unsupported: "the pre_tokenizer Split has a pattern that is no Regex",
        hint: "regular expressions of well-known tokenizers are supported: use one of these")
    }
    guard let known = PreTokenizer(pattern: pattern) else {
      throw TokenizerFileError(
        unsupported: "the pre_tokenizer's pattern is not one of those supported: \(pattern)",
        hint: "those of GPT-2, GPT-4, GPT-4o, Llama 3, Qwen 2 to 3.5, SmolLM and minbpe are: use a "
          + "tokenizer with one of these")
    }
    self = known
  }
}
