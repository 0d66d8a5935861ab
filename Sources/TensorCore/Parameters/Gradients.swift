/// The gradients of a store's parameters: a value, made by one backward pass and added to by the
/// next.
///
/// A parameter that no pass has reached has none. Nothing is zeroed between steps: the first
/// contribution overwrites.
public struct Gradients: Sendable {
  private let store: ParameterStore
  private let device: Device
  private var values: Tensor
  private var isSet: [Bool]
  /// Says whether another copy of this value shares `values`; views on the memory do not count.
  private var owner = Owner()

  private final class Owner: Sendable {}

  /// No gradients yet, of the parameters in `store`.
  public init(of store: ParameterStore, on device: Device) {
    precondition(store.isFloat32, "gradients of parameters that are not all float32")
    self.store = store
    self.device = device
    values = Tensor(zeros: [store.elementCount], on: device)
    isSet = Array(repeating: false, count: store.count)
  }

  /// Forgets all gradients, and keeps the memory.
  public mutating func removeAll() {
    for index in isSet.indices { isSet[index] = false }
  }

  /// The gradient of the parameter at `index`, in the parameter's shape; `nil` where no pass has
  /// reached it.
  public subscript(index: Int) -> Tensor? { isSet[index] ? view(index) : nil }

  /// The square root of the sum of all squares (the global norm), summed in a fixed order.
  public func norm() -> Double {
    var total = 0.0
    for index in isSet.indices where isSet[index] {
      total += device.sumOfSquares(view(index))
    }
    return total.squareRoot()
  }

  private func view(_ index: Int) -> Tensor { store.view(values, index) }

  /// Where to write the gradient of the parameter at `index`, and whether to add to what is there.
  mutating func destination(_ index: Int) -> (tensor: Tensor, adding: Bool) {
    if !isKnownUniquelyReferenced(&owner) {
      values = device.copy(values)
      owner = Owner()
    }
    let adding = isSet[index]
    isSet[index] = true
    return (view(index), adding)
  }
}
