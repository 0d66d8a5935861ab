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
  ///   - model: Its configuration.
  /// - Throws: `FileError`.
  public func save(to directory: String, base: String, for model: ModelConfiguration) throws {
    let json = configuration.json(base: base, for: model)
    try AtomicFile.write(
      json.serialized(pretty: true), to: "\(directory)/\(Self.configurationName)")
    let tensors = AdapterTensor.all(configuration, model, sharesFirst: false)
    let indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
    let entries = tensors.map {
      SafetensorsEntry(name: Self.prefix + $0.name, elementType: .float32, shape: $0.shape)
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(Self.weightsName)") { entry, append in
      guard let index = indices[String(entry.name.dropFirst(Self.prefix.count))] else {
        preconditionFailure("no parameter is named \(entry.name)")
      }
      var elements = [Float](repeating: 0, count: entry.byteCount / 4)
      for block in tensors[index].blocks {
        let part = parameters[block.parameter].tensor.elements
        block.forEachRow(of: tensors[index]) { stored, own in
          elements.replaceSubrange(stored, with: part[own])
        }
      }
      try elements.withUnsafeBytes { try append($0) }
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
    let read: (configuration: AdapterConfiguration, sharesFirst: Bool)
    do {
      read = try AdapterConfiguration.read(path, for: model)
    } catch let error as ModelConfigurationError {
      throw RunError("\(FileError.printable(path)): \(error.description)", hint: Self.hint)
    }
    let configuration = read.configuration
    let file = try SafetensorsFile(path: "\(directory)/\(Self.weightsName)")
    let shown = FileError.printable(file.path)
    let tensors = AdapterTensor.all(configuration, model, sharesFirst: read.sharesFirst)
    var places: [String: (tensor: AdapterTensor, block: AdapterTensor.Block, elements: [Float])] =
      [:]
    for tensor in tensors {
      let name = Self.prefix + tensor.name
      guard let entry = file.entry(named: name) else {
        throw RunError("\(shown): \(name) is missing", hint: Self.hint)
      }
      guard StoredElements.types.contains(entry.elementType), entry.shape == tensor.shape else {
        throw RunError(
          "\(shown): \(name) is \(entry.elementType.rawValue) of shape \(entry.shape), not a number "
            + "of 32 or 16 bits of shape \(tensor.shape)", hint: Self.hint)
      }
      let elements = try file.floats(of: entry)
      for block in tensor.blocks { places[block.parameter] = (tensor, block, elements) }
      guard tensor.isZeroBetweenBlocks(elements) else {
        throw RunError(
          "\(shown): \(entry.name) mixes projections that are separate here", hint: Self.hint)
      }
    }
    let known = Set(tensors.map { Self.prefix + $0.name })
    if let other = file.entries.first(where: { !known.contains($0.name) }) {
      throw RunError(
        "\(shown) has the tensor \(FileError.printable(other.name)), which has no place in it",
        hint: Self.hint)
    }
    self.init(configuration, for: model, on: device) { specification, tensor in
      guard let place = places[specification.name] else {
        preconditionFailure("\(specification.name) is stored nowhere")
      }
      var elements = [Float](repeating: 0, count: tensor.count)
      place.block.forEachRow(of: place.tensor) {
        elements.replaceSubrange($1, with: place.elements[$0])
      }
      elements.withUnsafeBytes { tensor.copyBytes(from: $0) }
    }
  }

  private static let hint =
    "the adapter must be LoRA or DoRA, of the model that it is used with"
}

extension SafetensorsFile {
  /// The elements of a tensor of one of the ``StoredElements/types``.
  fileprivate func floats(of entry: SafetensorsEntry) throws -> [Float] {
    var floats: [Float] = []
    let found: Void? = try withBytes(of: entry.name) { bytes in
      let count = entry.shape.reduce(1, *)
      StoredElements(bytes: bytes, type: entry.elementType).copy(
        0, stride: 1, count: count, as: .float32
      ) { elements in
        floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
          UnsafeMutableRawBufferPointer(buffer).copyBytes(from: elements)
          initialized = count
        }
      }
    }
    precondition(found != nil, "\(entry.name) was checked to be there")
    return floats
  }
}

