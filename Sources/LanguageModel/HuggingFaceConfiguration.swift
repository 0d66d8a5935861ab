public import StrictJSON
public import TensorCore

/// Hugging Face's `config.json` of the classes in ``HuggingFaceArchitecture``.
extension ModelConfiguration {
  /// Reads a `config.json`.
  ///
  /// - Parameters:
  ///   - json: Its contents.
  ///   - path: Names the file in errors.
  /// - Throws: ``ModelConfigurationError`` naming the key that is missing, of the wrong kind, or
  ///   asks for something that is not supported.
  public init(json: JSONValue, path: String) throws {
    let fields = ConfigurationFields(json: json, path: path)
    let type = json["model_type"]?.string
    let isCapped = type?.hasPrefix(Self.cappedPrefix) ?? false
    let name = isCapped ? type.map { String($0.dropFirst(Self.cappedPrefix.count)) } : type
    guard let architecture = name.flatMap(HuggingFaceArchitecture.init) else {
      let known = HuggingFaceArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
      let shown = type.map { "\"\($0)\"" } ?? "missing"
      throw fields.error("model_type is \(shown); known are \(known)")
    }
    for key in ["quantization_config", "layers_to_skip"] { try fields.refuse(key) }
    switch architecture {
    case .gpt2: self = try Self.readingGPT2(fields)
    case .llama, .qwen2, .qwen3: self = try Self.readingLlama(fields, architecture)
    }
    if isCapped {
      logitSoftCap = Float(try fields.required(Self.capKey))
    } else {
      try fields.refuse(Self.capKey)
    }
    do {
      try validate()
    } catch let error as ModelConfigurationError {
      throw ModelConfigurationError(description: "\(path): \(error.description)", hint: error.hint)
    }
  }

  /// No class of `transformers` with these layers caps its logits. A `model_type` that nobody knows, and a
  /// class, make other tools refuse the file, where they would else leave out the cap unsaid.
  private static let cappedPrefix = "softcapped_"
  /// As Gemma 2 calls it.
  private static let capKey = "final_logit_softcapping"

  /// Llama and its descendants.
  private static func readingLlama(
    _ fields: ConfigurationFields, _ architecture: HuggingFaceArchitecture
  ) throws -> ModelConfiguration {
    try fields.refuse("hidden_act", unless: "silu", "swish")
    try fields.refuse("use_sliding_window", unless: false)
    try fields.refuse("partial_rotary_factor", unless: 1, 1.0)
    for type in fields.json["layer_types"]?.array ?? [] where type != "full_attention" {
      throw fields.error("layer_types other than \"full_attention\" are not supported")
    }
    var block = architecture.block
    switch architecture {
    case .qwen2: try fields.refuse("attention_bias", unless: true, false)
    default: block.attentionBias = try fields.flag("attention_bias") ? .all : .none
    }
    if architecture == .llama {
      block.hasFeedForwardBias = try fields.flag("mlp_bias")
    } else {
      try fields.refuse("mlp_bias", unless: false)
    }
    let context = try fields.integer("max_position_embeddings")
    let rotary = try fields.rotary(context: context)
    return ModelConfiguration(
      vocabularySize: try fields.integer("vocab_size"),
      layers: try fields.integer("num_hidden_layers"), width: try fields.integer("hidden_size"),
      heads: try fields.integer("num_attention_heads"),
      keyValueHeads: try fields.optionalInteger("num_key_value_heads"),
      headSize: try fields.optionalInteger("head_dim"),
      feedForwardWidth: try fields.integer("intermediate_size"), contextLength: context,
      rotaryBase: rotary.base, rotaryScaling: rotary.scaling,
      normEpsilon: Float(try fields.number("rms_norm_eps", default: 1e-6)),
      tiesEmbedding: try fields.flag("tie_word_embeddings"),
      beginToken: try fields.optionalInteger("bos_token_id"), endTokens: try fields.endTokens(),
      block: block)
  }

