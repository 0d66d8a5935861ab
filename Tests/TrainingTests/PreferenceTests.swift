import Corpus
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization
import Training

@Suite struct PreferenceTests {
  /// One pair and what PyTorch's autograd makes of the formulas of the papers, in float64.
  struct Pair: Sendable {
    let kind: Preference.Kind
    let beta, smoothing: Double
    let weight: Double
    let chosen: Double
    let chosenTokens: Int
    let rejected: Double
    let rejectedTokens: Int
    let references: (Double, Double)
    let loss, chosenSlope, rejectedSlope: Double

    init(
      _ kind: Preference.Kind, _ beta: Double, _ smoothing: Double, _ chosen: Double, _ count: Int,
      _ rejected: Double, _ other: Int, _ first: Double, _ second: Double, _ loss: Double,
      _ along: Double, _ against: Double, weight: Double = 0
    ) {
      self.kind = kind
      self.beta = beta
      self.smoothing = smoothing
      self.weight = weight
      self.chosen = chosen
      chosenTokens = count
      self.rejected = rejected
      rejectedTokens = other
      references = (first, second)
      self.loss = loss
      chosenSlope = along
      rejectedSlope = against
    }
  }

  static let pairs = [
    Pair(
      .dpo, 0.1, 0.0, -4.5, 3, -9.25, 5, -5.0, -8.0, 3.609470430663047, -0.7123027979429587,
      0.04563613127629212, weight: 2),
    Pair(
      .ipo, 0.3, 0.0, -20.0, 4, -3.0, 2, -18.5, -3.5, 7.7517361111111125, -1.2708333333333335,
      2.291666666666667, weight: 0.5),
    Pair(
      .dpo, 0.1, 0.0, -4.5, 3, -9.25, 5, -5.0, -8.0, 0.6094704306630468, -0.04563613127629212,
      0.04563613127629212),
    Pair(
      .dpo, 0.1, 0.0, -20.0, 4, -3.0, 2, -18.5, -3.5, 0.7981388693815918, -0.0549833997312478,
      0.0549833997312478),
    Pair(
      .dpo, 0.1, 0.0, -0.02, 2, -60.0, 7, -0.5, -55.0, 0.45622467437952974, -0.036632854863622624,
      0.036632854863622624),
    Pair(
      .dpo, 0.5, 0.1, -4.5, 3, -9.25, 5, -5.0, -8.0, 0.43594458100505573, -0.09710748608149436,
      0.09710748608149436),
    Pair(
      .dpo, 0.5, 0.1, -20.0, 4, -3.0, 2, -18.5, -3.5, 1.2132616875182227, -0.31552928931500246,
      0.31552928931500246),
    Pair(
      .dpo, 0.5, 0.1, -0.02, 2, -60.0, 7, -0.5, -55.0, 0.33657128761429345, 0.019673048342173944,
      -0.019673048342173944),
    Pair(
      .ipo, 0.2, 0.0, -4.5, 3, -9.25, 5, -5.0, -8.0, 4.340277777777779, -1.388888888888889,
      0.8333333333333334),
    Pair(.ipo, 0.2, 0.0, -20.0, 4, -3.0, 2, -18.5, -3.5, 9.765625, -1.5625, 3.125),
    Pair(
      .ipo, 0.2, 0.0, -0.02, 2, -60.0, 7, -0.5, -55.0, 2.389232653061225, -1.5457142857142858,
      0.4416326530612245),
    Pair(
      .orpo, 0.3, 0.0, -4.5, 3, -9.25, 5, -5.0, -8.0, 1.6501581642120253, -0.38402252311613544,
      0.028035576208211795),
    Pair(
      .orpo, 0.3, 0.0, -20.0, 4, -3.0, 2, -18.5, -3.5, 6.130719705033971, -0.32376651401602485,
      0.18862742610339076),
    Pair(
      .orpo, 0.3, 0.0, -0.02, 2, -60.0, 7, -0.5, -55.0, 0.010000571284280193, -0.5000287072457811,
      8.162742597001604e-08),
  ]