extension AdapterConfiguration {
  /// The contents of `adapter_config.json`.
  func json(base: String, for model: ModelConfiguration) -> JSONValue {
    let ids = JSONValue.array(tokens.map { .integer($0) })
    let names = AdapterTensor.architecture(of: model)
    let embedding = names.embeddingName
    let tables: [JSONMember] = ([embedding] + (model.tiesEmbedding ? [] : ["lm_head"])).map {
      JSONMember(name: $0, value: ids)
    }
    let groups = names.storedGroups.compactMap { group in
      group.first(where: targets.contains).map { (group, names.moduleName($0)) }
    }
    var ranks = rankPattern.map { JSONMember(name: $0.suffix, value: .integer($0.value)) }
    var alphas = alphaPattern.map { JSONMember(name: $0.suffix, value: .number($0.value)) }
    // Projections that are stored as one have a block of the rank each, and no patterns.
    for (group, name) in groups {
      let count = group.count(where: targets.contains)
      if count == 1 { continue }
      ranks.append(JSONMember(name: name, value: .integer(count * rank)))
      let factor = isRankStabilized ? Double(count).squareRoot() : Double(count)
      alphas.append(JSONMember(name: name, value: .number(alpha * factor)))
    }
    return [
      "peft_type": "LORA",
      "task_type": "CAUSAL_LM",
      "base_model_name_or_path": .string(base),
      "inference_mode": true,
      "r": .integer(rank),
      "lora_alpha": .number(alpha),
      "lora_dropout": .number(dropout),
      "target_modules": .array(groups.map { .string($0.1) }),
      "use_rslora": .bool(isRankStabilized),
      "use_dora": .bool(hasMagnitudes),
      "trainable_token_indices": tokens.isEmpty ? .null : .object(tables),
      "bias": "none",
      "fan_in_fan_out": .bool(names.storesTransposed),
      "init_lora_weights": true,
      "modules_to_save": .null,
      "rank_pattern": .object(ranks),
      "alpha_pattern": .object(alphas),
    ]
  }

  /// Reads an `adapter_config.json`, and whether projections that are stored as one share their
  /// first factor, as PEFT makes them.
  ///
  /// - Throws: `FileError`; ``RunError`` naming the key that is wrong, or asks for something that
  ///   this toolkit does not have.
  static func read(_ path: String, for model: ModelConfiguration) throws
    -> (configuration: AdapterConfiguration, sharesFirst: Bool)
  {
    let record = try JSONRecord(reading: path)
    let shown = FileError.printable(path)
    func refuse(_ key: String) -> RunError {
      RunError(
        "\(shown) sets \(key), which is not supported",
        hint: "only plain LoRA, rsLoRA, DoRA and trained tokens are")
    }
    guard try record.string("peft_type") == "LORA" else { throw refuse("another peft_type") }
    let names = AdapterTensor.architecture(of: model)
    func isPlain(_ key: String) -> Bool {
      switch record.optional(key) {
      case nil, .bool(false), "none": true
      case .object(let members): members.isEmpty
      case .array(let values): values.isEmpty
      default: false
      }
    }
    for key in refusedKeys where !isPlain(key) { throw refuse(key) }
    // The others change the base before anything is trained.
    switch record.optional("init_lora_weights") {
    case nil, .bool, "gaussian", "orthogonal", "eva": break
    default: throw refuse("another init_lora_weights")
    }
    // PEFT sets it for GPT-2 whatever was asked for.
    if !names.storesTransposed, !isPlain("fan_in_fan_out") { throw refuse("fan_in_fan_out") }
    if record.optional("target_modules")?.string != nil {
      throw refuse("target_modules by a regular expression")
    }
    guard let wanted = record.optional("target_modules")?.array?.compactMap(\.string) else {
      throw record.illTyped("target_modules", "a list of names")
    }
    let targets = try targets(Set(wanted), names, model, refuse)
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
    func flag(_ key: String) throws -> Bool {
      try record.optional(key) == nil ? false : record.bool(key)
    }
    var configuration = AdapterConfiguration(
      rank: try record.integer("r"), alpha: try record.number("lora_alpha"),
      dropout: try record.optional("lora_dropout") == nil ? 0 : record.number("lora_dropout"),
      targets: targets, isRankStabilized: try flag("use_rslora"),
      hasMagnitudes: try flag("use_dora"),
      tokens: tokens)
    let patterns = ["rank_pattern", "alpha_pattern"]
    if names.storedGroups.allSatisfy({ $0.count == 1 }) {
      configuration.rankPattern = try pattern(patterns[0], in: record, refuse) { $0.integer }
      configuration.alphaPattern = try pattern(patterns[1], in: record, refuse) { $0.number }
      try configuration.validate(for: model)
      return (configuration, false)
    }
    // Where projections are stored as one, patterns are read only as they are written here.
    try configuration.validate(for: model)
    let sharesFirst = patterns.allSatisfy(isPlain)
    let expected = configuration.json(base: "", for: model)
    for key in patterns where !sharesFirst && record.optional(key) != expected[key] {
      throw refuse(key)
    }
    return (configuration, sharesFirst)
  }

