import Synchronization
public import TensorCore

/// A decoder-only Transformer: token ids in, hidden states out. Heads are separate, and text is
/// someone else's business.
///
/// One construction path: ``init(_:further:on:elementType:fill:)`` makes every parameter under its Hugging Face name
/// and asks `fill` for its value, whether that draws it or reads it from a file.
public final class Transformer: Sendable {
  /// Extents and constants.
  public let configuration: ModelConfiguration
  /// The parameters.
  public let parameters: ParameterStore
  /// What changes them, one after the other, if anything does: then the parameters themselves get no
  /// gradient, and the last adapter is what is trained. Of several, the rows of trained tokens get no
  /// gradient.
  public let adapters: [Adapter]
  /// Where it computes.
  public let device: Device
  /// For as many positions as were used so far; see ``rotaryTable(of:)``. None where positions are
  /// learned.
  private let rotary: Mutex<RotaryTable?>

  /// Makes the parameters, each filled by `fill`.
  ///
  /// - Parameters:
  ///   - configuration: Extents and constants.
  ///   - further: Parameters that are trained with the model's own, but are no part of it: they stand
  ///     behind them, and are not saved.
  ///   - device: Where the model will compute.
  ///   - elementType: How a parameter is stored; float32 if it shall be trained.
  ///   - fill: Gives each parameter its value.
  /// - Throws: What `fill` throws.
  public init(
    _ configuration: ModelConfiguration, further: [ParameterSpecification] = [],
    on device: Device, elementType: (ParameterSpecification) -> ElementType = { _ in .float32 },
    fill: (ParameterSpecification, Tensor) throws -> Void
  ) rethrows {
    self.configuration = configuration
    self.device = device
    adapters = []
    parameters = try ParameterStore(
      Self.specifications(configuration) + further, on: device, elementType: elementType,
      fill: fill)
    rotary = Mutex(
      configuration.block.positions == .rotary
        ? configuration.rotaryTable(of: 1, on: device) : nil)
  }

  /// A new model, drawn from `seed`.
  ///
  /// - Parameters:
  ///   - configuration: Extents and constants.
  ///   - seed: Draws all parameters.
  ///   - zeroesResidual: Whether the projections back into the residual stream are zeros, so that each
  ///     layer begins as the identity.
  ///   - device: Where the model will compute.
  public convenience init(
    _ configuration: ModelConfiguration, seed: UInt64, zeroesResidual: Bool = false,
    on device: Device
  ) {
    self.init(configuration, on: device) { specification, tensor in
      let name = specification.name
      let isResidual = name.hasSuffix("o_proj.weight") || name.hasSuffix("down_proj.weight")
      let initialization =
        zeroesResidual && isResidual ? Initialization.zeros : specification.initialization
      initialization.fill(tensor, name: name, seed: seed)
    }
  }

  /// `base` with a further adapter, which was made for its configuration. They share the parameters.
  /// Magnitudes are of one adapter alone: of several, none has them.
  public init(_ base: Transformer, adapter: Adapter) {
    adapters = base.adapters + [adapter]
    precondition(
      adapters.count == 1 || !adapters.contains { $0.configuration.hasMagnitudes },
      "DoRA beside another adapter")
    configuration = base.configuration
    device = base.device
    parameters = base.parameters
    rotary = Mutex(base.rotary.withLock { $0 })
  }

  /// The same model without adapters: what they change becomes part of the weights, in
  /// float32.
  public func merged() -> Transformer {
    Transformer(configuration, on: device) { specification, tensor in
      let base = parameters[specification.name].tensor
      let value = adapters.reduce(base) { weight, adapter in
        adapter.merged(specification.name, weight, beside: base, on: device)
      }
      device.widened(value).withBytes { tensor.copyBytes(from: $0) }
    }
  }

