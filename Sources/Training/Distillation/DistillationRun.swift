import ContentHashing
public import Corpus
import Files
public import LanguageModel
public import Runs
import StrictJSON
public import TensorCore
public import Tokenization

/// The student of a distillation before its first step.
public enum Student: Sendable {
  /// Random weights.
  case new(ModelConfiguration)
  /// A saved step of a run.
  case run(BaseRun)
}

/// A distillation run on disk, and the student that it trains.
public final class DistillationRun {
  /// What it was asked to do.
  public let settings: DistillationSettings
  /// The tokenizer of teacher and student.
  public let tokenizer: Tokenizer
  /// Counts of the encoded corpus.
  public let manifest: ShardManifest
  /// The runs that it learns from.
  public let teachers: [RunRecord.Parent]
  /// The run that the student began from, if it was no new one.
  public let parent: RunRecord.Parent?
  private let trainer: Trainer<DistillationStage>

  /// How much of the teachers' probability the predictions on disk leave out, in the mean over all
  /// tokens, and their size in bytes.
  public let cached: (leftOut: Double, bytes: Int)?

  private static let shardsName = "tokens"
  private static let cacheName = "teachers.safetensors"
  private static let leftOutName = "cache_leaves_out"
  private static let cacheHashName = "cache_hash"

  /// Creates a run: encodes or copies the corpus, writes `run.json` last, and trains nothing yet.
  ///
  /// - Parameters:
  ///   - path: The run to make.
  ///   - teachers: At least one; their tokenizers are the same.
  ///   - student: Its vocabulary is the teachers'.
  ///   - corpus: The text to learn on.
  ///   - device: Where it is trained.
  ///   - settings: The settings, once the number of training tokens is known.
  ///   - progress: Told how far encoding is.
  ///   - asking: Told of how many windows the teachers' predictions were kept, if they are.
  /// - Throws: ``TrainingError`` for a teacher and a student that do not fit; `ModelConfigurationError`,
  ///   `CorpusError`, `RunError`, `FileError`; no run is left then.
  public static func create(
    at path: String, teachers: [BaseRun], student: Student, corpus: PretrainingCorpus,
    device: Device, settings: (ModelConfiguration, ShardManifest) throws -> DistillationSettings,
    progress: (CorpusEncoder.Progress) throws -> Void = { _ in },
    asking: (_ done: Int, _ windows: Int) throws -> Void = { _, _ in }
  ) throws -> DistillationRun {
    precondition(!teachers.isEmpty, "a distillation without a teacher")
    let tokenizer = teachers[0].tokenizer
    var configuration: ModelConfiguration
    switch student {
    case .new(let new):
      configuration = new
      try Teachers.check(teachers, for: new, nil)
    case .run(let run):
      configuration = run.configuration
      try Teachers.check(teachers, for: configuration, run.tokenizer)
    }
    try configuration.validate()
    let (directory, lock) = try RunDirectory.create(at: path) { draft in
      let manifest = try corpus.write(
        into: "\(draft)/\(shardsName)", tokenizer: tokenizer, threads: device.threadCount,
        progress: progress)
      if case .new = student {
        configuration.beginToken = Int(manifest.documentStart)
        configuration.endTokens = teachers[0].configuration.endTokens
      }
      let settings = try settings(configuration, manifest)
      try settings.validate()
      try settings.training.validate(for: configuration)
      _ = try WindowSampler(
        tokenCount: manifest.train.tokens, context: configuration.contextLength,
        seed: UInt64(settings.training.seed))
      var members = settings.members + [Teachers.member(teachers)]
      if settings.cache > 0 {
        let leftOut = try keepPredictions(
          of: teachers, configuration, settings, in: draft, on: device, asking)
        members.append(JSONMember(name: leftOutName, value: .number(leftOut)))
        let file = try RandomAccessFile(path: "\(draft)/\(cacheName)")
        members.append(
          JSONMember(
            name: cacheHashName, value: .string("\(try ContentHash(reading: file))")))
      }
      try tokenizer.write(to: "\(draft)/tokenizer.json")
      let configurationHash = try configuration.write(to: "\(draft)/config.json")
      let parent: RunRecord.Parent? = if case .run(let run) = student { run.parent } else { nil }
      let record = RunRecord(
        toolVersion: ToolVersion.current, kind: .distill,
        settings: members,
        seed: settings.training.seed, instructionLevel: device.instructions,
        libraries: ToolVersion.libraries, precision: device.precision.rawValue,
        tokenizerHash: tokenizer.hash, corpusHash: manifest.corpusHash,
        configurationHash: configurationHash, parent: parent)
      try record.write(to: "\(draft)/run.json")
    }
    return try DistillationRun(directory, lock, device)
  }

  /// Opens a run to go on with it, or to start over if it never saved a step.
  ///
  /// - Parameters:
  ///   - path: The run.
  ///   - corpus: If given, must be what the run was created with.
  ///   - device: Where it is trained.
  /// - Throws: `RunError` for a run that is damaged or being trained, or whose teacher is gone;
  ///   ``TrainingError`` if the corpus has changed.
  public static func resume(
    at path: String, corpus: PretrainingCorpus? = nil, device: Device
  ) throws -> DistillationRun {
    let directory = try RunDirectory(opening: path)
    try directory.record().check(.distill, path)
    try corpus?.check(unchangedIn: directory[shardsName], of: path)
    return try DistillationRun(directory, try directory.lock(), device)
  }

