/// What a model says about one of its parameters before it exists.
public struct ParameterSpecification: Sendable, Hashable {
  /// The name, in Hugging Face's spelling, such as `model.layers.0.mlp.up_proj.weight`.
  public let name: String
  /// The extents; a linear layer's weight is [outputs, inputs].
  public let shape: Shape
  /// How a new model fills it.
  public let initialization: Initialization
  /// Whether weight decay applies: to matrices only, never to norms and biases.
  public var decays: Bool { shape.dimensions.count >= 2 }

  /// Whether it is a matrix between hidden states, neither embedding nor head nor rows of them: what
  /// Muon is for.
  public var isHidden: Bool {
    let tables = ["embed_tokens", "embed_positions", "lm_head"]
    return decays && !name.split(separator: ".").contains { tables.contains(String($0)) }
  }

  /// Describes a parameter.
  public init(_ name: String, _ shape: Shape, _ initialization: Initialization) {
    self.name = name
    self.shape = shape
    self.initialization = initialization
  }
}

/// How a new parameter is filled.
public enum Initialization: Sendable, Hashable {
  /// Normal numbers of mean 0.
  case normal(standardDeviation: Double)
  /// Numbers between −bound and bound, all equally probable.
  case uniform(bound: Double)
  /// Ones, as norms begin.
  case ones
  /// Zeros, as biases begin.
  case zeros

  /// Fills `tensor`, whose numbers depend on `seed` and `name` only.
  public func fill(_ tensor: Tensor, name: String, seed: UInt64) {
    switch self {
    case .normal(let deviation):
      RandomSource(seed: seed, name: name).fillNormal(
        UnsafeMutableBufferPointer(start: tensor.floats, count: tensor.count),
        standardDeviation: deviation)
    case .uniform(let bound):
      let source = RandomSource(seed: seed, name: name)
      for index in 0..<tensor.count {
        tensor.floats[index] = Float((2 * source.uniform(at: UInt64(index)) - 1) * bound)
      }
    case .ones: tensor.floats.update(repeating: 1, count: tensor.count)
    case .zeros: tensor.floats.update(repeating: 0, count: tensor.count)
    }
  }
}