  /// The parameters in order: neighbours that are multiplied together stand together.
  ///
  /// Normal numbers of deviation 0.02; the projections back into the residual stream are divided by
  /// √(2 · layers) so that its variance does not grow with depth (Radford et al., "Language Models
  /// are Unsupervised Multitask Learners", 2019, section 2.3).
  public static func specifications(_ c: ModelConfiguration) -> [ParameterSpecification] {
    let inner = Initialization.normal(standardDeviation: 0.02)
    let residual = Initialization.normal(
      standardDeviation: 0.02 / (2 * Double(c.layers)).squareRoot())
    var all = [
      ParameterSpecification("model.embed_tokens.weight", [c.vocabularySize, c.width], inner)
    ]
    func addNorm(_ name: String, _ width: Int) {
      all.append(ParameterSpecification("\(name).weight", [width], .ones))
      if c.block.norm == .layer {
        all.append(ParameterSpecification("\(name).bias", [width], .zeros))
      }
    }
    if c.block.positions == .learned {
      all.append(
        ParameterSpecification("model.embed_positions.weight", [c.contextLength, c.width], inner))
    }
    for layer in 0..<c.layers {
      let prefix = "model.layers.\(layer)"
      func add(_ projections: [Projection], _ initialization: Initialization) {
        let projections = projections.filter(c.block.has)
        for projection in projections {
          let shape = projection.shape(in: c)
          all.append(
            ParameterSpecification(
              projection.name(inLayer: layer) + ".weight", [shape.outputs, shape.inputs],
              initialization))
        }
        for projection in projections where c.block.hasBias(projection) {
          all.append(
            ParameterSpecification(
              projection.name(inLayer: layer) + ".bias", [projection.shape(in: c).outputs], .zeros))
        }
      }
      addNorm("\(prefix).input_layernorm", c.width)
      add([.q, .k, .v], inner)
      if c.block.normsHeads {
        for name in ["q_norm", "k_norm"] {
          all.append(
            ParameterSpecification("\(prefix).self_attn.\(name).weight", [c.headSize], .ones))
        }
      }
      add([.o], residual)
      addNorm("\(prefix).post_attention_layernorm", c.width)
      add([.gate, .up], inner)
      add([.down], residual)
    }
    addNorm("model.norm", c.width)
    if !c.tiesEmbedding {
      all.append(ParameterSpecification("lm_head.weight", [c.vocabularySize, c.width], inner))
    }
    return all
  }

  /// The parameters that training changes.
  public var trained: ParameterStore { adapters.last?.parameters ?? parameters }

  /// The language-model head; its weight is the embedding if it is tied.
  public func head(on tape: Tape) -> Head {
    Head(
      table(configuration.tiesEmbedding ? "model.embed_tokens" : "lm_head", on: tape),
      softCap: configuration.logitSoftCap)
  }

  /// A parameter as an input of operations.
  private func weight(_ name: String) -> Variable {
    adapters.isEmpty ? parameters[name] : parameters[name].detached
  }

  /// The embedding or the head, with the rows that adapters replace.
  private func table(_ name: String, on tape: Tape) -> Variable {
    let base = weight("\(name).weight")
    return adapters.enumerated().reduce(base) { table, next in
      next.offset == 0
        ? next.element.replacingRows(of: name, table, on: tape, isTrained: adapters.count == 1)
        : Variable(
          constant: next.element.addingRows(of: name, table.tensor, beside: base.tensor, on: device)
        )
    }
  }

  /// The normed hidden states [N, width] of sequences laid end to end.
  ///
  /// - Parameters:
  ///   - tokens: The ids of all sequences, [N].
  ///   - lengths: How many ids each sequence has here; their sum is N. With what it shares, none exceeds
  ///     the context.
  ///   - shared: How many ids each sequence takes from the beginning of the last one before it that takes
  ///     none. They are not repeated in `tokens`, and computed once. Empty: none takes any.
  ///   - places: The tokens whose states are wanted, each below N; the result is [places, width]. The
  ///     last layer then does for the others only what attention to them needs. `nil`: all.
  ///   - dropout: What is dropped; `nil` while nothing is trained.
  ///   - tape: Records the operations.
  public func hidden(
    _ tokens: [Int32], lengths: [Int], shared: [Int] = [], at places: [Int]? = nil,
    dropout: Dropout? = nil, on tape: Tape
  ) -> Variable {
    let layout = SequenceLayout(
      lengths: lengths, shared: shared, context: configuration.contextLength)
    precondition(
      layout.positions.count == tokens.count, "lengths \(lengths) for \(tokens.count) tokens")
    return hidden(
      tokens, positions: layout.positions, at: places, dropout: dropout, on: tape
    ) { tape, packed, _ in
      layout.attention(packed, self.configuration.headLayout, on: tape)
    }
  }

  /// The normed hidden states [N, width] of the next tokens of the sequence in `cache`, which grows
  /// by them.
  public func hidden(_ tokens: [Int32], continuing cache: KeyValueCache) -> Variable {
    hidden(tokens, lengths: [tokens.count], continuing: cache)
  }

