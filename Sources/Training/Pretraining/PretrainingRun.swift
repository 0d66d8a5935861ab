public import Corpus
import Evaluation
import Files
import Inference
public import LanguageModel
public import Runs
import StrictJSON
public import TensorCore
public import Tokenization

/// A pretraining run on disk, and the model that it trains.
public final class PretrainingRun {
  /// The tokenizer of the corpus.
  public let tokenizer: Tokenizer
  /// Counts of the encoded corpus.
  public let manifest: ShardManifest
  private let trainer: Trainer<PretrainingStage>

  private static let shardsName = "tokens"

  /// The token shards of the run at `path`.
  public static func text(ofRunAt path: String) -> String { "\(path)/\(shardsName)" }
  private static let restore = "restore the run's files"

  /// Creates a run: encodes or copies the corpus, writes `run.json` last, and trains nothing yet.
  ///
  /// - Parameters:
  ///   - path: The run to make.
  ///   - configuration: The model; its vocabulary must be the tokenizer's.
  ///   - tokenizer: Encodes the text.
  ///   - corpus: The text.
  ///   - device: Where it is trained.
  ///   - settings: The settings, once the number of training tokens is known.
  ///   - progress: Told how far encoding is.
  /// - Throws: ``TrainingError``, `ModelConfigurationError`, `CorpusError`, `RunError`, `FileError`;
  ///   no run is left then.
  public static func create(
    at path: String, configuration: ModelConfiguration, tokenizer: Tokenizer,
    corpus: PretrainingCorpus, device: Device,
    settings: (ShardManifest) throws -> TrainingSettings,
    progress: (CorpusEncoder.Progress) throws -> Void = { _ in }
  ) throws -> PretrainingRun {
    var configuration = configuration
    precondition(configuration.vocabularySize == tokenizer.vocabularySize)
    try configuration.validate()
    let (directory, lock) = try RunDirectory.create(at: path) { draft in
      let manifest = try corpus.write(
        into: "\(draft)/\(shardsName)", tokenizer: tokenizer, threads: device.threadCount,
        progress: progress)
      configuration.beginToken = Int(manifest.documentStart)
      let settings = try settings(manifest)
      try settings.validate(for: configuration)
      _ = try WindowSampler(
        tokenCount: manifest.train.tokens, context: configuration.contextLength,
        seed: UInt64(settings.seed))
      try tokenizer.write(to: "\(draft)/tokenizer.json")
      let configurationHash = try configuration.write(to: "\(draft)/config.json")
      let record = RunRecord(
        toolVersion: ToolVersion.current, kind: .pretrain, settings: settings.members,
        seed: settings.seed, instructionLevel: device.instructions,
        libraries: ToolVersion.libraries, precision: device.precision.rawValue,
        tokenizerHash: tokenizer.hash, corpusHash: manifest.corpusHash,
        configurationHash: configurationHash)
      try record.write(to: "\(draft)/run.json")
    }
    return try PretrainingRun(directory, lock, device)
  }

  /// Opens a run to go on with it, or to start over if it never saved a step.
  ///
  /// - Parameters:
  ///   - path: The run.
  ///   - tokenizer: If given, must be what the run was created with.
  ///   - corpus: If given, must be what the run was created with.
  ///   - device: Where it is trained.
  /// - Throws: `RunError` for a run that is damaged or being trained; ``TrainingError`` if the
  ///   corpus or the tokenizer has changed.
  public static func resume(
    at path: String, tokenizer: Tokenizer?, corpus: PretrainingCorpus?, device: Device
  ) throws -> PretrainingRun {
    let directory = try RunDirectory(opening: path)
    let record = try directory.record()
    try record.check(.pretrain, path)
    if let tokenizer, tokenizer.hash != record.tokenizerHash {
      throw TrainingError(
        "the tokenizer is not the one that the run \(path) was made with",
        hint: "leave out --tokenizer: the run has its own")
    }
    try corpus?.check(unchangedIn: directory[shardsName], of: path)
    return try PretrainingRun(directory, try directory.lock(), device)
  }

