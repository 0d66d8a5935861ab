public import TensorCore

/// What a pass drops while a model is trained.
public struct Dropout: Sendable, Equatable {
  /// Draws what is dropped.
  public let source: RandomSource
  /// How often an element of the embeddings, or of what attention or the feed-forward network adds to the
  /// residual stream, is dropped. What adapters drop is in their configurations.
  ///
  /// Source: Vaswani et al., "Attention Is All You Need", 2017, section 5.4.
  public let residualRate: Float

  /// Drops what `source` draws.
  public init(_ source: RandomSource, residualRate: Float = 0) {
    self.source = source
    self.residualRate = residualRate
  }

  /// Draws for a named place in the model, independently of all others.
  func source(for place: String) -> RandomSource {
    RandomSource(seed: source.seed, name: "dropout \(source.stream) \(place)")
  }
}
