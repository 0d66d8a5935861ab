import TensorCore

/// What a model has computed for the beginnings of some sequences. Its memory grows with them.
public final class KeyValueCache {
  let layers: [AttentionCache]
  /// How many tokens it holds of each sequence.
  public internal(set) var counts: [Int]
  /// How many it can hold of each: the model's context.
  public let capacity: Int

  /// An empty cache for `model`.
  public init(for model: Transformer, sequences: Int = 1) {
    let configuration = model.configuration
    capacity = configuration.contextLength
    counts = Array(repeating: 0, count: sequences)
    layers = (0..<configuration.layers).map { _ in
      AttentionCache(
        sequences: sequences, capacity: configuration.contextLength, configuration.headLayout,
        on: model.device)
    }
  }

  /// Forgets the tokens of a sequence, and keeps the memory.
  public func removeAll(of sequence: Int = 0) { counts[sequence] = 0 }

  /// How many of a sequence's last ids must be computed when `new` were added and it has `total`: those,
  /// or, where the context is full, the last half of the context anew.
  public func makeRoom(for new: Int, ofIDs total: Int, in sequence: Int = 0) -> Int {
    if counts[sequence] + new <= capacity { return new }
    removeAll(of: sequence)
    return min(total, max(1, capacity / 2))
  }
}
