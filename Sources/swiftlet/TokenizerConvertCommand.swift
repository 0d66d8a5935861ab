import ArgumentParser
import Files
import Runs
import Tokenization

/// `tokenizer convert`: between the files in which byte-level BPE tokenizers are kept.
struct TokenizerConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert between tokenizer.json, .tiktoken and vocab.json.",
    usage: "swiftlet tokenizer convert <file> --out <file> [<options>]",
    discussion: """
      The file is a tokenizer.json, a .tiktoken file, or a vocab.json with --merges.
      The name of --out decides what is written: .tiktoken, merges.txt (vocab.json is
      written beside it), or else a tokenizer.json. Beside one of exactly this name a
      tokenizer_config.json is written too; one that is there is never changed.

        swiftlet tokenizer convert cl100k_base.tiktoken --pre-tokenizer gpt4 \\
          --special '<|endoftext|>=100257' --special '<|fim_prefix|>=100258' \\
          --out tokenizer.json
        swiftlet tokenizer convert vocab.json --merges merges.txt --out tokenizer.json
      """)

  @Argument(help: "The file to read.")
  var file: String

  @Option(help: ArgumentHelp("The merges.txt that goes with a vocab.json.", valueName: "file"))
  var merges: String?

  @Option(
    help: ArgumentHelp(
      "The pattern, which a .tiktoken file and a vocab.json do not name; gpt2 for a vocab.json unless "
        + "given.", valueName: "name"))
  var preTokenizer: PreTokenizer?

  @Option(
    help: ArgumentHelp(
      "A special token, where the file does not name them, or TOKEN=ID, such as "
        + "'<|endoftext|>=100257'; repeat for several, '' for none. Unless given: <|endoftext|>",
      valueName: "text"))
  var special: [String] = []

  @Option(help: ArgumentHelp("The file to write or replace.", valueName: "file"))
  var out: String

  func validate() throws {
    let isComplete = merges == nil && !file.hasSuffix(".tiktoken")
    try requirePath(out, "tokenizer.json")
    try require(!isComplete || (preTokenizer == nil && special.isEmpty)) {
      "--pre-tokenizer and --special are for files that do not name them; a tokenizer.json does"
    }
    try require(
      merges != nil || preTokenizer != nil || !file.hasSuffix(".tiktoken"),
      hint: "add --pre-tokenizer NAME: gpt4 for cl100k_base, o200k for o200k_base"
    ) { "a .tiktoken file does not say how text is cut" }
    _ = try namedTokens()
  }

  func run() throws {
    let tokenizer = try read()
    Terminal.warn(ofIgnored: tokenizer.ignoredSettings)
    warn(ofUnreachable: tokenizer)
    var beside = ""
    if out.hasSuffix(".tiktoken") {
      try AtomicFile.write(named(out) { try tokenizer.tiktoken() }, to: out)
    } else if let vocabulary = vocabularyPath {
      let files = try tokenizer.vocabularyAndMerges()
      try AtomicFile.write(files.vocabulary, to: vocabulary)
      try AtomicFile.write(files.merges, to: out)
      beside = ", with \(FileError.printable(vocabulary)) beside it"
    } else {
      beside = try writeWithConfiguration(tokenizer)
    }
    Terminal.say(
      "wrote \(FileError.printable(out)): \(grouped(tokenizer.vocabularySize)) tokens\(beside)")
    sayWhatIsLost(tokenizer)
  }

  /// The `vocab.json` that belongs to the `merges.txt` to write.
  private var vocabularyPath: String? {
    out.hasSuffix("merges.txt") ? out.dropLast("merges.txt".count) + "vocab.json" : nil
  }

  /// Writes a `tokenizer.json`, and its configuration unless there is one; another is not replaced.
  /// - Returns: What to say of the configuration.
  private func writeWithConfiguration(_ tokenizer: Tokenizer) throws -> String {
    guard let path = Tokenizer.configurationPath(out) else {
      try tokenizer.write(to: out)
      return ""
    }
    let isThere = FileSystem.exists(path)
    if isThere, let configuration = tokenizer.configuration, !FileSystem.areSame(file, out) {
      let old = try? TokenizerConfiguration(json: FileSystem.readFile(path, limit: 1 << 26))
      guard try old == TokenizerConfiguration(json: configuration.json()) else {
        throw CommandError(
          "\(FileError.printable(path)) is there and says something else",
          hint: "name another directory for --out, or remove that file")
      }
    }
    try tokenizer.write(to: out)
    let isKept = isThere && tokenizer.configuration == nil
    return isKept
      ? "; \(FileError.printable(path)) stays as it was"
      : ", with \(FileError.printable(path)) beside it"
  }

  /// Says what the written files do not hold, and how to read them so that it is there again.
  private func sayWhatIsLost(_ tokenizer: Tokenizer) {
    let isTiktoken = out.hasSuffix(".tiktoken")
    guard isTiktoken || vocabularyPath != nil else { return }
    if tokenizer.normalization != .none {
      Terminal.warn(
        "the normalization \(tokenizer.normalization.rawValue) is lost: ids differ where it changes text"
      )
    }
    let textual = tokenizer.textualAddedTokens
    if !textual.isEmpty {
      Terminal.warn(
        "\(textual.count) added tokens that are not special are lost: ids of text differ")
    }
    if tokenizer.hasTokensThatStrip {
      Terminal.warn(
        "that special tokens take the blanks around them, or only whole words, is lost: where special "
          + "tokens are allowed, ids differ")
    }
    if !isTiktoken, tokenizer.takesWholePieces {
      Terminal.warn(
        "that a piece which is a token is not merged (ignore_merges) is lost: ids of such pieces may "
          + "differ")
    }
    Terminal.say("it does not say how text is cut nor which tokens are special; to read it again:")
    var command = "swiftlet tokenizer convert \(Terminal.quoted(vocabularyPath ?? out))"
    if !isTiktoken { command += " --merges \(Terminal.quoted(out))" }
    command += " --pre-tokenizer \(tokenizer.preTokenizer.rawValue)"
    if tokenizer.specialTokens.isEmpty { command += " --special ''" }
    for token in tokenizer.specialTokens {
      command += " --special \(Terminal.quoted("\(token.content)=\(token.id)"))"
    }
    Terminal.say("  \(command) --out tokenizer.json")
  }

  private func warn(ofUnreachable tokenizer: Tokenizer) {
    guard merges != nil else { return }
    let count = tokenizer.unreachableTokens().count
    guard count > 0 else { return }
    Terminal.warn(
      "no merge reaches \(grouped(count)) of the \(grouped(tokenizer.vocabularySize)) tokens: does "
        + "\(FileError.printable(merges ?? "")) belong to \(FileError.printable(file))?")
  }

  /// The tokens that `--special` names, apart by whether it gives them ids: what is behind the last
  /// `=` is one if it is all digits.
  private func namedTokens() throws -> (tokens: [String], placed: [SpecialToken]) {
    if special.isEmpty { return (["<|endoftext|>"], []) }
    if special == [""] { return ([], []) }
    var (tokens, placed): ([String], [SpecialToken]) = ([], [])
    for text in special {
      guard let mark = text.utf8.lastIndex(of: UInt8(ascii: "=")), mark > text.startIndex,
        case let digits = text[text.utf8.index(after: mark)...], !digits.isEmpty,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else {
        tokens.append(text)
        continue
      }
      let id = UInt32(digits)
      try require(id != nil, hint: "give it an id that tokenizers have, such as 100257") {
        "the id in --special \(text) is more than 32 bits"
      }
      placed.append(SpecialToken(id: id ?? 0, content: String(text[..<mark])))
    }
    return (tokens, placed)
  }

  private func read() throws -> Tokenizer {
    let (tokens, placed) = try namedTokens()
    let limit = 1 << 28
    if let merges {
      let vocabulary = try FileSystem.readFile(file, limit: limit, allowsPipes: true)
      let lines = try FileSystem.readFile(merges, limit: limit, allowsPipes: true)
      return try named(file, merges: merges) {
        try Tokenizer(
          vocabulary: vocabulary, merges: lines, preTokenizer: preTokenizer ?? .gpt2,
          specialTokens: tokens, placedTokens: placed)
      }
    }
    guard file.hasSuffix(".tiktoken"), let preTokenizer else { return try Tokenizer(reading: file) }
    let bytes = try FileSystem.readFile(file, limit: limit, allowsPipes: true)
    return try named(file) {
      try Tokenizer(
        tiktoken: bytes, preTokenizer: preTokenizer, specialTokens: tokens, placedTokens: placed)
    }
  }

  /// Has errors name the file.
  private func named<Result>(
    _ path: String, merges: String? = nil, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as TokenizerFileError {
      let path = error.file == "merges.txt" ? merges ?? path : path
      throw CommandError("\(FileError.printable(path)): \(error)", hint: error.hint)
    }
  }
}

extension Terminal {
  /// Warns of what a `tokenizer.json` sets that is not followed.
  static func warn(ofIgnored settings: [String]) {
    guard !settings.isEmpty else { return }
    warn(
      "the tokenizer.json sets \(settings.joined(separator: " and ")): not followed and not written "
        + "again, since no id of a text depends on that")
  }
}