  @Test(arguments: pairs)
  func `losses and slopes equal PyTorch's`(pair: Pair) {
    let objective = Preference(
      pair.kind, beta: pair.beta, labelSmoothing: pair.smoothing, chosenWeight: pair.weight)
    let part = objective.compare(
      (pair.chosen, pair.chosenTokens), (pair.rejected, pair.rejectedTokens),
      (pair.chosen - pair.references.0, pair.rejected - pair.references.1))
    func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }
    #expect(isClose(part.loss, pair.loss))
    #expect(isClose(part.chosenSlope, pair.chosenSlope))
    #expect(isClose(part.rejectedSlope, pair.rejectedSlope))
  }

  private let fixture: FinetuningFixture

  init() throws {
    fixture = try FinetuningFixture()
    var lines = ""
    for number in 0..<120 {
      lines +=
        "{\"prompt\":\"\(number) cats?\",\"chosen\":\"dogs \(number % 9)\","
        + "\"rejected\":\"cats \(number % 7)\"}\n"
    }
    try AtomicFile.write(Array(lines.utf8), to: fixture.directory["pairs.jsonl"])
  }

  private func data() throws -> FinetuningData {
    try FinetuningData(
      preferences: [PreferenceFile(path: fixture.directory["pairs.jsonl"])],
      template: fixture.template, context: 48)
  }

  private func create(
    _ name: String, _ kind: Preference.Kind, _ method: String = "lora", threads: Int = 2,
    steps: Int = 9, batchSize: Int = 12
  ) throws -> FinetuningRun {
    var settings = fixture.settings(method, steps: steps)
    settings.training.batchSize = batchSize
    settings.training.learningRate = 5e-3
    settings.secondFactorRate = 1
    settings.preference = Preference(kind, beta: 0.2, chosenWeight: kind == .dpo ? 0.5 : 0)
    return try FinetuningRun.create(
      at: fixture.directory[name], base: fixture.base(), data: data(), settings: settings,
      device: Device(threadCount: threads))
  }

  private func resume(_ name: String, threads: Int = 2) throws -> FinetuningRun {
    try FinetuningRun.resume(
      at: fixture.directory[name], data: try data(), device: Device(threadCount: threads))
  }

  @Test(arguments: Preference.Kind.allCases)
  func `a run learns to prefer`(kind: Preference.Kind) throws {
    let run = try create("a", kind, steps: 40)
    var reports: [StepReport] = []
    var accuracies: [Double] = []
    let outcome = try run.train { event in
      switch event {
      case .step(_, let report, _, _): reports.append(report)
      case .comparison(_, _, let measures, _): accuracies.append(measures["accuracy"] ?? -1)
      case .checkpoint: break
      default: Issue.record("unexpected \(event)")
      }
    }
    #expect(outcome == .finished)
    #expect(reports[39].loss < reports[0].loss)
    #expect(try #require(accuracies.last) > 0.9, "\(accuracies)")
    if kind != .orpo {
      // The model begins as its own reference.
      #expect(reports[0].measures["margin"] == 0 && reports[0].measures["kl"] == 0)
      #expect(reports[0].measures["accuracy"] == 0.5)
      #expect(try #require(reports[39].measures["margin"]) > 0)
      #expect(try #require(reports[39].measures["kl"]) > 0)
    }
  }

  @Test func `IPO measures what it compares, means over the tokens`() throws {
    var reports: [StepReport] = []
    let run = try create("ipo", .ipo, steps: 20, batchSize: 1)
    _ = try run.train { if case .step(_, let report, _, _) = $0 { reports.append(report) } }
    #expect(reports.count == 20)
    for report in reports {
      // The loss of the only pair, by equation 17 of Azar et al., 2023, from the margin.
      let difference = try #require(report.measures["margin"]) / 0.2 - 1 / (2 * 0.2)
      #expect(abs(report.loss - difference * difference) < 1e-6 * max(1, report.loss))
    }
    #expect(Set(reports.compactMap { $0.measures["margin"] }).count > 10)
  }

  @Test func `the prompt of a pair goes through the model once`() throws {
    func inputs(_ answer: String) throws -> Int {
      // All but the last token of the answer's turn; nothing after it is learned.
      try fixture.template.conversation(
        [Message(.user, "7 cats?"), Message(.assistant, answer)], limit: 48
      ).isSupervised.lastIndex(of: true) ?? -1
    }
    let prompt = try fixture.template.prompt([Message(.user, "7 cats?")], limit: 48).count
    let line = #"{"prompt":"7 cats?","chosen":"dogs 4","rejected":"cats 3 and dogs"}"#
    try AtomicFile.write(Array("\(line)\n".utf8), to: fixture.directory["pairs.jsonl"])
    var counts: [Int] = []
    let run = try create("a", .dpo, steps: 2, batchSize: 1)
    _ = try run.train { if case .step(_, _, let tokens, _) = $0 { counts.append(tokens) } }
    // The prompt's last token predicts the first of both answers, and is read with each.
    let expected = try inputs("dogs 4") + inputs("cats 3 and dogs") - (prompt - 1)
    #expect(counts == [expected, expected])
  }

  @Test(arguments: Preference.Kind.allCases)
  func `a shared prompt changes neither loss nor gradients`(kind: Preference.Kind) {
    let device = Device(threadCount: 2)
    let model = Transformer(
      ModelConfiguration(
        vocabularySize: 50, layers: 2, width: 32, heads: 4, keyValueHeads: 2, feedForwardWidth: 48,
        contextLength: 32), seed: 2, on: device)
    // Two pairs; the second has nothing in common.
    let (prompt, chosen, rejected): ([Int32], [Int32], [Int32]) = (
      [3, 1, 4, 1, 5], [9, 2, 6], [5, 3]
    )
    let other: [[Int32]] = [[7, 9, 3], [2, 3, 8, 4]]
    let learned = { (count: Int, ids: [Int32]) in Array(repeating: Int32(-1), count: count) + ids }
    let often = TokenBatch(
      inputs: prompt + chosen.dropLast() + prompt + rejected.dropLast() + other[0] + other[1],
      targets: learned(4, chosen) + learned(4, rejected) + learned(1, [3, 7])
        + learned(2, [4, 1]), lengths: [7, 6, 3, 4])
    let once = TokenBatch(
      inputs: prompt + chosen.dropLast() + prompt.suffix(1) + rejected.dropLast() + other[0]
        + other[1],
      targets: learned(4, chosen) + rejected + learned(1, [3, 7]) + learned(2, [4, 1]),
      lengths: [7, 2, 3, 4], shared: [0, 4, 0, 0])
    func run(_ batch: TokenBatch) -> (loss: Double, gradients: [[Float]]) {
      var gradients = Gradients(of: model.parameters, on: device)
      var measures = Measures()
      let loss = Preference(kind, beta: 0.3, chosenWeight: 0.2).accumulate(
        PreferenceBatch(batch, references: [-11, -7, -8, -9]), of: model, scale: 0.5,
        into: &gradients, measures: &measures)
      return (loss, (0..<model.parameters.count).map { gradients[$0]?.elements ?? [] })
    }
    let (a, b) = (run(once), run(often))
    #expect(abs(a.loss - b.loss) < 1e-5 * abs(b.loss))
    for (mine, theirs) in zip(a.gradients, b.gradients) {
      let scale = theirs.map(abs).max() ?? 0
      #expect(scale > 0 && mine.count == theirs.count)
      #expect(zip(mine, theirs).allSatisfy { abs($0 - $1) <= 5e-6 * scale })
    }
  }

  @Test func `the reference is asked about the pairs that are read, and no others`() throws {
    var settings = fixture.settings("lora", steps: 3)
    settings.preference = Preference(.dpo, beta: 0.2)
    let data = try data()
    var counts: [(done: Int, total: Int)] = []
    func run(_ name: String, seed: Int = 7) throws -> FinetuningRun {
      settings.training.seed = seed
      return try FinetuningRun.create(
        at: fixture.directory[name], base: fixture.base(), data: data, settings: settings,
        device: Device(threadCount: 2), progress: { counts.append(($0, $1)) })
    }
    #expect(try run("a").train { _ in } == .finished)
    let last = try #require(counts.last)
    #expect(last == (2 * 3 * 12 + data.validation.examples, last.done))

    // With the references of other pairs, the run would compare with nothing.
    _ = try run("b", seed: 8).train(shouldStop: { true }) { _ in }
    let files = try FileSystem.contents(ofDirectory: fixture.directory["b/examples"])
    let file = try #require(files.first { $0.hasPrefix("reference-train") }, "\(files)")
    try AtomicFile.write(
      FileSystem.readFile(fixture.directory["a/examples/\(file)"]),
      to: fixture.directory["b/examples/\(file)"])
    let changed = #expect(throws: TrainingError.self) { try resume("b") }
    #expect(try #require(changed).description.hasSuffix("are not those that were saved"))
    // A run of an earlier version does not know what was saved.
    let record = try JSONValue(parsing: FileSystem.readFile(fixture.directory["b/run.json"]))
    let members = (record.object ?? []).map { member in
      let kept = member.value.object?.filter { $0.name != "examples_hash" }
      return JSONMember(
        name: member.name, value: member.name == "settings" ? .object(kept ?? []) : member.value)
    }
    try AtomicFile.write(
      JSONValue.object(members).serialized(pretty: true), to: fixture.directory["b/run.json"])
    let error = #expect(throws: TrainingError.self) { try resume("b") }
    #expect(try #require(error).description.contains(" has no reference for pair "))
  }

  /// Of seven steps the reference knows fewer pairs than there are.
  @Test(arguments: ["lora", "full"], [7, 12])
  func `checkpoints are the same bits on any number of threads, and across a stop`(
    method: String, steps: Int
  ) throws {
    for threads in 1...3 {
      _ = try create("\(threads)", .dpo, method, threads: threads, steps: steps).train { _ in }
    }
    let one = try fixture.bytes("1", step: steps)
    for threads in 2...3 { #expect(try fixture.bytes("\(threads)", step: steps) == one) }
    var done = 0
    _ = try create("parts", .dpo, method, steps: steps).train(shouldStop: { done == 5 }) {
      if case .step(let step, _, _, _) = $0 { done = step }
    }
    #expect(try resume("parts", threads: 1).train { _ in } == .finished)
    #expect(try fixture.bytes("parts", step: steps) == one)
  }

  @Test func `pairs that are too long are left out and counted, bad lines are named`() throws {
    let long = String(repeating: "cats ", count: 100)
    let lines = """
      {"prompt":"u","chosen":"a","rejected":"b"}
      {"prompt":"u","chosen":"\(long)","rejected":"b"}
      {"prompt":"u","chosen":"a"}
      {"prompt":"u","chosen":"a","rejected":"a"}
      {"prompt":"u","chosen":"","rejected":"b"}
      {"prompt":"u","chosen":"a","rejected":""}
      """
    try AtomicFile.write(Array(lines.utf8), to: fixture.directory["long.jsonl"])
    let file = try PreferenceFile(path: fixture.directory["long.jsonl"])
    #expect(file.pairs.count == 2)
    #expect(
      file.badLines.map(\.reason) == [
        ##"it has no "rejected""##, "both answers are the same", ##"its "chosen" is empty"##,
        ##"its "rejected" is empty"##,
      ])
    let data = try FinetuningData(
      preferences: [file], template: fixture.template, context: 48)
    #expect(data.train.examples == 2 && data.cutExamples == 1)
    #expect(throws: CorpusError.self) {
      try PreferenceFile(path: fixture.directory["long.jsonl"], isStrict: true)
    }
  }
}
