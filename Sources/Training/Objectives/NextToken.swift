public import LanguageModel
public import TensorCore

/// Sequences laid end to end, with what should follow each token.
public struct TokenBatch: Sendable, Equatable {
  /// The ids, [N].
  public var inputs: [Int32]
  /// The id that follows each input, or a negative number where none is asked for, [N].
  public var targets: [Int32]
  /// How many ids each sequence has here; their sum is N.
  public var lengths: [Int]
  /// How many ids each sequence takes from the beginning of the last one before it that takes none, and
  /// does not repeat; empty if none takes any.
  public var shared: [Int]
  /// What is dropped, if anything.
  public var dropout: Dropout?
  /// How often each of its tokens counts.
  public var weight = 1.0

  /// Collects sequences.
  public init(
    inputs: [Int32], targets: [Int32], lengths: [Int], shared: [Int] = [], dropout: Dropout? = nil
  ) {
    precondition(
      inputs.count == targets.count && lengths.reduce(0, +) == inputs.count
        && (shared.isEmpty || shared.count == lengths.count),
      "\(inputs.count) inputs, \(targets.count) targets, lengths \(lengths), shared \(shared)")
    self.inputs = inputs
    self.targets = targets
    self.lengths = lengths
    self.shared = shared
    self.dropout = dropout
  }

  /// The places whose targets are not ignored; `nil` if that is all of them.
  var supervised: [Int]? {
    let places = targets.indices.filter { targets[$0] >= 0 }
    return places.count < targets.count ? places : nil
  }
}

/// Predicting each next token: the loss is −log p(target) on every target that is not ignored.
public struct NextToken: Objective {
  /// The weight of z² in the gradient, z the logarithm of the softmax's sum; the loss is without it.
  public let zLoss: Double

  /// With no penalty unless given.
  public init(zLoss: Double = 0) { self.zLoss = zLoss }

  /// All of them: there is no padding.
  public func tokens(in batch: TokenBatch) -> Int { batch.inputs.count }

  /// The targets that are not ignored.
  public func supervisedTokens(in batch: TokenBatch) -> Int {
    batch.targets.count { $0 >= 0 }
  }

  /// The targets that are not ignored, as often as they count.
  public func weight(of batch: TokenBatch) -> Double {
    batch.weight * Double(supervisedTokens(in: batch))
  }

  /// See ``Objective/accumulate(_:of:scale:into:measures:)``.
  public func accumulate(
    _ batch: TokenBatch, of model: Transformer, scale: Float, into gradients: inout Gradients,
    measures: inout Measures
  ) -> Double {
    if supervisedTokens(in: batch) == 0 { return 0 }
    let tape = Tape(on: model.device)
    let logProbabilities = Self.logProbabilities(
      batch, of: model, penalty: Float(zLoss), isDeferred: true, on: tape)
    let upstream = Tensor(
      Array(repeating: -scale * Float(batch.weight), count: logProbabilities.shape.count),
      logProbabilities.shape,
      on: model.device)
    tape.backward([(logProbabilities, upstream)], into: &gradients)
    return -batch.weight * logProbabilities.tensor.elements.reduce(0.0) { $0 + Double($1) }
  }

  /// The log-probability of each target that is not ignored, in order; only their hidden states
  /// are computed to the end.
  static func logProbabilities(
    _ batch: TokenBatch, of model: Transformer, penalty: Float = 0, isDeferred: Bool = false,
    on tape: Tape
  ) -> Variable {
    let hidden = model.hidden(
      batch.inputs, lengths: batch.lengths, shared: batch.shared, at: batch.supervised,
      dropout: batch.dropout, on: tape)
    return tape.linearCrossEntropy(
      hidden, model.head(on: tape), targets: batch.targets.filter { $0 >= 0 }, penalty: penalty,
      isDeferred: isDeferred)
  }
}
