public import TensorCore

/// A low-rank change of a model's weights, with parameters of its own: LoRA, and DoRA.
///
/// Parameters have PEFT's names without its prefix `base_model.model.`. Where a group of layers
/// reads the same input, their first factors are neighbours, and are multiplied as one matrix.
///
/// Sources: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021; Liu et al.,
/// "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024.
public final class Adapter: Sendable {
  /// What it changes.
  public let configuration: AdapterConfiguration
  /// Its parameters.
  public let parameters: ParameterStore

  /// Makes the parameters, each filled by `fill`.
  ///
  /// - Throws: What `fill` throws.
  public init(
    _ configuration: AdapterConfiguration, for model: ModelConfiguration, on device: Device,
    fill: (ParameterSpecification, Tensor) throws -> Void
  ) rethrows {
    self.configuration = configuration
    parameters = try ParameterStore(
      Self.specifications(configuration, model), on: device, fill: fill)
  }

  /// A new adapter, which changes nothing yet: A is drawn from `seed` as PEFT does (uniform in
  /// ±1/√inputs), B is zero, magnitudes are the norms and token rows the rows that `base` has.
  public convenience init(_ configuration: AdapterConfiguration, of base: Transformer, seed: UInt64)
  {
    let device = base.device
    self.init(configuration, for: base.configuration, on: device) { specification, tensor in
      let name = specification.name
      if let module = name.removing(suffix: Self.magnitudeSuffix) {
        let norms = device.rowNorms(base.parameters["\(module).weight"].tensor)
        norms.withBytes { tensor.copyBytes(from: $0) }
      } else if let table = name.removing(suffix: Self.tokensSuffix) {
        let rows = device.widened(base.parameters["\(table).weight"].tensor)
        let width = base.configuration.width
        let bytes = rows.withBytes { bytes in
          configuration.tokens.flatMap { bytes[4 * width * $0..<4 * width * ($0 + 1)] }
        }
        bytes.withUnsafeBytes { tensor.copyBytes(from: $0) }
      } else {
        specification.initialization.fill(tensor, name: name, seed: seed)
      }
    }
  }

  package static let firstSuffix = ".lora_A.weight"
  package static let secondSuffix = ".lora_B.weight"
  package static let magnitudeSuffix = ".lora_magnitude_vector"
  package static let tokensSuffix = ".token_adapter.trainable_tokens_delta"

  /// The parameters in order.
  public static func specifications(_ adapter: AdapterConfiguration, _ model: ModelConfiguration)
    -> [ParameterSpecification]
  {
    var all: [ParameterSpecification] = []
    for layer in 0..<model.layers {
      for group in Projection.groups {
        let targets = group.filter { adapter.targets.contains($0) && model.block.has($0) }
        for target in targets {
          let (name, inputs) = (target.name(inLayer: layer), target.shape(in: model).inputs)
          all.append(
            ParameterSpecification(
              name + firstSuffix, [adapter.rank(of: name), inputs],
              .uniform(bound: 1 / Double(inputs).squareRoot())))
        }
        for target in targets {
          let (name, outputs) = (target.name(inLayer: layer), target.shape(in: model).outputs)
          all.append(
            ParameterSpecification(
              name + secondSuffix, [outputs, adapter.rank(of: name)], .zeros))
        }
        for target in targets where adapter.hasMagnitudes {
          all.append(
            ParameterSpecification(
              target.name(inLayer: layer) + magnitudeSuffix, [target.shape(in: model).outputs],
              .ones))
        }
      }
    }
    if !adapter.tokens.isEmpty {
      for table in ["model.embed_tokens"] + (model.tiesEmbedding ? [] : ["lm_head"]) {
        all.append(
          ParameterSpecification(
            table + tokensSuffix, [adapter.tokens.count, model.width], .zeros))
      }
    }
    return all
  }

