import ArgumentParser
import Corpus
import Files
import Inference
import Runs
import Tokenization

/// `sample`: lets a model write data to learn from.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Let a model write data to learn from.",
    usage: "swiftlet sample --run <dir> [--data <file>] --out <file> [<options>]",
    discussion: """
      DATA is JSON Lines with "messages", "prompt", "instruction" or "text"; answers
      in it are not shown to the model. Each is answered --n times, and OUT gets
      lines with "messages" for `finetune`. Without --data, the model writes --n
      texts from nothing, lines with "text" for `pretrain`. What was cut off is
      left out.

      CMD is a shell command: it reads a line for each answer, the line of DATA with
      the answer added as "sample", and prints a number for each. Of each question
      the answer with the greatest is kept (rejection sampling), if it is at least
      --minimum.

      Ctrl-C ends with what is finished: the texts or answers that are complete are
      in OUT, or, with --score, in OUT.unscored.

        swiftlet sample --run checkpoints/teacher --data questions.jsonl \\
            --out written.jsonl
        swiftlet sample --run checkpoints/teacher --n 5000 --out stories.jsonl
        swiftlet sample --run checkpoints/answers --data questions.jsonl --n 8 \\
            --score './scorer' --minimum 1 --out best.jsonl
      """)

  @Option(
    name: .customLong("run"), help: ArgumentHelp("The run whose model answers.", valueName: "dir"))
  var runPath: String

  @Option(help: ArgumentHelp("The questions, JSON Lines.", valueName: "file"))
  var data: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Answers to each question, or texts.", valueName: "n"))
  var n = 1

  @Option(
    help: ArgumentHelp(
      "Keep the best answer by what this prints; all of them unless given.",
      valueName: "cmd"))
  var score: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep no answer with a lower score.", valueName: "x"))
  var minimum: Double?

  @Option(
    help: ArgumentHelp("The file to write; one that is there is replaced.", valueName: "file"))
  var out: String

  /// What this command does by itself.
  enum Defaults: SamplingDefaults {
    static let mostTokens = "The most tokens of an answer"
    static let temperature = 1.0
    static let topP = 1.0
  }

  @OptionGroup var sampling: SamplingOptions<Defaults>

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try requirePath(out, "best.jsonl")
    try require((1...10_000_000).contains(n), hint: leaveOut) {
      "--n must be from 1 to 10000000, not \(n)"
    }
    try require(minimum?.isFinite ?? true, hint: leaveOut) { "--minimum must be a number" }
    try require(data != nil || score == nil, hint: "give --data, or leave it out") {
      "--score chooses between answers, and there is no --data"
    }
    try require(minimum == nil || score != nil, hint: "give --score, or leave it out") {
      "--minimum is the least score, and there is no --score"
    }
    try require(score.map { $0.contains { !$0.isWhitespace } } ?? true, hint: "name a command") {
      "--score is empty"
    }
    try check { try sampling.settings.validate() }
  }

  func run() throws {
    try requireApart(out, from: data.map { [$0] } ?? [])
    let stop = StopSignal()
    let run = try OpenedRun(
      path: runPath, checkpoint: sampling.checkpoint, on: threads.device())
    // Begun before hours of answers, so that a name that cannot be written is said at once.
    var file = try AtomicFile(path: out)
    var samples = try write(run, stop)
    if stop.isRequested, samples.all.isEmpty {
      Terminal.say("stopped before anything was finished")
      try stop.check()
    }
    var report = SampleReport(samples, asked: data != nil)
    if let score {
      do {
        try stop.check()
        try samples.score(by: Scorer(command: score), stop)
      } catch {
        throw try keepUnscored(samples, error)
      }
      report.add(scoresOf: samples)
      samples.keepBest(atLeast: minimum)
    }
    try file.write(samples.all.flatMap { samples.line($0).line })
    try file.commit()
    report.kept = samples.all.count
    if stop.isRequested { Terminal.say(stopped(samples.all.count, out)) }
    try report.show(output)
    try stop.check()
    if !output.quiet, report.kept > 0 { suggest() }
  }

  /// Lets the model answer, or write from nothing; Ctrl-C leaves what is finished.
  private func write(_ run: OpenedRun, _ stop: StopSignal) throws -> SampleSet {
    let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
    let prompts = try data.map { try PromptFile(path: $0).prompts }
    guard prompts.map({ $0.count <= 10_000_000 / n }) ?? true else {
      throw CommandError(
        "\(grouped(prompts?.count ?? 0)) questions times --n \(n) are more than 10,000,000 answers",
        hint: "choose a smaller --n, or cut the file")
    }
    var progress = ProgressLine(
      prompts == nil ? "writing" : "answering", total: (prompts?.count ?? 1) * n,
      isQuiet: output.quiet)
    defer { progress.finish() }
    let goesOn = { (done: Int) in
      progress.update(done)
      return !stop.isRequested
    }
    let generations =
      if let prompts {
        try generator.answers(
          prompts.map(\.messages), each: n, ChatTemplate(run.tokenizer), sampling.settings,
          progress: goesOn)
      } else {
        generator.generate(
          after: Array(repeating: [generator.beginToken], count: n),
          until: [generator.beginToken], sampling.settings, progress: goesOn)
      }
    return SampleSet(generations, of: prompts ?? [], each: n)
  }

  /// Answers take long and a scorer can be mended: they are kept beside `--out`.
  private func keepUnscored(_ samples: SampleSet, _ error: any Error) throws -> any Error {
    if samples.all.isEmpty { return error }
    let path = out + ".unscored"
    try AtomicFile.write(samples.all.flatMap { samples.line($0).line }, to: path)
    guard let error = error as? CommandError else {
      Terminal.say(stopped(samples.all.count, path))
      return error
    }
    return CommandError(
      error.description,
      hint: "all answers are in \(FileError.printable(path)); \(error.hint ?? "mend the scorer")")
  }

  private func stopped(_ count: Int, _ path: String) -> String {
    "stopped: what is finished, \(counted(count, "line")), is in "
      + FileError.printable(path)
  }

  private func suggest() {
    let next =
      data == nil
      ? "pretrain --corpus \(Terminal.quoted(out)) --tokenizer FILE"
      : "finetune --base RUN --data \(Terminal.quoted(out))"
    Terminal.suggest("swiftlet \(next) --run checkpoints/next")
  }
}
