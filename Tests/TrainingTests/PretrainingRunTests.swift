import Corpus
import Evaluation
import Files
import Foundation
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization
import Training

@Suite struct PretrainingRunTests {
  private let directory = TemporaryDirectory()
  private let corpus: CorpusReader
  private let tokenizer: Tokenizer

  init() throws {
    var trainer = BytePairTrainer(vocabularySize: 300)
    var lines = ""
    for number in 0..<400 {
      let text = "Line \(number): \(number * 7 % 13) cats and \(number * 5 % 11) dogs sat down. "
      Array(text.utf8).withUnsafeBytes { trainer.add($0) }
      lines += "{\"text\": \"\(text)\(text)\"}\n"
    }
    tokenizer = try trainer.train()
    let path = directory["corpus.jsonl"]
    try AtomicFile.write(Array(lines.utf8), to: path)
    corpus = CorpusReader(paths: [path])
  }

  private let configuration = ModelConfiguration(
    vocabularySize: 300, layers: 2, width: 32, heads: 2, feedForwardWidth: 48, contextLength: 32)

  private func settings(
    steps: Int = 12, _ optimizer: Optimizer.Kind = .adamw, learningRate: Double = 3e-3
  ) -> PretrainingSettings {
    PretrainingSettings(
      steps: steps, batchSize: 20, optimizer: optimizer, learningRate: learningRate, seed: 5,
      checkpointEvery: 5,
      evaluateEvery: 6, sampleEvery: 6)
  }

  /// With dropout and a batch that grows.
  private func droppingSettings(_ optimizer: Optimizer.Kind) -> PretrainingSettings {
    var settings = settings(optimizer)
    settings.dropout = 0.1
    settings.batchWarmupSteps = 7
    return settings
  }

  private func create(
    _ name: String, threads: Int = 2, _ settings: PretrainingSettings? = nil,
    corpus: CorpusReader? = nil, precision: Precision = .float32
  ) throws -> PretrainingRun {
    try PretrainingRun.create(
      at: directory[name], configuration: configuration, tokenizer: tokenizer,
      corpus: .text(corpus ?? self.corpus, validation: .automatic),
      device: Device(threadCount: threads, precision: precision),
      settings: { _ in settings ?? self.settings() })
  }

  @Test func `attention crosses documents where that is asked for, and resuming keeps to it`()
    throws
  {
    var settings = settings()
    settings.crossesDocuments = true
    _ = try create("a", settings).train(shouldStop: { true }) { _ in }
    #expect(try resume("a").settings.crossesDocuments)
    let stream = try TokenStream(
      directory: directory["a/tokens"], split: .train, tokenizer: tokenizer)
    func batches(crossing: Bool) throws -> [TokenBatch] {
      try TrainingWindows(
        stream, context: 32, batches: BatchSizeSchedule(full: 20), seed: 5,
        crossesDocuments: crossing
      ).microBatches(ofStep: 0)
    }
    let (masked, whole) = (try batches(crossing: false), try batches(crossing: true))
    #expect(masked.flatMap(\.lengths).count > 20)
    #expect(whole.flatMap(\.lengths) == Array(repeating: 32, count: 20))
    #expect(whole.flatMap(\.inputs) == masked.flatMap(\.inputs))
    #expect(whole.flatMap(\.targets) == masked.flatMap(\.targets))
  }

  @Test func `documents may end with another token than they begin with`() throws {
    _ = try create("a", settings()).train(shouldStop: { true }) { _ in }
    let stream = try TokenStream(
      directory: directory["a/tokens"], split: .train, tokenizer: tokenizer)
    func batches(end: UInt32?) throws -> [TokenBatch] {
      try TrainingWindows(
        stream, context: 32, batches: BatchSizeSchedule(full: 20), seed: 5, documentEnd: end
      ).microBatches(ofStep: 0)
    }
    let (usual, other) = (try batches(end: nil), try batches(end: 7))
    let start = Int32(stream.documentStart)
    let targets = usual.flatMap(\.targets)
    #expect(targets.contains(start))
    #expect(other.flatMap(\.targets) == targets.map { $0 == start ? 7 : $0 })
    #expect(other.flatMap(\.inputs) == usual.flatMap(\.inputs))
    #expect(other.flatMap(\.lengths) == usual.flatMap(\.lengths))
  }

  private func resume(_ name: String, threads: Int = 2, precision: Precision = .float32) throws
    -> PretrainingRun
  {
    try PretrainingRun.resume(
      at: directory[name], tokenizer: nil, corpus: nil,
      device: Device(threadCount: threads, precision: precision))
  }

