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
    groups(of: examples) { $0.ids.count - 1 }.map { batch(of: $0) }
  }

  /// Groups items in order, so many that the tokens of each group fit a micro-batch.
  static func groups<Item>(of items: [Item], tokens: (Item) -> Int) -> [[Item]] {
    var groups: [[Item]] = []
    var sum = 0
    for item in items {
      sum += tokens(item)
      if groups.isEmpty || sum > TrainingWindows.microBatchTokens {
        groups.append([])
        sum = tokens(item)
      }
      groups[groups.count - 1].append(item)
    }
    return groups
  }

  /// Examples end to end.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - shared: How many inputs each takes from the beginning of the last one before it that takes none;
  ///     they stand only there. Empty: none takes any.
  static func batch(of examples: [EncodedExample], shared: [Int] = []) -> TokenBatch {
    let own = examples.enumerated().map { index, example in
      let prefix = shared.isEmpty ? 0 : shared[index]
      return (
        inputs: example.ids.dropLast().dropFirst(prefix).map { Int32(bitPattern: $0) },
        targets: zip(example.ids, example.isSupervised).dropFirst(prefix + 1).map {
          $1 ? Int32(bitPattern: $0) : -1
        }
      )
    }
    return TokenBatch(
      inputs: own.flatMap(\.inputs), targets: own.flatMap(\.targets),
      lengths: own.map(\.inputs.count), shared: shared)
  }
}
