public import Corpus
import Evaluation
import Files
import Inference
public import LanguageModel
public import Runs
import StrictJSON
public import TensorCore
public import Tokenization

/// A pretraining run on disk, and the model that it trains.
///
/// Everything that a step does is a function of the settings, the corpus and the number of the
/// step; what a checkpoint must hold is therefore little, and resuming is exact.
public final class PretrainingRun {
  /// Where it is stored.
  public let directory: RunDirectory
  /// What it was asked to do.
  public let settings: PretrainingSettings
  /// The tokenizer of the corpus.
  public let tokenizer: Tokenizer
  /// What is trained.
  public let model: Transformer
  /// Counts of the encoded corpus.
  public let manifest: ShardManifest
  /// Updates done when this run was opened.
  public let startStep: Int
  private let lock: FileLock
  private let windows: TrainingWindows
  private let validation: TokenStream?
  private var step: TrainingStep<NextToken>
  private var best: BestStep?
  private let warnings: [String]

  /// Tokens of validation text that are scored during a run; `evaluate` scores all.
  static let validationTokens = 65_536
  private static let shardsName = "tokens"
  private static let keptSteps = 2
  private static let restore = "restore the run's files"

  /// Creates a run: encodes or copies the corpus, writes `run.json` last, and trains nothing yet.
  ///
  /// - Parameters:
  ///   - configuration: The model; its vocabulary must be the tokenizer's.
  ///   - steps: The settings, once the number of training tokens is known.
  ///   - progress: Told how far encoding is.
  /// - Throws: ``TrainingError``, `ModelConfigurationError`, `CorpusError`, `RunError`, `FileError`;
  ///   no run is left then.
  public static func create(
    at path: String, configuration: ModelConfiguration, tokenizer: Tokenizer,
    corpus: PretrainingCorpus, device: Device,
    settings: (ShardManifest) throws -> PretrainingSettings,
    progress: (CorpusEncoder.Progress) throws -> Void = { _ in }
  ) throws -> PretrainingRun {
    var configuration = configuration
    precondition(configuration.vocabularySize == tokenizer.vocabularySize)
    configuration.beginToken = tokenizer.endOfText.map(Int.init)
    try configuration.validate()
    let (directory, lock) = try RunDirectory.create(at: path) { draft in
      let manifest = try corpus.write(
        into: "\(draft)/\(shardsName)", tokenizer: tokenizer, threads: device.threadCount,
        progress: progress)
      let settings = try settings(manifest)
      try settings.validate(for: configuration)
      _ = try WindowSampler(
        tokenCount: manifest.train.tokens, context: configuration.contextLength,
        seed: UInt64(settings.seed))
      try tokenizer.write(to: "\(draft)/tokenizer.json")
      try AtomicFile.write(
        configuration.json.serialized(pretty: true), to: "\(draft)/config.json")
      let record = RunRecord(
        toolVersion: ToolVersion.current, kind: .pretrain, settings: settings.members,
        seed: settings.seed, instructionLevel: device.instructions,
        libraries: ToolVersion.libraries, precision: device.precision.rawValue,
        tokenizerHash: tokenizer.hash,
        corpusHash: manifest.corpusHash)
      try record.write(to: "\(draft)/run.json")
    }
    return try PretrainingRun(directory, lock, device)
  }

  /// Opens a run to go on with it, or to start over if it never saved a step.
  ///
  /// - Parameter corpus: If given, must be what the run was created with.
  /// - Throws: `RunError` for a run that is damaged or being trained; ``TrainingError`` if the
  ///   corpus or the tokenizer has changed.
  public static func resume(
    at path: String, tokenizer: Tokenizer?, corpus: PretrainingCorpus?, device: Device
  ) throws -> PretrainingRun {
    let directory = try RunDirectory(opening: path)
    let record = try directory.record()
    if let tokenizer, tokenizer.hash != record.tokenizerHash {
      throw TrainingError(
        "the tokenizer is not the one that the run \(path) was made with",
        hint: "leave out --tokenizer: the run has its own")
    }
    if let corpus {
      let manifest = try ShardManifest(directory: directory[shardsName])
      guard try corpus.isSame(as: manifest) else {
        throw TrainingError(
          "the corpus has changed since the run \(path) was created",
          hint: "leave out --corpus to go on with the text as it was, or start another --run")
      }
      guard try corpus.hasSameValidation(as: manifest) else {
        throw TrainingError(
          "the validation text is not the one that the run \(path) was created with",
          hint: "leave out --validation to go on with the text as it was, or start another --run")
      }
    }
    return try PretrainingRun(directory, try directory.lock(), device)
  }

