import ArgumentParser
import Corpus
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization
import Training

/// `distill`: trains a student to predict as its teacher does.
struct DistillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distill", abstract: "Train a student to predict as its teacher does.",
    usage: """
      swiftlet distill --teacher <t> --student <s> --corpus <file> --run <dir>
      swiftlet distill --run <dir> --resume
      """,
    discussion: """
      The student is a preset, which begins with random weights, or a run of the same
      tokenizer. At every token of the text it is compared with the teacher over the
      whole vocabulary. With --on-policy, the student goes on after the beginnings of
      that share of the text, and is compared where it went. Makes the run DIR, or
      goes on with it under --resume.

        swiftlet distill --teacher checkpoints/large --student nano \\
            --corpus stories.jsonl --run checkpoints/student
        swiftlet distill --teacher checkpoints/a --teacher checkpoints/b \\
            --student nano --corpus stories.jsonl --run checkpoints/of-both
        swiftlet distill --teacher checkpoints/large --student checkpoints/small \\
            --corpus stories.jsonl --loss jsd --hard-weight 0.5 --run checkpoints/two
      """)

  @OptionGroup(title: "Teacher") var teaching: TeacherOptions

  @Option(help: ArgumentHelp("A preset, or the run to begin from.", valueName: "name"))
  var student: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files or directories of text, or token shards.", valueName: "file"))
  var corpus: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Text to measure with; unless given, a part of the corpus.", valueName: "file"))
  var validation: [String] = []

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run to make or to go on with.", valueName: "dir"))
  var runPath: String

  @Flag(help: "Go on with the run if it is there, else make it.")
  var resume = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The weight of the distance of its hidden states from the teacher's, through a learned "
        + "projection; 0 unless given.", valueName: "x"))
  var hiddenWeight: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The share of the text that the student writes, for the teacher to correct; 0 unless given.",
      valueName: "share"))
  var onPolicy: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Ask the teachers once, before training, and keep their k most probable tokens on disk; for "
        + "forward-kl.",
      valueName: "k"))
  var cache: Int?

  @OptionGroup(title: "Training") var training: TrainingOptions

  @OptionGroup(title: "Reading") var reading: CorpusOptions

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var memory: MemoryOptions

  @Flag(name: .shortAndLong, help: "Print no progress, no samples and no advice.")
  var quiet = false

  func validate() throws {
    for (name, isMissing) in [
      ("--teacher", teaching.teacher.isEmpty), ("--student", student == nil),
      ("--corpus", corpus.isEmpty),
    ] {
      try require(resume || !isMissing, hint: "name it, or go on with a run by --resume") {
        "\(name) is missing"
      }
    }
    try require(validation.isEmpty || !corpus.isEmpty, hint: "name both, or neither to go on") {
      "--validation needs --corpus"
    }
    if !(resume && RunDirectory.exists(at: runPath)) { try teaching.validateForNew() }
    try check {
      try settings(TrainingSettings(steps: 1, batchSize: 1, learningRate: 1e-3)).validate()
    }
  }

  func run() throws {
    let stop = StopSignal()
    let isContinued = resume && RunDirectory.exists(at: runPath)
    let stored = isContinued ? try Precision.stored(in: runPath) : .float32
    let device = try threads.device(
      precision: precision.resolved() ?? stored,
      checkpointsActivations: memory.checkpointActivations, watch: training.loop.guarding.watch)
    let run = isContinued ? try open(device, stop) : try create(device, stop)
    let steps = run.settings.training.steps
    if run.isFinished {
      Terminal.say(TrainingReport.finished(runPath, after: run.startStep, of: steps))
      return suggest()
    }
    announce(run)
    var report = TrainingReport(steps: steps, isQuiet: quiet)
    let outcome = try run.train(shouldStop: { stop.isRequested }) { try report.show($0) }
    report.finish()
    try outcome.conclude(
      goingOnBy: "swiftlet distill --run \(Terminal.quoted(runPath)) --resume\(memory.resumed)",
      stop, isQuiet: quiet)
    suggest()
  }

  private func suggest() {
    if quiet { return }
    Terminal.suggest(
      "swiftlet generate --run \(Terminal.quoted(runPath))"
        + TrainingReport.bestCheckpoint(of: runPath) + " \"Once upon a time\"")
  }

  private func open(_ device: Device, _ stop: StopSignal) throws -> DistillationRun {
    let run = try DistillationRun.resume(
      at: runPath, corpus: corpus.isEmpty ? nil : try source(stop), device: device)
    let settings = run.settings
    try teaching.checkUnchanged(run.teachers, settings.teaching, runPath)
    try checkUnchanged(student: run)
    try requireUnchanged("--hidden-weight", hiddenWeight, settings.hiddenWeight)
    try requireUnchanged("--on-policy", onPolicy, settings.onPolicy)
    try requireUnchanged("--cache", cache, settings.cache)
    try training.checkUnchanged(
      settings.training,
      context: run.model.configuration.contextLength,
      corpusTokens: run.manifest.train.tokens)
    return run
  }

  /// Refuses another `--student` than that of a run that goes on.
  private func checkUnchanged(student run: DistillationRun) throws {
    guard let student else { return }
    let kept = run.parent.map { "step \($0.step ?? 0) of \(FileError.printable($0.name))" }
    if Preset(rawValue: student) != nil {
      let preset = run.settings.training.preset?.rawValue
      return try requireUnchanged("--student", student, kept ?? preset ?? "another")
    }
    guard try BaseRun(path: student).parent.hash == run.parent?.hash else {
      throw CommandError(
        "the student of \(FileError.printable(runPath)) began "
          + (kept.map { "from \($0)" } ?? "with random weights"),
        hint: "leave out --student, or train another --run")
    }
  }

  private func create(_ device: Device, _ stop: StopSignal) throws -> DistillationRun {
    guard !teaching.teacher.isEmpty, let student, !corpus.isEmpty else {
      throw CommandError(
        "there is no run at \(FileError.printable(runPath)) to go on with",
        hint: "give --teacher, --student and --corpus to make it")
    }
    let teachers = try teaching.runs()
    var progress = ProgressLine("encoding", total: nil, unit: .bytes, isQuiet: quiet)
    var asking: ProgressLine?
    let preset = Preset(rawValue: student)
    let begun = try begin(student, preset, teachers)
    let run = try DistillationRun.create(
      at: runPath, teachers: teachers, student: begun,
      corpus: try source(stop), device: device,
      settings: { configuration, manifest in
        // A student from outside, of no preset, is trained as the smallest.
        let known = preset ?? begun.preset
        var training = training.settings(
          preset: known ?? .nano, configuration: configuration,
          corpusTokens: manifest.train.tokens)
        training.preset = known
        return settings(training)
      }
    ) {
      try stop.check()
      progress.total = $0.totalBytes
      progress.update($0.bytesRead)
    } asking: { done, windows in
      if asking == nil {
        progress.finish()
        asking = ProgressLine("asking the teachers", total: windows, isQuiet: quiet)
      }
      try stop.check()
      asking?.update(done)
    }
    progress.finish()
    asking?.finish()
    reading.warn(ofReplaced: run.manifest.replacedSequences)
    return run
  }

  /// The settings of a new run.
  private func settings(_ training: TrainingSettings) -> DistillationSettings {
    DistillationSettings(
      training: training, teaching: teaching.settings(hardWeight: 0),
      hiddenWeight: hiddenWeight ?? 0, onPolicy: onPolicy ?? 0, cache: cache ?? 0)
  }

  /// What `--student` names, for the teacher's vocabulary.
  private func begin(_ name: String, _ preset: Preset?, _ teachers: [BaseRun]) throws -> Student {
    guard let preset else {
      guard RunDirectory.exists(at: name) else {
        throw CommandError(
          "there is no preset and no run \(FileError.printable(name))",
          hint: "choose \(Preset.allCases.map(\.rawValue).joined(separator: ", ")), or a run")
      }
      return .run(try BaseRun(path: name))
    }
    var configuration = preset.configuration
    configuration.vocabularySize = teachers[0].configuration.vocabularySize
    configuration.contextLength = teachers.reduce(configuration.contextLength) {
      min($0, $1.configuration.contextLength)
    }
    return .new(configuration)
  }

  /// What `--corpus` and `--validation` name.
  private func source(_ stop: StopSignal) throws -> PretrainingCorpus {
    try .named(corpus, validation: validation) { reading.reader($0, stop) }
  }

  private func announce(_ run: DistillationRun) {
    if quiet { return }
    Terminal.say(
      "a student of \(grouped(run.model.configuration.parameterCount)) parameters"
        + run.teacherModels.map { ", a teacher of \(grouped($0.parameters.elementCount))" }.joined()
    )
    if let cached = run.cached {
      Terminal.say(
        "the teachers' \(run.settings.cache) most probable tokens are on disk, "
          + "\(ProgressLine.megabytes(cached.bytes)) MB; they leave out "
          + "\(TrainingReport.fixed(100 * cached.leftOut, 2)) % of the probability")
    }
    let training = run.settings.training
    let tokens =
      training.batches.sequences(before: training.steps) * run.model.configuration.contextLength
    Terminal.say("\(grouped(training.steps)) steps, \(grouped(tokens)) tokens")
    if run.startStep > 0 { Terminal.say("going on after step \(grouped(run.startStep))") }
  }
}

extension Student {
  /// The preset that a run was trained as, if it names one.
  fileprivate var preset: Preset? {
    guard case .run(let run) = self else { return nil }
    return JSONValue.object(run.record.settings)["preset"]?.string.flatMap(Preset.init)
  }
}