  private static func readingGPT2(_ fields: ConfigurationFields) throws -> ModelConfiguration {
    try fields.refuse("scale_attn_weights", unless: true)
    for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"] {
      try fields.refuse(key, unless: false)
    }
    var block = HuggingFaceArchitecture.gpt2.block
    switch fields.json["activation_function"] {
    case nil, "gelu_new", "gelu_pytorch_tanh": block.feedForward = .gelu(.tanh)
    case "gelu": block.feedForward = .gelu(.exact)
    default: try fields.refuse("activation_function")
    }
    let width = try fields.integer("n_embd")
    return ModelConfiguration(
      vocabularySize: try fields.integer("vocab_size"), layers: try fields.integer("n_layer"),
      width: width, heads: try fields.integer("n_head"),
      feedForwardWidth: try fields.optionalInteger("n_inner")
        ?? width.multipliedReportingOverflow(by: 4).partialValue,
      contextLength: try fields.optionalInteger("n_positions") ?? fields.integer("n_ctx"),
      normEpsilon: Float(try fields.number("layer_norm_epsilon", default: 1e-5)),
      tiesEmbedding: try fields.flag("tie_word_embeddings", default: true),
      beginToken: try fields.optionalInteger("bos_token_id"), endTokens: try fields.endTokens(),
      block: block)
  }

  /// The contents of `config.json` beside weights in float32, which `transformers` loads unchanged; not
  /// that of capped logits.
  public var json: JSONValue { json(weights: .float32) }

  /// The contents of `config.json` beside weights of some type.
  public func json(weights: ElementType) -> JSONValue {
    guard let architecture = HuggingFaceArchitecture(of: self) else {
      preconditionFailure("a configuration that was not validated")
    }
    let begin = beginToken.map { JSONValue.integer($0) } ?? .null
    let ends = endTokens.map { JSONValue.integer($0) }
    var members: [JSONMember] = [
      JSONMember(
        name: "architectures",
        value: [.string((logitSoftCap == nil ? "" : "SoftCapped") + architecture.className)]),
      JSONMember(
        name: "model_type",
        value: .string((logitSoftCap == nil ? "" : Self.cappedPrefix) + architecture.rawValue)),
      JSONMember(name: "vocab_size", value: .integer(vocabularySize)),
    ]
    func add(_ name: String, _ value: JSONValue) {
      members.append(JSONMember(name: name, value: value))
    }
    let epsilon = JSONValue.number(Double("\(normEpsilon)") ?? Double(normEpsilon))
    if architecture == .gpt2 {
      add("n_embd", .integer(width))
      add("n_inner", .integer(feedForwardWidth))
      add("n_layer", .integer(layers))
      add("n_head", .integer(heads))
      add("n_positions", .integer(contextLength))
      let isExact = block.feedForward == .gelu(.exact)
      add("activation_function", isExact ? "gelu" : "gelu_new")
      add("layer_norm_epsilon", epsilon)
      for name in ["attn_pdrop", "embd_pdrop", "resid_pdrop"] { add(name, 0.0) }
    } else {
      add("hidden_size", .integer(width))
      add("intermediate_size", .integer(feedForwardWidth))
      add("num_hidden_layers", .integer(layers))
      add("num_attention_heads", .integer(heads))
      add("num_key_value_heads", .integer(keyValueHeads))
      add("head_dim", .integer(headSize))
      add("hidden_act", "silu")
      add("max_position_embeddings", .integer(contextLength))
      add("rms_norm_eps", epsilon)
      add("rope_theta", .number(rotaryBase))
      add("rope_parameters", .object(rotaryMembers))
      // What versions of transformers before 5 read.
      if rotaryScaling != nil {
        add("rope_scaling", .object(rotaryMembers.filter { $0.name != "rope_theta" }))
      }
      if architecture != .qwen2 { add("attention_bias", .bool(block.attentionBias == .all)) }
      if architecture == .llama { add("mlp_bias", .bool(block.hasFeedForwardBias)) }
      add("attention_dropout", 0.0)
      if architecture != .llama { add("use_sliding_window", false) }
    }
    add("tie_word_embeddings", .bool(tiesEmbedding))
    if let logitSoftCap {
      add(Self.capKey, .number(Double("\(logitSoftCap)") ?? Double(logitSoftCap)))
    }
    add("initializer_range", 0.02)
    add("use_cache", true)
    add("bos_token_id", begin)
    add("eos_token_id", ends.isEmpty ? begin : ends.count == 1 ? ends[0] : .array(ends))
    add("torch_dtype", .string("\(weights)"))
    return .object(members)
  }

  private var rotaryMembers: [JSONMember] {
    let fields: [(String, JSONValue)]
    let type: String
    switch rotaryScaling {
    case nil: (type, fields) = ("default", [])
    case .linear(let factor): (type, fields) = ("linear", [("factor", .number(factor))])
    case .dynamic(let factor): (type, fields) = ("dynamic", [("factor", .number(factor))])
    case .llama3(let factor, let low, let high, let context):
      type = "llama3"
      fields = [
        ("factor", .number(factor)), ("low_freq_factor", .number(low)),
        ("high_freq_factor", .number(high)),
        ("original_max_position_embeddings", .integer(context)),
      ]
    case .yarn(let yarn):
      type = "yarn"
      fields = [
        ("factor", .number(yarn.factor)), ("beta_fast", .number(yarn.fast)),
        ("beta_slow", .number(yarn.slow)), ("truncate", .bool(yarn.truncates)),
        ("attention_factor", .number(yarn.attentionFactor)),
        ("original_max_position_embeddings", .integer(yarn.originalContext)),
      ]
    }
    let all = [("rope_type", .string(type)), ("rope_theta", .number(rotaryBase))] + fields
    return all.map { JSONMember(name: $0.0, value: $0.1) }
  }
}
