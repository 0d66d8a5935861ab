import Files
import LanguageModel
import Runs
import StrictJSON
public import TensorCore
import Tokenization

/// A step of a run as a directory for Hugging Face's `transformers` or `peft`.
public enum ModelExport {
  /// What to write.
  public enum Format: String, Sendable, CaseIterable {
    /// A whole model; an adapter is merged into its base.
    case huggingface
    /// An adapter.
    case peft
  }

  /// Writes `out`, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The run.
  ///   - checkpoint: `latest`, `best`, or the number of a step.
  ///   - format: For whom.
  ///   - elementType: How weights are stored; `nil` keeps them as the run has them.
  ///   - out: Missing, or an empty directory.
  ///   - device: Where an adapter is merged.
  /// - Returns: The names of the files.
  /// - Throws: `RunError`, `FileError`, ``InterchangeError``.
  public static func run(
    _ path: String, checkpoint: String = "latest", as format: Format,
    elementType: ElementType? = nil, to out: String, on device: Device
  ) throws -> [String] {
    let run = try RunDirectory(opening: path)
    let step = try run.resolve(checkpoint: checkpoint)
    try run.verifyStep(step)
    let stepPath = try run.path(ofStep: step)
    let isAdapter = Adapter.exists(in: stepPath)
    guard format == .huggingface || isAdapter else {
      throw InterchangeError(
        "step \(step) of \(FileError.printable(path)) is a whole model, and no adapter",
        hint: "export it with --format huggingface")
    }
    if format == .huggingface, let cap = try run.configuration(of: run.record()).logitSoftCap {
      throw InterchangeError(
        "the model caps its logits at \(cap), which the format cannot say: other tools would compute "
          + "other probabilities", hint: "train it without --logit-soft-cap to export it")
    }
    guard let name = out.split(separator: "/").last, name != ".", name != ".." else {
      throw InterchangeError(
        "\(FileError.printable(out)) is no name for a new directory", hint: "choose another --out")
    }
    guard !FileSystem.exists(out) || isEmptyDirectory(out) else {
      throw InterchangeError(
        "\(FileError.printable(out)) exists, and is not an empty directory",
        hint: "choose another --out")
    }
    let draft = draft(for: out)
    try FileSystem.remove(draft)
    try FileSystem.createDirectory(draft)
    do {
      switch format {
      case .peft:
        for name in ["adapter_config.json", "adapter_model.safetensors"] {
          try copy("\(stepPath)/\(name)", to: "\(draft)/\(name)")
        }
      case .huggingface:
        if isAdapter || elementType != nil {
          try OpenedRun(path: path, checkpoint: checkpoint, on: device).model.save(
            to: draft, as: elementType ?? .float32)
        } else {
          for name in ["config.json", "model.safetensors"] {
            try copy("\(stepPath)/\(name)", to: "\(draft)/\(name)")
          }
        }
        try copy(run["tokenizer.json"], to: "\(draft)/tokenizer.json")
        try copyKeptFiles(of: run, to: draft)
        try writeEnds(of: run, to: draft)
      }
      let names = try FileSystem.contents(ofDirectory: draft).sorted()
      try FileSystem.synchronizeDirectory(draft)
      // An empty directory is replaced; one that has been filled meanwhile refuses.
      try FileSystem.rename(draft, to: out)
      try FileSystem.synchronizeDirectory(FileSystem.parent(of: out))
      return names
    } catch {
      try? FileSystem.remove(draft)
      throw error
    }
  }

  private static func isEmptyDirectory(_ path: String) -> Bool {
    FileSystem.isDirectory(path) && (try? FileSystem.contents(ofDirectory: path).isEmpty) == true
  }

  /// A hidden directory beside `out`.
  private static func draft(for out: String) -> String {
    let name = out.split(separator: "/").last.map(String.init) ?? out
    return "\(FileSystem.parent(of: out))/.\(name).partial"
  }

  private static func copy(_ old: String, to new: String) throws {
    let source = try RandomAccessFile(path: old)
    var file = try AtomicFile(path: new)
    try source.forEachChunk { try file.write($0) }
    try file.commit()
  }

  /// Lets `transformers` stop where a fine-tuned model does: `generation_config.json` names the end of a turn
  /// beside what ends a text. A model that began from no other is as it was trained, or came from outside.
  private static func writeEnds(of run: RunDirectory, to draft: String) throws {
    let record = try run.record()
    let tokenizer = try run.tokenizer(of: record)
    // A template that is not supported has no end of a turn that is known here.
    guard record.parent != nil, tokenizer.configuration?.chatTemplate != nil,
      let template = try? ChatTemplate(tokenizer)
    else { return }
    let configuration = try ModelConfiguration(reading: "\(draft)/config.json")
    let path = "\(draft)/generation_config.json"
    var members: [JSONMember] = []
    if FileSystem.exists(path) {
      members = try JSONValue(parsing: FileSystem.readFile(path, limit: 1 << 24)).object ?? []
    }
    let begin = configuration.beginToken.map { [$0] } ?? []
    let ends =
      (configuration.endTokens.isEmpty ? begin : configuration.endTokens)
      + [Int(template.endOfTurn)]
    let known = JSONValue.object(members)["eos_token_id"] ?? .null
    var ids = (known.array ?? [known]).filter { $0 != .null }
    for end in ends where !ids.contains(.integer(end)) { ids.append(.integer(end)) }
    members.removeAll { $0.name == "eos_token_id" }
    if !members.contains(where: { $0.name == "bos_token_id" }), let begin = begin.first {
      members.append(JSONMember(name: "bos_token_id", value: .integer(begin)))
    }
    members.append(JSONMember(name: "eos_token_id", value: .array(ids)))
    try AtomicFile.write(JSONValue.object(members).serialized(pretty: true), to: path)
  }

  /// What the run kept of an import, and what it did not, but one that it came from.
  private static func copyKeptFiles(of run: RunDirectory, to draft: String) throws {
    var run = run
    for _ in 0..<32 {
      for name in ModelImport.keptNames
      where FileSystem.exists(run[name]) && !FileSystem.exists("\(draft)/\(name)") {
        try copy(run[name], to: "\(draft)/\(name)")
      }
      guard let place = try run.record().parent?.place(for: run) else { return }
      run = try RunDirectory(opening: place)
    }
  }
}
