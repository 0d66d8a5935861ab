import TensorCore

/// What a model has computed for the beginning of one sequence. Its memory grows with the sequence.
public final class KeyValueCache {
  let layers: [AttentionCache]
  /// How many tokens it holds.
  public internal(set) var count = 0
  /// How many it can hold: the model's context.
  public let capacity: Int

  /// An empty cache for `model`.
  public init(for model: Transformer) {
    let configuration = model.configuration
    capacity = configuration.contextLength
    layers = (0..<configuration.layers).map { _ in
      AttentionCache(
        capacity: configuration.contextLength, configuration.headLayout, on: model.device)
    }
  }

  /// Forgets the tokens, and keeps the memory.
  public func removeAll() { count = 0 }
}
