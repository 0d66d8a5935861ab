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
  /// How long each kind of operation takes in a step, in seconds, in a step that was watched.
  public let operations: [OperationWatch.Times]
  /// The watched step, in seconds; what is beside the operations is clipping and the update.
  public let watchedSeconds: Double
  /// The greatest memory before the watched step, as the caller measures it.
  public let peakMemory: Int
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
  /// `steps` that count. The same code as in a pretraining run, without its files. Then the same
  /// once more, watched, for the times of the operations.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - batchSize: Sequences of a step.
  ///   - steps: How many steps count.
  ///   - device: Where they run.
  ///   - memory: Says how much memory the process has taken.
  /// - Throws: ``TrainingError`` for more than memory can hold.
  public static func run(
    _ configuration: ModelConfiguration, batchSize: Int, steps: Int, on device: Device,
    memory: () -> Int
  ) throws -> TrainingBenchmark {
    try TrainingSettings(steps: steps, batchSize: batchSize, learningRate: 1e-3)
      .validate(for: configuration)
    let seconds = time(configuration, batchSize, steps: steps, on: device)
    let peakMemory = memory()
    let watch = OperationWatch(.time)
    let watched = Device(
      threadCount: device.threadCount, level: device.level, precision: device.precision,
      checkpointsActivations: device.checkpointsActivations, watch: watch)
    let watchedSeconds = time(configuration, batchSize, steps: watchedSteps, on: watched)
    let all = Double(watchedSteps)
    return TrainingBenchmark(
      parameterCount: configuration.parameterCount,
      tokensPerStep: batchSize * configuration.contextLength,
      secondsPerStep: seconds[seconds.count / 2],
      operations: watch.times.map {
        .init(name: $0.name, forward: $0.forward / all, backward: $0.backward / all)
      },
      watchedSeconds: watchedSeconds.reduce(0, +) / Double(watchedSteps), peakMemory: peakMemory,
      operationsPerStep: configuration.trainingOperationsPerToken
        * Double(batchSize * configuration.contextLength))
  }

  private static let warmUp = 2
  private static let watchedSteps = 3

  /// The seconds of each step after warming up, ascending.
  private static func time(
    _ configuration: ModelConfiguration, _ batchSize: Int, steps: Int, on device: Device
  ) -> [Double] {
    let model = Transformer(configuration, seed: 0, on: device)
    let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
    var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
    let context = configuration.contextLength
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for index in 0..<steps + warmUp {
      let source = RandomSource(seed: 0, stream: UInt64(index))
      let windows = (0..<batchSize).map { row in
        (0...context).map { position in
          Int32(
            source.uniform(at: UInt64(row * (context + 1) + position))
              * Double(configuration.vocabularySize))
        }
      }
      if index == warmUp { device.watch?.restart() }
      let start = clock.now
      _ = step.run(
        TrainingWindows.microBatches(of: windows, context: context, documentStart: -1),
        learningRate: 1e-3)
      if index >= warmUp { seconds.append((clock.now - start) / .seconds(1)) }
    }
    return seconds.sorted()
  }
}
