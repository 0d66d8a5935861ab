public import ArgumentParser
import Corpus
import Files
import Runs
public import Tokenization

extension PreTokenizer: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}

/// `tokenizer train`: learns a byte-level BPE vocabulary.
struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Learn a byte-level BPE vocabulary from text.",
    usage: "swiftlet tokenizer train <files> ... --out <file> [<options>]",
    discussion: """
      Files are plain text, JSON Lines (.jsonl), either compressed (.gz, .zst),
      directories of such, or - for standard input.

        swiftlet tokenizer train stories.jsonl --vocab-size 2048 --out tokenizer.json
        swiftlet tokenizer train books/ --pre-tokenizer gpt4 --out tokenizer.json
      """)

  @Argument(help: "Text to learn from.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Tokens to learn, with the 256 bytes and the special tokens.", valueName: "n"))
  var vocabSize = 4096

  @Option(help: ArgumentHelp("How text is cut before merging.", valueName: "name"))
  var preTokenizer = PreTokenizer.gpt2

  @Option(help: ArgumentHelp("What is done to text first.", valueName: "name"))
  var normalization = Normalization.none

  @Option(
    help: ArgumentHelp(
      "A special token; repeat for several. Unless given: "
        + BytePairTrainer.defaultSpecialTokens.joined(separator: " "), valueName: "text"))
  var special: [String] = []

  @OptionGroup var corpus: CorpusOptions

  @Option(help: ArgumentHelp("The tokenizer.json to write or replace.", valueName: "file"))
  var out: String

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false

  func validate() throws {
    let specials = special.isEmpty ? BytePairTrainer.defaultSpecialTokens : special
    let least = 256 + Set(specials.map { Array($0.utf8) }).count
    try require(vocabSize >= least) {
      "--vocab-size must be at least \(least) to hold the bytes and the special tokens, "
        + "not \(vocabSize)"
    }
    try require(vocabSize <= 1 << 24) {
      "--vocab-size must be at most \(1 << 24), not \(vocabSize)"
    }
  }

  func run() throws {
    let reader = corpus.reader(files)
    var trainer = BytePairTrainer(
      vocabularySize: vocabSize, preTokenizer: preTokenizer, normalization: normalization,
      specialTokens: special.isEmpty ? BytePairTrainer.defaultSpecialTokens : special)
    var reading = ProgressLine(
      "reading", total: try reader.totalFileSize(), unit: .bytes, isQuiet: quiet)
    let summary = try reader.forEachPiece { piece, counts in
      trainer.add(piece.bytes)
      reading.update(counts.bytesRead)
    }
    reading.finish()
    corpus.warn(ofReplaced: summary.counts.replacedSequences)
    var merging: ProgressLine?
    let tokenizer = try trainer.train { done, total in
      if merging == nil { merging = ProgressLine("merging", total: total, isQuiet: quiet) }
      merging?.update(done)
    }
    merging?.finish()
    try tokenizer.write(to: out)
    guard !quiet else { return }
    Terminal.say(
      "wrote \(FileError.printable(out)): \(grouped(tokenizer.vocabularySize)) tokens from "
        + "\(grouped(summary.counts.documents)) documents, "
        + "\(ProgressLine.megabytes(summary.counts.bytes)) MB")
    Terminal.suggest(
      "swiftlet pretrain --corpus \(files.joined(separator: " ")) --tokenizer \(out) "
        + "--preset nano --run checkpoints/first")
  }
}
