import Corpus
import TensorCore

/// The batches of fine-tuning: examples in an order that is shuffled anew each epoch, a function of
/// the step. Examples stand end to end and attention stays inside each, so nothing is padded.
struct ExampleBatches: Sendable {
  private let shard: ExampleShard
  private let sampler: WindowSampler
  private let settings: TrainingSettings

  /// - Parameters:
  ///   - shard: The examples.
  ///   - count: How many of them are shuffled, or pairs.
  ///   - settings: Say how many make a step.
  init(_ shard: ExampleShard, count: Int, settings: TrainingSettings) throws {
    self.shard = shard
    self.settings = settings
    sampler = try Self.sampler(count, settings)
  }

  /// The examples of step 0, 1, 2, …
  func indices(ofStep step: Int) -> [Int] {
    let size = settings.batchSize
    return (step * size..<(step + 1) * size).map { sampler.start(ofWindow: $0) }
  }

  /// Which of `count` examples a run of these settings reads, in order.
  static func indicesRead(of count: Int, settings: TrainingSettings) throws -> [Int] {
    // Every example comes once before the first comes again.
    guard settings.steps <= count / settings.batchSize else { return Array(0..<count) }
    let sampler = try sampler(count, settings)
    return (0..<settings.steps * settings.batchSize).map { sampler.start(ofWindow: $0) }.sorted()
  }

  /// Windows of one: the order of windows is then a permutation of the examples.
  private static func sampler(_ count: Int, _ settings: TrainingSettings) throws -> WindowSampler {
    try WindowSampler(tokenCount: count + 1, context: 1, seed: UInt64(settings.seed))
  }

  /// The micro-batches of step 0, 1, 2, …
  func microBatches(ofStep step: Int) -> [TokenBatch] {
    var batches = Self.microBatches(of: indices(ofStep: step).map { shard[$0] })
    for index in batches.indices {
      batches[index].dropout = settings.dropout(ofStep: step, microBatch: index)
    }
    return batches
  }

  /// Groups examples in order.
  static func microBatches(of examples: [EncodedExample]) -> [TokenBatch] {
    var groups: [[EncodedExample]] = []
    var tokens = 0
    for example in examples {
      tokens += example.ids.count - 1
      if groups.isEmpty || tokens > TrainingWindows.microBatchTokens {
        groups.append([])
        tokens = example.ids.count - 1
      }
      groups[groups.count - 1].append(example)
    }
    return groups.map { batch(of: $0) }
  }

  /// Examples end to end.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - shared: With how many inputs of the last one before it that shares nothing each begins; they
  ///     stand only there. None share any unless given.
  static func batch(of examples: [EncodedExample], shared: [Int] = []) -> TokenBatch {
    var batch = TokenBatch(inputs: [], targets: [], lengths: [])
    batch.shared = shared
    for (index, example) in examples.enumerated() {
      let prefix = shared.isEmpty ? 0 : shared[index]
      batch.inputs += example.ids.dropLast().dropFirst(prefix).map { Int32(bitPattern: $0) }
      batch.targets += zip(example.ids, example.isSupervised).dropFirst(prefix + 1).map {
        $1 ? Int32(bitPattern: $0) : -1
      }
      batch.lengths.append(example.ids.count - 1 - prefix)
    }
    return batch
  }
}
