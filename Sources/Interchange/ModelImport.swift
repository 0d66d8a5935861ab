import ContentHashing
import Files
public import LanguageModel
public import Runs
public import StrictJSON
import Tokenization

/// A Hugging Face directory as a run: `config.json`, weights in safetensors, `tokenizer.json`, and what
/// else belongs to the tokenizer.
public struct ModelImport {
  /// The run that was made.
  public let directory: RunDirectory
  /// The model.
  public let configuration: ModelConfiguration
  /// The element types of its weights, which stay as they are.
  public let elementTypes: [String]
  /// What the `tokenizer.json` sets that is not followed; see `Tokenizer.ignoredSettings`.
  public let ignoredSettings: [String]

  /// Files that are kept as they are, where they exist.
  static let keptNames = [
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "generation_config.json", "chat_template.jinja", "vocab.json", "merges.txt",
  ]

  /// Makes the run, whose only step is 0. Weights are copied byte by byte into one file.
  ///
  /// - Parameters:
  ///   - source: The directory.
  ///   - path: The run to make.
  ///   - provenance: What `run.json` says of the tool and the machine.
  /// - Throws: `FileError`, `RunError`, `SafetensorsError`, `ModelConfigurationError`,
  ///   ``InterchangeError``. No run is left then.
  public static func run(_ source: String, into path: String, provenance: Provenance) throws
    -> ModelImport
  {
    let configurationPath = "\(source)/config.json"
    _ = try ModelConfiguration(reading: configurationPath)
    let configurationFile = try completedConfiguration(configurationPath, source)
    let configuration = try ModelConfiguration(
      json: JSONValue(parsing: configurationFile), path: FileError.printable(configurationPath))
    let checkpoint = try CheckpointDirectory(path: source, configuration: configuration)
    let tokenizerPath = "\(source)/tokenizer.json"
    guard FileSystem.exists(tokenizerPath) else {
      throw InterchangeError(
        "\(FileError.printable(source)) has no tokenizer.json",
        hint: "load the tokenizer in transformers and save it: it writes one")
    }
    let tokenizer = try Tokenizer(reading: tokenizerPath)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw InterchangeError(
        "the tokenizer in \(FileError.printable(source)) has \(tokenizer.vocabularySize) tokens, and "
          + "the model only \(configuration.vocabularySize)",
        hint: "the files must come from the same model")
    }
    let types = Set(checkpoint.entries.map(\.elementType.rawValue)).sorted()
    var record = RunRecord(
      toolVersion: provenance.toolVersion, kind: .imported,
      settings: [
        JSONMember(name: "source", value: .string(source)),
        JSONMember(name: "element_types", value: .array(types.map { .string($0) })),
      ], seed: 0, instructionLevel: provenance.instructionLevel, libraries: provenance.libraries,
      precision: provenance.precision, tokenizerHash: tokenizer.hash,
      corpusHash: ContentHash(of: []))
    let (directory, _) = try RunDirectory.create(at: path) { draft in
      for name in ["tokenizer.json"] + keptNames where FileSystem.exists("\(source)/\(name)") {
        let bytes = try FileSystem.readFile("\(source)/\(name)", limit: 1 << 28)
        try AtomicFile.write(bytes, to: "\(draft)/\(name)")
      }
      try AtomicFile.write(configurationFile, to: "\(draft)/config.json")
      record.configurationHash = ContentHash(of: configurationFile)
      try RunDirectory.writeStep(0, inDraft: draft) { step in
        try AtomicFile.write(configurationFile, to: "\(step)/config.json")
        try SafetensorsWriter.write(checkpoint.entries, to: "\(step)/model.safetensors") {
          entry, append in
          try checkpoint.withBytes(of: entry, append)
        }
      }
      try record.write(to: "\(draft)/run.json")
    }
    return ModelImport(
      directory: directory, configuration: configuration, elementTypes: types,
      ignoredSettings: tokenizer.ignoredSettings)
  }

  /// `config.json`, to whose tokens that end a text those are added that only `generation_config.json` names:
  /// `transformers` ends at these.
  private static func completedConfiguration(_ path: String, _ source: String) throws -> [UInt8] {
    let bytes = try FileSystem.readFile(path, limit: 1 << 24)
    let generationPath = "\(source)/generation_config.json"
    guard FileSystem.exists(generationPath) else { return bytes }
    let generation: JSONValue
    do {
      generation = try JSONValue(parsing: FileSystem.readFile(generationPath, limit: 1 << 24))
    } catch let error as JSONError {
      throw InterchangeError(
        "\(FileError.printable(generationPath)) is \(error)", hint: "mend it, or remove it")
    }
    func ends(_ json: JSONValue) -> [JSONValue] {
      let ids = json["eos_token_id"] ?? .null
      return (ids.array ?? [ids]).filter { $0 != .null }
    }
    guard var members = try JSONValue(parsing: bytes).object else { return bytes }
    let known = ends(.object(members))
    let new = ends(generation).filter { !known.contains($0) }
    let vocabulary = members.first { $0.name == "vocab_size" }?.value.integer ?? 0
    guard new.allSatisfy({ (0..<max(0, vocabulary)).contains($0.integer ?? -1) }) else {
      throw InterchangeError(
        "\(FileError.printable(generationPath)): eos_token_id must hold ids of the model's "
          + "\(vocabulary) tokens", hint: "mend it, or remove the file")
    }
    guard !new.isEmpty else { return bytes }
    members.removeAll { $0.name == "eos_token_id" }
    members.append(JSONMember(name: "eos_token_id", value: .array(known + new)))
    return JSONValue.object(members).serialized(pretty: true)
  }

  /// What `run.json` says of the tool and the machine.
  public struct Provenance {
    let toolVersion: String
    let libraries: [JSONMember]
    let instructionLevel: String
    let precision: String

    /// Collects the fields; see `RunRecord`.
    public init(
      toolVersion: String, libraries: [JSONMember], instructionLevel: String, precision: String
    ) {
      self.toolVersion = toolVersion
      self.libraries = libraries
      self.instructionLevel = instructionLevel
      self.precision = precision
    }
  }
}
