import ArgumentParser
import ContentHashing
import Corpus
import Evaluation
import Files
import LanguageModel
import Runs
import StrictJSON

/// `evaluate`: how well a model predicts a text, or does a task.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure how well a model predicts text, or answers.",
    usage: """
      swiftlet evaluate --run <dir> --corpus <file> ... [<options>]
      swiftlet evaluate --run <dir> --task <task> --data <file> [<options>]
      """,
    discussion: """
      Bits per byte can be compared between tokenizers, loss (nats per token) and
      perplexity cannot. Every token of every document is predicted once, in windows
      of the model's context that do not overlap. With a smaller --stride they do:
      later tokens have more text before them, and all takes longer.

      DATA is JSON Lines. Of a conversation ("messages", or "prompt" and "answer"
      or "completion"), --task questions asks the last question, after all that
      was said before it. For choice, a line has "prompt", "choices" and "answer",
      one of them or its number from 0; for classify "text" and "label"; for
      preferences "prompt", "chosen" and "rejected".

        swiftlet evaluate --run checkpoints/first --corpus held-out.txt
        swiftlet evaluate --run checkpoints/first --corpus book.txt.gz --json
        swiftlet evaluate --run checkpoints/answers --task questions \\
            --data stories/heldout/questions.jsonl
      """)

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run whose model to measure.", valueName: "dir"))
  var runPath: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files or directories of text; - is standard input.", valueName: "file"))
  var corpus: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens from one window of text to the next; the model's context unless given.",
      valueName: "n"))
  var stride: Int?

  @OptionGroup(title: "Tasks") var task: TaskOptions

  @Option(
    help: ArgumentHelp("The checkpoint: latest, best, or the number of a step.", valueName: "step"))
  var checkpoint = "latest"

  @OptionGroup var reading: CorpusOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try require(
      corpus.isEmpty != (task.task == nil), hint: "name a text, or a --task with its --data"
    ) {
      corpus.isEmpty ? "--corpus is missing" : "--corpus and --task exclude each other"
    }
    try require(stride == nil || task.task == nil, hint: "leave it out") {
      "--stride is for --corpus"
    }
  }

  func run() throws {
    let run = try OpenedRun(path: runPath, checkpoint: checkpoint, on: threads.device())
    if try task.run(run, output) { return }
    let context = run.model.configuration.contextLength
    guard 1...context ~= stride ?? 1 else {
      throw CommandError(
        "--stride must be from 1 to the model's context of \(context), not \(stride ?? 0)",
        hint: leaveOut)
    }
    let stop = StopSignal()
    let (stream, hash) = try encode(run, stop)
    let evaluation = TextEvaluation(stream, tokenizer: run.tokenizer, stride: stride)
    var progress = ProgressLine(
      "evaluating", total: evaluation.expectedTokens, isQuiet: output.quiet)
    let score = try evaluation.score(run.model) {
      try stop.check()
      progress.update($0)
    }
    progress.finish()
    let all: [(String, JSONValue?)] = [
      ("bits_per_byte", .number(score.bitsPerByte)),
      ("confidence_interval", score.interval.map { .interval($0) }),
      ("perplexity", .number(score.perplexity)), ("loss", .number(score.loss)),
      ("tokens", .integer(score.tokens)), ("bytes", .integer(score.bytes)),
      ("stride", stride.map { .integer($0) }),
    ]
    let values = all.compactMap { name, value in value.map { JSONMember(name: name, value: $0) } }
    run.keep(
      [
        JSONMember(name: "task", value: .string("text")),
        JSONMember(name: "data", value: .array(corpus.map { .string($0) })),
        JSONMember(name: "data_hash", value: .string("\(hash)")),
      ] + values)
    if output.json {
      try Terminal.write(JSONValue.object(values).line)
    } else {
      try Terminal.write(
        """
        bits per byte  \(Self.rounded(score.bitsPerByte))\(Self.shown(score.interval))
        perplexity     \(Self.rounded(score.perplexity))
        loss           \(Self.rounded(score.loss))
        tokens         \(score.tokens)
        bytes          \(score.bytes)

        """)
    }
    if !output.quiet {
      Terminal.suggest("swiftlet generate --run \(Terminal.quoted(runPath)) \"Once upon a time\"")
    }
  }

  /// The ids of the corpus, in files that are gone when the stream is, and its hash.
  private func encode(_ run: OpenedRun, _ stop: StopSignal) throws -> (TokenStream, ContentHash) {
    try ScratchDirectory.with { directory in
      let reader = reading.reader(corpus, stop)
      var progress = ProgressLine("encoding", total: nil, unit: .bytes, isQuiet: output.quiet)
      let manifest = try CorpusEncoder.encode(
        reader, validation: .none, tokenizer: run.tokenizer, into: "\(directory)/tokens",
        threads: threads.count
      ) {
        try stop.check()
        progress.total = $0.totalBytes
        progress.update($0.bytesRead)
      }
      progress.finish()
      reading.warn(ofReplaced: manifest.replacedSequences)
      let stream = try TokenStream(
        directory: "\(directory)/tokens", split: .train, tokenizer: run.tokenizer)
      return (stream, manifest.corpusHash)
    }
  }

  /// Behind a value, where it is with 95 % confidence.
  private static func shown(_ interval: ClosedRange<Double>?) -> String {
    interval.map {
      " (\(TrainingReport.fixed($0.lowerBound, 4)) to \(TrainingReport.fixed($0.upperBound, 4)))"
    } ?? ""
  }

  /// To nine digits behind the point.
  private static func rounded(_ value: Double) -> Double { (value * 1e9).rounded() / 1e9 }
}