  private init(_ directory: RunDirectory, _ lock: FileLock, _ device: Device) throws {
    self.directory = directory
    self.lock = lock
    let record = try directory.record()
    guard record.precision == device.precision.rawValue else {
      throw TrainingError(
        "the run computes in \(record.precision), not in \(device.precision.rawValue)",
        hint: "leave out --precision to go on as before, or start another --run")
    }
    settings = try PretrainingSettings(record.settings, path: directory["run.json"])
    tokenizer = try Tokenizer(reading: directory["tokenizer.json"])
    guard tokenizer.hash == record.tokenizerHash else {
      throw TrainingError(
        "\(directory["tokenizer.json"]) is not the tokenizer that the run was made with",
        hint: "restore it, or train a new run")
    }
    let shards = directory[Self.shardsName]
    manifest = try ShardManifest(directory: shards)
    let stream = try TokenStream(directory: shards, split: .train, tokenizer: tokenizer)
    try stream.verify()
    validation =
      manifest.validation.tokens > 0
      ? try TokenStream(directory: shards, split: .validation, tokenizer: tokenizer) : nil
    try validation?.verify()
    let configuration = try ModelConfiguration(reading: directory["config.json"])
    guard configuration.vocabularySize == tokenizer.vocabularySize else {
      throw TrainingError(
        "\(directory["config.json"]) has a vocabulary of \(configuration.vocabularySize), and the "
          + "tokenizer one of \(tokenizer.vocabularySize)", hint: Self.restore)
    }
    try settings.validate(for: configuration)
    windows = try TrainingWindows(
      stream, context: configuration.contextLength, batchSize: settings.batchSize,
      seed: UInt64(settings.seed))
    let latest = try directory.latestStep()
    startStep = latest ?? 0
    if let latest {
      let state = try Self.verify(latest, of: directory)
      let path = try directory.path(ofStep: latest)
      model = try Transformer(loading: path, on: device)
      guard model.configuration == configuration else {
        throw TrainingError(
          "\(path)/config.json is not the configuration in \(directory["config.json"])",
          hint: Self.restore)
      }
      step = TrainingStep(
        NextToken(), model: model,
        optimizer: try OptimizerFile.read(
          directory: path, settings, model.parameters, step: latest, on: device),
        maximumNorm: settings.maximumNorm)
      best = BestStep(state.members)
      // What a kill between saving the step and this left undone.
      if let best, try directory.steps.contains(best.step), try directory.bestStep() != best.step {
        try directory.markBest(best.step)
      }
      try directory.removeSteps(keepingLast: Self.keptSteps)
    } else {
      model = Transformer(configuration, seed: UInt64(settings.seed), on: device)
      step = TrainingStep(
        NextToken(), model: model,
        optimizer: Optimizer(
          settings.optimizerSettings, of: model.parameters,
          on: device),
        maximumNorm: settings.maximumNorm)
    }
    try directory.cutMetrics(after: startStep)
    warnings = Self.warnings(record, device)
  }

  /// Checks the step to go on from, and says how to go on without it.
  private static func verify(_ latest: Int, of directory: RunDirectory) throws -> StepState {
    do {
      return try directory.verifyStep(latest)
    } catch let error as RunError {
      guard let earlier = try directory.steps.last(where: { $0 < latest }) else { throw error }
      throw RunError(
        error.description,
        hint: "remove \(try directory.path(ofStep: latest)) to go on from step \(earlier)")
    }
  }

  /// What has changed since the run was created that changes bits, but not results.
  private static func warnings(_ record: RunRecord, _ device: Device) -> [String] {
    var changes: [String] = []
    if record.instructionLevel != device.instructions {
      changes.append(
        "the instruction level is \(device.instructions), not \(record.instructionLevel)")
    }
    for library in ToolVersion.libraries {
      let before = record.libraries.first { $0.name == library.name }?.value
      if before != library.value {
        changes.append(
          "\(library.name) is \(library.value.string ?? ""), not \(before?.string ?? "recorded")")
      }
    }
    return changes.map {
      "\($0): the run goes on, with bits that differ from those of the first machine"
    }
  }

  /// Whether all steps are done.
  public var isFinished: Bool { startStep >= settings.steps }

