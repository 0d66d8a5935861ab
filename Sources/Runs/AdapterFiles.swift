import Files
public import LanguageModel
import StrictJSON
public import TensorCore

/// An adapter on disk: `adapter_config.json` and `adapter_model.safetensors`, as Python's `peft`
/// writes and loads them.
///
/// Source: github.com/huggingface/peft, `tuners/lora/config.py` and `utils/save_and_load.py`.
extension Adapter {
  private static let configurationName = "adapter_config.json"
  private static let weightsName = "adapter_model.safetensors"
  private static let prefix = "base_model.model."

  /// Whether an adapter is in `directory`.
  public static func exists(in directory: String) -> Bool {
    FileSystem.exists("\(directory)/\(configurationName)")
  }

  /// Writes the two files into `directory`, which exists.
  ///
  /// - Parameters:
  ///   - base: The name of the model that is adapted.
  ///   - tiesEmbedding: Whether that model's head is its embedding.
  /// - Throws: `FileError`.
  public func save(to directory: String, base: String, tiesEmbedding: Bool) throws {
    let json = configuration.json(base: base, tiesEmbedding: tiesEmbedding)
    try AtomicFile.write(
      json.serialized(pretty: true), to: "\(directory)/\(Self.configurationName)")
    var indices: [String: Int] = [:]
    let entries = parameters.specifications.enumerated().map { index, specification in
      let name = Self.prefix + specification.name
      indices[name] = index
      return SafetensorsEntry(
        name: name, elementType: .float32, shape: specification.shape.dimensions)
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(Self.weightsName)") { entry, append in
      guard let index = indices[entry.name] else {
        preconditionFailure("no parameter is named \(entry.name)")
      }
      try parameters.tensor(index).withBytes { try append($0) }
    }
  }

  /// Reads the two files in `directory` as an adapter of a model of `model`.
  ///
  /// - Throws: `FileError`, ``SafetensorsError``, `ModelConfigurationError`, and ``RunError`` for what
  ///   this toolkit does not have, or a tensor that is missing, unexpected or misshapen.
  public convenience init(
    loading directory: String, for model: ModelConfiguration, on device: Device
  ) throws {
    let path = "\(directory)/\(Self.configurationName)"
    let configuration = try AdapterConfiguration(reading: path)
    do {
      try configuration.validate(for: model)
    } catch let error as ModelConfigurationError {
      throw RunError("\(FileError.printable(path)): \(error.description)", hint: Self.hint)
    }
    let file = try SafetensorsFile(path: "\(directory)/\(Self.weightsName)")
    let shown = FileError.printable(file.path)
    let specifications = Adapter.specifications(configuration, model)
    for specification in specifications {
      let name = Self.prefix + specification.name
      guard let entry = file.entry(named: name), entry.elementType == .float32,
        entry.shape == specification.shape.dimensions
      else {
        throw RunError(
          "\(shown): \(name) is missing or not float32 of shape \(specification.shape)",
          hint: Self.hint)
      }
    }
    let known = Set(specifications.map { Self.prefix + $0.name })
    if let other = file.entries.first(where: { !known.contains($0.name) }) {
      throw RunError(
        "\(shown) has the tensor \(FileError.printable(other.name)), which has no place in it",
        hint: Self.hint)
    }
    self.init(configuration, for: model, on: device) { specification, tensor in
      file.withBytes(of: Self.prefix + specification.name) { tensor.copyBytes(from: $0) }
    }
  }

  private static let hint =
    "the adapter must be LoRA or DoRA in float32, of the model that it is used with"
}

extension AdapterConfiguration {
  /// The contents of `adapter_config.json`.
  func json(base: String, tiesEmbedding: Bool) -> JSONValue {
    let ids = JSONValue.array(tokens.map { .integer($0) })
    let tables: JSONValue =
      tiesEmbedding ? ["embed_tokens": ids] : ["embed_tokens": ids, "lm_head": ids]
    return [
      "peft_type": "LORA",
      "task_type": "CAUSAL_LM",
      "base_model_name_or_path": .string(base),
      "inference_mode": true,
      "r": .integer(rank),
      "lora_alpha": .number(alpha),
      "lora_dropout": .number(dropout),
      "target_modules": .array(targets.map { .string($0.rawValue) }),
      "use_rslora": .bool(isRankStabilized),
      "use_dora": .bool(hasMagnitudes),
      "trainable_token_indices": tokens.isEmpty ? .null : tables,
      "bias": "none",
      "fan_in_fan_out": false,
      "init_lora_weights": true,
      "modules_to_save": .null,
      "rank_pattern": [:],
      "alpha_pattern": [:],
    ]
  }

  /// Reads an `adapter_config.json`.
  ///
  /// - Throws: `FileError`; ``RunError`` naming the key that is wrong, or asks for something that
  ///   this toolkit does not have.
  init(reading path: String) throws {
    let record = try JSONRecord(reading: path)
    let shown = FileError.printable(path)
    func refuse(_ key: String) -> RunError {
      RunError(
        "\(shown) sets \(key), which is not supported",
        hint: "only plain LoRA, rsLoRA, DoRA and trained tokens are")
    }
    guard try record.string("peft_type") == "LORA" else { throw refuse("another peft_type") }
    for key in Self.refusedKeys {
      switch record.optional(key) {
      case nil, .bool(false), "none": break
      case .object(let members) where members.isEmpty: break
      case .array(let values) where values.isEmpty: break
      default: throw refuse(key)
      }
    }
    guard let names = record.optional("target_modules")?.array else {
      throw record.illTyped("target_modules", "a list of names")
    }
    let targets = try names.map { value in
      guard let target = value.string.flatMap(Projection.init) else {
        throw refuse("a target module other than \(Projection.allCases.map(\.rawValue))")
      }
      return target
    }
    var tokens: [Int] = []
    if let tables = record.optional("trainable_token_indices") {
      let lists = tables.object.map { $0.map(\.value) } ?? [tables]
      for list in lists {
        guard let ids = list.array?.compactMap(\.integer), ids.count == list.array?.count,
          ids == Set(ids).sorted(), lists.first == list
        else { throw refuse("trainable_token_indices that differ or are not ascending") }
        tokens = ids
      }
    }
    self.init(
      rank: try record.integer("r"), alpha: try record.number("lora_alpha"),
      dropout: try record.optional("lora_dropout") == nil ? 0 : record.number("lora_dropout"),
      targets: targets, isRankStabilized: record.optional("use_rslora")?.bool ?? false,
      hasMagnitudes: record.optional("use_dora")?.bool ?? false, tokens: tokens)
  }

  /// What changes the result, and is not done here.
  private static let refusedKeys = [
    "alora_invocation_tokens", "alpha_pattern", "arrow_config", "bias", "exclude_modules",
    "fan_in_fan_out", "kasa_config", "layer_replication", "layers_pattern", "layers_to_transform",
    "lora_bias", "modules_to_save", "monteclora_config", "rank_pattern", "target_parameters",
    "use_bdlora", "use_qalora", "velora_config",
  ]
}