  /// The bytes of everything in a step's directory.
  private func bytes(_ name: String, step: Int) throws -> [String: [UInt8]] {
    let directory = try RunDirectory(opening: directory[name]).path(ofStep: step)
    return try Dictionary(
      uniqueKeysWithValues: FileSystem.contents(ofDirectory: directory).map {
        ($0, try FileSystem.readFile("\(directory)/\($0)"))
      })
  }

  @Test func `a run learns, measures, samples and saves`() throws {
    let run = try create("a")
    var losses: [Double] = []
    var saved: [Int] = []
    var samples = 0
    var scores: [Double] = []
    let outcome = try run.train { event in
      switch event {
      case .step(_, let report, tokens: 640, seconds: _): losses.append(report.loss)
      case .checkpoint(let step, _): saved.append(step)
      case .sample: samples += 1
      case .validation(_, let score, _): scores.append(score.bitsPerByte)
      default: Issue.record("unexpected \(event)")
      }
    }
    #expect(outcome == .finished)
    #expect(losses.count == 12 && losses[11] < losses[0] - 0.5)
    #expect(samples == 2 && scores.count == 2 && scores[1] < scores[0])
    #expect(saved.last == 12)
    let directory = try RunDirectory(opening: directory["a"])
    #expect(try directory.latestStep() == 12)
    #expect(try directory.bestStep() == 12)
    let metrics = try directory.metrics()
    #expect(metrics["loss"].map(\.step) == Array(1...12))
    #expect(metrics["validation_bits_per_byte"].map(\.value) == scores)
    #expect(metrics.samples.count == samples && metrics.samples.last?.step == 12)
  }

  @Test(arguments: Optimizer.Kind.allCases)
  func `checkpoints are the same bits on any number of threads`(optimizer: Optimizer.Kind) throws {
    for precision in Precision.allCases where precision.isSupported {
      for threads in 1...3 {
        let run = try create(
          "\(precision)\(threads)", threads: threads, droppingSettings(optimizer),
          precision: precision)
        _ = try run.train { _ in }
      }
      let one = try bytes("\(precision)1", step: 12)
      #expect(one.count == 4)
      for threads in 2...3 {
        let isSame = try bytes("\(precision)\(threads)", step: 12) == one
        #expect(isSame, "\(precision) on \(threads) threads")
      }
    }
  }

