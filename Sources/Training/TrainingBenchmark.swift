public import LanguageModel
public import TensorCore

/// How fast training steps are on this machine.
public struct TrainingBenchmark: Sendable {
  /// Parameters of the model.
  public let parameterCount: Int
  /// Tokens of a step.
  public let tokensPerStep: Int
  /// The median step, in seconds.
  public let secondsPerStep: Double
  /// Operations of a step, counted as `ModelConfiguration.trainingOperationsPerToken` does.
  public let operationsPerStep: Double

  /// Tokens per second in the median step.
  public var tokensPerSecond: Double { Double(tokensPerStep) / secondsPerStep }
  /// Operations per second in the median step.
  public var operationsPerSecond: Double { operationsPerStep / secondsPerStep }

  /// The sequences of a step that a preset is usually timed with: enough to keep the cores busy.
  public static func batchSize(of preset: Preset) -> Int {
    switch preset {
    case .nano: 32
    case .micro: 16
    case .mini: 8
    case .small: 1
    }
  }

  /// Times whole steps (forward, backward, clipping, AdamW) on random tokens: two to warm up, then
  /// `steps` that count. The same code as in a pretraining run, without its files.
  ///
  /// - Throws: ``TrainingError`` for more than memory can hold.
  public static func run(
    _ configuration: ModelConfiguration, batchSize: Int, steps: Int, on device: Device
  ) throws -> TrainingBenchmark {
    try TrainingSettings(steps: steps, batchSize: batchSize, learningRate: 1e-3)
      .validate(for: configuration)
    let model = Transformer(configuration, seed: 0, on: device)
    let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
    var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
    let context = configuration.contextLength
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for index in 0..<steps + 2 {
      let source = RandomSource(seed: 0, stream: UInt64(index))
      let windows = (0..<batchSize).map { row in
        (0...context).map { position in
          Int32(
            source.uniform(at: UInt64(row * (context + 1) + position))
              * Double(configuration.vocabularySize))
        }
      }
      let start = clock.now
      _ = step.run(
        TrainingWindows.microBatches(of: windows, context: context, documentStart: -1),
        learningRate: 1e-3)
      if index >= 2 { seconds.append((clock.now - start) / .seconds(1)) }
    }
    return TrainingBenchmark(
      parameterCount: configuration.parameterCount, tokensPerStep: batchSize * context,
      secondsPerStep: seconds.sorted()[seconds.count / 2],
      operationsPerStep: configuration.trainingOperationsPerToken * Double(batchSize * context))
  }
}
