import Corpus
import TensorCore

/// The batches of fine-tuning: examples in an order that is shuffled anew each epoch, a function of
/// the step. Examples stand end to end and attention stays inside each, so nothing is padded.
struct ExampleBatches: Sendable {
  private let shard: ExampleShard
  private let sampler: WindowSampler
  private let batchSize: Int
  private let seed: UInt64

  init(_ shard: ExampleShard, batchSize: Int, seed: UInt64) throws {
    self.shard = shard
    self.batchSize = batchSize
    self.seed = seed
    // Windows of one: the order of windows is then a permutation of the examples.
    sampler = try WindowSampler(tokenCount: shard.count + 1, context: 1, seed: seed)
  }

  /// The examples of step 0, 1, 2, …
  func indices(ofStep step: Int) -> [Int] {
    (step * batchSize..<(step + 1) * batchSize).map { sampler.start(ofWindow: $0) }
  }

  /// The micro-batches of step 0, 1, 2, …
  func microBatches(ofStep step: Int) -> [TokenBatch] {
    var batches = Self.microBatches(of: indices(ofStep: step).map { shard[$0] })
    for index in batches.indices {
      // Steps have far fewer micro-batches than this.
      let stream = UInt64(step) << 24 | UInt64(index)
      batches[index].dropout = RandomSource(seed: seed, stream: stream)
    }
    return batches
  }

  /// Groups examples in order.
  static func microBatches(of examples: [EncodedExample]) -> [TokenBatch] {
    var batches: [TokenBatch] = []
    var batch = TokenBatch(inputs: [], targets: [], lengths: [])
    for example in examples {
      let length = example.ids.count - 1
      if !batch.lengths.isEmpty, batch.inputs.count + length > TrainingWindows.microBatchTokens {
        batches.append(batch)
        batch = TokenBatch(inputs: [], targets: [], lengths: [])
      }
      batch.inputs += example.ids.dropLast().map { Int32(bitPattern: $0) }
      batch.targets += zip(example.ids, example.isSupervised).dropFirst().map {
        $1 ? Int32(bitPattern: $0) : -1
      }
      batch.lengths.append(length)
    }
    return batches + (batch.lengths.isEmpty ? [] : [batch])
  }
}
