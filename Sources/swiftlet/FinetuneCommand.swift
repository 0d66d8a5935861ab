import ArgumentParser
import Corpus
import Files
import LanguageModel
import Runs
import TensorCore
import Tokenization
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `finetune`: trains a model further on examples.
struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune", abstract: "Train a model further on examples.",
    usage: """
      swiftlet finetune --base <dir> --data <file> ... --run <dir> [<options>]
      swiftlet finetune --run <dir> --resume
      """,
    discussion: """
      DATA is JSON Lines with "messages", "prompt" and "completion", "instruction"
      and "output" (perhaps "input"), "text" and "label", or "text". Of
      conversations, only what the assistant says and the end of its turns is
      learned. Makes the run DIR, or goes on with it under --resume. With
      --objective dpo, ipo or orpo, a line has "prompt", "chosen" and "rejected";
      one answer is preferred to the other. With --teacher, what that run finds
      probable in each answer is learned beside it.

        swiftlet finetune --base checkpoints/first --data questions.jsonl \\
            --run checkpoints/answers
        swiftlet finetune --base checkpoints/first --data questions.jsonl \\
            --method full --epochs 2 --run checkpoints/full
        swiftlet finetune --base checkpoints/full --data preferences.jsonl \\
            --objective dpo --run checkpoints/preferring
        swiftlet finetune --base checkpoints/small --data questions.jsonl \\
            --teacher checkpoints/full --run checkpoints/taught
        swiftlet finetune --base checkpoints/first --data questions.jsonl --preview
      """)

  @Option(help: ArgumentHelp("The run to begin from.", valueName: "dir"))
  var base: String?

  @Option(
    help: ArgumentHelp(
      "Its checkpoint: latest, best, or the number of a step.", valueName: "step"))
  var baseCheckpoint = "latest"

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Examples to learn from.", valueName: "file"))
  var data: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Examples to measure with; 1 in 20 of the data unless given.", valueName: "file"))
  var validation: [String] = []

  @Flag(help: "Refuse bad lines instead of leaving them out.")
  var strict = false

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run to make or to go on with.", valueName: "dir"))
  var runPath: String?

  @Flag(help: "Go on with the run if it is there, else make it.")
  var resume = false

  @Flag(help: "Show what of the first examples is learned, and train nothing.")
  var preview = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of the loss that --corpus has, so that less is forgotten.", valueName: "share"))
  var replay: Double?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Text to replay, such as the base was trained on.", valueName: "file"))
  var corpus: [String] = []

  @OptionGroup(title: "Objective") var objective: ObjectiveOptions

  @OptionGroup(title: "Teacher") var teaching: TeacherOptions

  @OptionGroup(title: "Method") var method: AdapterOptions

  @OptionGroup(title: "Training") var training: FinetuningOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var memory: MemoryOptions

  @Flag(name: .shortAndLong, help: "Print no progress, no samples and no advice.")
  var quiet = false

  func validate() throws {
    try require(preview || runPath != nil, hint: "name the run to make") { "--run is missing" }
    let isNew = preview || !(resume && runPath.map { RunDirectory.exists(at: $0) } ?? false)
    try require(
      !isNew || preview || !resume || base != nil, hint: "give --base and --data to make it"
    ) {
      "there is no run at \(FileError.printable(runPath ?? "")) to go on with"
    }
    try require(!isNew || base != nil, hint: "name the run to begin from") { "--base is missing" }
    try require(!isNew || !data.isEmpty, hint: "name the examples to learn from") {
      "--data is missing"
    }
    try require(!isNew || ((replay ?? 0) > 0) == !corpus.isEmpty, hint: "give both or neither") {
      "--replay and --corpus belong together"
    }
    try require(!isNew || replay == nil || objective.preference == nil, hint: "leave it out") {
      "--replay goes with answers, and not with pairs of them"
    }
    try require(validation.isEmpty || !data.isEmpty, hint: "name both, or neither to go on") {
      "--validation needs --data"
    }
    if isNew {
      try objective.validateForNew()
      try teaching.validateForNew()
      try require(
        !teaching.teacher.isEmpty || teaching.given == nil,
        hint: "name a --teacher, or leave it out"
      ) { "\(teaching.given ?? "") is for a teacher" }
      try require(teaching.teacher.isEmpty || objective.preference == nil, hint: "leave it out") {
        "--teacher goes with answers, and not with pairs of them"
      }
    }
    try check { try teaching.settings(hardWeight: 0).validate() }
    try check {
      try training.settings(method.method, examples: 1, dropout: method.dropout ?? 0).validate()
    }
  }

  func run() throws {
    if preview { return try showPreview() }
    guard let runPath else { return }
    let stop = StopSignal()
    let isContinued = resume && RunDirectory.exists(at: runPath)
    let stored = isContinued ? try Precision.stored(in: runPath) : .float32
    let device = try threads.device(
      precision: precision.resolved() ?? stored,
      checkpointsActivations: memory.checkpointActivations, watch: training.loop.guarding.watch)
    let run = isContinued ? try open(runPath, device, stop) : try create(runPath, device, stop)
    let steps = run.settings.training.steps
    if run.isFinished {
      Terminal.say(TrainingReport.finished(runPath, after: run.startStep, of: steps))
      return suggest(runPath)
    }
    if !quiet, run.startStep > 0 {
      Terminal.say("going on after step \(grouped(run.startStep))")
    }
    var report = TrainingReport(steps: steps, isQuiet: quiet)
    let outcome = try run.train(shouldStop: { stop.isRequested }) { try report.show($0) }
    report.finish()
    try outcome.conclude(
      goingOnBy: "swiftlet finetune --run \(Terminal.quoted(runPath)) --resume\(memory.resumed)",
      stop, isQuiet: quiet)
    suggest(runPath)
  }

  private func suggest(_ path: String) {
    if quiet { return }
    Terminal.suggest(
      "swiftlet chat --run \(Terminal.quoted(path))" + TrainingReport.bestCheckpoint(of: path))
  }

  private func open(_ path: String, _ device: Device, _ stop: StopSignal) throws -> FinetuningRun {
    var examples: FinetuningData?
    if !data.isEmpty {
      let directory = try RunDirectory(opening: path)
      let configuration = try directory.configuration(of: directory.record())
      let template = try ChatTemplate(Tokenizer(reading: directory["tokenizer.json"]))
      examples = try read(template, context: configuration.contextLength)
    }
    let run = try FinetuningRun.resume(
      at: path, data: examples, replay: try text(stop), device: device)
    if let base {
      let given = try BaseRun(path: base, checkpoint: baseCheckpoint).parent
      guard given.hash == run.parent.hash else {
        throw CommandError(
          "the run began from \(FileError.printable(run.parent.name)), and not from "
            + "step \(given.step ?? 0) of \(FileError.printable(base))",
          hint: "leave out --base and --base-checkpoint, or train another --run")
      }
    }
    try method.checkUnchanged(run.settings)
    try objective.checkUnchanged(run.settings)
    try teaching.checkUnchanged(run.teachers, run.settings.teaching, path)
    try requireUnchanged("--replay", replay, run.settings.replay)
    try training.checkUnchanged(run.settings.training, examples: run.exampleCount)
    return run
  }

  private func create(_ path: String, _ device: Device, _ stop: StopSignal) throws -> FinetuningRun
  {
    guard let base, !data.isEmpty else {
      throw CommandError(
        "there is no run at \(FileError.printable(path)) to go on with",
        hint: "give --base and --data to make it")
    }
    let baseRun = try BaseRun(path: base, checkpoint: baseCheckpoint)
    let teachers = try teaching.runs()
    let template = try ChatTemplate(baseRun.tokenizer)
    warn(teachers, of: template)
    let examples = try read(template, context: baseRun.configuration.contextLength)
    try refuse(examples)
    let settings = FinetuningSettings(
      training: training.settings(
        method.method, isPreference: objective.preference != nil,
        examples: examples.train.examples / (objective.preference == nil ? 1 : 2),
        dropout: method.residualDropout),
      adapter: try method.configuration(tokens: newTokens(template, baseRun, examples)),
      secondFactorRate: method.loraPlus ?? 1, preference: objective.preference,
      teaching: teachers.isEmpty ? nil : teaching.settings(hardWeight: 0.5), replay: replay ?? 0)
    var encoded = ProgressLine("encoding", total: nil, unit: .bytes, isQuiet: quiet)
    var progress = ProgressLine("scoring", total: nil, isQuiet: quiet)
    let run = try FinetuningRun.create(
      at: path, base: baseRun, data: examples, settings: settings, teachers: teachers,
      device: device, replay: try text(stop)
    ) {
      try stop.check()
      encoded.total = $0.totalBytes
      encoded.update($0.bytesRead)
    } progress: { done, total in
      encoded.finish()
      try stop.check()
      progress.total = total
      progress.update(done)
    }
    encoded.finish()
    progress.finish()
    announce(run, examples)
    return run
  }

  /// What `--corpus` names.
  private func text(_ stop: StopSignal) throws -> PretrainingCorpus? {
    if corpus.isEmpty { return nil }
    return try .named(corpus) {
      var reader = CorpusReader(paths: $0)
      reader.whileWaiting = { try stop.check() }
      return reader
    }
  }

  /// The special tokens that the examples use and a base that only read text has never seen.
  private func newTokens(_ template: ChatTemplate, _ base: BaseRun, _ examples: FinetuningData)
    -> [Int]
  {
    guard [.pretrain, .distill].contains(base.record.kind) else { return [] }
    return template.conversationTokens.filter(examples.contains).map { Int($0) }
  }

  /// Reads the examples, and says what was found.
  private func read(_ template: ChatTemplate, context: Int) throws -> FinetuningData {
    if objective.isPreference(in: resume ? runPath : nil) {
      func files(_ paths: [String]) throws -> [PreferenceFile] {
        try paths.map { path in
          let file = try PreferenceFile(path: path, isStrict: strict)
          say(path, counted(file.pairs.count, "pair") + " of answers", file.badLines)
          return file
        }
      }
      return try FinetuningData(
        preferences: try files(data), validation: try files(validation), template: template,
        context: context)
    }
    func files(_ paths: [String]) throws -> [ConversationFile] {
      try paths.map { path in
        let file = try ConversationFile(path: path, isStrict: strict)
        say(
          path, "\(counted(file.examples.count, "example")), \(file.format.rawValue)", file.badLines
        )
        return file
      }
    }
    return try FinetuningData(
      try files(data), validation: try files(validation), template: template, context: context)
  }

  /// Says what was found in a file.
  private func say(
    _ path: String, _ what: String, _ badLines: [ConversationFile.BadLine]
  ) {
    let path = FileError.printable(path)
    if !quiet { Terminal.say("\(path): \(what)") }
    if let first = badLines.first {
      Terminal.warn(
        "\(path): \(counted(badLines.count, "bad line")) left out, "
          + "\(Self.numbers(badLines)): \(first.number == badLines.last?.number ? "" : "the first, because ")"
          + first.reason)
    }
  }

  /// Names lines, as many as fit.
  private static func numbers(_ lines: [ConversationFile.BadLine]) -> String {
    let shown = lines.prefix(20).map { "\($0.number)" }.joined(separator: ", ")
    let rest = lines.count > 20 ? " and \(grouped(lines.count - 20)) more" : ""
    return "line\(lines.count == 1 ? "" : "s") \(shown)\(rest)"
  }

  /// Says what will be done.
  private func announce(_ run: FinetuningRun, _ data: FinetuningData) {
    let isPreference = run.settings.preference != nil
    warn(data, isPreference)
    if quiet { return }
    let (size, unit) = isPreference ? (2, "pairs") : (1, "examples")
    let share = Double(data.train.supervisedTokens) / Double(max(1, data.train.tokens))
    Terminal.say(
      "\(grouped(data.train.examples / size)) \(unit) of \(grouped(data.train.tokens)) tokens to learn "
        + "from, \(TrainingReport.fixed(100 * share, 1)) % of them supervised; "
        + "\(grouped(data.validation.examples / size)) held out")
    let all = run.model.parameters.elementCount
    let trained = run.model.trained.elementCount
    Terminal.say(
      "\(run.settings.method): \(grouped(trained)) of \(grouped(all)) parameters are trained "
        + "(\(TrainingReport.fixed(100 * Double(trained) / Double(all), 2)) %)")
    for teacher in run.teachers {
      Terminal.say(
        "a teacher: step \(grouped(teacher.step ?? 0)) of \(FileError.printable(teacher.name))")
    }
    let training = run.settings.training
    let passes = Double(training.steps * training.batchSize) / Double(run.exampleCount)
    Terminal.say(
      "\(counted(training.steps, "step")) of \(training.batchSize) \(unit): "
        + "\(TrainingReport.fixed(passes, 2)) passes over them")
  }

  /// Warns of teachers that learned conversations as another template writes them.
  private func warn(_ teachers: [BaseRun], of template: ChatTemplate) {
    let said = [Message(.user, "a"), Message(.assistant, "b")]
    let ours = try? template.text(said)
    for teacher in teachers where (try? ChatTemplate(teacher.tokenizer).text(said)) != ours {
      Terminal.warn(
        "the teacher \(FileError.printable(teacher.parent.name)) has another chat template than "
          + "--base, so it is asked about conversations that are written as it did not learn them")
    }
  }

  /// Ends a strict reading at what the template refuses.
  private func refuse(_ data: FinetuningData) throws {
    if strict, let refusal = data.refusal { throw refusal }
  }

  /// Says what the context cannot hold, and what the template refuses.
  private func warn(_ data: FinetuningData, _ isPreference: Bool) {
    if let refusal = data.refusal {
      Terminal.warn(
        "\(counted(data.refusedExamples, isPreference ? "pair" : "example")) left out, which the chat "
          + "template refuses: \(refusal)")
    }
    if isPreference, data.cutExamples + data.emptyExamples > 0 {
      Terminal.warn(
        "\(counted(data.cutExamples, "pair")) too long for the context, and "
          + "\(grouped(data.emptyExamples)) with an empty answer were left out")
    } else {
      if data.cutExamples > 0 {
        Terminal.warn(
          "\(counted(data.cutExamples, "example")) too long for the context lost a part")
      }
      if data.emptyExamples > 0 {
        Terminal.warn(
          "\(counted(data.emptyExamples, "example")) with nothing to learn left out")
      }
    }
  }

  private func showPreview() throws {
    guard let base else { return }
    let baseRun = try BaseRun(path: base, checkpoint: baseCheckpoint)
    let template = try ChatTemplate(baseRun.tokenizer)
    let examples = try read(template, context: baseRun.configuration.contextLength)
    try refuse(examples)
    warn(examples, objective.preference != nil)
    for (index, parts) in examples.preview(3, template).enumerated() {
      if index > 0 { try Terminal.write("\n") }
      for part in parts {
        try Terminal.write(part.isSupervised ? Self.marked(part.text) : part.text)
      }
      try Terminal.write("\n")
    }
  }

  /// Learned text, in green where someone watches, else in brackets.
  private static func marked(_ text: String) -> String {
    let isColored = isatty(STDOUT_FILENO) == 1 && (Terminal.environment("NO_COLOR") ?? "").isEmpty
    return isColored ? "\u{1B}[1;32m\(text)\u{1B}[0m" : "⟦\(text)⟧"
  }
}