  /// The normed hidden states of the next tokens of each sequence in `cache`, laid end to end; the cache
  /// grows by them.
  ///
  /// - Parameters:
  ///   - tokens: The ids of all sequences, [N].
  ///   - lengths: How many ids each sequence has, 0 for those that rest; their sum is N.
  ///   - cache: What earlier ids of these sequences left behind.
  /// - Returns: [N, width]. Of several sequences [max(N, `Device.independentRows`), width]: further rows
  ///   make a state's bits independent of how many others are computed beside it, and mean nothing.
  public func hidden(_ tokens: [Int32], lengths: [Int], continuing cache: KeyValueCache) -> Variable
  {
    let tape = Tape(on: device, isRecording: false)
    let starts = cache.counts
    precondition(
      lengths.count == starts.count && lengths.reduce(0, +) == tokens.count && !tokens.isEmpty
        && zip(starts, lengths).allSatisfy { $0 + $1 <= cache.capacity },
      "\(tokens.count) tokens, \(lengths) after \(starts) in a cache of \(cache.capacity)")
    let rows = starts.count == 1 ? tokens.count : max(tokens.count, Device.independentRows)
    let padding = Array(repeating: Int32(0), count: rows - tokens.count)
    let positions = zip(starts, lengths).flatMap { start, length in
      (start..<start + length).map { Int32($0) }
    }
    defer { cache.counts = zip(starts, lengths).map { $0 + $1 } }
    return hidden(
      tokens + padding, positions: positions + padding, at: nil, dropout: nil, on: tape
    ) { tape, packed, layer in
      tape.attention(packed, cache: cache.layers[layer], starts: starts, lengths: lengths)
    }
  }

  private func hidden(
    _ tokens: [Int32], positions: [Int32], at places: [Int]?, dropout: Dropout?, on tape: Tape,
    attention: @escaping (_ tape: Tape, _ packed: Variable, _ layer: Int) -> Variable
  ) -> Variable {
    let table = rotaryTable(of: 1 + Int(positions.max() ?? 0))
    var x = tape.embedding(tokens, self.table("model.embed_tokens", on: tape))
    if configuration.block.positions == .learned {
      x = tape.add(x, tape.embedding(positions, weight("model.embed_positions.weight")))
    }
    if let dropout, dropout.residualRate > 0 {
      x = tape.dropout(x, rate: dropout.residualRate, dropout.source(for: "embedding"))
    }
    for layer in 0..<configuration.layers {
      func run(_ tape: Tape, _ x: Variable) -> Variable {
        let block = Block(
          model: self, layer: layer, table: table, positions: positions,
          places: layer == configuration.layers - 1 ? places : nil, dropout: dropout, tape: tape)
        return block.run(x) { attention(tape, $0, layer) }
      }
      x =
        tape.isRecording && device.checkpointsActivations ? tape.recomputed(x, run) : run(tape, x)
    }
    return norm(x, "model.norm", on: tape)
  }

  /// A table of at least `positions`. It grows by doubling: a long context that nobody uses costs
  /// nothing, and nothing is allocated that only a configuration claims.
  private func rotaryTable(of positions: Int) -> RotaryTable? {
    rotary.withLock { table in
      if let current = table, current.positions < positions {
        let count = min(max(positions, 2 * current.positions, 256), configuration.contextLength)
        table = configuration.rotaryTable(of: count, on: device)
      }
      return table
    }
  }

  /// One layer, on its way through a pass.
  private struct Block {
    let model: Transformer
    let layer: Int
    let table: RotaryTable?
    let positions: [Int32]
    /// The rows that go on after attention; `nil`: all.
    let places: [Int]?
    let dropout: Dropout?
    let tape: Tape

    func run(_ x: Variable, attention: (_ packed: Variable) -> Variable) -> Variable {
      let block = model.configuration.block
      let mixed = attention(heads(of: x))
      func kept(_ x: Variable) -> Variable { places.map { tape.rows($0, of: x) } ?? x }
      let attended = added(kept(mixed), .o, to: kept(x))
      if isPlain, residualRate == 0, block.feedForward == .swiGLU, !block.hasFeedForwardBias {
        return tape.feedForward(
          attended, norm: weight("post_attention_layernorm"),
          epsilon: model.configuration.normEpsilon,
          gate: weight("mlp.gate_proj"), up: weight("mlp.up_proj"), down: weight("mlp.down_proj"))
      }
      let normed = norm(attended, "post_attention_layernorm")
      let inner =
        switch block.feedForward {
        case .swiGLU: tape.swiGLU(linear(normed, [.gate, .up]))
        case .gelu(let form): tape.gelu(linear(normed, [.up]), form)
        }
      return added(inner, .down, to: attended)
    }