  private init(_ directory: RunDirectory, _ lock: FileLock, _ device: Device) throws {
    let record = try directory.record()
    try record.check(device)
    let settings = try DistillationSettings(record.settings, path: directory["run.json"])
    let tokenizer = try directory.tokenizer(of: record)
    let shards = directory[Self.shardsName]
    manifest = try ShardManifest(directory: shards)
    let stream = try TokenStream(directory: shards, split: .train, tokenizer: tokenizer)
    try stream.verify()
    let validation =
      manifest.validation.tokens > 0
      ? try TokenStream(directory: shards, split: .validation, tokenizer: tokenizer) : nil
    try validation?.verify()
    let configuration = try directory.configuration(of: record)
    try settings.training.validate(for: configuration)
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TrainingError(
        "the tokenizer of \(directory["run.json"]) has more tokens than its student",
        hint: "restore the run's files")
    }
    teachers = try Teachers.parents(in: record, path: directory["run.json"])
    guard !teachers.isEmpty else {
      throw TrainingError(
        "\(directory["run.json"]) names no teacher",
        hint: "the file is damaged or was edited; restore it")
    }
    // Where all that they say is on disk, they are not needed.
    let models =
      settings.cache > 0
      ? [] : try Teachers.models(teachers, for: directory, configuration, on: device)
    let windows = try Self.windows(stream, tokenizer, configuration, settings)
    cached = try Self.cached(directory, record, settings)
    let parent = record.parent
    self.parent = parent
    let stage = DistillationStage(
      text: PretrainingStage(
        configuration: configuration, settings: settings.training, tokenizer: tokenizer,
        windows: windows, validation: validation),
      objective: Distillation(
        teachers: models, settings.teaching, hiddenWeight: settings.hiddenWeight),
      projections: settings.hiddenWeight == 0
        ? [] : Distillation.projections(from: configuration, to: models.map(\.configuration)),
      onPolicy: settings.onPolicy,
      cache: cached == nil
        ? nil
        : try TeacherCache(
          path: directory[Self.cacheName], windows: windows.distinctWindows,
          context: configuration.contextLength, count: settings.cache,
          vocabulary: configuration.vocabularySize),
      base: { try parent?.model(for: directory, configuration, on: device) })
    self.settings = settings
    self.tokenizer = tokenizer
    trainer = try Trainer(directory, lock, settings.training, stage, on: device)
  }

  /// The windows of the text, with predictions on disk those of the first epoch again and again.
  private static func windows(
    _ stream: TokenStream, _ tokenizer: Tokenizer, _ configuration: ModelConfiguration,
    _ settings: DistillationSettings
  ) throws -> TrainingWindows {
    let training = settings.training
    return try TrainingWindows(
      stream, context: configuration.contextLength, batches: training.batches,
      seed: UInt64(training.seed), documentEnd: tokenizer.endOfText,
      period: settings.cache > 0 ? training.batches.sequences(before: training.steps) : nil)
  }

  private static func cached(
    _ directory: RunDirectory, _ record: RunRecord, _ settings: DistillationSettings
  ) throws -> (leftOut: Double, bytes: Int)? {
    guard settings.cache > 0 else { return nil }
    let stored = JSONValue.object(record.settings)
    guard let leftOut = stored[leftOutName]?.number, let hash = stored[cacheHashName]?.string else {
      throw TrainingError(
        "\(directory["run.json"]) does not say what its predictions leave out",
        hint: "the file is damaged or was edited; restore it")
    }
    let file = try RandomAccessFile(path: directory[cacheName])
    guard try "\(ContentHash(reading: file))" == hash else {
      throw TrainingError(
        "\(FileError.printable(file.path)) is corrupt: its bytes are not those that were saved",
        hint: "restore it, or make the run again")
    }
    return (leftOut, file.count)
  }

  /// Writes what the teachers say of all windows; says how much is left out.
  private static func keepPredictions(
    of teachers: [BaseRun], _ configuration: ModelConfiguration, _ settings: DistillationSettings,
    in directory: String, on device: Device, _ asking: (Int, Int) throws -> Void
  ) throws -> Double {
    guard settings.cache <= configuration.vocabularySize else {
      throw TrainingError(
        "--cache \(settings.cache) is more than the \(configuration.vocabularySize) tokens that there "
          + "are", hint: "16 to 64 are usual")
    }
    let stream = try TokenStream(
      directory: "\(directory)/\(shardsName)", split: .train, tokenizer: teachers[0].tokenizer)
    let windows = try windows(stream, teachers[0].tokenizer, configuration, settings)
    let objective = Distillation(
      teachers: try teachers.map { try $0.model(on: device) }, loss: .forwardKL,
      temperature: settings.teaching.temperature, hardWeight: 0)
    return try TeacherCache.write(
      windows, windows: windows.distinctWindows, context: configuration.contextLength,
      asking: objective, count: settings.cache, to: "\(directory)/\(cacheName)"
    ) { try asking($0, windows.distinctWindows) }
  }

  /// Where it is stored.
  public var directory: RunDirectory { trainer.directory }
  /// The student.
  public var model: Transformer { trainer.model }
  /// The models of the teachers, unless all that they say is on disk.
  public var teacherModels: [Transformer] { trainer.stage.objective.teachers }
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
