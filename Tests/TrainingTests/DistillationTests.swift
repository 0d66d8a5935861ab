import Corpus
import Files
import LanguageModel
import Runs
import TensorCore
import TestSupport
import Testing
import Tokenization
import Training

@Suite struct DistillationTests {
  private let fixture: FinetuningFixture

  init() throws { fixture = try FinetuningFixture() }

  private let small = ModelConfiguration(
    vocabularySize: 300, layers: 1, width: 32, heads: 2, feedForwardWidth: 48, contextLength: 48)

  private func create(
    _ name: String, _ loss: Distillation.Loss = .forwardKL, threads: Int = 2, steps: Int = 8,
    hardWeight: Double = 0.25, hiddenWeight: Double = 0, onPolicy: Double = 0, cache: Int = 0,
    student: Student? = nil, teachers: [BaseRun]? = nil
  ) throws -> DistillationRun {
    try DistillationRun.create(
      at: fixture.directory[name], teachers: teachers ?? [try fixture.base()],
      student: student ?? .new(small),
      corpus: .text(
        CorpusReader(paths: [fixture.directory["corpus.jsonl"]]), validation: .automatic),
      device: Device(threadCount: threads)
    ) { _, _ in
      DistillationSettings(
        training: TrainingSettings(
          steps: steps, batchSize: 6, learningRate: 3e-3, seed: 4, checkpointEvery: 3,
          evaluateEvery: 4, sampleEvery: 0),
        teaching: TeachingSettings(loss: loss, temperature: 2, hardWeight: hardWeight),
        hiddenWeight: hiddenWeight, onPolicy: onPolicy, cache: cache)
    }
  }

  @Test(arguments: Distillation.Loss.allCases)
  func `a student comes nearer to its teacher`(loss: Distillation.Loss) throws {
    let run = try create("a", loss, steps: 40, hardWeight: 0)
    var divergences: [Double] = []
    let outcome = try run.train { event in
      if case .step(_, let report, _, _) = event {
        divergences.append(report.measures["divergence"] ?? -1)
      }
    }
    #expect(outcome == .finished)
    #expect(divergences[39] > 0 && divergences[39] < divergences[0] * 0.7, "\(divergences)")
    let record = try RunDirectory(opening: fixture.directory["a"]).record()
    #expect(record.kind == .distill && record.parent == nil)
  }

  @Test
  func `hidden states come nearer to those of two teachers, with the same bits across a stop`()
    throws
  {
    let teachers = [try fixture.base(), try fixture.base()]
    var distances: [Double] = []
    _ = try create("whole", steps: 40, hiddenWeight: 2, teachers: teachers).train { event in
      if case .step(_, let report, _, _) = event {
        distances.append(report.measures["hidden_distance"] ?? -1)
      }
    }
    #expect(distances[39] > 0 && distances[39] < distances[0] * 0.5, "\(distances)")
    var done = 0
    _ = try create("parts", steps: 40, hiddenWeight: 2, teachers: teachers).train(
      shouldStop: { done == 5 }
    ) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    _ = try DistillationRun.resume(
      at: fixture.directory["parts"], device: Device(threadCount: 1)
    ).train { _ in }
    let whole = try fixture.bytes("whole", step: 40)
    #expect(whole["projections.safetensors"] != nil)
    #expect(try fixture.bytes("parts", step: 40) == whole)
    // What was learned beside the student is no part of it.
    let opened = try OpenedRun(path: fixture.directory["whole"], on: Device(threadCount: 1))
    #expect(opened.model.parameters.count == Transformer.specifications(small).count)
  }

  @Test func `a student that is its teacher stays so`() throws {
    let run = try create("a", hardWeight: 0, student: .run(try fixture.base()))
    var first: StepReport?
    _ = try run.train { event in
      if case .step(1, let report, _, _) = event { first = report }
    }
    #expect(abs(try #require(first).loss) < 1e-5)
    #expect(try RunDirectory(opening: fixture.directory["a"]).record().parent?.step == 6)
  }