  /// Adds its part to `y`, the fresh output of the layers `names` for `x`.
  ///
  /// - Parameters:
  ///   - dropout: What is dropped; `nil` while nothing is trained.
  ///   - isTrained: Whether its parameters get gradients.
  func apply(
    to y: consuming Variable, _ x: Variable, _ projections: [Projection], layer: Int,
    of model: Transformer, dropout: Dropout?, on tape: Tape, isTrained: Bool
  ) -> Variable {
    func parameter(_ name: String) -> Variable {
      isTrained ? parameters[name] : parameters[name].detached
    }
    let c = model.configuration
    var parts: [(projection: Projection, columns: Range<Int>)] = []
    var column = 0
    for projection in projections {
      let columns = column..<column + projection.shape(in: c).outputs
      column = columns.upperBound
      if configuration.targets.contains(projection) { parts.append((projection, columns)) }
    }
    guard let first = parts.first else { return y }
    let prefixes = parts.map { $0.projection.name(inLayer: layer) }
    var input = x
    if let dropout, configuration.dropout > 0 {
      input = tape.dropout(
        x, rate: Float(configuration.dropout),
        dropout.source(for: first.projection.name(inLayer: layer)))
    }
    let low = tape.linear(input, prefixes.map { parameter($0 + Self.firstSuffix) })
    let factors = zip(prefixes, parts).map { prefix, part in
      LowRankFactor(
        parameter(prefix + Self.secondSuffix), columns: part.columns,
        scale: configuration.scale(of: prefix))
    }
    var output = tape.addLowRank(to: y, low, factors)
    if configuration.hasMagnitudes {
      for (prefix, part) in zip(prefixes, parts) {
        output = tape.scaleColumns(
          output, part.columns, magnitudes: parameter(prefix + Self.magnitudeSuffix),
          norms: tape.device.rowNorms(
            changed(prefix, model.parameters["\(prefix).weight"].tensor, on: tape.device)))
      }
    }
    return output
  }

  /// `table` with the rows of the trained tokens.
  func replacingRows(of table: String, _ weight: Variable, on tape: Tape, isTrained: Bool)
    -> Variable
  {
    let name = table + Self.tokensSuffix
    guard parameters.contains(name) else { return weight }
    return tape.replacingRows(
      weight, configuration.tokens,
      with: isTrained ? parameters[name] : parameters[name].detached)
  }

  /// `weight`, which another adapter may have changed, with as much more as the rows of the trained tokens
  /// differ from those of `base`.
  func addingRows(
    of table: String, _ weight: Tensor, beside base: Tensor, on device: Device
  ) -> Tensor {
    let name = table + Self.tokensSuffix
    guard parameters.contains(name) else { return weight }
    let (rows, before) = (parameters[name].tensor.elements, base.elements)
    var sum = weight.elements
    let width = weight.shape.width
    for (row, id) in configuration.tokens.enumerated() {
      for column in 0..<width {
        sum[id * width + column] += rows[row * width + column] - before[id * width + column]
      }
    }
    return Tensor(sum, weight.shape, on: device)
  }

  /// The weight of a layer with the low-rank part, without magnitudes.
  private func changed(_ module: String, _ weight: Tensor, on device: Device) -> Tensor {
    device.adding(
      lowRank: parameters[module + Self.secondSuffix].tensor,
      parameters[module + Self.firstSuffix].tensor, scale: configuration.scale(of: module),
      to: weight)
  }

  /// The value of a weight after merging, in float32; the weight itself where nothing changes.
  ///
  /// - Parameters:
  ///   - name: The weight's.
  ///   - weight: Its value, to which adapters before may have added.
  ///   - base: Its value without any.
  ///   - device: Where it is computed.
  func merged(_ name: String, _ weight: Tensor, beside base: Tensor, on device: Device) -> Tensor {
    guard let module = name.removing(suffix: ".weight") else { return weight }
    if parameters.contains(module + Self.firstSuffix) {
      let sum = changed(module, weight, on: device)
      if configuration.hasMagnitudes {
        device.scaleRows(
          sum, by: parameters[module + Self.magnitudeSuffix].tensor, over: device.rowNorms(sum))
      }
      return sum
    }
    return addingRows(of: module, weight, beside: base, on: device)
  }
}

extension String {
  /// What stands before `suffix`; `nil` if this ends differently.
  fileprivate func removing(suffix: String) -> String? {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
  }
}
