import ArgumentParser
import Corpus
import Files
import Inference
import Runs
import StrictJSON
import Tokenization

/// `sample`: lets a model write data to learn from.
struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Let a model write data to learn from.",
    usage: "swiftlet sample --run <dir> [--data <file>] --out <file> [<options>]",
    discussion: """
      DATA is JSON Lines with "messages", "prompt", "instruction" or "text"; answers in
      it are not shown to the model. Each is answered --n times, and OUT gets lines
      with "messages" for `finetune`. Without --data, the model writes --n texts from
      nothing, lines with "text" for `pretrain`. What was cut off is left out.

      CMD is a shell command: it reads a line for each answer, the line of DATA with the
      answer added as "sample", and prints a number for each. Of each question the
      answer with the greatest is kept (rejection sampling), if it is at least
      --minimum.

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

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var out: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The most tokens of an answer.", valueName: "n"))
  var maxTokens = 256

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How random: 0 always takes the most probable token.", valueName: "t"))
  var temperature = 1.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choose among the tokens that make up this probability.", valueName: "p"))
  var topP = 1.0

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Decides all random choices.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("The checkpoint: latest, best, or the number of a step.", valueName: "step"))
  var checkpoint = "latest"

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  private var settings: GenerationSettings {
    GenerationSettings(
      sampler: Sampler(temperature: temperature, topP: topP, seed: seed), maximumTokens: maxTokens)
  }

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
    try check { try settings.validate() }
  }

  func run() throws {
    let stop = StopSignal()
    let run = try OpenedRun(path: runPath, checkpoint: checkpoint, on: threads.device())
    // Begun before hours of answers, so that a name that cannot be written is said at once.
    var file = try AtomicFile(path: out)
    guard let data else {
      let (lines, values) = try texts(run, stop)
      try file.write(lines)
      try file.commit()
      return try report(values)
    }
    let prompts = try PromptFile(path: data).prompts
    guard prompts.count <= 10_000_000 / n else {
      throw CommandError(
        "\(grouped(prompts.count)) questions times --n \(n) are more than 10,000,000 answers",
        hint: "choose a smaller --n, or cut the file")
    }
    let answers = try answer(prompts, run, stop)
    let all = answers.flatMap { $0 }.count
    var kept: [(prompt: Int, answer: String, score: Double?)] = []
    var scores: [[Double]] = []
    if let score {
      do {
        scores = try self.scores(prompts, answers, Scorer(command: score), stop)
      } catch let error as CommandError {
        throw try keepingAnswers(prompts, answers, error)
      }
      for (index, values) in scores.enumerated() {
        guard let best = values.max(), best >= minimum ?? -.infinity,
          let place = values.firstIndex(of: best)
        else { continue }
        kept.append((index, answers[index][place], best))
      }
    } else {
      for (index, texts) in answers.enumerated() { kept += texts.map { (index, $0, nil) } }
    }
    let lines = kept.flatMap { Self.line(prompts[$0.prompt], $0.answer, score: $0.score).line }
    try file.write(lines)
    try file.commit()
    let asked = prompts.count * n
    try report(
      [
        ("questions", .integer(prompts.count)), ("samples", .integer(all)),
        ("cut_off", .integer(asked - all)), ("kept", .integer(kept.count)),
      ]
        + (scores.isEmpty
          ? []
          : [
            ("mean_score", .number(Self.mean(scores.flatMap { $0 }))),
            ("mean_best_score", .number(Self.mean(scores.compactMap { $0.max() }))),
          ]))
  }

  /// The answers took long and the scorer can be mended: they are kept beside `--out`.
  private func keepingAnswers(
    _ prompts: [PromptFile.Prompt], _ answers: [[String]], _ error: CommandError
  ) throws -> CommandError {
    let path = out + ".unscored"
    let lines = zip(prompts, answers).flatMap { prompt, texts in
      texts.flatMap { Self.line(prompt, $0, score: nil).line }
    }
    try AtomicFile.write(lines, to: path)
    return CommandError(
      error.description,
      hint: "all answers are in \(FileError.printable(path)); \(error.hint ?? "mend the scorer")")
  }

  /// Texts from nothing as lines, and what to say of them.
  private func texts(_ run: OpenedRun, _ stop: StopSignal) throws -> (
    lines: [UInt8], values: [(String, JSONValue)]
  ) {
    let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
    var progress = ProgressLine("writing", total: n, isQuiet: output.quiet)
    let generations = try generator.generate(
      after: Array(repeating: [generator.beginToken], count: n), until: [generator.beginToken],
      settings
    ) {
      try stop.check()
      progress.update($0)
    }
    progress.finish()
    let texts = generations.filter { $0.finishReason != .length }.map(\.text)
    let lines = texts.flatMap {
      JSONValue.object([JSONMember(name: "text", value: .string($0))]).line
    }
    return (
      lines,
      [
        ("samples", .integer(texts.count)), ("cut_off", .integer(n - texts.count)),
        ("kept", .integer(texts.count)),
      ]
    )
  }

  /// Of each question the answers that came to an end by themselves.
  private func answer(_ prompts: [PromptFile.Prompt], _ run: OpenedRun, _ stop: StopSignal) throws
    -> [[String]]
  {
    let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
    let template = try ChatTemplate(run.tokenizer)
    var progress = ProgressLine(
      "answering", total: prompts.count * n, isQuiet: output.quiet)
    let generations = try generator.answers(
      prompts.flatMap { Array(repeating: $0.messages, count: n) }, template, settings
    ) {
      try stop.check()
      progress.update($0)
    }
    progress.finish()
    return prompts.indices.map { index in
      generations[index * n..<(index + 1) * n].filter { $0.finishReason != .length }.map(\.text)
    }
  }

  /// What the scorer says of all answers.
  private func scores(
    _ prompts: [PromptFile.Prompt], _ answers: [[String]], _ scorer: Scorer, _ stop: StopSignal
  ) throws -> [[Double]] {
    let lines = zip(prompts, answers).flatMap { prompt, texts in
      texts.map { text in
        JSONValue.object(
          prompt.line.filter { $0.name != "sample" }
            + [JSONMember(name: "sample", value: .string(text))])
      }
    }
    if lines.isEmpty { return answers.map { _ in [] } }
    var numbers = try ScratchDirectory.with { directory in
      let path = "\(directory)/samples.jsonl"
      try AtomicFile.write(lines.flatMap(\.line), to: path)
      return try scorer.scores(ofLinesIn: path, count: lines.count, stop)
    }[...]
    return answers.map { texts in
      defer { numbers = numbers.dropFirst(texts.count) }
      return Array(numbers.prefix(texts.count))
    }
  }

  /// A line to learn from.
  private static func line(_ prompt: PromptFile.Prompt, _ answer: String, score: Double?)
    -> JSONValue
  {
    let messages = prompt.messages + [Message(.assistant, answer)]
    return .object(
      [
        JSONMember(
          name: "messages",
          value: .array(
            messages.map {
              ["role": .string($0.role.rawValue), "content": .string($0.content)]
            }))
      ] + (score.map { [JSONMember(name: "score", value: .number($0))] } ?? []))
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  private func report(_ values: [(String, JSONValue)]) throws {
    if values.contains(where: { $0 == ("kept", 0) }) {
      Terminal.warn(
        values.contains { $0 == ("samples", 0) }
          ? "nothing is kept: every answer was cut off; a greater --max-tokens may help"
          : "nothing is kept: no score reaches --minimum")
    }
    if output.json {
      try Terminal.write(
        JSONValue.object(values.map { JSONMember(name: $0.0, value: $0.1) }).line)
    } else if !output.quiet {
      for (name, value) in values {
        let text = value.integer.map(grouped) ?? TrainingReport.fixed(value.number ?? 0, 4)
        Terminal.say(Chart.padded(name.replacing("_", with: " "), 18) + text)
      }
    }
    if !output.quiet, !values.contains(where: { $0 == ("kept", 0) }) {
      let next =
        data == nil
        ? "pretrain --corpus \(Terminal.quoted(out)) --tokenizer FILE"
        : "finetune --base RUN --data \(Terminal.quoted(out))"
      Terminal.suggest("swiftlet \(next) --run checkpoints/next")
    }
  }
}
