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

/// A base model that has been pretrained for a few steps, and examples for it.
struct FinetuningFixture {
  let directory = TemporaryDirectory()
  let tokenizer: Tokenizer
  let template: ChatTemplate

  init(contextLength: Int = 48) throws {
    var trainer = BytePairTrainer(vocabularySize: 300)
    var lines = ""
    var examples = ""
    for number in 0..<300 {
      let text = "Line \(number): \(number * 7 % 13) cats and \(number * 5 % 11) dogs sat down. "
      Array(text.utf8).withUnsafeBytes { trainer.add($0) }
      lines += "{\"text\": \"\(text)\(text)\"}\n"
      if number < 90 {
        examples +=
          "{\"prompt\": \"\(number) cats?\", \"completion\": \"dogs \(number % 10)\"}\n"
      }
    }
    tokenizer = try trainer.train()
    template = try ChatTemplate(tokenizer)
    try AtomicFile.write(Array(lines.utf8), to: directory["corpus.jsonl"])
    try AtomicFile.write(Array(examples.utf8), to: directory["examples.jsonl"])
    let configuration = ModelConfiguration(
      vocabularySize: 300, layers: 2, width: 32, heads: 2, feedForwardWidth: 48,
      contextLength: contextLength)
    let base = try PretrainingRun.create(
      at: directory["base"], configuration: configuration, tokenizer: tokenizer,
      corpus: .text(.init(paths: [directory["corpus.jsonl"]]), validation: .automatic),
      device: Device(threadCount: 2),
      settings: { _ in TrainingSettings(steps: 6, batchSize: 8, learningRate: 3e-3, sampleEvery: 0)
      })
    _ = try base.train { _ in }
  }

  func base() throws -> BaseRun { try BaseRun(path: directory["base"]) }

  /// A model after one step on one window, as good as untrained.
  func untrained(
    _ name: String, _ configuration: ModelConfiguration, _ tokenizer: Tokenizer,
    learningRate: Double = 1e-6, seed: Int = 0
  ) throws -> BaseRun {
    let run = try PretrainingRun.create(
      at: directory[name], configuration: configuration, tokenizer: tokenizer,
      corpus: .text(CorpusReader(paths: [directory["corpus.jsonl"]]), validation: .automatic),
      device: Device(threadCount: 1),
      settings: { _ in
        TrainingSettings(
          steps: 1, batchSize: 1, learningRate: learningRate, seed: seed, sampleEvery: 0)
      })
    _ = try run.train { _ in }
    return try BaseRun(path: directory[name])
  }

  func data(_ name: String = "examples.jsonl") throws -> FinetuningData {
    try FinetuningData(
      [ConversationFile(path: directory[name])], template: template,
      context: base().configuration.contextLength)
  }

  /// Those of a method; "muon" is LoRA with that rule.
  func settings(_ method: String, steps: Int = 9) -> FinetuningSettings {
    let adapter = AdapterConfiguration(
      rank: 4, alpha: 8, dropout: 0.1, hasMagnitudes: method == "dora",
      tokens: template.conversationTokens.map { Int($0) })
    var training = TrainingSettings(
      steps: steps, batchSize: 12, optimizer: method == "muon" ? .muon : .adamw,
      learningRate: method == "full" ? 2e-3 : 1e-2, weightDecay: 0,
      seed: 7, checkpointEvery: 4, evaluateEvery: 5, sampleEvery: 5)
    if method == "full" { training.dropout = 0.1 }
    return FinetuningSettings(
      training: training, adapter: method == "full" ? nil : adapter,
      secondFactorRate: method == "lora" ? 4 : 1)
  }

  func create(_ name: String, _ method: String, threads: Int = 2, steps: Int = 9) throws
    -> FinetuningRun
  {
    try FinetuningRun.create(
      at: directory[name], base: base(), data: data(), settings: settings(method, steps: steps),
      device: Device(threadCount: threads))
  }

  /// The bytes of everything in a step's directory.
  func bytes(_ name: String, step: Int) throws -> [String: [UInt8]] {
    let directory = try RunDirectory(opening: directory[name]).path(ofStep: step)
    return try Dictionary(
      uniqueKeysWithValues: FileSystem.contents(ofDirectory: directory).map {
        ($0, try FileSystem.readFile("\(directory)/\($0)"))
      })
  }
}

@Suite struct FinetuningRunTests {
  private let fixture: FinetuningFixture
  static let methods = ["lora", "muon", "dora", "full"]

  init() throws { fixture = try FinetuningFixture() }

