import Files
import LanguageModel
import Runs
import StrictJSON
public import TensorCore
import Tokenization

/// Folding an adapter into the weights of its base, as a run of its own.
public struct AdapterMerge: Sendable {
  /// How many parameters, each a whole matrix, are others than before.
  public let changedWeights: Int
  /// The greatest difference of a logit before and after.
  public let greatestDifference: Double
  /// The greatest logit, to set the difference beside.
  public let greatestLogit: Double

  /// Logits may differ by so much of the greatest: float32 adds in another order.
  private static let tolerance = 1e-3

  /// Merges an adapter and saves the result.
  ///
  /// - Parameters:
  ///   - adapter: A run that `finetune` made, or with `base` a directory that Python's `peft`
  ///     wrote.
  ///   - checkpoint: The adapter's step: `latest`, `best`, or its number.
  ///   - base: The run that a directory of `peft` adapts.
  ///   - path: The run to make.
  ///   - device: Where the weights are added.
  /// - Throws: `RunError`, `FileError`; ``TrainingError`` if the merged model computes something else, or
  ///   there is nothing to merge. No run is left then.
  public static func run(
    adapter: String, checkpoint: String = "latest", base: String? = nil, into path: String,
    device: Device
  ) throws -> AdapterMerge {
    let source: Source
    if let base {
      source = try Source(directory: adapter, base: base, on: device)
    } else {
      source = try Source(run: adapter, checkpoint: checkpoint, on: device)
    }
    let merged = source.model.merged()
    let result = compare(source.model, merged)
    guard result.greatestDifference <= tolerance * max(1, result.greatestLogit) else {
      throw TrainingError(
        "the merged model's logits differ by up to \(result.greatestDifference) from those before",
        hint: "the adapter's numbers are too large for float32; train it with a smaller rate")
    }
    _ = try RunDirectory.create(at: path) { draft in
      try RunDirectory.writeStep(source.step, inDraft: draft) { try merged.save(to: $0) }
      try source.tokenizer.write(to: "\(draft)/tokenizer.json")
      let configurationHash = try merged.configuration.write(to: "\(draft)/config.json")
      try RunRecord(
        toolVersion: ToolVersion.current, kind: .merge,
        settings: [
          JSONMember(name: "adapter", value: .string(adapter)),
          JSONMember(name: "greatest_difference", value: .number(result.greatestDifference)),
        ], seed: source.record.seed, instructionLevel: device.instructions,
        libraries: ToolVersion.libraries, precision: device.precision.rawValue,
        tokenizerHash: source.tokenizer.hash, corpusHash: source.record.corpusHash,
        configurationHash: configurationHash, parent: source.parent
      ).write(to: "\(draft)/run.json")
    }
    return result
  }

  /// Where an adapter and its base come from.
  private struct Source {
    let model: Transformer
    let tokenizer: Tokenizer
    let record: RunRecord
    let parent: RunRecord.Parent
    let step: Int

    init(run path: String, checkpoint: String, on device: Device) throws {
      guard RunDirectory.exists(at: path) || !Adapter.exists(in: path) else {
        throw TrainingError(
          "\(FileError.printable(path)) is an adapter by itself, and no run that knows its base",
          hint: "name the run that it adapts with --base")
      }
      let directory = try RunDirectory(opening: path)
      record = try directory.record()
      tokenizer = try directory.tokenizer(of: record)
      step = try directory.resolve(checkpoint: checkpoint)
      try directory.verifyStep(step)
      let stepPath = try directory.path(ofStep: step)
      guard Adapter.exists(in: stepPath), let parent = record.parent else {
        throw TrainingError(
          "step \(step) of \(FileError.printable(path)) is a whole model, and no adapter",
          hint: "it can be used as it is")
      }
      self.parent = parent
      model = try OpenedRun.adapted(stepPath, of: directory, record, on: device)
    }

    init(directory: String, base path: String, on device: Device) throws {
      let base = try BaseRun(path: path)
      record = base.record
      tokenizer = base.tokenizer
      parent = base.parent
      step = base.parent.step ?? 0
      let run = try RunDirectory(opening: path)
      // The base first: then its extents are those of weights, and not only claimed.
      let whole = try parent.model(for: run, base.configuration, on: device)
      model = Transformer(
        whole, adapter: try Adapter(loading: directory, for: base.configuration, on: device))
    }
  }

  /// Compares the logits of two models on a few hundred tokens of all kinds.
  private static func compare(_ before: Transformer, _ after: Transformer) -> AdapterMerge {
    let c = before.configuration
    let source = RandomSource(seed: 0, name: "merge")
    let ids = (0..<min(256, c.contextLength)).map { index in
      Int32(source.uniform(at: UInt64(index)) * Double(c.vocabularySize))
    }
    func logits(_ model: Transformer) -> [Float] {
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden(ids, lengths: [ids.count], on: tape)
      return tape.logits(hidden, model.head(on: tape)).elements
    }
    let (one, other) = (logits(before), logits(after))
    let difference = zip(one, other).reduce(0.0) {
      $1.0.isFinite && $1.1.isFinite ? max($0, Double(abs($1.0 - $1.1))) : .infinity
    }
    let greatest = one.reduce(0.0) { max($0, Double(abs($1))) }
    let changed = (0..<before.parameters.count).count {
      before.parameters.tensor($0).elements != after.parameters.tensor($0).elements
    }
    return AdapterMerge(
      changedWeights: changed, greatestDifference: difference, greatestLogit: greatest)
  }
}
