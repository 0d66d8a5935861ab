public import LanguageModel
public import StrictJSON
import TensorCore

/// How long and how a model is trained; its extents are in its configuration.
public struct TrainingSettings: Sendable, Equatable {
  /// Updates.
  public var steps: Int
  /// Sequences of each update.
  public var batchSize: Int
  /// Updates in which the batch grows to ``batchSize``; 0 for none.
  public var batchWarmupSteps = 0
  /// The rule for hidden matrices.
  public var optimizer: Optimizer.Kind
  /// The greatest learning rate.
  public var learningRate: Double
  /// How the rate comes down.
  public var schedule: LearningRateSchedule.Shape
  /// Updates of the linear warm-up.
  public var warmupSteps: Int
  /// Decay of matrices, per unit of learning rate.
  public var weightDecay: Double
  /// The greatest global norm of the gradient.
  public var maximumNorm: Double
  /// Of the initial weights, of the order of the text, and of what is dropped.
  public var seed: Int
  /// Updates from one checkpoint to the next.
  public var checkpointEvery: Int
  /// Updates from one validation to the next.
  public var evaluateEvery: Int
  /// Updates from one sample of text to the next; 0 for none.
  public var sampleEvery: Int
  /// The latest checkpoints that are kept, beside the best.
  public var keep = 2
  /// Validations in a row without a new best after which the run ends; 0 for never.
  public var earlyStopping = 0
  /// The standard deviations of recent steps by which an outlier's loss or gradient norm exceeds
  /// their mean; 0 skips none.
  public var skipOutliers = 6.0
  /// The weight of z² in the gradient, z the logarithm of the softmax's sum; 0 for none.
  public var zLoss = 0.0
  /// Whether projections back into the residual stream begin with zeros. Source: Zhang, Dauphin and Ma,
  /// "Fixup Initialization", 2019.
  public var zeroInit = false
  /// How often an element of the embeddings, and of what attention and feed-forward add to the residual
  /// stream, is dropped.
  public var dropout = 0.0
  /// Whether attention crosses from one document into the next where a window holds several.
  public var crossesDocuments = false
  /// The size that the model and the defaults were taken from, if one was.
  public var preset: Preset?

  /// The last learning rate, as a share of the greatest.
  static let learningRateFloor = 0.1

  /// Settings with defaults in proportion to `steps`.
  public init(
    steps: Int, batchSize: Int, optimizer: Optimizer.Kind = .adamw, learningRate: Double,
    schedule: LearningRateSchedule.Shape = .cosine,
    warmupSteps: Int? = nil, weightDecay: Double = 0.1, maximumNorm: Double = 1, seed: Int = 0,
    checkpointEvery: Int? = nil, evaluateEvery: Int? = nil, sampleEvery: Int? = nil,
    preset: Preset? = nil
  ) {
    self.steps = steps
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.warmupSteps = warmupSteps ?? min(200, max(1, steps / 20))
    self.weightDecay = weightDecay
    self.maximumNorm = maximumNorm
    self.seed = seed
    self.checkpointEvery = checkpointEvery ?? max(1, min(500, steps / 4))
    self.evaluateEvery = evaluateEvery ?? max(1, min(250, steps / 4))
    self.sampleEvery = sampleEvery ?? max(1, min(500, steps / 4))
    self.preset = preset
  }

  /// Checks that `configuration` can be trained so: the settings by themselves, the size of a step,
  /// and the memory that the parameters take.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - isFrozen: Whether only an adapter beside it is trained.
  /// - Throws: ``TrainingError``.
  public func validate(for configuration: ModelConfiguration, isFrozen: Bool = false) throws {
    try validate()
    let (tokens, overflow) = batchSize.multipliedReportingOverflow(by: configuration.contextLength)
    guard !overflow, tokens <= Self.greatestStep else {
      throw TrainingError(
        "a step of \(batchSize) sequences of \(configuration.contextLength) tokens is too large: "
          + "at most \(Self.greatestStep) tokens make a step",
        hint: "choose a smaller --batch-size, or a model of a smaller context")
    }
    try TrainingMemory.check(configuration, isFrozen: isFrozen)
  }

  /// Checks that the settings have a meaning.
  ///
  /// - Throws: ``TrainingError``, which names the option.
  public func validate() throws {
    func require(_ holds: Bool, _ reason: String) throws {
      if !holds { throw TrainingError(reason, hint: "leave it out for the default") }
    }
    for (name, value) in [
      ("--steps", steps), ("--batch-size", batchSize), ("--checkpoint-every", checkpointEvery),
      ("--evaluate-every", evaluateEvery),
    ] {
      try require(
        (1...Self.greatest).contains(value),
        "\(name) must be from 1 to \(Self.greatest), not \(value)")
    }
    try require(
      (0...Self.greatest).contains(batchWarmupSteps),
      "--batch-warmup-steps must be from 0 to \(Self.greatest), not \(batchWarmupSteps)")
    try require(warmupSteps >= 0, "--warmup-steps must be 0 or more, not \(warmupSteps)")
    try require(
      (1...Self.greatest).contains(keep), "--keep must be from 1 to \(Self.greatest), not \(keep)")
    try require(
      (0...Self.greatest).contains(earlyStopping),
      "--early-stopping must be from 0 to \(Self.greatest), not \(earlyStopping)")
    try require(
      skipOutliers == 0 || (1...1e6).contains(skipOutliers),
      "--skip-outliers must be 0 or from 1 to 1000000, not \(skipOutliers)")
    try require((0...1).contains(zLoss), "--z-loss must be from 0 to 1, not \(zLoss)")
    try require(
      (0..<1).contains(Float(dropout)), "--dropout must be from 0 to below 1, not \(dropout)")
    try require(sampleEvery >= 0, "--sample-every must be 0 or more, not \(sampleEvery)")
    try require(seed >= 0, "--seed must be 0 or more, not \(seed)")
    try require(
      learningRate > 0 && learningRate < 10,
      "--learning-rate must be above 0 and below 10, not \(learningRate)")
    try require(
      weightDecay >= 0 && weightDecay * learningRate < 1,
      "--weight-decay must be from 0 to 1 / learning rate, not \(weightDecay)")
    try require(
      maximumNorm > 0 && maximumNorm.isFinite,
      "--maximum-norm must be above 0, not \(maximumNorm)")
  }