  private init(_ directory: RunDirectory, _ lock: FileLock, _ device: Device) throws {
    let record = try directory.record()
    try record.check(device)
    let settings = try TrainingSettings(record.settings, path: directory["run.json"])
    tokenizer = try directory.tokenizer(of: record)
    let shards = directory[Self.shardsName]
    manifest = try ShardManifest(directory: shards)
    let stream = try TokenStream(directory: shards, split: .train, tokenizer: tokenizer)
    try stream.verify()
    let validation =
      manifest.validation.tokens > 0
      ? try TokenStream(directory: shards, split: .validation, tokenizer: tokenizer) : nil
    try validation?.verify()
    let configuration = try directory.configuration(of: record)
    guard configuration.vocabularySize == tokenizer.vocabularySize else {
      throw TrainingError(
        "\(directory["config.json"]) has a vocabulary of \(configuration.vocabularySize), and the "
          + "tokenizer one of \(tokenizer.vocabularySize)", hint: Self.restore)
    }
    try settings.validate(for: configuration)
    let stage = PretrainingStage(
      configuration: configuration, settings: settings, tokenizer: tokenizer,
      windows: try TrainingWindows(
        stream, context: configuration.contextLength, batches: settings.batches,
        seed: UInt64(settings.seed), crossesDocuments: settings.crossesDocuments),
      validation: validation)
    trainer = try Trainer(directory, lock, settings, stage, on: device)
  }

  /// Where it is stored.
  public var directory: RunDirectory { trainer.directory }
  /// What it was asked to do.
  public var settings: TrainingSettings { trainer.settings }
  /// What is trained.
  public var model: Transformer { trainer.model }
  /// Updates done when this run was opened.
  public var startStep: Int { trainer.startStep }
  /// Whether all steps are done.
  public var isFinished: Bool { trainer.isFinished }

  /// Trains to the last step, measuring, sampling and saving on the way.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked before the first step and after each; `true` saves the step and returns.
  ///   - observe: Told what happens; what it throws stops the run.
  /// - Throws: ``TrainingError`` if the loss is no longer finite, with what was saved untouched;
  ///   `FileError` such as a full disk.
  public func train(
    shouldStop: () -> Bool = { false }, observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    try trainer.train(shouldStop: shouldStop, observe: observe)
  }
}

/// Next-token prediction on windows of a text, from random weights.
struct PretrainingStage: TrainingStage {
  let configuration: ModelConfiguration
  let settings: TrainingSettings
  let tokenizer: Tokenizer
  let windows: TrainingWindows
  let validation: TokenStream?

  /// Tokens of validation text that are scored during a run; `evaluate` scores all.
  private static let validationTokens = 65_536

  var objective: NextToken { NextToken(zLoss: settings.zLoss) }

  var optimizer: Optimizer.Settings { settings.optimizerSettings }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    guard let directory else {
      return Transformer(
        configuration, seed: UInt64(settings.seed), zeroesResidual: settings.zeroInit, on: device)
    }
    let model = try Transformer(loading: directory, on: device)
    guard model.configuration == configuration else {
      throw TrainingError(
        "\(directory)/config.json is not the configuration of the run",
        hint: "restore the run's files")
    }
    return model
  }

  func save(_ model: Transformer, to directory: String) throws { try model.save(to: directory) }

  func microBatches(ofStep step: Int, for model: Transformer) throws -> [TokenBatch] {
    try windows.microBatches(ofStep: step).enumerated().map { index, batch in
      var batch = batch
      batch.dropout = settings.dropout(ofStep: step, microBatch: index)
      return batch
    }
  }

  func cursor(after done: Int) -> JSONMember {
    JSONMember(name: "next_window", value: .integer(settings.batches.sequences(before: done)))
  }

  func validate(_ model: Transformer) throws -> ValidationScore? {
    try validation.map {
      .text(
        try TextEvaluation($0, tokenizer: tokenizer, maximumTokens: Self.validationTokens)
          .score(model))
    }
  }

  func sample(_ model: Transformer) throws -> String? {
    try Generator(model: model, tokenizer: tokenizer).generate(
      "",
      GenerationSettings(
        sampler: Sampler(temperature: 0.8, topP: 0.95, seed: UInt64(settings.seed)),
        maximumTokens: 60)
    ).text
  }
}
