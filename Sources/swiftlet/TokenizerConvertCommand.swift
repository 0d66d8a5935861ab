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
      written beside it), or else a tokenizer.json.

        swiftlet tokenizer convert o200k_base.tiktoken --pre-tokenizer o200k \\
          --out tokenizer.json
        swiftlet tokenizer convert vocab.json --merges merges.txt --out tokenizer.json
      """)

  @Argument(help: "The file to read.")
  var file: String

  @Option(help: ArgumentHelp("The merges.txt that goes with a vocab.json.", valueName: "file"))
  var merges: String?

  @Option(
    help: ArgumentHelp(
      "The pattern, where the file does not name it; gpt2 unless given.", valueName: "name"))
  var preTokenizer: PreTokenizer?

  @Option(
    help: ArgumentHelp(
      "A special token, where the file does not name them; repeat for several. "
        + "Unless given: <|endoftext|>", valueName: "text"))
  var special: [String] = []

  @Option(help: ArgumentHelp("The file to write or replace.", valueName: "file"))
  var out: String

  func validate() throws {
    let isComplete = merges == nil && !file.hasSuffix(".tiktoken")
    try requirePath(out, "tokenizer.json")
    try require(!isComplete || (preTokenizer == nil && special.isEmpty)) {
      "--pre-tokenizer and --special are for files that do not name them; a tokenizer.json does"
    }
  }

  func run() throws {
    let tokenizer = try read()
    if out.hasSuffix(".tiktoken") {
      try AtomicFile.write(named(out) { try tokenizer.tiktoken() }, to: out)
    } else if out.hasSuffix("merges.txt") {
      let files = tokenizer.vocabularyAndMerges()
      try AtomicFile.write(files.vocabulary, to: out.dropLast("merges.txt".count) + "vocab.json")
      try AtomicFile.write(files.merges, to: out)
    } else {
      try tokenizer.write(to: out)
    }
    let special = tokenizer.specialTokens
    if out.hasSuffix(".tiktoken"), !special.isEmpty {
      Terminal.say(
        "\(special.count) special tokens are not in it; name them by --special to read it again: "
          + special.map(\.content).joined(separator: " "))
    }
    Terminal.say("wrote \(FileError.printable(out)): \(grouped(tokenizer.vocabularySize)) tokens")
  }

  private func read() throws -> Tokenizer {
    let pattern = preTokenizer ?? .gpt2
    let specials = special.isEmpty ? ["<|endoftext|>"] : special
    let limit = 1 << 28
    if let merges {
      let vocabulary = try FileSystem.readFile(file, limit: limit, allowsPipes: true)
      let lines = try FileSystem.readFile(merges, limit: limit, allowsPipes: true)
      return try named(file) {
        try Tokenizer(
          vocabulary: vocabulary, merges: lines, preTokenizer: pattern, specialTokens: specials)
      }
    }
    guard file.hasSuffix(".tiktoken") else { return try Tokenizer(reading: file) }
    let bytes = try FileSystem.readFile(file, limit: limit, allowsPipes: true)
    return try named(file) {
      try Tokenizer(tiktoken: bytes, preTokenizer: pattern, specialTokens: specials)
    }
  }

  /// Has errors name the file.
  private func named<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as TokenizerFileError {
      throw CommandError("\(FileError.printable(path)): \(error)", hint: error.hint)
    }
  }
}