  private static let greatest = 1 << 32
  /// Tokens; with ``greatest`` it keeps all products in range.
  private static let greatestStep = 1 << 24

  /// What the optimizer needs to know.
  var optimizerSettings: Optimizer.Settings {
    Optimizer.Settings(kind: optimizer, weightDecay: Float(weightDecay))
  }

  /// The sequences of each update.
  public var batches: BatchSizeSchedule {
    BatchSizeSchedule(full: batchSize, warmupSteps: batchWarmupSteps)
  }

  /// What one micro-batch of a step drops: a function of these numbers, so resuming is exact.
  package func dropout(ofStep step: Int, microBatch: Int) -> Dropout {
    // Steps have far fewer micro-batches than this.
    let stream = UInt64(step) << 24 | UInt64(microBatch)
    return Dropout(
      RandomSource(seed: UInt64(seed), stream: stream), residualRate: Float(dropout))
  }

  /// The learning rate of each update.
  public var learningRateSchedule: LearningRateSchedule {
    LearningRateSchedule(
      shape: schedule, peak: learningRate, floor: Self.learningRateFloor,
      warmupSteps: warmupSteps, totalSteps: steps)
  }

  /// As stored in `run.json`.
  public var members: [JSONMember] {
    let values: [(String, JSONValue)] = [
      ("steps", .integer(steps)), ("batch_size", .integer(batchSize)),
      ("batch_warmup_steps", .integer(batchWarmupSteps)),
      ("optimizer", .string(optimizer.rawValue)),
      ("learning_rate", .number(learningRate)), ("schedule", .string(schedule.rawValue)),
      ("warmup_steps", .integer(warmupSteps)), ("weight_decay", .number(weightDecay)),
      ("maximum_norm", .number(maximumNorm)), ("seed", .integer(seed)),
      ("checkpoint_every", .integer(checkpointEvery)),
      ("evaluate_every", .integer(evaluateEvery)), ("sample_every", .integer(sampleEvery)),
      ("keep", .integer(keep)), ("early_stopping", .integer(earlyStopping)),
      ("skip_outliers", .number(skipOutliers)), ("z_loss", .number(zLoss)),
      ("zero_init", .bool(zeroInit)), ("dropout", .number(dropout)),
      ("cross_documents", .bool(crossesDocuments)),
      ("preset", preset.map { .string($0.rawValue) } ?? .null),
    ]
    return values.map { JSONMember(name: $0.0, value: $0.1) }
  }

  /// Reads what ``members`` wrote.
  ///
  /// - Parameters:
  ///   - members: The settings.
  ///   - path: Names the file in errors.
  /// - Throws: ``TrainingError`` naming the key.
  public init(_ members: [JSONMember], path: String) throws {
    let object = JSONValue.object(members)
    func value<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws -> Value {
      guard let value = object[key].flatMap(read) else {
        throw TrainingError(
          "\(path): the setting \(key) is missing or of the wrong kind", hint: Self.damaged)
      }
      return value
    }
    self.init(
      steps: try value("steps", \.integer), batchSize: try value("batch_size", \.integer),
      optimizer: try value("optimizer") { $0.string.flatMap(Optimizer.Kind.init) },
      learningRate: try value("learning_rate", \.number),
      schedule: try value("schedule") { $0.string.flatMap(LearningRateSchedule.Shape.init) },
      warmupSteps: try value("warmup_steps", \.integer),
      weightDecay: try value("weight_decay", \.number),
      maximumNorm: try value("maximum_norm", \.number), seed: try value("seed", \.integer),
      checkpointEvery: try value("checkpoint_every", \.integer),
      evaluateEvery: try value("evaluate_every", \.integer),
      sampleEvery: try value("sample_every", \.integer),
      preset: object["preset"]?.string.flatMap(Preset.init))
    // Runs of before these settings did as their values here say.
    keep = object["keep"] == nil ? 2 : try value("keep", \.integer)
    batchWarmupSteps =
      object["batch_warmup_steps"] == nil ? 0 : try value("batch_warmup_steps", \.integer)
    earlyStopping = object["early_stopping"] == nil ? 0 : try value("early_stopping", \.integer)
    skipOutliers = object["skip_outliers"] == nil ? 0 : try value("skip_outliers", \.number)
    zLoss = object["z_loss"] == nil ? 0 : try value("z_loss", \.number)
    dropout = object["dropout"] == nil ? 0 : try value("dropout", \.number)
    crossesDocuments =
      object["cross_documents"] == nil ? false : try value("cross_documents", \.bool)
    zeroInit = object["zero_init"] == nil ? false : try value("zero_init", \.bool)
    do {
      try validate()
    } catch let error as TrainingError {
      throw TrainingError("\(path): \(error.description)", hint: Self.damaged)
    }
  }

  private static let damaged = "the file is damaged or was edited; restore it"
}

/// What a pretraining run was asked to do.
public typealias PretrainingSettings = TrainingSettings