  /// The projections that `wanted` names by the ends of their paths, such as `q_proj`, or by all of their
  /// paths, as PEFT writes what was asked for as `all-linear`.
  private static func targets(
    _ wanted: Set<String>, _ names: HuggingFaceArchitecture, _ model: ModelConfiguration,
    _ refuse: (String) -> RunError
  ) throws -> [Projection] {
    var unknown = wanted
    var targets: [Projection] = []
    for group in names.storedGroups where model.block.has(group[0]) {
      var layers = 0
      for layer in 0..<model.layers {
        let path = names.storedName(group[0].name(inLayer: layer)).split(separator: ".")
        let ends = path.indices.map { path[$0...].joined(separator: ".") }.filter(wanted.contains)
        unknown.subtract(ends)
        layers += ends.isEmpty ? 0 : 1
      }
      guard layers == 0 || layers == model.layers else {
        throw refuse("target modules of some layers only")
      }
      if layers > 0 { targets += group }
    }
    guard unknown.isEmpty, !targets.isEmpty else {
      let known = names.storedGroups.map { names.moduleName($0[0]) }
      throw refuse("a target module other than \(known)")
    }
    return targets
  }

  /// The entries of a pattern. PEFT takes the keys as regular expressions for the ends of names; here
  /// they are those ends themselves.
  private static func pattern<Value>(
    _ key: String, in record: JSONRecord, _ refuse: (String) -> RunError,
    _ read: (JSONValue) -> Value?
  ) throws -> [LayerValue<Value>] {
    guard let entries = record.optional(key), entries != .null else { return [] }
    guard let members = entries.object else { throw record.illTyped(key, "an object") }
    return try members.map { member in
      let isPlain = member.name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
      }
      guard isPlain else { throw refuse("\(key) by regular expressions") }
      guard let value = read(member.value) else {
        throw record.illTyped(key, "an object of numbers")
      }
      return LayerValue(suffix: member.name, value: value)
    }
  }

  /// What changes the result, and is not done here.
  private static let refusedKeys = [
    "alora_invocation_tokens", "arrow_config", "bias", "exclude_modules", "kasa_config",
    "layer_replication", "layers_pattern", "layers_to_transform", "lora_bias", "modules_to_save",
    "monteclora_config", "target_parameters", "use_bdlora", "use_qalora", "velora_config",
  ]
}
