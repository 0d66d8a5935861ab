/// A tensor that operations read, and where its gradient goes.
public struct Variable: Sendable {
  /// The value.
  public let tensor: Tensor
  let source: Source

  enum Source: Sendable {
    /// Has no gradient.
    case constant
    /// The output of the tape's record with this index.
    case record(Int)
    /// The store's parameter with this index.
    case parameter(Int)
  }

  init(tensor: Tensor, source: Source) {
    self.tensor = tensor
    self.source = source
  }

  /// A tensor that gets no gradient.
  public init(constant tensor: Tensor) { self.init(tensor: tensor, source: .constant) }

  /// The extents of the value.
  public var shape: Shape { tensor.shape }

  /// The same variable for reading only.
  public var detached: Variable { Variable(constant: tensor) }

  var hasGradient: Bool {
    if case .constant = source { false } else { true }
  }
}
