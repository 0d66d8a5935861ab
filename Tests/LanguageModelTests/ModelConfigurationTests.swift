import LanguageModel
import StrictJSON
import TensorCore
import Testing

@Suite struct ModelConfigurationTests {
  private let valid = ModelConfiguration(
    vocabularySize: 300, layers: 2, width: 32, heads: 4, keyValueHeads: 2, feedForwardWidth: 40,
    contextLength: 16, rotaryBase: 5_000, normEpsilon: 1e-5, tiesEmbedding: false, beginToken: 7)

  @Test func `config json reads back what was written`() throws {
    let json = try JSONValue(parsing: valid.json.serialized(pretty: true))
    #expect(try ModelConfiguration(json: json, path: "config.json") == valid)
  }

  @Test func `a list of the begin token alone is no end of its own`() throws {
    var members = valid.json.object ?? []
    members.removeAll { $0.name == "eos_token_id" }
    for (ends, expected) in [([7], []), ([7, 3], [7, 3]), ([3], [3])] as [([Int], [Int])] {
      let json = JSONValue.object(
        members + [JSONMember(name: "eos_token_id", value: .array(ends.map { .integer($0) }))])
      let configuration = try ModelConfiguration(json: json, path: "config.json")
      #expect(configuration.endTokens == expected)
      #expect(try ModelConfiguration(json: configuration.json, path: "again") == configuration)
    }
  }

