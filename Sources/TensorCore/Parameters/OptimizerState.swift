/// An optimizer's state of one store: the running means of gradients and of their squares.
public struct OptimizerState: Sendable {
  /// The first moments, [total].
  public let first: Tensor
  /// The second moments, [total].
  public let second: Tensor

  /// Zeros for the parameters in `store`.
  public init(of store: ParameterStore, on device: Device) {
    first = Tensor(zeros: [store.elementCount], on: device)
    second = Tensor(zeros: [store.elementCount], on: device)
  }

  /// The first moments of one parameter, in its shape; shares memory with the state.
  public func first(_ index: Int, of store: ParameterStore) -> Tensor {
    store.view(first, index)
  }

  /// The second moments of one parameter, in its shape; shares memory with the state.
  public func second(_ index: Int, of store: ParameterStore) -> Tensor {
    store.view(second, index)
  }
}
