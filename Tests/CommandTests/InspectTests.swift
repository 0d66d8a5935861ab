import ContentHashing
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct InspectTests {
  private let directory = TemporaryDirectory()

  /// A run of two steps with metrics, and a child of it.
  private func makeRuns() throws -> (parent: String, child: String) {
    var trainer = BytePairTrainer(vocabularySize: 280)
    trainer.add(Array("the cat sat on the mat and the hen ate the hat".utf8))
    let tokenizer = try trainer.train()
    let configuration = ModelConfiguration(
      vocabularySize: 280, layers: 2, width: 32, heads: 2, feedForwardWidth: 48, contextLength: 16,
      beginToken: 0)
    let device = Device(threadCount: 1)
    func make(_ name: String, from parent: RunRecord.Parent?) throws -> String {
      let record = RunRecord(
        toolVersion: "0.1.0", kind: .pretrain,
        settings: [JSONMember(name: "learning_rate", value: 0.25)], seed: 7,
        instructionLevel: "plain", libraries: [], precision: "float32",
        tokenizerHash: tokenizer.hash, corpusHash: ContentHash(of: []), parent: parent)
      let (run, lock) = try RunDirectory.create(at: directory[name]) { draft in
        try tokenizer.write(to: draft + "/tokenizer.json")
        try record.write(to: draft + "/run.json")
      }
      for step in 1...20 {
        try run.appendMetrics(["step": .integer(step), "loss": .number(6 / Double(step))])
      }
      for (step, loss) in [(10, 0.7), (20, 0.9)] {
        try run.appendMetrics(["step": .integer(step), "validation_loss": .number(loss)])
        let model = Transformer(configuration, seed: 1, on: device)
        try run.writeStep(step, state: []) { try model.save(to: $0) }
      }
      try run.markBest(10)
      withExtendedLifetime(lock) {}
      return directory[name]
    }
    let parent = try make("parent", from: nil)
    let child = try make("child", from: .init(run: parent, hash: ContentHash(of: [1])))
    return (parent, child)
  }

  @Test func `metrics that are damaged or missing are said, and never trap`() throws {
    let (parent, _) = try makeRuns()
    let path = parent + "/metrics.jsonl"
    let whole = try FileSystem.readFile(path)
    func damage() throws -> String? {
      let report = try swiftlet("inspect", parent, "--json")
      #expect(report.status == 0)
      #expect(try swiftlet("report", parent, "--out", directory["page.html"]).status == 0)
      return try report.json()["damage"]?.string
    }
    #expect(try damage() == nil)
    let wild =
      "{\"step\":-9223372036854775808,\"loss\":1}\n{\"step\":9223372036854775807,\"loss\":2}\n"
      + "{\"step\":1,\"loss\":1.7e308}\n{\"step\":2,\"loss\":-1.7e308}\n"
    try AtomicFile.write(Array(wild.utf8), to: path)
    #expect(try damage() == "2 lines of metrics.jsonl cannot be read")
    try AtomicFile.write([], to: path)
    #expect(try damage() == "metrics.jsonl ends at step 0, before the latest checkpoint")
    try AtomicFile.write(Array(whole.prefix(whole.count / 2)), to: path)
    #expect(try damage()?.hasPrefix("metrics.jsonl ends at step") == true)
    try AtomicFile.write([0xFF, 0x0A] + whole, to: path)
    #expect(try damage() == "1 line of metrics.jsonl cannot be read")
    try AtomicFile.write(whole, to: path)
    for (file, text) in [("latest", "x"), ("tokenizer.json", "{}")] {
      let before = try FileSystem.readFile("\(parent)/\(file)")
      try AtomicFile.write(Array(text.utf8), to: "\(parent)/\(file)")
      #expect(try damage()?.contains(file) == true, "\(file)")
      try AtomicFile.write(before, to: "\(parent)/\(file)")
    }
    #expect(try damage() == nil)
  }

  @Test func `nothing in a run's files commands the terminal`() throws {
    let (parent, _) = try makeRuns()
    let record = String(decoding: try FileSystem.readFile(parent + "/run.json"), as: UTF8.self)
    try AtomicFile.write(
      Array(
        record.replacing("\"0.1.0\"", with: "\"0.1\\u001b[2J\\nerror: forged\"")
          .replacing("\"plain\"", with: "\"pl\\u009b2J\"").utf8), to: parent + "/run.json")
    let result = try swiftlet("inspect", parent)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.text.contains("\u{1B}") && !result.text.contains("\u{9B}"))
    #expect(!result.text.split(separator: "\n").contains { $0.hasPrefix("error:") })
  }

  @Test func `a run shows its lineage, parameters, curve and checkpoints`() throws {
    let (parent, child) = try makeRuns()
    let result = try swiftlet("inspect", child)
    #expect(result.status == 0, "\(result.errors)")
    for part in [
      "made by             pretrain, swiftlet 0.1.0\n", "from                \(parent), weights ",
      "learning_rate                 0.25\n",
      "model.layers.*.mlp.gate_proj.weight      2 × 48×32 ",
      "best validation loss 0.700 at step 10\n", "step 20 ", "latest\n", "best\n",
    ] {
      #expect(result.text.contains(part), "\(part) in \(result.text)")
    }
    // Parameters add up: embedding, two layers, the last norm.
    let layer = 4 * 32 * 32 + 3 * 48 * 32 + 2 * 32 + 2 * 16
    #expect(result.text.contains("parameters: \(280 * 32 + 2 * layer + 32)".grouping))
    for line in result.text.split(separator: "\n") where !line.contains(parent) {
      #expect(line.count <= 80, "\(line)")
    }
    // The loss falls from the upper left to the lower right.
    let plot = result.text.split(separator: "\n").filter { $0.contains("│") }
    #expect(plot.count == 14)
    #expect(plot[0].contains("6.000│·") && plot[13].hasSuffix("·"))
    #expect(result.text.contains("o"))
  }

  @Test func `a run as JSON`() throws {
    let (parent, child) = try makeRuns()
    let json = try swiftlet("inspect", child, "--json").json()
    #expect(json["type"]?.string == "run")
    #expect(json["seed"]?.integer == 7)
    #expect(json["lineage"]?.array?.first?["run"]?.string == parent)
    #expect(json["settings"]?["learning_rate"]?.number == 0.25)
    #expect(json["training_loss"]?.array?.count == 20)
    #expect(json["validation_loss"]?.array?.count == 2)
    #expect(json["latest_step"]?.integer == 20 && json["best_step"]?.integer == 10)
    #expect(json["checkpoints"]?.array?.map { $0["step"]?.integer } == [10, 20])
    #expect(json["checkpoints"]?.array?[0]["validation_loss"]?.number == 0.7)
  }

  @Test func `a parent that is gone is named`() throws {
    let (parent, child) = try makeRuns()
    try FileSystem.remove(parent)
    let result = try swiftlet("inspect", child)
    #expect(result.status == 0)
    #expect(result.text.contains("from                \(parent), no longer there\n"))
  }

  @Test func `a tokenizer, a safetensors file and a step`() throws {
    let (parent, _) = try makeRuns()
    let tokenizer = try swiftlet("inspect", parent + "/tokenizer.json")
    #expect(tokenizer.status == 0)
    #expect(tokenizer.text.contains("tokens              280\n"))
    #expect(tokenizer.text.contains("special tokens      <|endoftext|> 0, "))
    let json = try swiftlet("inspect", parent + "/tokenizer.json", "--json").json()
    #expect(json["vocabulary_size"]?.integer == 280)
    #expect(
      json["token_lengths"]?.array?.compactMap { $0["tokens"]?.integer }.reduce(0, +) == 280)

    for path in ["/step-000010/model.safetensors", "/step-000010"] {
      let weights = try swiftlet("inspect", parent + path)
      #expect(weights.status == 0)
      #expect(weights.text.contains("element types       F32 24\n"), "\(weights.text)")
      #expect(weights.text.contains("model.embed_tokens.weight"))
    }
    let tensors = try swiftlet("inspect", parent + "/step-000010", "--json").json()
    #expect(tensors["tensors"]?.array?.count == 24)
  }

  @Test func `token shards`() throws {
    let (parent, _) = try makeRuns()
    let text = try directory.write(
      (0..<300).map { "line \($0)\n" }.joined(), to: "text.txt")
    let encoded = try swiftlet(
      "tokenizer", "encode", "--tokenizer", parent + "/tokenizer.json", text, "--out",
      directory["shards"])
    #expect(encoded.status == 0, "\(encoded.errors)")
    for path in [directory["shards"], directory["shards/train-00000.tokens"]] {
      let json = try swiftlet("inspect", path, "--json").json()
      #expect(json["type"]?.string == "token_shards")
      #expect(json["train"]?["documents"]?.integer == 1)
      let bytes = try FileSystem.fileSize(text)
      #expect(
        (json["train"]?["bytes"]?.integer ?? 0) + (json["validation"]?["bytes"]?.integer ?? 0)
          == bytes)
    }
    let shown = try swiftlet("inspect", directory["shards"])
    #expect(shown.text.contains("train-00000.tokens"))
  }

  @Test func `what cannot be inspected is named`() throws {
    expectFailure(
      try swiftlet("inspect", directory["none"]), "there is nothing at \(directory["none"])",
      hint: "check the path")
    let text = try directory.write("x", to: "a.txt")
    expectFailure(
      try swiftlet("inspect", text), "\(text) is no .safetensors, .tokens or .json file")
    let broken = try directory.write("x", to: "a.safetensors")
    #expect(try swiftlet("inspect", broken).status == 1)
    #expect(try swiftlet("inspect", directory.path).errors.contains("holds neither a run.json"))
  }

  @Test func `man pages and completions are made for every command`() throws {
    let result = try swiftlet("manual", directory["man"])
    #expect(result.status == 0)
    let names = try FileSystem.contents(ofDirectory: directory["man"])
    for name in ["swiftlet.1", "swiftlet-corpus-stats.1", "swiftlet-inspect.1"] {
      #expect(names.contains(name))
    }
    #expect(!names.contains("swiftlet-manual.1"))
    let page = String(
      decoding: try FileSystem.readFile(directory["man/swiftlet-corpus-stats.1"]), as: UTF8.self)
    for part in [
      ".TH SWIFTLET\\-CORPUS\\-STATS 1 ", "\n.SH NAME\nswiftlet\\-corpus\\-stats \\- ",
      "\n.SH SYNOPSIS\n", "\n.SH OPTIONS\n", "\\-\\-json", "\n.SH ENVIRONMENT\n",
      "\n.SH EXIT STATUS\n", "\n.BR swiftlet (1)\n",
    ] {
      #expect(page.contains(part), "\(part) in \(page)")
    }
    for shell in ["bash", "zsh", "fish"] {
      let script = try swiftlet("--generate-completion-script", shell)
      #expect(script.status == 0 && script.text.contains("synthesize"))
    }
  }
}

extension String {
  /// `parameters: 12345` as `parameters: 12,345`.
  fileprivate var grouping: String {
    let parts = split(separator: " ")
    var digits = Array(String(parts[1]))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return "\(parts[0]) \(String(digits))"
  }
}
