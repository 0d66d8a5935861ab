import ContentHashing
import Files
import Interchange
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Training
import swiftlet

/// What a run consists of, and what is imported as one.
extension ParserFuzzTests {
  private static let settings: [JSONMember] =
    TrainingSettings(steps: 10, batchSize: 8, learningRate: 1e-3).members

  private static let record = RunRecord(
    toolVersion: "0.1.0", kind: .pretrain, settings: settings, seed: -3,
    instructionLevel: "avx2", libraries: [.init(name: "openblas", value: "0.3.21")],
    precision: "float32", tokenizerHash: ContentHash(of: [1]), corpusHash: ContentHash(of: [2]))

  @Test func `a run's own files`() throws {
    let (run, lock) = try RunDirectory.create(at: directory["run"]) {
      try Self.record.write(to: $0 + "/run.json")
    }
    defer { withExtendedLifetime(lock) {} }
    try run.writeStep(5, state: [.init(name: "data_cursor", value: 7)]) {
      try FileSystem.append([1, 2, 3], to: $0 + "/optimizer.safetensors")
    }
    let step = run["step-000005"]
    let record = try FileSystem.readFile(run["run.json"])
    try fuzzing.run("run.json", [record], .json) { _, path in
      let record = try RunRecord(reading: path)
      let settings = try TrainingSettings(record.settings, path: path)
      #expect(settings.steps > 0 && settings.batchSize > 0)
    }
    let state = try FileSystem.readFile(step + "/state.json")
    try fuzzing.run("state.json", [state], .json, file: "state.json", in: step) { _, _ in
      try run.verifyStep(5)
    }
    let latest = try FileSystem.readFile(run["latest"])
    try fuzzing.run("latest", [latest], file: "latest", in: run.path) { _, _ in
      let (latest, resolved) = (try run.latestStep(), try run.resolve(checkpoint: "latest"))
      #expect(latest == 5 && resolved == 5)
    }
  }

  @Test func `metrics`() throws {
    let lines = """
      {"step":1,"loss":3.5,"sample":"a story","seconds":1e-3}
      {"step":2,"loss":null,"validation_loss":2.5}

      """
    let (run, lock) = try RunDirectory.create(at: directory["measured"]) {
      try Self.record.write(to: $0 + "/run.json")
    }
    defer { withExtendedLifetime(lock) {} }
    try fuzzing.run(
      "metrics", [Array(lines.utf8)], isLenient: true, file: "metrics.jsonl", in: run.path
    ) { bytes, _ in
      let history = try run.metrics()
      for (name, points) in history.series {
        #expect(points.allSatisfy { $0.value.isFinite })
        #expect(history.thinned(name, to: 3).count == min(3, points.count))
      }
      try run.cutMetrics(after: 1)
      for points in try run.metrics().series.values { #expect(points.allSatisfy { $0.step <= 1 }) }
    }
    let line = #"{"step":1,"task":"text","data":["a"],"bits_per_byte":1.5}"#
    try fuzzing.run(
      "evaluations", [Array("\(line)\n\(line)\n".utf8)], isLenient: true,
      file: "evaluations.jsonl", in: run.path
    ) { _, _ in
      for value in try run.evaluations() { #expect(value.object != nil) }
    }
  }

  @Test func `what an optimizer remembers`() throws {
    let device = Device(threadCount: 1)
    let store = ParameterStore(
      [
        ParameterSpecification("a.weight", [3, 2], .zeros),
        ParameterSpecification("b", [2], .zeros),
      ], on: device
    ) { _, _ in }
    let settings = Optimizer.Settings()
    try OptimizerFile.write(
      Optimizer(settings, of: store, on: device), store, directory: directory.path)
    let name = "optimizer.safetensors"
    let good = try FileSystem.readFile(directory[name])
    try fuzzing.run(name, [good], .lengthThenJSON, file: name, in: directory.path) { _, _ in
      _ = try OptimizerFile.read(
        directory: directory.path, settings, store, step: 1, on: device)
    }
  }

  @Test func `encoded examples`() throws {
    let examples = [3, 2, 5].map {
      EncodedExample(
        ids: Array(repeating: 7, count: $0), isSupervised: Array(repeating: true, count: $0))
    }
    try ExampleShard.write(examples, to: directory["examples"])
    let good = try FileSystem.readFile(directory["examples"])
    try fuzzing.run("encoded examples", [good], .lengthThenJSON) { _, path in
      let shard = try ExampleShard(path: path, vocabulary: 8, context: 4)
      for index in 0..<shard.count { #expect(shard[index].ids.allSatisfy { $0 < 8 }) }
    }
  }

  @Test func `a directory to import`() throws {
    let name = "llama-biases-sharded"
    let source = "InterchangeTests/Goldens/\(name)"
    let weights = "model-00001-of-00006.safetensors"
    for index in 1...6 {
      let shard = "model-0000\(index)-of-00006.safetensors"
      try directory.write(Fuzzing.golden("\(source)/\(shard)"), to: "\(name)/\(shard)")
    }
    let files = ["config.json", "model.safetensors.index.json"]
    for file in files {
      try directory.write(Fuzzing.golden("\(source)/\(file)"), to: "\(name)/\(file)")
    }
    for (file, form) in files.map({ ($0, Mutator.Form.json) }) + [(weights, .lengthThenJSON)] {
      let good = try Fuzzing.golden("\(source)/\(file)")
      try fuzzing.run("imported \(file)", [good], form, file: file, in: directory[name]) { _, _ in
        let configuration = try ModelConfiguration(reading: directory["\(name)/config.json"])
        let checkpoint = try CheckpointDirectory(
          path: directory[name], configuration: configuration)
        for entry in checkpoint.entries {
          try checkpoint.withBytes(of: entry) { #expect($0.count == entry.byteCount) }
        }
      }
      try directory.write(good, to: "\(name)/\(file)")
    }
  }

  @Test func `recipes and plans`() throws {
    let recipes = [
      "corpus: [a, \"b c\", '#']\nsteps: 10\nlearning-rate: 1e-3\n# note\nstrict: true\nffn: ~\n",
      "corpus:\n  - a\n  - &x b\nrun: *x\nseparator: |\n  ---\n",
    ]
    try fuzzing.run("recipe", recipes.map { Array($0.utf8) }) { _, path in
      for entry in try Recipe(reading: path).entries { #expect(!entry.place.isEmpty) }
    }
    let record = try { path in
      try Self.record.write(to: path)
      return try FileSystem.readFile(path)
    }(directory["record.json"])
    try fuzzing.run("run.json as a recipe", [record], .json) { _, path in
      _ = try Recipe(reading: path)
    }
    let plan =
      #"{"parameters":5,"tokens_per_step":64,"tokens_per_second":1e3,"memory_bytes":{"total":9}}"#
    try fuzzing.run("plan", [Array(plan.utf8)], .json) { _, path in
      var watch = try PlanWatch(reading: path)
      for _ in 0..<30 { _ = watch.add(tokens: 64, seconds: 0.1) }
      _ = watch.lookAtMemory()
    }
  }
}
