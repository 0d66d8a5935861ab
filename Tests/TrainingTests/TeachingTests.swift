import Corpus
import Files
import Foundation
import LanguageModel
import Runs
import TensorCore
import TestSupport
import Testing
import Tokenization
import Training

/// Fine-tuning with teachers.
@Suite struct TeachingTests {
  private let fixture: FinetuningFixture

  init() throws { fixture = try FinetuningFixture() }

  /// A model that has seen next to nothing.
  private func teacher(
    _ name: String = "teacher", context: Int = 48, tokenizer: Tokenizer? = nil, seed: Int = 3
  ) throws -> BaseRun {
    let tokenizer = tokenizer ?? fixture.tokenizer
    var configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, layers: 1, width: 48, heads: 3,
      feedForwardWidth: 64, contextLength: context)
    configuration.beginToken = try fixture.base().configuration.beginToken
    return try fixture.untrained(name, configuration, tokenizer, learningRate: 1e-2, seed: seed)
  }

  private func create(
    _ name: String, _ settings: FinetuningSettings, _ teachers: [BaseRun], threads: Int = 2,
    data: FinetuningData? = nil
  ) throws -> FinetuningRun {
    try FinetuningRun.create(
      at: fixture.directory[name], base: fixture.base(), data: data ?? fixture.data(),
      settings: settings, teachers: teachers, device: Device(threadCount: threads),
      replay: settings.replay == 0
        ? nil
        : .text(CorpusReader(paths: [fixture.directory["corpus.jsonl"]]), validation: .automatic))
  }

  private func resume(_ name: String, threads: Int = 1) throws -> FinetuningRun {
    try FinetuningRun.resume(
      at: fixture.directory[name], data: nil, device: Device(threadCount: threads))
  }

  private func reports(_ run: FinetuningRun) throws -> [StepReport] {
    var reports: [StepReport] = []
    _ = try run.train { if case .step(_, let report, _, _) = $0 { reports.append(report) } }
    return reports
  }

  @Test func `the loss is that of the answers, and how far the teacher is from them`() throws {
    let lines = try FileSystem.readFile(fixture.directory["examples.jsonl"])
      .split(separator: 0x0A).map { Array($0) + [0x0A] }
    func write(_ name: String, _ lines: ArraySlice<[UInt8]>) throws -> ConversationFile {
      try AtomicFile.write(lines.flatMap { $0 }, to: fixture.directory[name])
      return try ConversationFile(path: fixture.directory[name])
    }
    let file = try write("twelve.jsonl", lines[..<12])
    let data = try FinetuningData(
      [file], validation: [try write("rest.jsonl", lines[12..<15])], template: fixture.template,
      context: 48)
    var settings = fixture.settings("full", steps: 1)
    settings.training.dropout = 0
    settings.teaching = TeachingSettings(temperature: 2, hardWeight: 0.25)
    let master = try teacher()
    let run = try create("a", settings, [master], data: data)
    let report = try #require(try reports(run).first)

    /// Log-probabilities after each token, at a temperature.
    func logarithms(_ model: Transformer, _ ids: [Int32], _ temperature: Double) -> [[Double]] {
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden(ids, lengths: [ids.count], on: tape)
      let logits = tape.logits(hidden, model.head(on: tape)).elements.map {
        Double($0) / temperature
      }
      let size = model.configuration.vocabularySize
      return stride(from: 0, to: logits.count, by: size).map { begin in
        let row = logits[begin..<begin + size]
        let sum = log(row.reduce(0.0) { $0 + exp($1) })
        return row.map { $0 - sum }
      }
    }
    let device = Device(threadCount: 1)
    let (student, teacher) = (
      try fixture.base().model(on: device), try master.model(on: device)
    )
    var (text, divergence, count) = (0.0, 0.0, 0)
    for example in try file.examples.flatMap({
      try EncodedExample.all(of: $0, fixture.template, context: 48)
    }) {
      let ids = example.ids.map { Int32(bitPattern: $0) }
      let plain = logarithms(student, ids, 1)
      let (ours, theirs) = (logarithms(student, ids, 2), logarithms(teacher, ids, 2))
      for place in 1..<ids.count where example.isSupervised[place] {
        count += 1
        text -= plain[place - 1][Int(ids[place])]
        // Times τ², so that the gradient keeps its size.
        divergence +=
          4
          * zip(theirs[place - 1], ours[place - 1]).reduce(0.0) {
            $0 + exp($1.0) * ($1.0 - $1.1)
          }
      }
    }
    #expect(report.supervisedTokens == count && count > 24)
    let (meanText, meanDivergence) = (text / Double(count), divergence / Double(count))
    #expect(meanDivergence > 1e-3)
    #expect(abs((report.measures["text_loss"] ?? 0) - meanText) < 1e-5)
    #expect(abs((report.measures["divergence"] ?? 0) - meanDivergence) < 1e-5)
    #expect(abs(report.loss - (0.25 * meanText + 0.75 * meanDivergence)) < 1e-5)
  }

  @Test(arguments: ["lora", "full"])
  func `stopping and threads change no bit, with two teachers and replay`(method: String) throws {
    var settings = fixture.settings(method)
    settings.replay = 0.25
    settings.teaching = TeachingSettings(loss: .jsd, jsdBeta: 0.3)
    let teachers = [try teacher(), try teacher("other", seed: 4)]
    let measured = try reports(create("one", settings, teachers, threads: 1))
    #expect(measured.allSatisfy { ($0.measures["divergence"] ?? 0) > 0 })
    var done = 0
    _ = try create("parts", settings, teachers, threads: 2).train(shouldStop: { done == 5 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    let rest = try resume("parts", threads: 3)
    #expect(rest.settings == settings && rest.teachers == teachers.map(\.parent))
    #expect(try rest.train { _ in } == .finished)
    let bytes = try fixture.bytes("one", step: 9)
    #expect(try fixture.bytes("parts", step: 9) == bytes)
    _ = try create("single", settings, [teachers[0]]).train { _ in }
    #expect(try fixture.bytes("single", step: 9) != bytes)
  }

  @Test func `a teacher without weight changes nothing, whatever is dropped`() throws {
    var settings = fixture.settings("full")
    settings.teaching = TeachingSettings(hardWeight: 1)
    _ = try create("taught", settings, [teacher()]).train { _ in }
    settings.teaching = nil
    _ = try create("alone", settings, []).train { _ in }
    let (taught, alone) = (
      try fixture.bytes("taught", step: 9), try fixture.bytes("alone", step: 9)
    )
    #expect(taught["model.safetensors"] == alone["model.safetensors"])
    #expect(taught["optimizer.safetensors"] == alone["optimizer.safetensors"])
    // And whatever share of the loss is replayed text.
    settings.replay = 0.3
    let plain = try reports(create("replaying", settings, []))
    settings.teaching = TeachingSettings(hardWeight: 1)
    let other = try reports(create("taught-replaying", settings, [BaseRun(path: master)]))
    for (one, other) in zip(plain, other) { #expect(abs(one.loss - other.loss) < 1e-4) }
    #expect(plain.count == 9 && other.count == 9)
    #expect(abs(plain[0].loss - (other[0].measures["text_loss"] ?? 0)) < 1e-4)
  }

  private var master: String { fixture.directory["teacher"] }

  @Test(arguments: [nil, 0.75])
  func `what counts three times is three times as much`(hardWeight: Double?) throws {
    let device = Device(threadCount: 2)
    let student = try fixture.base().model(on: device)
    let objective = Distillation(
      teachers: [try teacher().model(on: device)], loss: .forwardKL, temperature: 2,
      hardWeight: 0.25)
    func pass(weight: Double) -> (loss: Double, measures: Measures, gradients: [[Float]]) {
      var tokens = TokenBatch(
        inputs: (0..<30).map { $0 * 7 % 300 }, targets: (0..<30).map { $0 * 11 % 300 },
        lengths: [30])
      tokens.weight = weight
      var batch = DistillationBatch(tokens)
      batch.hardWeight = hardWeight
      #expect(objective.weight(of: batch) == 30 * weight)
      var gradients = Gradients(of: student.parameters, on: device)
      var measures = Measures()
      let loss = objective.accumulate(
        batch, of: student, scale: 1, into: &gradients, measures: &measures)
      return (
        loss, measures,
        student.parameters.specifications.indices.map {
          gradients[$0]?.elements ?? []
        }
      )
    }
    let (once, thrice) = (pass(weight: 1), pass(weight: 3))
    #expect(abs(thrice.loss - 3 * once.loss) < 1e-6 * thrice.loss)
    let (text, divergence) = (
      try #require(once.measures["text_loss"]), try #require(once.measures["divergence"])
    )
    #expect(abs((thrice.measures["text_loss"] ?? 0) - text) < 1e-9)
    #expect(abs((thrice.measures["divergence"] ?? 0) - divergence) < 1e-9)
    let share = hardWeight ?? 0.25
    #expect(abs(once.loss - 30 * (share * text + (1 - share) * divergence)) < 1e-6 * once.loss)
    for (one, three) in zip(once.gradients, thrice.gradients) {
      let size = three.reduce(0) { max($0, abs($1)) }
      #expect(zip(one, three).allSatisfy { abs(3 * $0 - $1) <= 1e-5 * size + 1e-9 })
    }
  }

  @Test func `teachers are not asked about the text that is replayed`() throws {
    var settings = fixture.settings("full")
    settings.training.dropout = 0
    settings.replay = 0.5
    settings.teaching = TeachingSettings(hardWeight: 0)
    let taught = try #require(try reports(create("taught", settings, [teacher()])).first)
    settings.teaching = TeachingSettings(hardWeight: 1)
    let text = try #require(
      try reports(create("text", settings, [BaseRun(path: fixture.directory["teacher"])])).first)
    settings.replay = 0
    let answers = try #require(
      try reports(
        create("answers", settings, [BaseRun(path: fixture.directory["teacher"])])
      ).first)
    // With all of the answers' weight on the teacher, the loss of the text is that of what is replayed.
    let replayed = try #require(taught.measures["text_loss"])
    let divergence = try #require(taught.measures["divergence"])
    #expect(abs(taught.loss - (replayed + divergence) / 2) < 1e-4)
    #expect(abs(text.loss - (replayed + answers.loss) / 2) < 1e-4)
    #expect(abs(replayed - answers.loss) > 0.01)
  }

  @Test func `a teacher drops nothing`() throws {
    let device = Device(threadCount: 2)
    let model = try teacher().model(on: device)
    func divergence(_ dropout: Dropout?) -> Double {
      let batch = TokenBatch(
        inputs: (0..<30).map { $0 * 7 % 300 }, targets: (0..<30).map { $0 * 11 % 300 },
        lengths: [30], dropout: dropout)
      var gradients = Gradients(of: model.parameters, on: device)
      return Distillation(
        teachers: [model], loss: .forwardKL, temperature: 1, hardWeight: 0
      ).accumulate(DistillationBatch(batch), of: model, scale: 1, into: &gradients)
    }
    #expect(abs(divergence(nil)) < 1e-5)
    #expect(divergence(Dropout(RandomSource(seed: 1, name: "test"), residualRate: 0.3)) > 1e-3)
  }

  @Test func `teachers that do not fit are refused, and leave no run`() throws {
    var settings = fixture.settings("lora")
    settings.teaching = TeachingSettings(hardWeight: 0.5)
    var trainer = BytePairTrainer(vocabularySize: 270)
    Array("quite another text of other words".utf8).withUnsafeBytes { trainer.add($0) }
    let foreign = try teacher("foreign", tokenizer: trainer.train())
    for (teachers, complaint) in [
      ([foreign], "the student's tokenizer is not the teacher's"),
      ([try teacher(), foreign], "the teachers do not have the same tokenizer"),
      ([try teacher("short", context: 40)], "the student sees 48 tokens, and the teacher only 40"),
    ] {
      let error = #expect(throws: TrainingError.self) { try create("a", settings, teachers) }
      #expect(error?.description.hasPrefix(complaint) == true, "\(String(describing: error))")
      #expect(!FileSystem.exists(fixture.directory["a"]))
    }
    settings.preference = Preference(.dpo, beta: 0.1)
    let again = try teacher("again")
    let pairs = #expect(throws: TrainingError.self) { try create("a", settings, [again]) }
    #expect(pairs?.description.hasPrefix("--teacher goes with answers") == true)
    #expect(!FileSystem.exists(fixture.directory["a"]))
  }

  @Test func `a run whose teacher has changed or is gone does not go on`() throws {
    var settings = fixture.settings("lora")
    settings.teaching = TeachingSettings(hardWeight: 0.5)
    _ = try create("a", settings, [teacher()]).train(shouldStop: { true }) { _ in }
    _ = try resume("a")
    let weights = fixture.directory["teacher/step-000001/model.safetensors"]
    let whole = try FileSystem.readFile(weights)
    try AtomicFile.write(whole.dropLast() + [whole[whole.count - 1] ^ 1], to: weights)
    let damaged = #expect(throws: RunError.self) { try resume("a") }
    #expect(damaged?.description.contains("are not those from which") == true)
    #expect(damaged?.description.hasSuffix(" learns") == true)
    try FileSystem.remove(fixture.directory["teacher"])
    let gone = #expect(throws: RunError.self) { try resume("a") }
    #expect(gone?.description.hasSuffix(" learns, is not there") == true, "\(gone as Any)")
  }

  @Test func `a record that was edited is refused by name, and an older one opens`() throws {
    var settings = fixture.settings("lora")
    settings.teaching = TeachingSettings(hardWeight: 0.5)
    _ = try create("a", settings, [teacher()]).train(shouldStop: { true }) { _ in }
    let path = fixture.directory["a/run.json"]
    let record = try String(decoding: FileSystem.readFile(path), as: UTF8.self)
    for (old, new, complaint) in [
      ("\"teachers\"", "\"others\"", "names no teacher, and how one is followed"),
      ("\"distillation\"", "\"x\"", "names teachers, and not how one is followed"),
      ("\"hard_weight\": 0.5", "\"hard_weight\": 2", "--hard-weight must be from 0 to 1, not 2.0"),
      ("\"temperature\"", "\"x\"", "the setting temperature is missing or of"),
      ("\"jsd_beta\": 0.5", "\"jsd_beta\": \"0.3\"", "the setting jsd_beta is missing or of"),
      ("\"forward-kl\"", "\"sideways\"", "the setting loss is missing or of"),
    ] {
      #expect(record.contains(old), "\(record)")
      try AtomicFile.write(Array(record.replacing(old, with: new).utf8), to: path)
      let error = #expect(throws: TrainingError.self, "\(new)") { try resume("a") }
      #expect(error?.description.contains("run.json") == true)
      #expect(error?.description.contains(complaint) == true, "\(error as Any)")
    }
    settings.teaching = nil
    _ = try create("b", settings, []).train(shouldStop: { true }) { _ in }
    let other = fixture.directory["b/run.json"]
    let plain = try String(decoding: FileSystem.readFile(other), as: UTF8.self)
    #expect(plain.contains("\"distillation\": null"))
    try AtomicFile.write(Array(plain.replacing("\"distillation\"", with: "\"x\"").utf8), to: other)
    #expect(try resume("b").settings == settings)
  }

  @Test func `what teachers take of memory is counted`() throws {
    let base = try fixture.base()
    var settings = fixture.settings("lora")
    settings.teaching = TeachingSettings()
    let master = try teacher()
    // So many, of 4 bytes a parameter, that the student is too much.
    let memory = Int(ProcessInfo.processInfo.physicalMemory)
    let teachers = Array(
      repeating: master, count: memory / 4 / master.configuration.parameterCount + 1)
    let error = #expect(throws: TrainingError.self) { try create("a", settings, teachers) }
    #expect(error?.description.contains(" of teachers, takes at least ") == true)
    #expect(!FileSystem.exists(fixture.directory["a"]) && base.parent.step == 6)
  }
}