  @Test func `only answers and the ends of their turns are learned`() throws {
    let data = try fixture.data()
    #expect(data.train.examples + data.validation.examples == 90)
    #expect(data.validation.examples > 0 && data.cutExamples == 0 && data.emptyExamples == 0)
    for stretches in data.preview(5, fixture.template) {
      #expect(stretches.map(\.isSupervised) == [false, true])
      let text = stretches.map(\.text)
      #expect(text[0].hasPrefix("<|endoftext|><|im_start|>user\n"))
      #expect(text[0].hasSuffix("<|im_end|>\n<|im_start|>assistant\n"))
      #expect(text[1].hasPrefix("dogs ") && text[1].hasSuffix("<|im_end|>"))
    }
  }

  @Test func `a text ends as the tokenizer ends texts, however it begins`() throws {
    let (begin, end) = (fixture.template.beginToken, try #require(fixture.tokenizer.endOfText))
    let example = try EncodedExample.all(
      of: .text("cats"), fixture.template, context: 48
    ).first
    let words = fixture.tokenizer.encode("cats")
    // A longer one goes on in other windows; every token but the first is learned once.
    let long = String(repeating: "cats and dogs ", count: 20)
    let windows = try EncodedExample.all(of: .text(long), fixture.template, context: 16)
    let all = [begin] + fixture.tokenizer.encode(long) + [end]
    #expect(windows.count == (all.count - 1 + 15) / 16 && windows.count > 2)
    #expect([begin] + windows.flatMap { $0.ids.dropFirst() } == all)
    for window in windows {
      #expect(window.isSupervised == [false] + window.ids.dropFirst().map { _ in true })
    }
    #expect(windows[1].ids[0] == windows[0].ids[16])
    #expect(example?.ids == [begin] + words + [end])
    // As a model from outside may have it: its texts begin with another token.
    var tokenizer = fixture.tokenizer
    var configuration = TokenizerConfiguration(for: tokenizer)
    configuration.tokens["bos_token"] = "<|im_start|>"
    tokenizer.configuration = configuration
    let template = try ChatTemplate(tokenizer)
    let other = try EncodedExample.all(of: .text("cats"), template, context: 48).first
    #expect(template.beginToken != begin && other?.ids == [template.beginToken] + words + [end])
  }

  @Test func `what cannot be replayed or decays too much leaves no run`() throws {
    var settings = fixture.settings("lora")
    settings.replay = 0.1
    let few = String(repeating: "short\n", count: 8)
    try AtomicFile.write(Array(few.utf8), to: fixture.directory["short.txt"])
    let error = #expect(throws: CorpusError.self) {
      _ = try FinetuningRun.create(
        at: fixture.directory["a"], base: fixture.base(), data: fixture.data(), settings: settings,
        device: Device(threadCount: 1),
        replay: .text(.init(paths: [fixture.directory["short.txt"]]), validation: .automatic))
    }
    #expect(error?.description.contains("is shorter than the context") == true)
    #expect(!FileSystem.exists(fixture.directory["a"]))
    settings.replay = 0
    settings.training.learningRate = 2e-3
    settings.training.weightDecay = 1
    settings.secondFactorRate = 1_000
    #expect(throws: TrainingError.self) {
      try settings.validate(for: fixture.base().configuration)
    }
    settings.secondFactorRate = 100
    try settings.validate(for: fixture.base().configuration)
  }

  @Test func `an adapter is trained where its whole base could not be`() throws {
    var configuration = try fixture.base().configuration
    // An eighth of the machine's bytes are parameters: 16 bytes of each do not fit, 2 do.
    let memory = Int(ProcessInfo.processInfo.physicalMemory)
    configuration.vocabularySize = memory / 8 / configuration.width
    try fixture.settings("lora").validate(for: configuration)
    let error = #expect(throws: TrainingError.self) {
      try fixture.settings("full").validate(for: configuration)
    }
    #expect(error?.description.contains("takes at least") == true)
    configuration.vocabularySize *= 8
    #expect(throws: TrainingError.self) {
      try fixture.settings("lora").validate(for: configuration)
    }
  }

  @Test func `special tokens in the text of examples stay text`() throws {
    let line = ##"{"prompt":"a<|im_end|>b","completion":"<|endoftext|><|im_start|>"}"##
    try AtomicFile.write(Array(line.utf8), to: fixture.directory["special.jsonl"])
    let data = try FinetuningData(
      [ConversationFile(path: fixture.directory["special.jsonl"])], template: fixture.template,
      context: 200)
    let shown = data.preview(1, fixture.template)[0].map(\.text).joined()
    #expect(
      shown == "<|endoftext|><|im_start|>user\na<|im_end|>b<|im_end|>\n<|im_start|>assistant\n"
        + "<|endoftext|><|im_start|><|im_end|>")
    // Two messages: two starts, two ends, and the beginning.
    #expect(data.train.supervisedTokens > 12)
  }

  @Test func `what is too long loses old turns, then the question's beginning`() throws {
    func preview(_ line: String, context: Int) throws -> (FinetuningData, String) {
      try AtomicFile.write(Array(line.utf8), to: fixture.directory["long.jsonl"])
      let data = try FinetuningData(
        [ConversationFile(path: fixture.directory["long.jsonl"])], template: fixture.template,
        context: context)
      return (data, data.preview(1, fixture.template)[0].map(\.text).joined())
    }
    let turns = (0..<4).map { number in
      ##"{"role":"user","content":"question \##(number)"},{"role":"assistant","content":"dogs \##(number)"}"##
    }
    let line = "{\"messages\":[\(turns.joined(separator: ","))]}"
    let (whole, all) = try preview(line, context: 1_000)
    #expect(whole.cutExamples == 0 && all.contains("question 0") && all.contains("dogs 3"))
    let (cut, rest) = try preview(line, context: whole.train.tokens - 1)
    #expect(cut.cutExamples == 1 && !rest.contains("question 0") && rest.contains("question 1"))
    #expect(rest.hasSuffix("dogs 3<|im_end|>"))
    let single = ##"{"prompt":"one two three four five six","completion":"dogs"}"##
    let (short, _) = try preview(single, context: 1_000)
    let (shorter, end) = try preview(single, context: short.train.tokens - 4)
    #expect(shorter.cutExamples == 1 && shorter.train.tokens == short.train.tokens - 4)
    #expect(!end.contains("one") && end.contains("six") && end.hasSuffix("dogs<|im_end|>"))
    #expect(throws: TrainingError.self) { try preview(single, context: 8) }
  }

  @Test(arguments: methods)
  func `a run learns, measures, samples and saves`(method: String) throws {
    let run = try fixture.create("a", method, steps: 30)
    var losses: [Double] = []
    var scores: [Double] = []
    var samples = 0
    let outcome = try run.train { event in
      switch event {
      case .step(_, let report, _, _): losses.append(report.loss)
      case .validation(_, let score, _): scores.append(score.loss)
      case .sample: samples += 1
      default: break
      }
    }
    #expect(outcome == .finished && losses.count == 30 && samples == 6)
    #expect(losses[29] < losses[0] * 0.85, "\(losses)")
    #expect(try #require(scores.last) < scores[0])
    let record = try RunDirectory(opening: fixture.directory["a"]).record()
    #expect(record.kind == .finetune && record.parent?.step == 6)
    let files = try Set(fixture.bytes("a", step: 30).keys)
    let weights =
      method == "full"
      ? ["model.safetensors", "config.json"] : ["adapter_model.safetensors", "adapter_config.json"]
    #expect(files == Set(weights + ["optimizer.safetensors", "state.json"]))
  }

  @Test(arguments: methods)
  func `checkpoints are the same bits on any number of threads`(method: String) throws {
    for threads in 1...3 {
      _ = try fixture.create("\(threads)", method, threads: threads).train { _ in }
    }
    let one = try fixture.bytes("1", step: 9)
    #expect(one.count == 4)
    for threads in 2...3 { #expect(try fixture.bytes("\(threads)", step: 9) == one) }
  }

  @Test(arguments: methods)
  func `stopping and resuming gives the same bits as not stopping`(method: String) throws {
    _ = try fixture.create("whole", method).train { _ in }
    for (index, stop) in [3, 4, 8].enumerated() {
      // The lock is released with the run, at the end of each turn.
      let run =
        index == 0 ? try fixture.create("parts", method) : try resume("parts", threads: index)
      var done = 0
      let outcome = try run.train(shouldStop: { done == stop }) {
        if case .step(let step, _, _, _) = $0 { done = step }
      }
      #expect(outcome == .interrupted(step: stop))
    }
    #expect(try resume("parts", threads: 3).train { _ in } == .finished)
    #expect(try fixture.bytes("parts", step: 9) == fixture.bytes("whole", step: 9))
  }

  private func resume(_ name: String, threads: Int = 2, data: FinetuningData? = nil) throws
    -> FinetuningRun
  {
    try FinetuningRun.resume(
      at: fixture.directory[name], data: data, device: Device(threadCount: threads))
  }

  @Test func `Muon is for an adapter's factors, and not for the rows of tokens`() throws {
    let trained = try fixture.create("a", "muon").model.trained.specifications
    #expect(
      trained.filter { !$0.isHidden }.map(\.name)
        == ["model.embed_tokens.token_adapter.trainable_tokens_delta"])
    #expect(trained.count { $0.isHidden } == 2 * 2 * 7)
  }

  @Test func `an adapter trains the base no further, and keeps little state`() throws {
    let before = try fixture.bytes("base", step: 6)
    let run = try fixture.create("a", "lora")
    let weights = (0..<run.model.parameters.count).map {
      run.model.parameters.tensor($0).elements
    }
    _ = try run.train { _ in }
    for (index, weight) in weights.enumerated() {
      #expect(run.model.parameters.tensor(index).elements == weight)
    }
    #expect(try fixture.bytes("base", step: 6) == before)
    let full = try #require(before["optimizer.safetensors"]).count
    let small = try #require(try fixture.bytes("a", step: 9)["optimizer.safetensors"]).count
    #expect(2 * small < full)
  }

  @Test func `an opened adapter run computes what was trained`() throws {
    let run = try fixture.create("a", "dora")
    _ = try run.train { _ in }
    let opened = try OpenedRun(path: fixture.directory["a"], on: Device(threadCount: 1))
    #expect(opened.model.adapters.isEmpty)
    func logits(_ model: Transformer) -> [Float] {
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden([0, 1, 2, 3, 70], lengths: [5], on: tape)
      return tape.logits(hidden, model.head(on: tape)).elements
    }
    let (trained, merged) = (logits(run.model), logits(opened.model))
    #expect(zip(trained, merged).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(
      trained != logits(Transformer(opened.model.configuration, seed: 1, on: opened.model.device)))
  }

  @Test func `adapters of one base are added, and those of another are refused`() throws {
    _ = try fixture.create("a", "lora").train { _ in }
    _ = try fixture.create("b", "lora", steps: 7).train { _ in }
    _ = try fixture.create("c", "dora").train { _ in }
    let device = Device(threadCount: 1)
    let paths = ["base", "a", "b", "c"].map { fixture.directory[$0] }
    func open(_ path: String, _ adapters: [String]) throws -> Transformer {
      try OpenedRun(path: path, adapters: adapters, on: device).model
    }
    func weights(_ model: Transformer) -> [[Float]] {
      let merged = model.merged()
      return (0..<merged.parameters.count).map { merged.parameters.tensor($0).elements }
    }
    let both = try open(paths[0], [paths[1], paths[2]])
    #expect(both.adapters.count == 2)
    // In either order, and with the rows of tokens that both train.
    func isNear(_ a: [[Float]], _ b: [[Float]]) -> Bool {
      zip(a, b).allSatisfy { zip($0, $1).allSatisfy { abs($0 - $1) < 1e-6 } }
    }
    #expect(isNear(weights(both), weights(try open(paths[1], [paths[2]]))))
    #expect(isNear(weights(both), weights(try open(paths[2], [paths[1]]))))
    #expect(throws: RunError.self) { try open(paths[1], [paths[3]]) }
    #expect(throws: RunError.self) { try open(paths[3], [paths[1]]) }
    #expect(weights(both) != weights(try open(paths[1], [])))
    #expect(weights(try open(paths[0], [paths[1]])) == weights(try open(paths[1], [])))
    #expect(throws: RunError.self) { try open(paths[0], [paths[1], paths[3]]) }
    #expect(throws: RunError.self) { try open(paths[0], [paths[0]]) }
    _ = try AdapterMerge.run(adapter: paths[1], into: fixture.directory["merged"], device: device)
    #expect(throws: RunError.self) { try open(fixture.directory["merged"], [paths[2]]) }
  }

  @Test func `a changed base, other data and another kind of run are refused`() throws {
    _ = try fixture.create("a", "lora").train { _ in }
    let other = ##"{"prompt":"u","completion":"a"}"##
    try AtomicFile.write(Array(other.utf8), to: fixture.directory["other.jsonl"])
    let data = try fixture.data("other.jsonl")
    let changed = #expect(throws: TrainingError.self) { try resume("a", data: data) }
    #expect(changed?.description.hasPrefix("the data have changed since the run ") == true)
    #expect(try resume("a", data: fixture.data()).isFinished)
    #expect(throws: TrainingError.self) { try resume("base") }
    let error = #expect(throws: RunError.self) { try BaseRun(path: fixture.directory["a"]) }
    #expect(error?.description.hasSuffix("is an adapter, and no model of its own") == true)
    let examples = fixture.directory["a/examples/train.safetensors"]
    let whole = try FileSystem.readFile(examples)
    // A bit of the first id behind the header, so that another token is learned.
    let header = whole.prefix(2).enumerated().reduce(8) { $0 + Int($1.element) << (8 * $1.offset) }
    var changedExamples = whole
    changedExamples[header] ^= 1
    try AtomicFile.write(changedExamples, to: examples)
    let learned = #expect(throws: TrainingError.self) { try resume("a") }
    #expect(learned?.description.hasSuffix("/examples are not those that were saved") == true)
    try AtomicFile.write(whole, to: examples)
    let weights = fixture.directory["base/step-000006/model.safetensors"]
    var bytes = try FileSystem.readFile(weights)
    bytes[bytes.count - 1] ^= 1
    try AtomicFile.write(bytes, to: weights)
    let damaged = #expect(throws: RunError.self) { try resume("a") }
    #expect(damaged?.description.contains("are not those from which") == true)
  }

  @Test func `the gradient of a batch does not depend on how it is cut`() throws {
    let device = Device(threadCount: 2)
    let model = Transformer(try fixture.base().configuration, seed: 1, on: device)
    // Sequences of several lengths, one of them with nothing to learn.
    let sequences: [([Int32], [Int32])] = [
      ([1, 2, 3, 4], [-1, -1, 9, 8]), ([5, 6], [-1, -1]), ([7, 8, 9], [3, -1, 2]),
    ]
    func batch(_ parts: [([Int32], [Int32])]) -> TokenBatch {
      TokenBatch(
        inputs: parts.flatMap(\.0), targets: parts.flatMap(\.1), lengths: parts.map(\.0.count))
    }
    func gradients(_ batches: [TokenBatch]) -> (Double, [[Float]]) {
      var gradients = Gradients(of: model.trained, on: device)
      var loss = 0.0
      for batch in batches {
        loss += NextToken().accumulate(batch, of: model, scale: 0.25, into: &gradients)
      }
      return (loss, (0..<model.trained.count).map { gradients[$0]?.elements ?? [] })
    }
    let (whole, all) = gradients([batch(sequences)])
    let (cut, parts) = gradients(sequences.map { batch([$0]) })
    #expect(abs(whole - cut) < 1e-5)
    for (one, other) in zip(all, parts) {
      #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 } && one.count == other.count)
    }
  }

  @Test func `replayed text has its share of the loss, and resuming stays exact`() throws {
    var settings = fixture.settings("lora")
    settings.replay = 0.25
    func create(_ name: String, threads: Int) throws -> FinetuningRun {
      try FinetuningRun.create(
        at: fixture.directory[name], base: fixture.base(), data: fixture.data(),
        settings: settings, device: Device(threadCount: threads),
        replay: .text(
          CorpusReader(paths: [fixture.directory["corpus.jsonl"]]), validation: .automatic))
    }
    _ = try create("one", threads: 1).train { _ in }
    var done = 0
    _ = try create("parts", threads: 2).train(shouldStop: { done == 5 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    #expect(try resume("parts", threads: 3).train { _ in } == .finished)
    #expect(try fixture.bytes("parts", step: 9) == fixture.bytes("one", step: 9))
    _ = try fixture.create("none", "lora").train { _ in }
    #expect(try fixture.bytes("none", step: 9) != fixture.bytes("one", step: 9))

    let device = Device(threadCount: 2)
    func loss(_ batches: [TokenBatch]) throws -> Double {
      let model = Transformer(try fixture.base().configuration, seed: 1, on: device)
      var step = TrainingStep(
        NextToken(), model: model,
        optimizer: Optimizer(Optimizer.Settings(), of: model.trained, on: device), maximumNorm: 1)
      return step.run(batches, learningRate: 1e-3).loss
    }
    let answers = TokenBatch(inputs: [1, 2, 3, 4], targets: [-1, -1, 9, 8], lengths: [4])
    var text = TokenBatch(inputs: [5, 6, 7, 8], targets: [3, 1, 2, 7], lengths: [4])
    let (first, second) = (try loss([answers]), try loss([text]))
    text.weight = 0.25 / 0.75 * 2 / 4
    #expect(abs(try loss([answers, text]) - (0.75 * first + 0.25 * second)) < 1e-6)
  }
}
