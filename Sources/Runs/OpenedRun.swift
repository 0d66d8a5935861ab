import ContentHashing
import Files
public import LanguageModel
public import TensorCore
public import Tokenization

/// A run that was opened to use its model.
public struct OpenedRun: Sendable {
  /// Where it is.
  public let directory: RunDirectory
  /// What `run.json` says.
  public let record: RunRecord
  /// The tokenizer that the model was trained with.
  public let tokenizer: Tokenizer
  /// What `state.json` says of the step that was opened.
  public let state: StepState
  /// The model after that step; an adapter is part of its weights.
  public let model: Transformer

  /// Opens the run at `path`.
  ///
  /// - Parameters:
  ///   - path: The run's directory.
  ///   - checkpoint: `latest`, `best`, or the number of a step.
  ///   - adapters: Runs of the same base, or directories of `peft`, whose adapters are added; they stay
  ///     beside the weights.
  ///   - device: Where the model will compute.
  /// - Throws: ``RunError`` where there is no run or no such step, where a file is truncated or
  ///   corrupt, where the tokenizer is not the one that the model was trained with, and where an
  ///   adapter is of other weights; what reading the files throws.
  public init(
    path: String, checkpoint: String = "latest", adapters: [String] = [], on device: Device
  ) throws {
    directory = try RunDirectory(opening: path)
    record = try directory.record()
    tokenizer = try directory.tokenizer(of: record)
    let step = try directory.resolve(checkpoint: checkpoint)
    state = try directory.verifyStep(step)
    let stepPath = try directory.path(ofStep: step)
    let isAdapted = Adapter.exists(in: stepPath)
    let opened =
      isAdapted
      ? try Self.adapted(stepPath, of: directory, record, on: device)
      : try Transformer(loading: stepPath, on: device)
    if adapters.isEmpty {
      model = isAdapted ? opened.merged() : opened
    } else {
      let weights = isAdapted ? record.parent?.hash : try BaseRun.hash(ofWeightsIn: stepPath)
      model = try adapters.reduce(opened) { model, adapter in
        try Self.adding(adapter, to: model, weights, isAlone: adapters.count == 1 && !isAdapted)
      }
    }
    let configuration = model.configuration
    // A model from outside may have rows that no token uses.
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw RunError(
        "the tokenizer of the run \(FileError.printable(path)) has \(tokenizer.vocabularySize) "
          + "tokens, and the model of step \(step) has \(configuration.vocabularySize)",
        hint: "a run's tokenizer.json and config.json must be those that it was trained with")
    }
    if record.kind == .pretrain, let begin = configuration.beginToken,
      ![tokenizer.documentStart, tokenizer.endOfText].contains(UInt32(exactly: begin))
    {
      throw RunError(
        "documents begin with token \(begin) in the model of step \(step), which is not what they "
          + "begin with in the tokenizer of the run \(FileError.printable(path))",
        hint: "a run's tokenizer.json and config.json must be those that it was trained with")
    }
  }

  /// The base of an adapter's run, with the adapter of a step beside its weights.
  ///
  /// - Throws: ``RunError`` where the base is gone or has changed.
  package static func adapted(
    _ stepPath: String, of directory: RunDirectory, _ record: RunRecord, on device: Device
  ) throws -> Transformer {
    guard let parent = record.parent else {
      throw RunError(
        "\(FileError.printable(directory["run.json"])) names no base for the adapter",
        hint: "the file is damaged or was edited; restore it")
    }
    let configuration = try directory.configuration(of: record)
    let base = try parent.model(for: directory, configuration, on: device)
    let adapter = try Adapter(loading: stepPath, for: configuration, on: device)
    return Transformer(base, adapter: adapter)
  }

  /// A model with the latest step of an adapter beside what it has, whose base has the hash `weights`.
  private static func adding(
    _ path: String, to model: Transformer, _ weights: ContentHash?, isAlone: Bool
  ) throws -> Transformer {
    let shown = FileError.printable(path)
    var place = path
    if RunDirectory.exists(at: path) {
      let directory = try RunDirectory(opening: path)
      let step = try directory.resolve(checkpoint: "latest")
      try directory.verifyStep(step)
      place = try directory.path(ofStep: step)
      let parent = try directory.record().parent
      guard Adapter.exists(in: place), let parent else {
        throw RunError(
          "\(shown) is a whole model, and no adapter",
          hint: "name a run that finetune made with --method lora")
      }
      guard parent.hash == weights else {
        throw RunError(
          "the adapter \(shown) was trained beside other weights, those of \(parent.run)",
          hint: "--run must be that run"
            + (parent.step.map { ", with --checkpoint \($0)" } ?? "") + ", or another adapter of it"
        )
      }
    }
    let adapter = try Adapter(loading: place, for: model.configuration, on: model.device)
    let all = model.adapters + [adapter]
    guard isAlone || !all.contains(where: \.configuration.hasMagnitudes) else {
      throw RunError(
        "of the adapters that are added to each other, one is DoRA, whose magnitudes are of it alone",
        hint: "merge it first: swiftlet merge --adapter DIR --run NEW")
    }
    return Transformer(model, adapter: adapter)
  }

  /// How many steps of training the model has seen.
  public var step: Int { state.step }
}
