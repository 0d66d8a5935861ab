public import ArgumentParser
import Corpus
import Evaluation
import Files
import LanguageModel
import Runs
import TensorCore
import Tokenization
import Training

extension Preset: ExpressibleByArgument {}
extension HuggingFaceArchitecture: ExpressibleByArgument {}
extension LearningRateSchedule.Shape: ExpressibleByArgument {}
extension Optimizer.Kind: ExpressibleByArgument {}

/// `pretrain`: trains a new model on text.
struct PretrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain", abstract: "Train a new model on text.",
    usage: """
      swiftlet pretrain --corpus <file> ... --tokenizer <file> --run <dir>
      swiftlet pretrain --run <dir> --resume [<options>]
      """,
    discussion: """
      Makes the run DIR, or goes on with it under --resume. Ctrl-C finishes the step,
      saves and exits. The same seed gives the same model on any number of threads.

        swiftlet pretrain --corpus books/ --tokenizer tokenizer.json \\
            --preset nano --run checkpoints/first
        swiftlet pretrain --run checkpoints/first --resume
        swiftlet pretrain --corpus a.jsonl --validation b.jsonl --steps 2000 \\
            --tokenizer tokenizer.json --preset micro --run checkpoints/second
        swiftlet pretrain --config recipe.yaml --seed 2 --run checkpoints/third
        swiftlet pretrain --from checkpoints/first --seed 2 --run checkpoints/fourth
      """)

  @OptionGroup var options: PretrainOptions

  @Flag(help: "Go on with the run if it is there, else make it.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "What `plan --json` printed; says when the run departs from it.", valueName: "file"))
  var plan: String?

  @OptionGroup var recipe: RecipeOptions

  @Flag(name: .shortAndLong, help: "Print no progress, no samples and no advice.")
  var quiet = false

  private var directory: String { options.text.directory ?? "" }
  private var corpus: [String] { options.text.corpus }
  private var tokenizer: String? { options.text.tokenizer }
  private var model: ModelOptions { options.model }
  private var training: TrainingOptions { options.training }

  func validate() throws {
    if recipe.printConfig { return try model.validateExtents() }
    try require(!directory.isEmpty, hint: "name the directory of the run with --run DIR") {
      "--run is missing"
    }
    let hint =
      RunDirectory.exists(at: directory)
      ? "to go on with the run that is there, add --resume" : "name the text to train on"
    try require(resume || !corpus.isEmpty, hint: hint) {
      "--corpus is missing"
    }
    try require(resume || tokenizer != nil, hint: "train one with `swiftlet tokenizer train`") {
      "--tokenizer is missing"
    }
    if !resume { try model.validateExtents() }
  }

  func run() throws {
    if recipe.printConfig { return try Terminal.write(options.recipe()) }
    let stop = StopSignal()
    let isContinued = resume && RunDirectory.exists(at: directory)
    let precision = try options.precision.resolved()
    let device = try options.threads.device(
      precision: precision ?? (isContinued ? .stored(in: directory) : .float32),
      checkpointsActivations: options.memory.checkpointActivations,
      watch: training.loop.guarding.watch)
    let watch = try plan.map { try PlanWatch(reading: $0) }
    let pretraining = try isContinued ? open(device, stop) : create(device, stop, watch)
    try watch?.check(
      pretraining.model.configuration, batchSize: pretraining.settings.batchSize)
    if pretraining.isFinished {
      Terminal.say(
        TrainingReport.finished(
          directory, after: pretraining.startStep, of: pretraining.settings.steps))
      return suggest()
    }
    announce(pretraining)
    let departure = watch?.departure(
      pretraining.model.configuration, pretraining.settings, on: device)
    if let departure { Terminal.warn(departure) }
    var report = TrainingReport(
      steps: pretraining.settings.steps, watch: watch, isQuiet: quiet)
    let outcome = try pretraining.train(shouldStop: { stop.isRequested }) { try report.show($0) }
    report.finish()
    try outcome.conclude(
      goingOnBy:
        "swiftlet pretrain --run \(Terminal.quoted(directory)) --resume\(options.memory.resumed)",
      stop, isQuiet: quiet)
    suggest()
  }

  private func suggest() {
    if quiet { return }
    Terminal.suggest(
      "swiftlet generate --run \(Terminal.quoted(directory))"
        + TrainingReport.bestCheckpoint(of: directory) + " \"Once upon a time\"")
  }

  private func open(_ device: Device, _ stop: StopSignal) throws -> PretrainingRun {
    let pretraining = try PretrainingRun.resume(
      at: directory, tokenizer: try tokenizer.map { try Tokenizer(reading: $0) },
      corpus: corpus.isEmpty ? nil : try options.source(stop), device: device)
    let (settings, configuration) = (pretraining.settings, pretraining.model.configuration)
    if let preset = settings.preset {
      try requireUnchanged("--preset", model.preset?.rawValue, preset.rawValue)
    }
    try training.checkUnchanged(
      settings, context: configuration.contextLength,
      corpusTokens: pretraining.manifest.train.tokens)
    try options.shaping.checkUnchanged(settings)
    try model.checkUnchanged(configuration)
    return pretraining
  }

  private func create(_ device: Device, _ stop: StopSignal, _ watch: PlanWatch?) throws
    -> PretrainingRun
  {
    guard !corpus.isEmpty, let tokenizerPath = tokenizer else {
      throw CommandError(
        "there is no run at \(FileError.printable(directory)) to go on with",
        hint: "give --corpus and --tokenizer to make it")
    }
    let tokenizer = try Tokenizer(reading: tokenizerPath)
    let configuration = try model.configuration(vocabularySize: tokenizer.vocabularySize)
    try training.validateBeforeReading(model.base, configuration)
    try watch?.check(configuration, batchSize: training.batchSize(model.base))
    var progress = ProgressLine("encoding", total: nil, unit: .bytes, isQuiet: quiet)
    let pretraining = try PretrainingRun.create(
      at: directory, configuration: configuration, tokenizer: tokenizer,
      corpus: try options.source(stop), device: device,
      settings: { options.settings(configuration, corpusTokens: $0.train.tokens) }
    ) {
      try stop.check()
      progress.total = $0.totalBytes
      progress.update($0.bytesRead)
    }
    progress.finish()
    options.reading.warn(ofReplaced: pretraining.manifest.replacedSequences)
    return pretraining
  }

  /// Says what will be done.
  private func announce(_ pretraining: PretrainingRun) {
    guard !quiet else { return }
    let (manifest, settings) = (pretraining.manifest, pretraining.settings)
    let configuration = pretraining.model.configuration
    let tokens =
      settings.batches.sequences(before: settings.steps) * configuration.contextLength
    let passes = Double(tokens) / Double(manifest.train.tokens)
    Terminal.say(
      "\(grouped(configuration.parameterCount)) parameters · "
        + "\(grouped(manifest.train.tokens)) training tokens, "
        + "\(grouped(manifest.validation.tokens)) for validation")
    Terminal.say(
      "\(counted(settings.steps, "step")) of "
        + "\(settings.batchWarmupSteps > 0 ? "up to " : "")\(settings.batchSize) × "
        + "\(configuration.contextLength) tokens: \(grouped(tokens)) tokens, "
        + "\((passes * 100).rounded() / 100) passes over the text")
    Terminal.say(
      "\(settings.optimizer.rawValue), learning rate up to \(settings.learningRate) in "
        + "\(counted(settings.warmupSteps, "step")), then \(settings.schedule.rawValue) · "
        + "\(pretraining.model.device.precision.rawValue)")
    if manifest.droppedDocuments > 0 {
      Terminal.say(
        "\(grouped(manifest.droppedDocuments)) documents left out of the training text, because "
          + "they are validation text")
    }
    if pretraining.startStep > 0 {
      Terminal.say("going on after step \(grouped(pretraining.startStep))")
    }
  }
}