    private var residualRate: Float { dropout?.residualRate ?? 0 }

    /// A projection back into the residual stream, after dropout.
    private func added(_ x: Variable, _ projection: Projection, to residual: Variable) -> Variable {
      guard let dropout, residualRate > 0 else {
        return linear(x, [projection], residual: residual)
      }
      let place = dropout.source(for: "\(projection.name(inLayer: layer)) output")
      return tape.add(
        residual, tape.dropout(linear(x, [projection]), rate: residualRate, place))
    }

    /// Whether the fused operations can take a norm and the products after it.
    private var isPlain: Bool {
      model.adapters.isEmpty && model.parameters.isFloat32
        && model.configuration.block.norm == .rootMeanSquare
    }

    /// Queries, keys and values, rotated unless positions are learned.
    private func heads(of x: Variable) -> Variable {
      let c = model.configuration
      guard let table else { return linear(norm(x, "input_layernorm"), [.q, .k, .v]) }
      let norms =
        c.block.normsHeads
        ? (query: weight("self_attn.q_norm"), key: weight("self_attn.k_norm")) : nil
      if isPlain, c.block.attentionBias == .none {
        return tape.headProjection(
          x, norm: weight("input_layernorm"), epsilon: c.normEpsilon,
          weights: ["q", "k", "v"].map { weight("self_attn.\($0)_proj") }, c.headLayout,
          table: table, positions: positions, norms: norms)
      }
      return tape.rotaryEmbedding(
        linear(norm(x, "input_layernorm"), [.q, .k, .v]), c.headLayout, table: table,
        positions: positions, norms: norms, epsilon: c.normEpsilon)
    }

    /// Some projections of `x` side by side, and what an adapter adds to them.
    private func linear(_ x: Variable, _ projections: [Projection], residual: Variable? = nil)
      -> Variable
    {
      let weights = projections.map { model.weight("\($0.name(inLayer: layer)).weight") }
      let biases = projections.filter(model.configuration.block.hasBias).map {
        model.weight("\($0.name(inLayer: layer)).bias")
      }
      // Magnitudes scale the layer's output, but neither its bias nor the residual stream.
      let isApart = model.adapters.contains { $0.configuration.hasMagnitudes }
      var output =
        isApart
        ? tape.linear(x, weights) : tape.linear(x, weights, biases: biases, residual: residual)
      for (index, adapter) in model.adapters.enumerated() {
        output = adapter.apply(
          to: output, x, projections, layer: layer, of: model, dropout: dropout, on: tape,
          isTrained: index == model.adapters.count - 1)
      }
      if isApart {
        if !biases.isEmpty { output = tape.addBias(output, biases) }
        if let residual { output = tape.add(output, residual) }
      }
      return output
    }

    private func norm(_ x: Variable, _ name: String) -> Variable {
      model.norm(x, "model.layers.\(layer).\(name)", on: tape)
    }

    private func weight(_ name: String) -> Variable {
      model.weight("model.layers.\(layer).\(name).weight")
    }
  }

  private func norm(_ x: Variable, _ name: String, on tape: Tape) -> Variable {
    let weight = weight("\(name).weight"), epsilon = configuration.normEpsilon
    return switch configuration.block.norm {
    case .rootMeanSquare: tape.rmsNorm(x, weight: weight, epsilon: epsilon)
    case .layer:
      tape.layerNorm(x, weight: weight, bias: self.weight("\(name).bias"), epsilon: epsilon)
    }
  }
}

extension ModelConfiguration {
  /// Cosines and sines of the first `positions`.
  fileprivate func rotaryTable(of positions: Int, on device: Device) -> RotaryTable {
    let unscaled = RotaryTable.frequencies(headSize: headSize, base: rotaryBase)
    return RotaryTable(
      positions: positions,
      frequencies: rotaryScaling?.frequencies(unscaled, base: rotaryBase) ?? unscaled,
      scale: rotaryScaling?.attentionFactor ?? 1, on: device)
  }
}
