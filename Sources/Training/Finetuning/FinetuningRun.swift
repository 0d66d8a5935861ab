import ContentHashing
public import Corpus
import Files
public import LanguageModel
public import Runs
import StrictJSON
public import TensorCore
public import Tokenization

/// A fine-tuning run on disk, and the model that it trains.
public final class FinetuningRun {
  /// What it was asked to do.
  public let settings: FinetuningSettings
  /// The tokenizer of the base.
  public let tokenizer: Tokenizer
  /// The run that it began from.
  public let parent: RunRecord.Parent
  /// The runs that it learns from, beside the examples.
  public let teachers: [RunRecord.Parent]
  /// How many examples or pairs it learns from.
  public let exampleCount: Int
  private let trainer: any TrainingLoop

  private static let examplesName = "examples"

  /// Creates a run: stores the examples, writes `run.json` last, and trains nothing yet.
  ///
  /// - Parameters:
  ///   - path: The run to make.
  ///   - base: The run to begin from, with its step resolved.
  ///   - data: Examples; pairs where `settings` compare answers.
  ///   - settings: How to train.
  ///   - teachers: What they find probable in the answers is learned, where `settings` say how: models of
  ///     the base's tokenizer.
  ///   - device: Where it is trained.
  ///   - replay: The text of which `settings` replay a share.
  ///   - encoding: Told how much of `replay` is encoded; what it throws stops.
  ///   - progress: Told how many answers of pairs the base has scored, and of how many; what it
  ///     throws stops.
  /// - Throws: ``TrainingError``, `ModelConfigurationError`, `RunError`, `FileError`, `CorpusError`; no
  ///   run is left then.
  public static func create(
    at path: String, base: BaseRun, data: FinetuningData, settings: FinetuningSettings,
    teachers: [BaseRun] = [], device: Device, replay: PretrainingCorpus? = nil,
    encoding: (CorpusEncoder.Progress) throws -> Void = { _ in },
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> FinetuningRun {
    precondition((settings.replay > 0) == (replay != nil), "a share of \(settings.replay)")
    precondition((settings.teaching == nil) == teachers.isEmpty, "\(teachers.count) teachers")
    try settings.validate(for: base.configuration)
    if !teachers.isEmpty {
      try Teachers.check(
        teachers, for: base.configuration, isFrozen: settings.adapter != nil, base.tokenizer)
    }
    let (directory, lock) = try RunDirectory.create(at: path) { draft in
      try data.write(to: "\(draft)/\(examplesName)")
      if let replay {
        let manifest = try replay.write(
          into: "\(draft)/\(textName)", tokenizer: base.tokenizer, threads: device.threadCount,
          progress: encoding)
        _ = try WindowSampler(
          tokenCount: manifest.train.tokens, context: base.configuration.contextLength,
          seed: UInt64(settings.training.seed))
      }
      if let preference = settings.preference {
        try writeReferences(
          data, settings.training, to: "\(draft)/\(examplesName)",
          by: preference.kind == .orpo ? nil : base.model(on: device, isFrozen: true),
          named: base.parent.name, progress)
      }
      var tokenizer = base.tokenizer
      // So that whoever reads the run elsewhere writes conversations as it learned them.
      tokenizer.configuration?.complete(for: base.tokenizer)
      try tokenizer.write(to: "\(draft)/tokenizer.json")
      let configurationHash = try base.configuration.write(to: "\(draft)/config.json")
      let record = RunRecord(
        toolVersion: ToolVersion.current, kind: .finetune,
        settings: settings.members + [
          JSONMember(name: "data", value: .object(data.members)),
          JSONMember(
            name: examplesHashName,
            value: .string("\(try examplesHash("\(draft)/\(examplesName)"))")),
        ] + (teachers.isEmpty ? [] : [Teachers.member(teachers)]),
        seed: settings.training.seed, instructionLevel: device.instructions,
        libraries: ToolVersion.libraries, precision: device.precision.rawValue,
        tokenizerHash: base.tokenizer.hash, corpusHash: data.hash,
        configurationHash: configurationHash, parent: base.parent)
      try record.write(to: "\(draft)/run.json")
    }
    return try FinetuningRun(directory, lock, device)
  }

  /// Asks the base about the pairs that the run will read: few steps read few of them.
  private static func writeReferences(
    _ data: FinetuningData, _ settings: TrainingSettings, to directory: String,
    by model: Transformer?, named base: String,
    _ progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    let trained = try ExampleBatches.indicesRead(
      of: data.trainExamples.count / 2, settings: settings)
    let validated = PreferenceStage.validatedPairs(of: data.validationExamples.count / 2)
    let total = 2 * (trained.count + validated.count)
    var done = 0
    for (examples, pairs, name) in [
      (data.trainExamples, trained, FinetuningData.trainName),
      (data.validationExamples, Array(validated), FinetuningData.validationName),
    ] {
      try PreferenceShard.writeReferences(
        of: examples, pairs: pairs, by: model, named: base,
        to: "\(directory)/\(referencePrefix)\(name)"
      ) { try progress(done + $0, total) }
      done += 2 * pairs.count
    }
  }

  /// The hash of the hashes of all files of examples.
  private static func examplesHash(_ directory: String) throws -> ContentHash {
    let hashes = try FileSystem.contents(ofDirectory: directory).sorted().map { name in
      "\(name) \(try ContentHash(reading: RandomAccessFile(path: "\(directory)/\(name)")))\n"
    }
    return ContentHash(of: Array(hashes.joined().utf8))
  }

  private static let examplesHashName = "examples_hash"
  private static let textName = "tokens"
  private static let referencePrefix = "reference-"

  /// Opens a run to go on with it, or to start over if it never saved a step.
  ///
  /// - Parameters:
  ///   - path: The run.
  ///   - data: If given, must be what the run was created with.
  ///   - replay: The same.
  ///   - device: Where it is trained.
  /// - Throws: `RunError` for a run that is damaged or being trained, or whose base or teacher is gone;
  ///   ``TrainingError`` if the data have changed.
  public static func resume(
    at path: String, data: FinetuningData?, replay: PretrainingCorpus? = nil, device: Device
  ) throws -> FinetuningRun {
    let directory = try RunDirectory(opening: path)
    let record = try directory.record()
    try record.check(.finetune, path)
    if let data, data.hash != record.corpusHash {
      throw TrainingError(
        "the data have changed since the run \(FileError.printable(path)) was created",
        hint: "leave out --data to go on with the examples as they were, or start another --run")
    }
    if let replay {
      let text = directory[textName]
      guard ShardManifest.exists(at: text),
        try replay.isSame(as: ShardManifest(directory: text))
      else {
        throw TrainingError(
          "the text is not what the run \(FileError.printable(path)) replays",
          hint: "leave out --corpus to go on with the text as it was, or start another --run")
      }
    }
    return try FinetuningRun(directory, try directory.lock(), device)
  }

  private init(_ directory: RunDirectory, _ lock: FileLock, _ device: Device) throws {
    let record = try directory.record()
    try record.check(device)
    let settings = try FinetuningSettings(record.settings, path: directory["run.json"])
    self.settings = settings
    let tokenizer = try directory.tokenizer(of: record)
    self.tokenizer = tokenizer
    let configuration = try directory.configuration(of: record)
    try settings.validate(for: configuration)
    guard let parent = record.parent else {
      throw TrainingError(
        "\(directory["run.json"]) names no run that this one began from",
        hint: "the file is damaged or was edited; restore it")
    }
    self.parent = parent
    teachers = try Teachers.parents(in: record, path: directory["run.json"])
    guard teachers.isEmpty == (settings.teaching == nil) else {
      throw TrainingError(
        "\(directory["run.json"]) names "
          + (teachers.isEmpty ? "no teacher, and" : "teachers, and not") + " how one is followed",
        hint: "the file is damaged or was edited; restore it")
    }
    let examples = directory[Self.examplesName]
    // Runs of earlier versions have none.
    if let hash = JSONValue.object(record.settings)[Self.examplesHashName]?.string {
      guard try "\(Self.examplesHash(examples))" == hash else {
        throw TrainingError(
          "the files in \(FileError.printable(examples)) are not those that were saved",
          hint: "restore them, or make the run again")
      }
    }
    func shard(_ name: String) throws -> ExampleShard {
      try ExampleShard(
        path: "\(examples)/\(name)", vocabulary: tokenizer.vocabularySize,
        context: configuration.contextLength)
    }
    let (trainName, validationName) = (FinetuningData.trainName, FinetuningData.validationName)
    let (train, validation) = (try shard(trainName), try shard(validationName))
    exampleCount = settings.preference == nil ? train.count : train.count / 2
    let tuned = TunedModel(
      configuration: configuration, adapter: settings.adapter,
      seed: UInt64(settings.training.seed), baseName: parent.name,
      base: {
        try parent.model(
          for: directory, configuration, on: device, isFrozen: settings.adapter != nil)
      })
    let batches = try ExampleBatches(train, count: exampleCount, settings: settings.training)
    if let preference = settings.preference {
      func pairs(_ shard: ExampleShard, _ name: String, _ read: [Int]) throws -> PreferenceShard {
        try PreferenceShard(
          shard, references: "\(examples)/\(Self.referencePrefix)\(name)", reading: read)
      }
      let stage = PreferenceStage(
        settings: settings, tuned: tuned, batches: batches,
        train: try pairs(
          train, trainName,
          ExampleBatches.indicesRead(of: exampleCount, settings: settings.training)),
        validation: try pairs(
          validation, validationName,
          Array(PreferenceStage.validatedPairs(of: validation.count / 2))),
        objective: preference)
      trainer = try Trainer(directory, lock, settings.training, stage, on: device)
    } else {
      let stage = FinetuningStage(
        settings: settings, tuned: tuned, template: try ChatTemplate(tokenizer),
        batches: batches, train: train, validation: validation,
        replay: try Self.replay(settings, directory, configuration, tokenizer, train))
      if let teaching = settings.teaching {
        let models = try Teachers.models(teachers, for: directory, configuration, on: device)
        let taught = TaughtStage(
          answers: stage, objective: Distillation(teachers: models, teaching))
        trainer = try Trainer(directory, lock, settings.training, taught, on: device)
      } else {
        trainer = try Trainer(directory, lock, settings.training, stage, on: device)
      }
    }
  }

  /// The windows of text that are replayed: as many tokens of all that a step reads as the loss has
  /// share, but one at least.
  private static func replay(
    _ settings: FinetuningSettings, _ directory: RunDirectory, _ configuration: ModelConfiguration,
    _ tokenizer: Tokenizer, _ train: ExampleShard
  ) throws -> (windows: TrainingWindows, share: Double)? {
    let share = settings.replay
    if share == 0 { return nil }
    let stream = try TokenStream(
      directory: directory[textName], split: .train, tokenizer: tokenizer)
    try stream.verify()
    let size = settings.training.batchSize
    let read = Double(size * train.tokens / max(1, train.count))
    let windows = share / (1 - share) * read / Double(configuration.contextLength)
    return (
      try TrainingWindows(
        stream, context: configuration.contextLength,
        batches: BatchSizeSchedule(full: Int(max(1, min(Double(size), windows.rounded())))),
        seed: UInt64(settings.training.seed), documentEnd: tokenizer.endOfText),
      share
    )
  }

  /// Where it is stored.
  public var directory: RunDirectory { trainer.directory }
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
