import ContentHashing
import Files
public import LanguageModel
public import TensorCore
public import Tokenization

/// A saved step of a run, to begin another run from. Its weights are not read yet.
public struct BaseRun: Sendable {
  /// What the new run records of it.
  public let parent: RunRecord.Parent
  /// What `run.json` says of it.
  public let record: RunRecord
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  /// The extents of its model.
  public let configuration: ModelConfiguration

  /// Finds a step of the run at `path`.
  ///
  /// - Parameters:
  ///   - path: The run.
  ///   - checkpoint: `latest`, `best`, or the number of a step.
  /// - Throws: ``RunError`` where there is no such step, its files are damaged, or it is an adapter.
  public init(path: String, checkpoint: String = "latest") throws {
    let directory = try RunDirectory(opening: path)
    record = try directory.record()
    tokenizer = try directory.tokenizer(of: record)
    let step = try directory.resolve(checkpoint: checkpoint)
    let state = try directory.verifyStep(step)
    let stepPath = try directory.path(ofStep: step)
    guard !Adapter.exists(in: stepPath) else {
      throw RunError(
        "step \(step) of \(FileError.printable(path)) is an adapter, and no model of its own",
        hint: "merge it first: swiftlet merge --adapter \(FileError.printable(path)) --run NEW")
    }
    configuration = try ModelConfiguration(reading: "\(stepPath)/config.json")
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw RunError(
        "the tokenizer of the run \(FileError.printable(path)) has more tokens than its model",
        hint: "restore the files of the run")
    }
    // Weights may be gigabytes; what was just verified need not be read again.
    let hash = try state.hash(of: Self.weightsName) ?? Self.hash(ofWeightsIn: stepPath)
    parent = RunRecord.Parent(run: directory.path, hash: hash, step: step)
  }

  /// Loads its model.
  ///
  /// - Parameters:
  ///   - device: Where it will compute.
  ///   - isFrozen: See `Transformer.init(loading:on:isFrozen:)`.
  /// - Throws: ``RunError`` where it has changed since.
  public func model(on device: Device, isFrozen: Bool = false) throws -> Transformer {
    try parent.model(
      for: RunDirectory(opening: parent.run), configuration, on: device, isFrozen: isFrozen)
  }

  private static let weightsName = "model.safetensors"

  static func hash(ofWeightsIn directory: String) throws -> ContentHash {
    try ContentHash(reading: RandomAccessFile(path: "\(directory)/\(weightsName)"))
  }
}

extension RunRecord.Parent {
  /// The last part of its path.
  public var name: String { run.split(separator: "/").last.map(String.init) ?? run }

  /// Where the run is from which `child` began: where it was, beside the child, or where it was from a
  /// directory above the child, as when both are used from elsewhere; `nil` if it is at none of these.
  package func place(for child: RunDirectory) -> String? {
    var places = [run, FileSystem.parent(of: child.path) + "/" + name]
    if !run.hasPrefix("/") {
      var above = child.path.split(separator: "/")
      let root = child.path.hasPrefix("/") ? "/" : ""
      while above.popLast() != nil {
        places.append(root + (above + [Substring(run)]).joined(separator: "/"))
      }
    }
    return places.first(where: RunDirectory.exists(at:))
  }

  /// What a run is to another that names it.
  package enum Relation: String, Sendable {
    /// The other began from its weights.
    case base = "began"
    /// The other follows what it predicts.
    case teacher = "learns"
  }

  /// Loads the weights that `child` began from, or learns from.
  ///
  /// - Parameters:
  ///   - child: The run that names them.
  ///   - relation: Why it does.
  ///   - configuration: What the model must be, if that is known.
  ///   - device: Where it will compute.
  ///   - isFrozen: See `Transformer.init(loading:on:isFrozen:)`.
  /// - Throws: ``RunError`` where it is gone or has changed.
  package func model(
    for child: RunDirectory, as relation: Relation = .base,
    _ configuration: ModelConfiguration? = nil, on device: Device, isFrozen: Bool = false
  ) throws -> Transformer {
    let verb = relation.rawValue
    let shown = FileError.printable(run)
    guard let place = place(for: child) else {
      throw RunError(
        "the run \(shown), from which \(child.shown) \(verb), is not there",
        hint: "put it back, or beside \(child.shown)")
    }
    let directory = try RunDirectory(opening: place)
    let steps = try directory.steps
    guard let step = step ?? steps.last, steps.contains(step) else {
      throw RunError(
        "the run \(shown) no longer has step \(step ?? 0), from which \(child.shown) \(verb)",
        hint: "restore that step")
    }
    let path = try directory.path(ofStep: step)
    guard try BaseRun.hash(ofWeightsIn: path) == hash else {
      throw RunError(
        "the weights in \(FileError.printable(path)) are not those from which \(child.shown) \(verb)",
        hint: "restore them; their hash was \(hash)")
    }
    let model = try Transformer(loading: path, on: device, isFrozen: isFrozen)
    guard configuration.map({ $0 == model.configuration }) ?? true else {
      throw RunError(
        "\(FileError.printable(path)) is not the model from which \(child.shown) \(verb)",
        hint: "restore the files of both runs")
    }
    return model
  }
}
