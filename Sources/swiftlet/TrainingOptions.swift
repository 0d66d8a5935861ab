import ArgumentParser
import LanguageModel
import Training

/// How long and how a model is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: "Updates.")
  var steps: Int?

  @Option(help: "Tokens to train on, instead of --steps.")
  var tokens: Int?

  @Option(help: "Passes over the text, instead of --steps.")
  var epochs: Double?

  @Option(help: "Sequences of an update.")
  var batchSize: Int?

  @Option(help: "The greatest learning rate.")
  var learningRate: Double?

  @Option(help: "How the learning rate comes down.")
  var schedule: LearningRateSchedule.Shape?

  @Option(help: "Updates of the linear warm-up.")
  var warmupSteps: Int?

  @Option(help: "Decay of matrices, per unit of learning rate.")
  var weightDecay: Double?

  @Option(help: "The greatest global norm of the gradient.")
  var maximumNorm: Double?

  @Option(help: "Of the initial weights and of the order of the text.")
  var seed: Int?

  @Option(help: "Updates from one checkpoint to the next.")
  var checkpointEvery: Int?

  @Option(help: "Updates from one validation to the next.")
  var evaluateEvery: Int?

  @Option(help: "Updates from one sample to the next; 0 for none.")
  var sampleEvery: Int?

  func validate() throws {
    try require([steps != nil, tokens != nil, epochs != nil].count { $0 } <= 1) {
      "only one of --steps, --tokens and --epochs can say how long to train"
    }
    try require((1...1 << 40).contains(tokens ?? 1)) {
      "--tokens must be at least 1, not \(tokens ?? 0)"
    }
    try require(epochs.map { $0 > 0 && $0 <= 1e6 } ?? true) {
      "--epochs must be above 0, not \(epochs ?? 0)"
    }
    // Names the first of the others that has no meaning.
    try check { try settings(steps: steps ?? 1, batchSize: 1, learningRate: 1e-3).validate() }
  }

  /// Refuses what cannot be before the corpus is read.
  func validateBeforeReading(_ configuration: ModelConfiguration) throws {
    let batch = (batchSize ?? 1).multipliedReportingOverflow(by: configuration.contextLength)
    guard !batch.overflow, batch.partialValue <= 1 << 31 else {
      throw CommandError(
        "--batch-size \(batchSize ?? 1) × context \(configuration.contextLength) is too large",
        hint: "choose a smaller --batch-size")
    }
  }

  /// The settings of a new run.
  func settings(preset: Preset, configuration: ModelConfiguration, corpusTokens: Int) throws
    -> PretrainingSettings
  {
    let defaults = PretrainingDefaults(preset)
    let batchSize = batchSize ?? defaults.batchSize
    let tokensPerStep = batchSize * configuration.contextLength
    let tokens =
      tokens ?? epochs.map { Int($0 * Double(corpusTokens)) }
      ?? PretrainingDefaults.tokens(for: configuration, corpusTokens: corpusTokens)
    return settings(
      steps: steps ?? max(1, (tokens + tokensPerStep - 1) / tokensPerStep), batchSize: batchSize,
      learningRate: defaults.learningRate)
  }

  private func settings(steps: Int, batchSize: Int, learningRate: Double) -> PretrainingSettings {
    PretrainingSettings(
      steps: steps, batchSize: self.batchSize ?? batchSize,
      learningRate: self.learningRate ?? learningRate, schedule: schedule ?? .cosine,
      warmupSteps: warmupSteps, weightDecay: weightDecay ?? 0.1, maximumNorm: maximumNorm ?? 1,
      seed: seed ?? 0, checkpointEvery: checkpointEvery, evaluateEvery: evaluateEvery,
      sampleEvery: sampleEvery)
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: PretrainingSettings) throws {
    let given: [(String, Int?, Int)] = [
      ("--steps", steps, s.steps), ("--batch-size", batchSize, s.batchSize),
      ("--warmup-steps", warmupSteps, s.warmupSteps), ("--seed", seed, s.seed),
      ("--checkpoint-every", checkpointEvery, s.checkpointEvery),
      ("--evaluate-every", evaluateEvery, s.evaluateEvery),
      ("--sample-every", sampleEvery, s.sampleEvery),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    try requireUnchanged("--learning-rate", learningRate, s.learningRate)
    try requireUnchanged("--weight-decay", weightDecay, s.weightDecay)
    try requireUnchanged("--maximum-norm", maximumNorm, s.maximumNorm)
    try requireUnchanged("--schedule", schedule?.rawValue, s.schedule.rawValue)
  }
}
