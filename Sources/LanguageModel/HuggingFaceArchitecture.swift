import TensorCore

/// The architectures of Hugging Face's `transformers` that a ``ModelConfiguration`` can be; the raw
/// value is `model_type`. Only what reads and writes files asks for it.
public enum HuggingFaceArchitecture: String, Sendable, CaseIterable {
  /// Touvron et al., "LLaMA", 2023: RMSNorm, rotary positions, SwiGLU; biases if `config.json` says so.
  case llama
  /// The same with biases of queries, keys and values.
  case qwen2
  /// The same with QK-norm, and biases of attention if `config.json` says so.
  case qwen3
  /// Radford et al., "Language Models are Unsupervised Multitask Learners", 2019: LayerNorm, learned
  /// positions, GELU, biases everywhere.
  case gpt2

  /// The architecture of a configuration; `nil` if none has such layers.
  public init?(of configuration: ModelConfiguration) {
    let c = configuration, block = configuration.block
    let isGated = block.feedForward == .swiGLU
    let isModern = block.norm == .rootMeanSquare && block.positions == .rotary && isGated
    if isModern, block.normsHeads, block.attentionBias != .inputs, !block.hasFeedForwardBias {
      self = .qwen3
    } else if isModern, !block.normsHeads, block.attentionBias == .inputs,
      !block.hasFeedForwardBias
    {
      self = .qwen2
    } else if isModern, !block.normsHeads, block.attentionBias != .inputs {
      self = .llama
    } else if block.norm == .layer, block.positions == .learned, !isGated, !block.normsHeads,
      block.attentionBias == .all, block.hasFeedForwardBias, c.rotaryScaling == nil,
      c.keyValueHeads == c.heads, c.headSize * c.heads == c.width
    {
      self = .gpt2
    } else {
      return nil
    }
  }

  /// What its layers consist of, unless a `config.json` says more.
  public var block: ModelConfiguration.Block {
    var block = ModelConfiguration.Block()
    switch self {
    case .qwen3: break
    case .llama: block.normsHeads = false
    case .qwen2:
      block.normsHeads = false
      block.attentionBias = .inputs
    case .gpt2:
      block.norm = .layer
      block.positions = .learned
      block.normsHeads = false
      block.attentionBias = .all
      block.feedForward = .gelu(.tanh)
      block.hasFeedForwardBias = true
    }
    return block
  }

  /// The class in `architectures`.
  var className: String {
    switch self {
    case .llama: "LlamaForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    case .gpt2: "GPT2LMHeadModel"
    }
  }

  /// Refuses what no architecture has, since it could not be stored.
  static func validate(_ configuration: ModelConfiguration) throws {
    guard let architecture = HuggingFaceArchitecture(of: configuration) else {
      throw ModelConfigurationError(
        description: "no architecture of transformers has such layers and heads",
        hint: "GPT-2 has as many key-value heads as heads, which divide the width")
    }
    if architecture == .llama, configuration.width % configuration.heads != 0 {
      throw ModelConfigurationError(
        description: "\(configuration.heads) heads do not divide Llama's width of "
          + "\(configuration.width)", hint: "choose heads that divide the width")
    }
  }

  // MARK: Names of weights

  /// Projections that are stored as one weight.
  public var storedGroups: [[Projection]] {
    switch self {
    case .llama, .qwen2, .qwen3: Projection.allCases.map { [$0] }
    case .gpt2: [[.q, .k, .v], [.o], [.up], [.down]]
    }
  }

  /// Whether a projection's weight is stored as [inputs, outputs].
  public var storesTransposed: Bool { self == .gpt2 }

  /// What stands before the names of all weights but the head's.
  public var basePrefix: String { self == .gpt2 ? "transformer." : "model." }

  /// The stored name of a parameter, or of a module: that of this toolkit, or GPT-2's for it.
  public func storedName(_ name: String) -> String {
    guard self == .gpt2 else { return name }
    var parts = name.split(separator: ".").map(String.init)
    guard parts.first == "model" else { return name }
    parts[0] = "transformer"
    if parts.count > 1, parts[1] == "layers" { parts[1] = "h" }
    return parts.map { Self.namesInGPT2[$0] ?? $0 }
      .joined(separator: ".")
      .replacing("self_attn.o_proj", with: "attn.c_proj")
      .replacing("self_attn", with: "attn")
  }

  /// The name of a module without the layers around it, such as `q_proj`, or GPT-2's `attn.c_attn`,
  /// of which the last part alone is not unique.
  public func moduleName(_ projection: Projection) -> String {
    let parts = storedName(projection.name(inLayer: 0)).split(separator: ".")
    return parts.suffix(self == .gpt2 ? 2 : 1).joined(separator: ".")
  }

  /// The name of the embedding without what stands before it.
  public var embeddingName: String { self == .gpt2 ? "wte" : "embed_tokens" }

  private static let namesInGPT2 = [
    "embed_tokens": "wte", "embed_positions": "wpe", "norm": "ln_f", "input_layernorm": "ln_1",
    "post_attention_layernorm": "ln_2", "q_proj": "c_attn", "k_proj": "c_attn", "v_proj": "c_attn",
    "up_proj": "c_fc", "down_proj": "c_proj",
  ]
}
