public import LanguageModel
public import TensorCore

/// A few steps of a run that is not there yet, on random tokens and without files: the same code on
/// batches of the same shape, so that what it takes is what the run will take.
public struct TrainingTrial: Sendable {
  /// The median step, in seconds.
  public let secondsPerStep: Double
  /// The time that scoring one token of validation text takes, in seconds.
  public let secondsPerScoredToken: Double

  /// Tokens that validation puts through the model at once.
  private static let scoredTokens = 4_096
  private static let greatestSteps = 12

  /// Does a step of each size and one more, and more until `seconds` are over; then scores once.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - settings: How to train.
  ///   - documentLength: Tokens of a document of the text, about; attention stays inside them.
  ///   - limit: About how long to try.
  ///   - device: Where the steps run.
  /// - Throws: ``TrainingError`` for settings that cannot be.
  public static func run(
    _ configuration: ModelConfiguration, _ settings: TrainingSettings, documentLength: Int,
    seconds limit: Double, on device: Device
  ) throws -> TrainingTrial {
    try settings.validate(for: configuration)
    let model = Transformer(configuration, seed: UInt64(settings.seed), on: device)
    var step = TrainingStep(
      NextToken(zLoss: settings.zLoss), model: model,
      optimizer: Optimizer(settings.optimizerSettings, of: model.parameters, on: device),
      maximumNorm: settings.maximumNorm)
    let context = configuration.contextLength
    let clock = ContinuousClock()
    let begin = clock.now
    var times: [Double] = []
    var index = 0
    // The first step of each size allocates; it does not count. Blocks of small batches stay beside
    // those of the full one, as they do in the run.
    let sizes = settings.batches.sizes(before: settings.steps)
    while index < sizes.count + 1
      || index < greatestSteps && (clock.now - begin) / .seconds(1) < limit
    {
      let size = index < sizes.count ? sizes[index] : settings.batchSize
      let windows = (0..<size).map { row in
        ids(context + 1, stream: index * settings.batchSize + row, configuration, documentLength)
      }
      var batches = TrainingWindows.microBatches(
        of: windows, context: context,
        documentStart: settings.crossesDocuments ? -1 : documentStart)
      for batch in batches.indices {
        batches[batch].dropout = settings.dropout(ofStep: index, microBatch: batch)
      }
      let start = clock.now
      _ = step.run(batches, learningRate: 1e-6)
      if index >= sizes.count { times.append((clock.now - start) / .seconds(1)) }
      index += 1
    }
    return TrainingTrial(
      secondsPerStep: times.sorted()[times.count / 2],
      secondsPerScoredToken: score(model, documentLength))
  }

  private static let documentStart: Int32 = 0

  /// Random tokens, with a document's start every so often.
  private static func ids(
    _ count: Int, stream: Int, _ configuration: ModelConfiguration, _ documentLength: Int
  ) -> [Int32] {
    let source = RandomSource(seed: 0, stream: UInt64(stream))
    let others = Double(configuration.vocabularySize - 1)
    return (0..<count).map { position in
      position % max(documentLength, 1) == 0
        ? documentStart
        : min(1, Int32(others)) + Int32(source.uniform(at: UInt64(position)) * others)
    }
  }

  /// Seconds for each token of a batch as ``TextEvaluation`` makes them.
  private static func score(_ model: Transformer, _ documentLength: Int) -> Double {
    let configuration = model.configuration
    let length = max(1, min(configuration.contextLength, documentLength))
    let count = max(1, scoredTokens / length)
    let tokens = ids(count * length, stream: .max, configuration, documentLength)
    let clock = ContinuousClock()
    let start = clock.now
    let tape = Tape(on: model.device, isRecording: false)
    let hidden = model.hidden(
      tokens, lengths: Array(repeating: length, count: count), on: tape)
    _ = tape.linearCrossEntropy(hidden, model.head(on: tape), targets: tokens)
    return (clock.now - start) / .seconds(1) / Double(tokens.count)
  }
}
