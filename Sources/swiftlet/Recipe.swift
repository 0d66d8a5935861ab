import Corpus
import Files
import LanguageModel
import Runs
import StrictJSON
import Training
import Yams

/// Settings from a file, under the names of the options: YAML, or what a run stores of itself.
package struct Recipe {
  /// One setting.
  package struct Entry {
    /// The option's name, without dashes in front.
    let name: String
    /// Its values; none if it is null.
    let values: [String]
    /// Whether they stand in a list.
    let isList: Bool
    /// Where it stands, for errors.
    package let place: String
  }

  package let entries: [Entry]

  /// Reads a YAML file, a run's `run.json`, or the `run.json` of the run at `path`.
  /// - Throws: `FileError`, ``CommandError``, `RunError`.
  package init(reading path: String) throws {
    let isRun = RunDirectory.exists(at: path)
    let file = isRun ? path + "/run.json" : path
    let name = FileError.printable(file)
    let bytes = try FileSystem.readFile(file, limit: 1 << 20, allowsPipes: true)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("\(name) is not a recipe: it is not valid UTF-8")
    }
    guard let root = try Self.compose(text, name) else {
      entries = []
      return
    }
    guard let mapping = root.mapping else {
      throw CommandError(
        "\(name) is not a recipe: it does not consist of settings",
        hint: "write one setting a line, such as `layers: 6`, or see --print-config")
    }
    if mapping["schema_version"] != nil, mapping["settings"] != nil {
      entries = try Self.entries(ofRun: file)
      return
    }
    entries = try mapping.map { key, value in
      guard let option = key.scalar?.string else {
        throw CommandError("\(Self.place(name, key)): a setting's name is no word")
      }
      return try Self.entry(option, value, Self.place(name, key))
    }
  }

  private static func entry(_ name: String, _ value: Node, _ place: String) throws -> Entry {
    let isList = value.sequence != nil
    let values = try (value.sequence.map { Array($0) } ?? [value]).compactMap { node in
      if node.null != nil { return String?.none }
      guard let scalar = node.scalar else {
        throw CommandError(
          "\(place): \(FileError.printable(name)) is neither a value nor a list of values",
          hint: "recipes are flat: one setting a line")
      }
      return scalar.string
    }
    return Entry(
      name: String(name.map { $0 == "_" ? "-" : $0 }), values: values, isList: isList, place: place)
  }

  private static func place(_ file: String, _ node: Node) -> String {
    file + (node.mark.map { ":\($0.line)" } ?? "")
  }

  private static func compose(_ text: String, _ name: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      func failure(_ line: Int?, _ problem: String) -> CommandError {
        CommandError(
          name + (line.map { ":\($0)" } ?? "") + ": invalid YAML: \(problem)",
          hint: "write one setting a line, such as `layers: 6`")
      }
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw failure(mark.line, problem)
      case .reader(let problem, _, _, _): throw failure(nil, problem)
      case .duplicatedKeysInMapping(let names, let context):
        throw failure(context.mark.line, "\(names.joined(separator: ", ")) is given twice")
      default: throw failure(nil, "it cannot be read")
      }
    }
  }

  // MARK: Runs

  /// What a run was made with, the extents of its model included, which `config.json` holds.
  private static func entries(ofRun file: String) throws -> [Entry] {
    let record = try RunRecord(reading: file)
    let place = FileError.printable(file)
    func entry(_ name: String, _ value: String) -> Entry {
      Entry(
        name: String(name.map { $0 == "_" ? "-" : $0 }), values: [value], isList: false,
        place: place)
    }
    var entries = record.settings.compactMap { setting in
      setting.value == .null
        ? nil
        : entry(
          setting.name,
          setting.value.string ?? String(decoding: setting.value.serialized(), as: UTF8.self))
    }
    entries.append(entry("precision", record.precision))
    let run = FileSystem.parent(of: file)
    if record.kind == .pretrain {
      // The text as the run read it.
      let text = PretrainingRun.text(ofRunAt: run)
      if ShardManifest.exists(at: text) { entries.append(entry("corpus", text)) }
      let tokenizer = run + "/tokenizer.json"
      if FileSystem.exists(tokenizer) { entries.append(entry("tokenizer", tokenizer)) }
    }
    let configuration = run + "/config.json"
    if FileSystem.exists(configuration) {
      let model = try ModelConfiguration(
        reading: configuration, hash: record.configurationHash)
      entries += RecipeText.extents(of: model).map { entry($0.name, $0.value) }
    }
    return entries
  }
}

/// The text of a recipe: one setting a line.
struct RecipeText {
  private(set) var text = ""

  /// Adds a line that is not a setting.
  mutating func comment(_ line: String) { text += "# \(line)\n" }

  /// Adds a setting; nothing if it has no value.
  mutating func add<Value>(_ name: String, _ value: Value?) {
    if let value { text += "\(name): \(Self.scalar("\(value)"))\n" }
  }

  /// Adds a list; nothing if it is empty.
  mutating func add(_ name: String, _ values: [String]) {
    if values.isEmpty { return }
    text += "\(name): [\(values.map(Self.scalar).joined(separator: ", "))]\n"
  }

  /// The extents of a model as options.
  static func extents(of model: ModelConfiguration) -> [(name: String, value: String)] {
    var extents = [
      ("context", "\(model.contextLength)"), ("layers", "\(model.layers)"),
      ("width", "\(model.width)"), ("heads", "\(model.heads)"),
      ("kv-heads", "\(model.keyValueHeads)"), ("ffn", "\(model.feedForwardWidth)"),
      ("norm-epsilon", "\(model.normEpsilon)"), ("untied", "\(!model.tiesEmbedding)"),
    ]
    if let cap = model.logitSoftCap { extents.append(("logit-soft-cap", "\(cap)")) }
    if model.block.positions == .rotary { extents.append(("rotary-base", "\(model.rotaryBase)")) }
    if let architecture = HuggingFaceArchitecture(of: model) {
      extents.append(("architecture", architecture.rawValue))
    }
    if model.headSize * model.heads != model.width {
      extents.insert(("head-size", "\(model.headSize)"), at: 5)
    }
    return extents
  }

  /// A value as YAML: plain where it cannot be taken for anything else, else in quotes as in JSON,
  /// which YAML reads alike.
  private static func scalar(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "._/+-".utf8.contains($0)
    }
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    let isWord = words.contains(value.lowercased()) && value != "true" && value != "false"
    let isSafe = isPlain && !value.isEmpty && !value.hasPrefix("-") && !isWord
    return isSafe ? value : String(decoding: JSONValue.string(value).serialized(), as: UTF8.self)
  }
}
