public import ContentHashing
import Files
public import StrictJSON

/// What `run.json` says of a run: everything that decides its result, so that it can be repeated.
public struct RunRecord: Sendable, Equatable {
  /// Which command made the run.
  public enum Kind: String, Sendable, CaseIterable {
    /// Trained from random weights.
    case pretrain
    /// Trained on examples, from a base.
    case finetune
    /// An adapter folded into its base.
    case merge
    /// Trained to predict as a teacher does.
    case distill
    /// Weights from outside.
    case imported = "import"
  }

  /// The run that this one began from.
  public struct Parent: Sendable, Equatable {
    /// Its directory, as it was given.
    public var run: String
    /// The hash of the weights that were taken from it.
    public var hash: ContentHash
    /// The step that they belong to.
    public var step: Int?

    /// As stored in `run.json`.
    public var json: JSONValue {
      [
        "run": .string(run), "hash": .string(hash.description),
        "step": step.map { .integer($0) } ?? .null,
      ]
    }

    /// Reads what ``json`` gave; `nil` where something is missing.
    public init?(_ json: JSONValue) {
      guard let run = json["run"]?.string, let hash = json["hash"]?.string.flatMap(ContentHash.init)
      else { return nil }
      self.init(run: run, hash: hash, step: json["step"]?.integer)
    }

    /// Names a parent.
    public init(run: String, hash: ContentHash, step: Int? = nil) {
      self.run = run
      self.hash = hash
      self.step = step
    }
  }

  /// The version of this format that is written and read.
  public static let schemaVersion = 1

  /// The version of Swiftlet that made the run.
  public var toolVersion: String
  /// Which command made the run.
  public var kind: Kind
  /// The resolved settings, an object in the order in which they are printed.
  public var settings: [JSONMember]
  /// The seed of everything random.
  public var seed: Int
  /// The instruction level of the kernels; another one gives other bits.
  public var instructionLevel: String
  /// The libraries that take part in the arithmetic, and their versions.
  public var libraries: [JSONMember]
  /// The resolved precision, such as `float32`.
  public var precision: String
  /// The hash of `tokenizer.json`.
  public var tokenizerHash: ContentHash
  /// The hash of the training text; that of validation text of its own is in the shards' manifest.
  public var corpusHash: ContentHash
  /// The hash of `config.json`; `nil` in runs from before it was stored.
  public var configurationHash: ContentHash?
  /// The run that this one began from, if any.
  public var parent: Parent?

  /// Describes a run.
  public init(
    toolVersion: String, kind: Kind, settings: [JSONMember], seed: Int, instructionLevel: String,
    libraries: [JSONMember], precision: String, tokenizerHash: ContentHash,
    corpusHash: ContentHash, configurationHash: ContentHash? = nil, parent: Parent? = nil
  ) {
    self.toolVersion = toolVersion
    self.kind = kind
    self.settings = settings
    self.seed = seed
    self.instructionLevel = instructionLevel
    self.libraries = libraries
    self.precision = precision
    self.tokenizerHash = tokenizerHash
    self.corpusHash = corpusHash
    self.configurationHash = configurationHash
    self.parent = parent
  }

  /// Reads a `run.json`.
  /// - Throws: `FileError`; ``RunError`` naming the file and the key that is missing or wrong.
  public init(reading path: String) throws {
    let record = try JSONRecord(reading: path)
    let version = try record.integer("schema_version")
    guard version == RunRecord.schemaVersion else {
      throw RunError(
        "\(FileError.printable(path)) has schema version \(version), and this Swiftlet reads "
          + "version \(RunRecord.schemaVersion)", hint: "use the Swiftlet that wrote the run")
    }
    toolVersion = try record.string("tool_version")
    guard let kind = Kind(rawValue: try record.string("kind")) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw record.illTyped("kind", "a kind that this Swiftlet knows (\(kinds))")
    }
    self.kind = kind
    settings = try record.object("settings").members
    seed = try record.integer("seed")
    instructionLevel = try record.string("instruction_level")
    libraries = try record.object("libraries").members
    precision = try record.string("precision")
    tokenizerHash = try record.hash("tokenizer_hash")
    corpusHash = try record.hash("corpus_hash")
    if record.optional("configuration_hash") != nil {
      configurationHash = try record.hash("configuration_hash")
    }
    if record.optional("parent") != nil {
      let parent = try record.object("parent")
      self.parent = Parent(
        run: try parent.string("run"), hash: try parent.hash("hash"),
        step: try parent.optional("step") == nil ? nil : parent.integer("step"))
    }
  }

  /// Writes a `run.json`.
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    try AtomicFile.write(JSONValue.object(members).serialized(pretty: true), to: path)
  }

  private static let keys = [
    "schema_version", "tool_version", "kind", "settings", "seed", "instruction_level",
    "libraries", "precision", "tokenizer_hash", "corpus_hash", "configuration_hash",
    "parent",
  ]

  private var members: [JSONMember] {
    let parent = parent?.json ?? .null
    let values: [JSONValue] = [
      .integer(RunRecord.schemaVersion), .string(toolVersion), .string(kind.rawValue),
      .object(settings), .integer(seed), .string(instructionLevel), .object(libraries),
      .string(precision), .string(tokenizerHash.description), .string(corpusHash.description),
      configurationHash.map { .string($0.description) } ?? .null, parent,
    ]
    return zip(RunRecord.keys, values).map { JSONMember(name: $0, value: $1) }
  }
}