  @Test(.enabled(if: Precision.bf16.isSupported))
  func `a run goes on in its own precision only`() throws {
    _ = try create("exact").train(shouldStop: { true }) { _ in }
    let error = #expect(throws: TrainingError.self) {
      try PretrainingRun.resume(
        at: directory["exact"], tokenizer: nil, corpus: nil,
        device: Device(threadCount: 2, precision: .bf16))
    }
    #expect(error?.description == "the run computes in float32, not in bf16")
  }

  @Test(arguments: Optimizer.Kind.allCases, Precision.allCases.filter(\.isSupported))
  func `stopping and resuming at any step gives the same bits as not stopping`(
    optimizer: Optimizer.Kind, precision: Precision
  ) throws {
    _ = try create("whole", droppingSettings(optimizer), precision: precision).train { _ in }
    for stops in [[1], [4, 5, 6], [11]] {
      let name = "stopped\(stops)"
      for (index, stop) in stops.enumerated() {
        // The lock is released with the run, at the end of each turn.
        let run =
          index == 0
          ? try create(name, droppingSettings(optimizer), precision: precision)
          : try resume(name, threads: index % 3 + 1, precision: precision)
        #expect(run.startStep == (index == 0 ? 0 : stops[index - 1]))
        var done = 0
        let outcome = try run.train(shouldStop: { done == stop }) {
          if case .step(let step, _, _, _) = $0 { done = step }
        }
        #expect(outcome == .interrupted(step: stop))
      }
      #expect(try resume(name, threads: 3, precision: precision).train { _ in } == .finished)
      #expect(try bytes(name, step: 12) == bytes("whole", step: 12))
    }
  }

  @Test func `losses that outliers are told by are missed`() throws {
    func warnings() throws -> [String] {
      var warnings: [String] = []
      _ = try resume("a").train(shouldStop: { true }) {
        if case .warning(let text) = $0 { warnings.append(text) }
      }
      return warnings
    }
    var done = 0
    _ = try create("a").train(shouldStop: { done == 6 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    #expect(try warnings() == [])
    try FileSystem.remove(directory["a"] + "/metrics.jsonl")
    #expect(try warnings().map { $0.hasPrefix("metrics.jsonl does not have all ") } == [true])
  }

  @Test func `a growing batch reads each window once`() throws {
    var settings = droppingSettings(.adamw)
    settings.steps = 9
    let run = try create("a", settings)
    var tokens: [Int] = []
    _ = try run.train { if case .step(_, _, tokens: let count, _) = $0 { tokens.append(count) } }
    #expect(tokens == (0..<9).map { 32 * settings.batches.size(at: $0) })
    #expect(tokens.first == 2 * 32 && tokens.last == 20 * 32)
    let state = try JSONValue(
      parsing: FileSystem.readFile(
        RunDirectory(opening: directory["a"]).path(ofStep: 9) + "/state.json"))
    #expect(state["next_window"]?.integer == settings.batches.sequences(before: 9))
  }

  @Test func `every micro-batch of every step and seed drops in its own way`() {
    var sources: Set<RandomSource> = []
    for seed in [0, 1] {
      var settings = settings()
      (settings.seed, settings.dropout) = (seed, 0.25)
      for (step, microBatch) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let dropout = settings.dropout(ofStep: step, microBatch: microBatch)
        #expect(dropout == settings.dropout(ofStep: step, microBatch: microBatch))
        #expect(dropout.residualRate == 0.25)
        sources.insert(dropout.source)
      }
    }
    #expect(sources.count == 8)
  }

  @Test(arguments: [-0.1, 1, 0.999_999_999, .nan])
  func `a dropout that is no share is refused`(_ rate: Double) {
    var settings = settings()
    settings.dropout = rate
    #expect {
      try settings.validate()
    } throws: { "\($0)".hasPrefix("--dropout must be from 0 to below 1, not ") }
  }

  @Test func `training drops, and measuring does not`() throws {
    func losses(_ name: String, dropout: Double) throws -> (step: Double, validation: Double) {
      // A rate at which nothing is learned.
      var settings = settings(steps: 1, learningRate: 1e-9)
      settings.dropout = dropout
      settings.evaluateEvery = 1
      _ = try create(name, settings).train { _ in }
      let metrics = try RunDirectory(opening: directory[name]).metrics()
      return (metrics["loss"][0].value, try #require(metrics["validation_loss"].last?.value))
    }
    let (dropped, whole) = (try losses("a", dropout: 0.5), try losses("b", dropout: 0))
    #expect(abs(dropped.step - whole.step) > 1e-4)
    #expect(abs(dropped.validation - whole.validation) < 1e-6)
  }

  @Test func `a finished run stays as it is`() throws {
    _ = try create("done").train { _ in }
    let before = try bytes("done", step: 12)
    let run = try resume("done")
    #expect(run.isFinished)
    #expect(try run.train { _ in Issue.record("nothing is left to do") } == .finished)
    #expect(try bytes("done", step: 12) == before)
  }

  @Test func `a loss that is not finite stops the run and keeps what was saved`() throws {
    let run = try create("wild", settings(steps: 40, learningRate: 9.9))
    // Parameters overflow within a few steps only if pushed; poison one as an overflow would.
    var last = 0
    #expect {
      try run.train { event in
        if case .step(let step, _, _, _) = event {
          last = step
          if step == 7 {
            let weights = run.model.parameters.tensor(0)
            let poison = Array(repeating: Float.nan, count: weights.count)
            poison.withUnsafeBytes { weights.copyBytes(from: $0) }
          }
        }
      }
    } throws: { error in
      let error = error as? TrainingError
      return error?.description.contains("step 8") == true
        && error?.description.contains("step 6 is saved") == true
        && error?.hint?.contains("--learning-rate") == true
    }
    #expect(last == 7)
    let directory = try RunDirectory(opening: directory["wild"])
    #expect(try directory.verifyStep(try #require(try directory.latestStep())).step == 6)
  }

  @Test func `a changed corpus or tokenizer is refused`() throws {
    _ = try create("kept").train { _ in }
    let path = directory["other.jsonl"]
    try AtomicFile.write(Array("{\"text\": \"other text\"}\n".utf8), to: path)
    #expect {
      _ = try PretrainingRun.resume(
        at: directory["kept"], tokenizer: nil,
        corpus: .text(CorpusReader(paths: [path]), validation: .automatic),
        device: Device(threadCount: 1))
    } throws: { "\($0)".contains("corpus has changed") }
    var trainer = BytePairTrainer(vocabularySize: 280)
    Array("aaaa bbbb aaaa bbbb abab cdcd cdcd efef efef ghgh ghgh ijij".utf8).withUnsafeBytes {
      trainer.add($0)
    }
    let other = try trainer.train()
    #expect {
      _ = try PretrainingRun.resume(
        at: directory["kept"], tokenizer: other, corpus: nil, device: Device(threadCount: 1))
    } throws: { "\($0)".contains("tokenizer is not the one") }
  }

  @Test func `a corpus shorter than the context leaves no run behind`() throws {
    let path = directory["short.txt"]
    try AtomicFile.write(Array("A few words.".utf8), to: path)
    #expect {
      _ = try create("short", corpus: CorpusReader(paths: [path]))
    } throws: { "\($0)".contains("shorter than the context") }
    #expect(!RunDirectory.exists(at: directory["short"]))
  }

  /// What a step's directory and the pointers say.
  private func kept(_ name: String) throws -> ([Int], latest: Int?, best: Int?) {
    let run = try RunDirectory(opening: directory[name])
    return try (run.steps, run.latestStep(), run.bestStep())
  }

  @Test func `a kill between saving a step and what follows is repaired, also at the end`() throws {
    _ = try create("whole").train { _ in }
    _ = try create("killed").train { _ in }
    #expect(try kept("whole") == ([10, 12], 12, 12))
    // As if killed directly after the last step was saved: nothing was removed, nothing marked.
    try FileSystem.remove(directory["killed/best"])
    for name in try FileSystem.contents(ofDirectory: directory["killed/step-000010"]) {
      try directory.write(
        FileSystem.readFile(directory["killed/step-000010/" + name]),
        to: "killed/step-000009/" + name)
    }
    #expect(try kept("killed") == ([9, 10, 12], 12, nil))
    #expect(try resume("killed").isFinished)
    #expect(try kept("killed") == ([10, 12], 12, 12))
  }

  @Test func `a configuration that is not that of the checkpoint is refused`() throws {
    _ = try create("edited").train { _ in }
    for name in ["edited/config.json", "edited/step-000012/config.json"] {
      let text = String(decoding: try FileSystem.readFile(directory[name]), as: UTF8.self)
      try directory.write(
        text.replacing(
          "\"max_position_embeddings\": 32", with: "\"max_position_embeddings\": 16"), to: name)
      #expect { _ = try resume("edited") } throws: { ($0 as? any HintedError)?.hint != nil }
      try directory.write(text, to: name)
    }
    #expect(try resume("edited").isFinished)
  }

  @Test func `outliers are skipped alike whether the run was stopped or not`() throws {
    var settings = settings(steps: 320)
    (settings.schedule, settings.skipOutliers) = (.wsd, 1)
    (settings.checkpointEvery, settings.evaluateEvery, settings.sampleEvery) = (100, 100, 0)
    var skipped: [Int] = []
    _ = try create("whole", settings).train { event in
      if case .step(let step, let report, _, _) = event, report.isSkipped { skipped.append(step) }
    }
    #expect(skipped.allSatisfy { $0 > 128 } && (1..<150).contains(skipped.count), "\(skipped)")
    var done = 0
    let outcome = try create("part", settings).train(shouldStop: { done == 250 }) { event in
      if case .step(let step, _, _, _) = event { done = step }
    }
    #expect(outcome == .interrupted(step: 250))
    _ = try resume("part").train { _ in }
    #expect(try bytes("part", step: 320) == bytes("whole", step: 320))
  }

  @Test func `a run without a new best ends early, and stays ended`() throws {
    var settings = settings(steps: 60)
    (settings.earlyStopping, settings.keep) = (2, 1)
    var ends: [String] = []
    func train() throws -> TrainingOutcome {
      let run = try create("early", settings)
      return try run.train { event in
        if case .warning(let text) = event { ends.append(text) }
        if case .step(7, _, _, _) = event {
          // Spoilt beyond what a few updates can mend, after the first validation.
          let weights = run.model.parameters.tensor(0)
          let noise = (0..<weights.count).map { Float($0 % 7 - 3) * 20 }
          noise.withUnsafeBytes { weights.copyBytes(from: $0) }
        }
      }
    }
    #expect(try train() == .finished)
    #expect(ends.last?.contains("no new best in 2 validations") == true, "\(ends)")
    let directory = try RunDirectory(opening: directory["early"])
    #expect(try directory.latestStep() == 18 && directory.bestStep() == 6)
    #expect(try directory.steps == [6, 18])
    #expect(try resume("early").isFinished)
    #expect(try directory.metrics()["loss"].last?.step == 18)
  }

  @Test func `a validation loss that is not finite stops the run before it is saved`() throws {
    let run = try create("wild")
    #expect {
      try run.train { event in
        // After the update, before the weights are measured.
        if case .step(6, _, _, _) = event {
          let weights = run.model.parameters.tensor(0)
          let poison = Array(repeating: Float.nan, count: weights.count)
          poison.withUnsafeBytes { weights.copyBytes(from: $0) }
        }
      }
    } throws: { error in
      "\(error)".hasSuffix("nan) is not finite at step 6; step 5 is saved")
    }
    #expect(try kept("wild") == ([5], 5, nil))
  }

  @Test func `of a damaged last step it is said how to go on without it`() throws {
    _ = try create("cut").train { _ in }
    let last = directory["cut/step-000012"]
    let path = last + "/model.safetensors"
    try AtomicFile.write(FileSystem.readFile(path).dropLast(), to: path)
    let error = #expect(throws: RunError.self) { _ = try resume("cut") }
    #expect(error?.hint == "remove \(last) to go on from step 10")
    try FileSystem.remove(last)
    #expect(try resume("cut").train { _ in } == .finished)
    _ = try create("whole").train { _ in }
    #expect(try bytes("cut", step: 12) == bytes("whole", step: 12))
  }

  @Test func `a damaged token shard is seen before anything is trained`() throws {
    _ = try create("flipped")
    let path = directory["flipped/tokens/train-00000.tokens"]
    var shard = try FileSystem.readFile(path)
    shard[shard.count / 2 & ~1] ^= 1
    try AtomicFile.write(shard, to: path)
    #expect { _ = try resume("flipped") } throws: { "\($0)".contains("is damaged") }
  }

  @Test func `token shards give the same run as their text`() throws {
    try CorpusEncoder.encode(
      corpus, tokenizer: tokenizer, into: directory["shards"], threads: 1)
    let shards = PretrainingCorpus.shards(directory: directory["shards"])
    _ = try PretrainingRun.create(
      at: directory["a"], configuration: configuration, tokenizer: tokenizer, corpus: shards,
      device: Device(threadCount: 1), settings: { _ in settings() }
    ).train { _ in }
    _ = try create("b").train { _ in }
    #expect(try bytes("a", step: 12) == bytes("b", step: 12))
    for corpus in [shards, .text(corpus, validation: .automatic)] {
      let run = try PretrainingRun.resume(
        at: directory["a"], tokenizer: nil, corpus: corpus, device: Device(threadCount: 1))
      #expect(run.isFinished)
    }
    var trainer = BytePairTrainer(vocabularySize: 270)
    trainer.add(Array("other text, and other merges of other text".utf8))
    let other = try trainer.train()
    let small = ModelConfiguration(
      vocabularySize: other.vocabularySize, layers: 1, width: 32, heads: 2, feedForwardWidth: 48,
      contextLength: 32)
    #expect {
      _ = try PretrainingRun.create(
        at: directory["c"], configuration: small, tokenizer: other, corpus: shards,
        device: Device(threadCount: 1), settings: { _ in settings() })
    } throws: { "\($0)".contains("were made with another tokenizer") }
    #expect(!FileSystem.exists(directory["c"]))
  }

  @Test func `a run that is stopped before its first step has none`() throws {
    let run = try create("early")
    #expect(try run.train(shouldStop: { true }) { _ in } == .interrupted(step: 0))
    #expect(try kept("early") == ([], nil, nil))
  }

  @Test func `steps and models too large for any machine are refused with a hint`() throws {
    var large = configuration
    large.contextLength = 1 << 20
    let step = #expect(throws: TrainingError.self) { try settings().validate(for: large) }
    #expect(step?.description.hasPrefix("a step of 20 sequences of 1048576 tokens") == true)
    #expect(step?.hint != nil)
    large = configuration
    large.width = 1 << 19
    large.layers = 64
    let memory = #expect(throws: TrainingError.self) { try settings().validate(for: large) }
    #expect(memory?.description.contains("GB of memory") == true && memory?.hint != nil)
    try settings().validate(for: configuration)
  }

  @Test func `settings read back from run json, and wrong ones are named`() throws {
    let settings = droppingSettings(.muon)
    #expect(try PretrainingSettings(settings.members, path: "run.json") == settings)
    var members = settings.members
    members[0].value = "many"
    #expect {
      _ = try PretrainingSettings(members, path: "run.json")
    } throws: { "\($0)".contains("steps") && "\($0)".contains("run.json") }
    members = settings.members
    members[1].value = .integer(1 << 40)
    #expect {
      _ = try PretrainingSettings(members, path: "run.json")
    } throws: { "\($0)".hasPrefix("run.json: --batch-size must be from 1 to ") }
  }
}
