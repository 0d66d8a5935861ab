public import LanguageModel
public import TensorCore

/// Sequences laid end to end, with what should follow each token.
public struct TokenBatch: Sendable, Equatable {
  /// The ids, [N].
  public var inputs: [Int32]
  /// The id that follows each input, or a negative number where none is asked for, [N].
  public var targets: [Int32]
  /// How many ids each sequence has; their sum is N.
  public var lengths: [Int]

  /// Collects sequences.
  public init(inputs: [Int32], targets: [Int32], lengths: [Int]) {
    precondition(
      inputs.count == targets.count && lengths.reduce(0, +) == inputs.count,
      "\(inputs.count) inputs, \(targets.count) targets, lengths \(lengths)")
    self.inputs = inputs
    self.targets = targets
    self.lengths = lengths
  }
}

/// Predicting each next token: the loss is −log p(target) on every target that is not ignored.
public struct NextToken: Objective {
  /// The only one there is.
  public init() {}

  /// All of them: there is no padding.
  public func tokens(in batch: TokenBatch) -> Int { batch.inputs.count }

  /// The targets that are not ignored.
  public func supervisedTokens(in batch: TokenBatch) -> Int {
    batch.targets.count { $0 >= 0 }
  }

  /// See ``Objective/accumulate(_:of:scale:into:)``.
  public func accumulate(
    _ batch: TokenBatch, of model: Transformer, scale: Float, into gradients: inout Gradients
  ) -> Double {
    let tape = Tape(on: model.device)
    let hidden = model.hidden(batch.inputs, lengths: batch.lengths, on: tape)
    let logProbabilities = tape.linearCrossEntropy(
      hidden, model.head, targets: batch.targets, isDeferred: true)
    let upstream = Tensor(
      batch.targets.map { $0 < 0 ? 0 : -scale }, [batch.targets.count], on: model.device)
    tape.backward([(logProbabilities, upstream)], into: &gradients)
    return -logProbabilities.tensor.elements.reduce(0.0) { $0 + Double($1) }
  }
}
