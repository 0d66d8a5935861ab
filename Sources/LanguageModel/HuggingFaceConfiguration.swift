public import StrictJSON

/// Hugging Face's `config.json` of `Qwen3ForCausalLM`.
extension ModelConfiguration {
  /// Reads a `config.json`.
  ///
  /// - Parameters:
  ///   - json: Its contents.
  ///   - path: Names the file in errors.
  /// - Throws: ``ModelConfigurationError`` naming the key that is missing, of the wrong kind, or
  ///   asks for something this architecture does not have.
  public init(json: JSONValue, path: String) throws {
    func fail(_ reason: String) -> ModelConfigurationError {
      ModelConfigurationError(description: "\(path): \(reason)")
    }
    func integer(_ key: String) throws -> Int {
      guard let value = json[key]?.integer else { throw fail("\(key) must be an integer") }
      return value
    }
    func number(_ value: JSONValue?, _ key: String) throws -> Double {
      guard let value = value?.number else { throw fail("\(key) must be a number") }
      return value
    }
    func refuse(_ key: String, unless allowed: JSONValue...) throws {
      guard let value = json[key], value != .null, !allowed.contains(value) else { return }
      throw fail("\(key) \(String(decoding: value.serialized(), as: UTF8.self)) is not supported")
    }
    guard json["model_type"]?.string == "qwen3" else {
      let type = json["model_type"]?.string.map { "\"\($0)\"" } ?? "missing"
      throw fail("model_type is \(type); only \"qwen3\" is supported")
    }
    try refuse("hidden_act", unless: "silu")
    try refuse("attention_bias", unless: false)
    try refuse("use_sliding_window", unless: false)
    try refuse("rope_scaling")
    let rope = json["rope_parameters"]
    if let type = rope?["rope_type"], type != "default" {
      throw fail("rope_type \(type.string ?? "of this kind") is not supported")
    }
    let heads = try integer("num_attention_heads")
    let width = try integer("hidden_size")
    let present = { (key: String) in json[key].flatMap { $0 == .null ? nil : $0 } }
    self.init(
      vocabularySize: try integer("vocab_size"), layers: try integer("num_hidden_layers"),
      width: width, heads: heads,
      keyValueHeads: try present("num_key_value_heads") == nil
        ? nil : integer("num_key_value_heads"),
      headSize: try present("head_dim") == nil ? nil : integer("head_dim"),
      feedForwardWidth: try integer("intermediate_size"),
      contextLength: try integer("max_position_embeddings"),
      rotaryBase: try number(rope?["rope_theta"] ?? json["rope_theta"] ?? 10_000, "rope_theta"),
      normEpsilon: Float(try number(json["rms_norm_eps"] ?? 1e-6, "rms_norm_eps")),
      tiesEmbedding: json["tie_word_embeddings"]?.bool ?? true,
      beginToken: try present("bos_token_id") == nil ? nil : integer("bos_token_id"))
    do {
      try validate()
    } catch let error as ModelConfigurationError {
      throw ModelConfigurationError(description: "\(path): \(error.description)", hint: error.hint)
    }
  }

  /// The contents of `config.json`, which `transformers` loads unchanged.
  public var json: JSONValue {
    let begin = beginToken.map { JSONValue.integer($0) } ?? .null
    return [
      "architectures": ["Qwen3ForCausalLM"],
      "model_type": "qwen3",
      "vocab_size": .integer(vocabularySize),
      "hidden_size": .integer(width),
      "intermediate_size": .integer(feedForwardWidth),
      "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(heads),
      "num_key_value_heads": .integer(keyValueHeads),
      "head_dim": .integer(headSize),
      "hidden_act": "silu",
      "max_position_embeddings": .integer(contextLength),
      "rms_norm_eps": .number(Double("\(normEpsilon)") ?? Double(normEpsilon)),
      "rope_theta": .number(rotaryBase),
      "rope_parameters": ["rope_type": "default", "rope_theta": .number(rotaryBase)],
      "tie_word_embeddings": .bool(tiesEmbedding),
      "attention_bias": false,
      "attention_dropout": 0.0,
      "use_sliding_window": false,
      "initializer_range": 0.02,
      "use_cache": true,
      "bos_token_id": begin,
      "eos_token_id": begin,
      "torch_dtype": "float32",
    ]
  }
}
