/// An optimizer's state of one store: the running means of gradients, and of their squares for the
/// parameters whose rule needs them.
public struct OptimizerState: Sendable {
  /// The first moments, [total].
  public let first: Tensor
  /// The second moments, one parameter's after the other's.
  private let seconds: Tensor
  /// Where those of each parameter begin, in elements.
  private let offsets: [Int: Int]

  /// Zeros for the parameters in `store`; second moments for those at `indices` alone.
  public init(of store: ParameterStore, secondMomentsOf indices: [Int], on device: Device) {
    first = Tensor(zeros: [store.elementCount], on: device)
    var offsets: [Int: Int] = [:]
    var count = 0
    for index in indices {
      offsets[index] = count
      count += store.specifications[index].shape.count
    }
    seconds = Tensor(zeros: [count], on: device)
    self.offsets = offsets
  }

  /// The first moments of one parameter, in its shape; shares memory with the state.
  public func first(_ index: Int, of store: ParameterStore) -> Tensor {
    store.view(first, index)
  }

  /// The second moments of one parameter, in its shape, or `nil` where it has none; shares memory with the
  /// state.
  public func second(_ index: Int, of store: ParameterStore) -> Tensor? {
    offsets[index].map {
      Tensor(
        store.specifications[index].shape, storage: seconds.storage,
        offset: seconds.offset + MemoryLayout<Float>.size * $0)
    }
  }
}
