import TensorCore

/// A tensor of a checkpoint as `transformers` stores it, and the parameters that it holds.
public struct StoredTensor: Sendable {
  /// Its name in the file.
  public let name: String
  /// The parameters, by their index among ``Transformer/specifications(_:)``: side by side along
  /// their outputs.
  public let parameters: Range<Int>
  /// Its extents in the file.
  public let shape: [Int]
  /// Whether it is stored as [inputs, outputs].
  public let isTransposed: Bool
}

extension Transformer {
  /// The tensors of a checkpoint of a model, which together hold every parameter once.
  public static func storedTensors(_ configuration: ModelConfiguration) -> [StoredTensor] {
    guard let architecture = HuggingFaceArchitecture(of: configuration) else {
      preconditionFailure("a configuration that was not validated")
    }
    let specifications = specifications(configuration)
    let names = specifications.map { architecture.storedName($0.name) }
    var tensors: [StoredTensor] = []
    var begin = 0
    while begin < names.count {
      let end = names[begin...].firstIndex { $0 != names[begin] } ?? names.count
      let outputs = specifications[begin..<end].reduce(0) { $0 + $1.shape.dimensions[0] }
      let rest = specifications[begin].shape.dimensions.dropFirst()
      let isTransposed =
        architecture.storesTransposed && specifications[begin].name.hasSuffix("_proj.weight")
      tensors.append(
        StoredTensor(
          name: names[begin], parameters: begin..<end,
          shape: isTransposed ? rest + [outputs] : [outputs] + rest, isTransposed: isTransposed))
      begin = end
    }
    return tensors
  }
}
