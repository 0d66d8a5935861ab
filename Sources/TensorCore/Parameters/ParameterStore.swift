/// A model's parameters: flat, ordered, named.
///
/// The store is the checkpoint, the index of the optimizer's state and the summary at once. All
/// parameters stand one behind the other in one float32 block, in the order of their
/// specifications; neighbours can be multiplied as one matrix.
public final class ParameterStore: Sendable {
  /// What each parameter is, in order.
  public let specifications: [ParameterSpecification]
  /// All elements, [total].
  let values: Tensor
  /// Where each parameter begins, in elements, and one more: the total.
  let offsets: [Int]
  private let indices: [String: Int]

  /// Makes the parameters, and fills each by `fill`, which either draws or reads it: loading and
  /// initialising are the same line.
  ///
  /// - Throws: What `fill` throws.
  public init(
    _ specifications: [ParameterSpecification], on device: Device,
    fill: (ParameterSpecification, Tensor) throws -> Void
  ) rethrows {
    self.specifications = specifications
    var offsets = [0]
    var indices: [String: Int] = [:]
    for (index, specification) in specifications.enumerated() {
      offsets.append(offsets[index] + specification.shape.count)
      precondition(
        indices.updateValue(index, forKey: specification.name) == nil,
        "two parameters are named \(specification.name)")
    }
    self.offsets = offsets
    self.indices = indices
    values = Tensor(zeros: [offsets[specifications.count]], on: device)
    for (index, specification) in specifications.enumerated() {
      try fill(specification, tensor(index))
    }
  }

  /// The number of parameters (tensors).
  public var count: Int { specifications.count }

  /// The number of elements of all parameters together.
  public var elementCount: Int { offsets[count] }

  /// The current value of a parameter; it shares memory with the store.
  public func tensor(_ index: Int) -> Tensor { view(values, index) }

  /// The part of `flat`, which is laid out like ``values``, that belongs to a parameter.
  func view(_ flat: Tensor, _ index: Int) -> Tensor {
    Tensor(
      specifications[index].shape, storage: flat.storage, offset: flat.offset + 4 * offsets[index])
  }

  /// A parameter as an input of operations; it must exist.
  public subscript(name: String) -> Variable {
    guard let index = indices[name] else { preconditionFailure("no parameter named \(name)") }
    return Variable(tensor: tensor(index), source: .parameter(index))
  }

  /// Whether there is a parameter of this name.
  public func contains(_ name: String) -> Bool { indices[name] != nil }
}