  /// `transformers` knows no such type, and so cannot leave out the cap unsaid.
  @Test(arguments: HuggingFaceArchitecture.allCases)
  func `a cap of logits is kept under a type of its own`(_ architecture: HuggingFaceArchitecture)
    throws
  {
    var configuration = ModelConfiguration(
      vocabularySize: 300, layers: 1, width: 32, heads: 4, feedForwardWidth: 40,
      contextLength: 16, logitSoftCap: 15.5, block: architecture.block)
    let json = configuration.json
    #expect(json["model_type"]?.string == "softcapped_\(architecture.rawValue)")
    #expect(try ModelConfiguration(json: json, path: "config.json") == configuration)
    // A cap that the type does not announce would be left out by everybody else.
    for (type, cap) in [
      (architecture.rawValue, 15.5), ("softcapped_\(architecture.rawValue)", .null),
      ("softcapped_\(architecture.rawValue)", "15.5"), ("softcapped_", 15.5),
    ] as [(String, JSONValue)] {
      let members = try #require(json.object).map { member in
        switch member.name {
        case "model_type": JSONMember(name: member.name, value: .string(type))
        case "final_logit_softcapping": JSONMember(name: member.name, value: cap)
        default: member
        }
      }
      #expect(throws: ModelConfigurationError.self, "\(type) \(cap)") {
        try ModelConfiguration(json: .object(members), path: "config.json")
      }
    }
    for cap in [0, -1, .nan, .infinity, 1e7] as [Float] {
      configuration.logitSoftCap = cap
      #expect(throws: ModelConfigurationError.self) { try configuration.validate() }
    }
  }

  @Test(arguments: HuggingFaceArchitecture.allCases)
  func `every architecture reads back what was written`(_ architecture: HuggingFaceArchitecture)
    throws
  {
    var scalings: [RotaryScaling?] = [nil]
    if architecture != .gpt2 {
      scalings += [
        .linear(factor: 2), .dynamic(factor: 4),
        .llama3(factor: 8, low: 1, high: 4, originalContext: 8),
        .yarn(RotaryScaling.YaRN(factor: 4, originalContext: 8, fast: 16, truncates: false)),
      ]
    }
    for scaling in scalings {
      let configuration = ModelConfiguration(
        vocabularySize: 300, layers: 2, width: 32, heads: 4,
        keyValueHeads: architecture == .gpt2 ? 4 : 2, feedForwardWidth: 40, contextLength: 16,
        rotaryScaling: scaling, normEpsilon: 1e-5, tiesEmbedding: false, beginToken: 7,
        endTokens: [8, 9], block: architecture.block)
      try configuration.validate()
      #expect(HuggingFaceArchitecture(of: configuration) == architecture)
      let json = try JSONValue(parsing: configuration.json.serialized(pretty: true))
      #expect(try ModelConfiguration(json: json, path: "config.json") == configuration)
      let specifications = Transformer.specifications(configuration)
      #expect(
        configuration.parameterCount == specifications.reduce(0) { $0 + $1.shape.count })
    }
  }

  @Test func `layers that no architecture has are refused`() {
    var configuration = valid
    configuration.block.positions = .learned
    #expect {
      try configuration.validate()
    } throws: { error in
      "\(error)".contains("no architecture of transformers")
    }
  }

  @Test func `presets are valid and have the sizes they are documented with`() throws {
    let millions = try Preset.allCases.map { preset in
      try preset.configuration.validate()
      return (Double(preset.configuration.parameterCount) / 1e5).rounded() / 10
    }
    #expect(millions == [1.1, 12.2, 27.8, 103.0])
  }

  @Test func `training operations are counted as 6 N + 6 L T d`() {
    let nano = Preset.nano.configuration
    #expect(
      nano.trainingOperationsPerToken
        == 6 * Double(nano.parameterCount) + 6 * 4 * 256 * 128)
  }

  @Test(
    arguments: [
      ("heads", "3 key-value heads"), ("odd", "head size must be even"),
      ("context", "context length"), ("layers", "number of layers"),
      ("begin", "begin token"), ("huge", "too many parameters"),
    ])
  func `impossible extents are refused by name`(change: String, message: String) {
    var configuration = valid
    switch change {
    case "heads": configuration.keyValueHeads = 3
    case "odd": configuration.headSize = 9
    case "context": configuration.contextLength = 0
    case "layers": configuration.layers = -1
    case "begin": configuration.beginToken = 300
    default:
      configuration.vocabularySize = 1 << 24
      configuration.width = 1 << 24
    }
    #expect {
      try configuration.validate()
    } throws: { error in
      "\(error)".contains(message)
    }
  }

  @Test(
    arguments: [
      ("model_type", "\"mamba\"", "model_type is \"mamba\""),
      ("hidden_size", "\"x\"", "hidden_size"),
      ("hidden_size", "9999999999999", "width"), ("hidden_act", "\"relu\"", "hidden_act"),
      ("mlp_bias", "true", "mlp_bias"), ("attention_bias", "2", "attention_bias"),
      ("layer_types", "[\"sliding_attention\"]", "layer_types"),
      ("eos_token_id", "[300]", "end token"), ("quantization_config", "{}", "quantization_config"),
      ("rope_scaling", "{\"factor\":2}", "rope_scaling"),
      ("rope_scaling", "{\"rope_type\":\"longrope\",\"factor\":2}", "longrope"),
      ("rope_scaling", "{\"type\":\"linear\",\"factor\":0}", "factor must be from"),
      ("rope_scaling", "{\"type\":\"dynamic\"}", "factor must be a number"),
      ("num_hidden_layers", "0", "layers"),
      ("rms_norm_eps", "null", "rms_norm_eps"), ("head_dim", "-2", "head size"),
    ])
  func `a config json that cannot be used is refused with its key`(
    key: String, value: String, message: String
  ) throws {
    var members = valid.json.object ?? []
    let replacement = try JSONValue(parsing: Array(value.utf8))
    if let index = members.firstIndex(where: { $0.name == key }) {
      members[index].value = replacement
    } else {
      members.append(JSONMember(name: key, value: replacement))
    }
    #expect {
      try ModelConfiguration(json: .object(members), path: "some/config.json")
    } throws: { error in
      "\(error)".contains(message) && "\(error)".contains("some/config.json")
    }
  }
}