  @Test func `checkpoints are the same bits on any number of threads, and across a stop`() throws {
    for threads in 1...3 { _ = try create("\(threads)", .jsd, threads: threads).train { _ in } }
    let one = try fixture.bytes("1", step: 8)
    for threads in 2...3 { #expect(try fixture.bytes("\(threads)", step: 8) == one) }
    var done = 0
    _ = try create("parts", .jsd).train(shouldStop: { done == 5 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    let rest = try DistillationRun.resume(
      at: fixture.directory["parts"], device: Device(threadCount: 1))
    #expect(rest.startStep == 5)
    #expect(try rest.train { _ in } == .finished)
    #expect(try fixture.bytes("parts", step: 8) == one)
  }

  @Test func `the dial goes from forward KL to reverse KL`() {
    let device = Device(threadCount: 2)
    let student = Transformer(small, seed: 1, on: device)
    let teacher = Transformer(small, seed: 2, on: device)
    let batch = TokenBatch(
      inputs: (0..<40).map { $0 * 7 % 300 }, targets: (0..<40).map { $0 * 11 % 300 },
      lengths: [25, 15])
    func loss(_ loss: Distillation.Loss, _ beta: Double = 0.5) -> Double {
      var gradients = Gradients(of: student.parameters, on: device)
      return Distillation(
        teachers: [teacher], loss: loss, temperature: 0.1, hardWeight: 0, jsdBeta: beta
      ).accumulate(DistillationBatch(batch), of: student, scale: 1, into: &gradients)
    }
    let (forward, reverse) = (loss(.forwardKL), loss(.reverseKL))
    #expect(abs(loss(.jsd, 0.002) / 0.002 - forward) < 0.03 * forward)
    #expect(abs(loss(.jsd, 0.998) / 0.002 - reverse) < 0.03 * reverse)
    #expect(abs(forward - reverse) > 0.001 * forward)
  }

  @Test(arguments: Distillation.Loss.allCases)
  func `two teachers are their mean`(loss: Distillation.Loss) throws {
    let device = Device(threadCount: 2)
    let student = Transformer(small, seed: 1, on: device)
    let teachers = [2, 3].map { Transformer(small, seed: $0, on: device) }
    let batch = TokenBatch(
      inputs: (0..<40).map { $0 * 7 % 300 }, targets: (0..<40).map { $0 * 11 % 300 },
      lengths: [25, 15])
    func gradients(_ teachers: [Transformer]) -> (loss: Double, gradients: [[Float]]) {
      var gradients = Gradients(of: student.parameters, on: device)
      let loss = Distillation(
        teachers: teachers, loss: loss, temperature: 2, hardWeight: 0.25
      ).accumulate(DistillationBatch(batch), of: student, scale: 1, into: &gradients)
      return (loss, student.parameters.specifications.indices.map { gradients[$0]?.elements ?? [] })
    }
    let both = gradients(teachers)
    let apart = teachers.map { gradients([$0]) }
    #expect(abs(both.loss - (apart[0].loss + apart[1].loss) / 2) < 1e-6 * abs(both.loss))
    #expect(apart[0].loss != apart[1].loss)
    for (index, values) in both.gradients.enumerated() {
      let means = zip(apart[0].gradients[index], apart[1].gradients[index]).map { ($0 + $1) / 2 }
      let size = means.reduce(0) { max($0, abs($1)) }
      let worst = zip(values, means).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst <= 1e-5 * size + 1e-9, "\(student.parameters.specifications[index].name)")
    }
  }

  @Test func `a run of two teachers goes on with both`() throws {
    let teachers = [try fixture.base(), try fixture.base()]
    var done = 0
    _ = try create("parts", teachers: teachers).train(shouldStop: { done == 3 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    let rest = try DistillationRun.resume(
      at: fixture.directory["parts"], device: Device(threadCount: 1))
    #expect(rest.teacherModels.count == 2 && rest.startStep == 3)
    _ = try rest.train { _ in }
    _ = try create("whole", teachers: teachers).train { _ in }
    #expect(try fixture.bytes("parts", step: 8) == fixture.bytes("whole", step: 8))
  }

  @Test func `what the student writes is the same on any number of threads, and across a stop`()
    throws
  {
    for threads in 1...2 {
      _ = try create("\(threads)", .reverseKL, threads: threads, onPolicy: 0.4).train { _ in }
    }
    let one = try fixture.bytes("1", step: 8)
    #expect(try fixture.bytes("2", step: 8) == one)
    var done = 0
    _ = try create("parts", .reverseKL, onPolicy: 0.4).train(shouldStop: { done == 3 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    let rest = try DistillationRun.resume(
      at: fixture.directory["parts"], device: Device(threadCount: 2))
    #expect(rest.settings.onPolicy == 0.4)
    _ = try rest.train { _ in }
    #expect(try fixture.bytes("parts", step: 8) == one)
    _ = try create("text", .reverseKL).train { _ in }
    #expect(try fixture.bytes("text", step: 8) != one)
  }

  @Test func `a student comes nearer to its teacher where it goes itself`() throws {
    let run = try create("a", .reverseKL, steps: 40, hardWeight: 0.5, onPolicy: 1)
    var reports: [StepReport] = []
    _ = try run.train { if case .step(_, let report, _, _) = $0 { reports.append(report) } }
    let divergences = reports.map { $0.measures["divergence"] ?? -1 }
    #expect(divergences[39] > 0 && divergences[39] < divergences[0] * 0.7, "\(divergences)")
    // Its own text is no truth, whatever weight the text has.
    #expect(reports.allSatisfy { $0.measures["text_loss"] == nil })
    // Six windows of at most 49, without the six tokens that each begins with.
    #expect(reports.allSatisfy { (6...6 * (49 - 6)).contains($0.supervisedTokens) })
  }

  @Test func `that the student ends a text is corrected, too`() throws {
    var configuration = small
    // One token after one of the text, and one of five that a new student writes ends it.
    configuration.contextLength = 1
    configuration.endTokens = Array(200..<264)
    let student = try fixture.untrained("student", configuration, fixture.tokenizer)
    let run = try create("a", .reverseKL, steps: 10, onPolicy: 1, student: .run(student))
    var counts: [Int] = []
    _ = try run.train {
      if case .step(_, let report, _, _) = $0 { counts.append(report.supervisedTokens) }
    }
    #expect(counts == Array(repeating: 6, count: 10))
  }

  @Test func `a student of a teacher with two tokens ends texts as that does`() throws {
    // As TinyLlama's: <s> begins a text, </s> ends it.
    let path = fixture.directory["tokenizer.json"]
    let file = String(decoding: fixture.tokenizer.json(), as: UTF8.self)
      .replacing("<|endoftext|>", with: "</s>").replacing("<|im_start|>", with: "<s>")
    try AtomicFile.write(Array(file.utf8), to: path)
    try AtomicFile.write(
      Array(#"{"bos_token":"<s>","eos_token":"</s>"}"#.utf8),
      to: fixture.directory["tokenizer_config.json"])
    let tokenizer = try Tokenizer(reading: path)
    let (start, end) = (
      try #require(tokenizer.documentStart), try #require(tokenizer.endOfText)
    )
    var configuration = try fixture.base().configuration
    configuration.endTokens = [Int(end)]
    let teacher = try fixture.untrained("two", configuration, tokenizer)
    let run = try create("a", steps: 60, hardWeight: 1, teachers: [teacher])
    _ = try run.train { _ in }
    #expect(run.model.configuration.endTokens == [Int(end)] && start != end)
    let text = "Line 3: 8 cats and 4 dogs sat down. "
    let ids = ([start] + tokenizer.encode(text + text)).map { Int32(bitPattern: $0) }
    let tape = Tape(on: run.model.device, isRecording: false)
    let hidden = run.model.hidden(ids, lengths: [ids.count], at: [ids.count - 1], on: tape)
    let logits = tape.logits(hidden, run.model.head(on: tape)).elements
    #expect(logits[Int(end)] > logits[Int(start)] + 1)
  }

  @Test func `all of a teacher's predictions on disk teach as the teacher does`() throws {
    func losses(_ name: String, cache: Int) throws -> [Double] {
      var losses: [Double] = []
      let run = try create(name, hardWeight: 0.25, cache: cache)
      #expect(run.teacherModels.count == (cache > 0 ? 0 : 1))
      _ = try run.train { if case .step(_, let report, _, _) = $0 { losses.append(report.loss) } }
      return losses
    }
    let asked = try losses("asked", cache: 0)
    let vocabulary = try fixture.base().configuration.vocabularySize
    let all = try losses("all", cache: vocabulary)
    #expect(zip(asked, all).allSatisfy { abs($0 - $1) < 1e-4 * $0 }, "\(asked), \(all)")
    #expect(asked.count == 8 && all.count == 8)
    let run = try DistillationRun.resume(
      at: fixture.directory["all"], device: Device(threadCount: 1))
    let cached = try #require(run.cached)
    #expect(abs(cached.leftOut) < 1e-5 && cached.bytes > 8 * 6 * 48 * vocabulary * 8)
  }

  @Test func `a few predictions are less than all, and the same again`() throws {
    let run = try create("few", steps: 40, hardWeight: 0, cache: 4)
    let leftOut = try #require(run.cached?.leftOut)
    #expect(leftOut > 0.001 && leftOut < 1)
    var divergences: [Double] = []
    _ = try run.train { event in
      if case .step(_, let report, _, _) = event {
        divergences.append(report.measures["divergence"] ?? -1)
      }
    }
    #expect(divergences[39] > 0 && divergences[39] < divergences[0] * 0.7, "\(divergences)")
    var done = 0
    _ = try create("parts", steps: 40, hardWeight: 0, cache: 4).train(shouldStop: { done == 9 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    let rest = try DistillationRun.resume(
      at: fixture.directory["parts"], device: Device(threadCount: 1))
    _ = try rest.train { _ in }
    #expect(try fixture.bytes("parts", step: 40) == fixture.bytes("few", step: 40))
    #expect(throws: TrainingError.self) { try create("no", .jsd, cache: 4) }
    #expect(throws: TrainingError.self) { try create("no", onPolicy: 0.5, cache: 4) }
  }

  @Test func `the text alone is pretraining`() throws {
    let run = try create("a", steps: 3, hardWeight: 1)
    var losses: [Double] = []
    _ = try run.train { if case .step(_, let report, _, _) = $0 { losses.append(report.loss) } }
    let plain = try PretrainingRun.create(
      at: fixture.directory["plain"], configuration: small, tokenizer: fixture.tokenizer,
      corpus: .text(
        CorpusReader(paths: [fixture.directory["corpus.jsonl"]]), validation: .automatic),
      device: Device(threadCount: 2), settings: { _ in run.settings.training })
    var others: [Double] = []
    _ = try plain.train { if case .step(_, let report, _, _) = $0 { others.append(report.loss) } }
    #expect(losses == others && losses.count == 3)
  }

  @Test func `another tokenizer is refused`() throws {
    var trainer = BytePairTrainer(vocabularySize: 270)
    Array("quite another text of other words".utf8).withUnsafeBytes { trainer.add($0) }
    let tokenizer = try trainer.train()
    let foreign = try fixture.untrained(
      "foreign",
      ModelConfiguration(
        vocabularySize: tokenizer.vocabularySize, layers: 1, width: 32, heads: 2,
        feedForwardWidth: 48, contextLength: 40), tokenizer)
    let error = #expect(throws: TrainingError.self) {
      try create("a", student: .run(foreign))
    }
    #expect(error?.description.hasPrefix("the student's tokenizer is not the teacher's") == true)
    #expect(!RunDirectory.exists(at: fixture.directory["a"]))
  }
}
