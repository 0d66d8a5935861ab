public import ArgumentParser
import Corpus
import Files
import Runs
public import Tokenization

extension PreTokenizer: ExpressibleByArgument {
  /// Takes the name, and `cl100k`, as GPT-4's pattern is known too.
  public init?(argument: String) {
    self.init(rawValue: argument == "cl100k" ? "gpt4" : argument)
  }
}
extension Normalization: ExpressibleByArgument {}

/// `tokenizer train`: learns a byte-level BPE vocabulary.
struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn a byte-level BPE vocabulary from text.",
    usage: "swiftlet tokenizer train <files> ... --out <file> [<options>]",
    discussion: """
      Files are plain text, JSON Lines (.jsonl), either compressed (.gz, .zst),
      directories of such, or - for standard input. Documents of nothing but white
      space are left out, as is a byte order mark at the start of a file.

        swiftlet tokenizer train stories.jsonl --vocab-size 2048 --out tokenizer.json
        swiftlet tokenizer train books/ --pre-tokenizer gpt4 --out tokenizer.json
        swiftlet tokenizer train crawl/ --vocab-size 32768 --memory 2GB --out t.json
      """)

  @Argument(help: "Text to learn from.")
  var files: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens to learn, with the 256 bytes and the special tokens.", valueName: "n"))
  var vocabSize = 4096

  @Option(help: ArgumentHelp("How text is cut before merging.", valueName: "name"))
  var preTokenizer = PreTokenizer.gpt2

  @Option(help: ArgumentHelp("What is done to text first.", valueName: "name"))
  var normalization = Normalization.none

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A special token; repeat for several. Unless given: "
        + BytePairTrainer.defaultSpecialTokens.joined(separator: " "), valueName: "text"))
  var special: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a pair must occur to become a token.", valueName: "n"))
  var minFrequency = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tokens of more than two bytes must be shorter than this.", valueName: "n"))
  var maxTokenLength: Int?

  @Flag(help: "Learn from each line by itself, its newline included.")
  var lines = false

  @Option(
    help: ArgumentHelp(
      "How much memory to take, such as 2GB, at least 128MB; if need be, what is rarest is left out.",
      valueName: "size"))
  var memory: MemorySize?

  @OptionGroup var corpus: CorpusOptions

  @OptionGroup var threads: ThreadOptions

  @Option(help: ArgumentHelp("The tokenizer.json to write or replace.", valueName: "file"))
  var out: String

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false

  func validate() throws {
    try requirePath(out, "tokenizer.json")
    let specials = special.isEmpty ? BytePairTrainer.defaultSpecialTokens : special
    try require(!specials.contains(""), hint: leaveOut) { "a --special token is empty" }
    let repeated = specials.first { text in specials.count { $0.utf8.elementsEqual(text.utf8) } > 1
    }
    try require(repeated == nil, hint: "name each token once") {
      "--special names \(repeated ?? "") twice"
    }
    let least = BytePairTrainer.smallestVocabulary(with: specials), greatest = 1 << 24
    try require((least...greatest).contains(vocabSize), hint: "leave it out for 4096") {
      vocabSize < least
        ? "--vocab-size must be at least \(least) to hold the bytes and the special tokens, "
          + "not \(vocabSize)"
        : "--vocab-size must be at most \(greatest), not \(vocabSize)"
    }
    try require(minFrequency >= 0, hint: leaveOut) {
      "--min-frequency must be 0 or more, not \(minFrequency)"
    }
    try require(maxTokenLength ?? 1 > 0, hint: leaveOut) {
      "--max-token-length must be at least 1, not \(maxTokenLength ?? 0)"
    }
    try require(memory?.bytes ?? .max >= 128_000_000, hint: leaveOut) {
      "--memory must be at least 128MB"
    }
  }

  func run() throws {
    try requireApart(out, from: files)
    // Better now than after the work.
    guard FileSystem.exists(FileSystem.parent(of: out)) else {
      throw CommandError(
        "cannot write \(FileError.printable(out)): no such file or directory",
        hint: "check the path")
    }
    let stop = StopSignal()
    var reader = corpus.reader(files, stop)
    let memory = try memoryForTraining(&reader)
    var trainer = BytePairTrainer(
      vocabularySize: vocabSize, preTokenizer: preTokenizer, normalization: normalization,
      specialTokens: special.isEmpty ? BytePairTrainer.defaultSpecialTokens : special,
      minimumFrequency: minFrequency, maximumTokenLength: maxTokenLength, takesLines: lines,
      threads: threads.count, memory: memory)
    var reading = ProgressLine(
      "reading", total: try reader.totalFileSize(), unit: .bytes, isQuiet: quiet)
    let summary = try reader.forEachPiece { piece, counts in
      try stop.check()
      trainer.add(piece.bytes)
      reading.update(counts.bytesRead)
    }
    reading.finish()
    corpus.warn(ofReplaced: summary.counts.replacedSequences)
    var merging: ProgressLine?
    let tokenizer = try trainer.train { done, total in
      try stop.check()
      if merging == nil { merging = ProgressLine("merging", total: total, isQuiet: quiet) }
      merging?.update(done)
    }
    merging?.finish()
    if trainer.forgottenUpTo > 0 {
      Terminal.warn(
        "to stay within --memory, words that occur no more than \(trainer.forgottenUpTo) times "
          + "may be missing, and the counts of others too low by that")
    }
    try tokenizer.write(to: out)
    if tokenizer.vocabularySize < vocabSize {
      Terminal.warn(
        "the text has no more pairs to merge: \(grouped(tokenizer.vocabularySize)) tokens, not "
          + grouped(vocabSize))
    }
    for token in tokenizer.learnedSpecialTokens {
      Terminal.warn(
        "the special token \(token.content) is spelled like a token that was learned: text becomes "
          + "it, also where special tokens are not allowed; rather choose a text such as <|name|>")
    }
    guard !quiet else { return }
    Terminal.say(
      "wrote \(FileError.printable(out)): \(grouped(tokenizer.vocabularySize)) tokens from "
        + "\(counted(summary.counts.documents, "document")), "
        + "\(ProgressLine.megabytes(summary.counts.bytes)) MB, with "
        + "\(ProgressLine.megabytes(ProcessMemory.peak)) MB of memory")
    Terminal.suggest(
      "swiftlet pretrain --corpus \(Terminal.quoted(files)) "
        + "--tokenizer \(Terminal.quoted(out)) --preset nano --run checkpoints/first")
  }
}

