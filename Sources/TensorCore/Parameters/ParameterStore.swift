/// A model's parameters: flat, ordered, named.
///
/// The store is the checkpoint, the index of the optimizer's state and the summary at once. All
/// parameters stand one behind the other in one block, in the order of their specifications; neighbours
/// can be multiplied as one matrix. They are float32; of a store that is never trained, some may be
/// bfloat16, which operations widen where they need them.
public final class ParameterStore: Sendable {
  /// What each parameter is, in order.
  public let specifications: [ParameterSpecification]
  /// All elements: [total] if all of them are float32.
  let values: Tensor
  /// How many elements stand before each parameter, and one more: the total.
  let offsets: [Int]
  private let tensors: [Tensor]
  /// Whether all elements are float32.
  public let isFloat32: Bool
  private let indices: [String: Int]

  /// Makes the parameters, and fills each by `fill`, which either draws or reads it: loading and
  /// initialising are the same line.
  ///
  /// - Parameters:
  ///   - specifications: What each parameter is, in order.
  ///   - device: Where they will be used.
  ///   - elementType: How a parameter is stored; float32 if it shall be trained.
  ///   - fill: Gives each parameter its value.
  /// - Throws: What `fill` throws.
  public init(
    _ specifications: [ParameterSpecification], on device: Device,
    elementType: (ParameterSpecification) -> ElementType = { _ in .float32 },
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
    let types = specifications.map(elementType)
    isFloat32 = types.allSatisfy { $0 == .float32 }
    // Each begins where a float32 number can.
    let words = zip(specifications, types).map { ($0.shape.count * $1.byteCount + 3) / 4 }
    let values = Tensor(zeros: [words.reduce(0, +)], on: device)
    var word = 0
    tensors = specifications.indices.map { index in
      defer { word += words[index] }
      return Tensor(
        specifications[index].shape, elementType: types[index], storage: values.storage,
        offset: values.offset + 4 * word)
    }
    self.values = values
    for (specification, tensor) in zip(specifications, tensors) { try fill(specification, tensor) }
  }

  /// The number of parameters (tensors).
  public var count: Int { specifications.count }

  /// The number of elements of all parameters together.
  public var elementCount: Int { offsets[count] }

  /// The current value of a parameter; it shares memory with the store.
  public func tensor(_ index: Int) -> Tensor { tensors[index] }

  /// The part of `flat`, which has an element for each of the store's, that belongs to a parameter.
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
