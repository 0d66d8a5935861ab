public import LanguageModel
public import TensorCore

/// What a model is trained to do: turns a batch into a loss and gradients.
///
/// The loss of a step is Σ loss / Σ supervised tokens over all its micro-batches; the trainer knows
/// the denominator before the first of them.
public protocol Objective: Sendable {
  /// What the objective reads.
  associatedtype Batch: Sendable

  /// How many tokens of `batch` the model reads.
  func tokens(in batch: Batch) -> Int

  /// How many tokens of `batch` count in the loss.
  func supervisedTokens(in batch: Batch) -> Int

  /// What the loss of `batch` is a part of: the loss of a step is Σ loss / Σ weight. The supervised
  /// tokens, unless some count more than others.
  func weight(of batch: Batch) -> Double

  /// Adds `scale` · the gradient of the summed loss of `batch` to `gradients`, and what else is worth
  /// knowing to `measures`.
  ///
  /// - Returns: The summed loss, in nats, not scaled.
  func accumulate(
    _ batch: Batch, of model: Transformer, scale: Float, into gradients: inout Gradients,
    measures: inout Measures
  ) -> Double
}

extension Objective {
  /// Every supervised token counts once.
  public func weight(of batch: Batch) -> Double { Double(supervisedTokens(in: batch)) }

  /// The same without measures.
  public func accumulate(
    _ batch: Batch, of model: Transformer, scale: Float, into gradients: inout Gradients
  ) -> Double {
    var measures = Measures()
    return accumulate(batch, of: model, scale: scale, into: &gradients, measures: &measures)
  }
}
