import Files
package import LanguageModel
package import Runs
import StrictJSON

/// The weights of a Hugging Face directory: `model.safetensors`, or the shards that
/// `model.safetensors.index.json` lists. None is read yet.
///
/// Names become those of the class with a head: GPT-2's own files leave out `transformer.`, for
/// example. What is no parameter (the causal mask, rotary frequencies) is left out.
package struct CheckpointDirectory {
  /// What is stored, under the names that `transformers` gives it.
  package let entries: [SafetensorsEntry]
  private let sources: [String: (file: SafetensorsFile, name: String)]

  private static let weightsName = "model.safetensors"
  private static let indexName = "model.safetensors.index.json"

  /// Finds the weights of a model of `configuration` in `path`, and checks that they are all there.
  ///
  /// - Throws: `FileError`, `SafetensorsError`, `RunError`, ``InterchangeError``.
  package init(path: String, configuration: ModelConfiguration) throws {
    guard let architecture = HuggingFaceArchitecture(of: configuration) else {
      preconditionFailure("a configuration that was not validated")
    }
    let files = try Self.files(in: path)
    let names = files.flatMap { $0.entries.map(\.name) }
    let prefix = architecture.basePrefix
    let hasPrefix = names.contains { $0.hasPrefix(prefix) }
    var entries: [SafetensorsEntry] = []
    var sources: [String: (file: SafetensorsFile, name: String)] = [:]
    for file in files {
      for entry in file.entries {
        let isBuffer = Self.buffers.contains { entry.name.hasSuffix($0) }
        if isBuffer { continue }
        let isBare = !hasPrefix && entry.name != "lm_head.weight"
        let name = isBare ? prefix + entry.name : entry.name
        guard sources.updateValue((file, entry.name), forKey: name) == nil else {
          throw InterchangeError(
            "\(FileError.printable(path)) has the tensor \(FileError.printable(name)) twice",
            hint: "leave only the shards that belong to \(Self.indexName)")
        }
        entries.append(
          SafetensorsEntry(name: name, elementType: entry.elementType, shape: entry.shape))
      }
    }
    self.sources = sources
    self.entries = entries
    if configuration.tiesEmbedding { try dropTiedHead(architecture, path) }
    try Transformer.check(self.entries, in: path, against: configuration)
  }

  /// Hands the bytes of an entry to `body`.
  package func withBytes(
    of entry: SafetensorsEntry, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let source = sources[entry.name] else {
      preconditionFailure("\(entry.name) is no entry of this directory")
    }
    try source.file.withBytes(of: source.name, body)
  }

  private static let buffers = [
    ".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq",
  ]

  /// A head that is tied to the embedding may be stored all the same; it must then be equal.
  private mutating func dropTiedHead(
    _ architecture: HuggingFaceArchitecture, _ path: String
  ) throws {
    let embedding = architecture.basePrefix + architecture.embeddingName + ".weight"
    guard let head = sources["lm_head.weight"], let table = sources[embedding] else { return }
    var isEqual = false
    try head.file.withBytes(of: head.name) { one in
      try table.file.withBytes(of: table.name) { other in
        isEqual = one.count == other.count && one.elementsEqual(other)
      }
    }
    guard isEqual else {
      throw InterchangeError(
        "the head in \(FileError.printable(path)) is not its embedding, as tie_word_embeddings says",
        hint: "set tie_word_embeddings to false in config.json if the head is meant to differ")
    }
    self = CheckpointDirectory(
      entries: entries.filter { $0.name != "lm_head.weight" }, sources: sources)
  }

  private init(
    entries: [SafetensorsEntry], sources: [String: (file: SafetensorsFile, name: String)]
  ) {
    self.entries = entries
    self.sources = sources
  }

  private static func files(in path: String) throws -> [SafetensorsFile] {
    let index = "\(path)/\(indexName)"
    guard FileSystem.exists(index) else {
      let weights = "\(path)/\(weightsName)"
      guard FileSystem.exists(weights) else {
        throw InterchangeError(
          "\(FileError.printable(path)) has neither \(weightsName) nor \(indexName)",
          hint:
            "name a directory that transformers' save_pretrained wrote; only safetensors are read"
        )
      }
      return [try SafetensorsFile(path: weights)]
    }
    let shown = FileError.printable(index)
    let map = try JSONRecord(reading: index).object("weight_map").members
    var names: [String] = []
    var known: Set<String> = []
    var places: [String: String] = [:]
    for member in map {
      // Names from a file must not lead out of its directory.
      guard let name = member.value.string, !name.utf8.contains(UInt8(ascii: "/")),
        name.utf8.first != UInt8(ascii: "."), name.hasSuffix(".safetensors")
      else {
        throw InterchangeError(
          "\(shown) places \(FileError.printable(member.name)) in no file beside it",
          hint: "the index is damaged; fetch it again")
      }
      places[member.name] = name
      if known.insert(name).inserted { names.append(name) }
      guard names.count <= 4_096 else {
        throw InterchangeError("\(shown) names more than 4096 files", hint: "fetch it again")
      }
    }
    let files = try names.map { try SafetensorsFile(path: "\(path)/\($0)") }
    for (name, file) in zip(names, files) {
      for entry in file.entries where places[entry.name] != name {
        throw InterchangeError(
          "\(FileError.printable(file.path)) has the tensor \(FileError.printable(entry.name)), "
            + "which \(indexName) does not place there", hint: "fetch both again")
      }
      for entry in file.entries { places[entry.name] = nil }
    }
    if let missing = places.keys.sorted().first {
      throw InterchangeError(
        "the tensor \(FileError.printable(missing)) is not in the file in which \(shown) places it",
        hint: "fetch the shards again")
    }
    return files
  }
}