extension TokenizerTrainCommand {
  /// What of `--memory` is left for training where the reader keeps to it, too: lines and words are
  /// bounded by it, and the names of files take their part.
  fileprivate func memoryForTraining(_ reader: inout CorpusReader) throws -> Int? {
    guard let memory = memory?.bytes else { return nil }
    reader.memory = memory
    let bytesOfName = 320, least = 128_000_000
    // A thousand are as nothing.
    let names = max(0, try reader.fileCount() - 1000) * bytesOfName
    guard memory - names >= least else {
      throw CommandError(
        "the names of \(grouped(1000 + names / bytesOfName)) files leave too little of --memory",
        hint: "give it at least \((names + least) / 1_000_000 + 1)MB, or join the files to fewer")
    }
    return memory - names
  }
}

/// A number of bytes such as `2GB`, `500MB` or `1GiB`.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units = ["gib": 1 << 30, "mib": 1 << 20, "gb": 1_000_000_000, "mb": 1_000_000]
    let text = argument.lowercased()
    guard let unit = units.first(where: { text.hasSuffix($0.key) }),
      let number = Double(text.dropLast(unit.key.count)), number > 0,
      case let bytes = number * Double(unit.value), bytes < 1e15
    else { return nil }
    self.bytes = Int(bytes)
  }
}