  /// Trains to the last step, measuring, sampling and saving on the way.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked before the first step and after each; `true` saves the step and returns.
  ///   - observe: Told what happens; what it throws stops the run.
  /// - Throws: ``TrainingError`` if the loss is no longer finite, with what was saved untouched;
  ///   `FileError` such as a full disk.
  public func train(
    shouldStop: () -> Bool = { false }, observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    for warning in warnings { try observe(.warning(warning)) }
    if !isFinished, shouldStop() { return .interrupted(step: startStep) }
    let schedule = settings.learningRateSchedule
    for index in startStep..<max(startStep, settings.steps) {
      let clock = ContinuousClock.now
      let batches = try windows.microBatches(ofStep: index)
      let report = step.run(batches, learningRate: schedule.rate(at: index))
      let done = index + 1
      guard report.loss.isFinite, report.gradientNorm.isFinite else {
        throw diverged(
          "the loss (\(report.loss)) or its gradient (norm \(report.gradientNorm)) is",
          step: done, good: index - 1)
      }
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      try directory.appendMetrics(line(done, report, seconds))
      try observe(.step(done, report, tokens: windows.tokensPerStep, seconds: seconds))
      let isLast = done == settings.steps
      let isBest = try isLast || done % settings.evaluateEvery == 0 ? measure(done, observe) : false
      if settings.sampleEvery > 0, done % settings.sampleEvery == 0 || isLast {
        try observe(.sample(step: done, try sample(done)))
      }
      let isStopping = shouldStop() && !isLast
      if isLast || isBest || isStopping || done % settings.checkpointEvery == 0 {
        try save(done)
        try observe(.checkpoint(step: done, path: try directory.path(ofStep: done)))
      }
      if isStopping { return .interrupted(step: done) }
    }
    return .finished
  }

  /// The error of a step that could not be done, or spoilt the model. Steps up to `good` are known
  /// to have had a finite loss: the weights of a later one may be what failed.
  private func diverged(_ what: String, step: Int, good: Int) -> TrainingError {
    let saved = (try? directory.steps.last { $0 <= good }) ?? nil
    return TrainingError(
      "\(what) not finite at step \(step); "
        + (saved.map { "step \($0) is saved" } ?? "no earlier step was saved"),
      hint: "start another --run with a smaller --learning-rate than \(settings.learningRate)")
  }

  /// Scores the validation text; says whether it is the best so far.
  private func measure(_ done: Int, _ observe: (TrainingEvent) throws -> Void) throws -> Bool {
    guard let validation else { return false }
    let score = try TextEvaluation(
      validation, tokenizer: tokenizer, maximumTokens: Self.validationTokens
    ).score(model)
    guard score.loss.isFinite else {
      throw diverged("the validation loss (\(score.loss)) is", step: done, good: done - 1)
    }
    let isBest = best.map { score.loss < $0.loss } ?? true
    if isBest { best = BestStep(step: done, loss: score.loss) }
    try directory.appendMetrics([
      "step": .integer(done), "validation_loss": .number(score.loss),
      "validation_perplexity": .number(score.perplexity),
      "validation_bits_per_byte": .number(score.bitsPerByte),
    ])
    try observe(.validation(step: done, score, isBest: isBest))
    return isBest
  }

  private func sample(_ done: Int) throws -> String {
    try Generator(model: model, tokenizer: tokenizer).generate(
      "",
      GenerationSettings(
        sampler: Sampler(temperature: 0.8, topP: 0.95, seed: UInt64(settings.seed)),
        maximumTokens: 60)
    ).text
  }

  private func save(_ done: Int) throws {
    var members = [
      JSONMember(name: "next_window", value: .integer(done * settings.batchSize)),
      JSONMember(name: "seed", value: .integer(settings.seed)),
      JSONMember(
        name: "learning_rate",
        value: .number(settings.learningRateSchedule.rate(at: done - 1))),
    ]
    if let best { members += best.members }
    try directory.writeStep(done, state: members) { path in
      try model.save(to: path)
      try OptimizerFile.write(step.optimizer, model.parameters, directory: path)
    }
    if best?.step == done { try directory.markBest(done) }
    try directory.removeSteps(keepingLast: Self.keptSteps)
  }

  private func line(_ done: Int, _ report: StepReport, _ seconds: Double) -> JSONValue {
    [
      "step": .integer(done), "loss": .number(report.loss),
      "learning_rate": .number(report.learningRate),
      "gradient_norm": .number(report.gradientNorm),
      "tokens_per_second": .number(Double(windows.tokensPerStep) / seconds),
    ]
  }
}

/// The best validation loss so far, and when it was measured.
private struct BestStep {
  var step: Int
  var loss: Double

  init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }

  init?(_ members: [JSONMember]) {
    guard let value = JSONValue.object(members)["best"], let step = value["step"]?.integer,
      let loss = value["validation_loss"]?.number
    else { return nil }
    self.init(step: step, loss: loss)
  }

  var members: [JSONMember] {
    [
      JSONMember(
        name: "best", value: ["step": .integer(step), "validation_loss": .number(loss)])
    ]
  }
}
