import Files
import StrictJSON
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `plan`, and what `pretrain` says of one.
@Suite struct PlanTests {
  private let directory = TemporaryDirectory()
  private let options =
    "--layers 2 --width 64 --heads 2 --ffn 128 --context 64 --batch-size 16 --steps 30 "

  private func plan(_ arguments: String) throws -> JSONValue {
    let result = try shell("$swiftlet plan --json \(arguments)")
    #expect(result.status == 0, "\(result.errors)")
    return try result.json()
  }

  /// Text and a tokenizer, as options.
  private func text() throws -> String {
    let stories = directory["stories"]
    let result = try shell(
      "$swiftlet corpus synthesize --megabytes 0.5 --examples 0 --out \(stories) -q && "
        + "$swiftlet tokenizer train \(stories) --vocab-size 512 --out \(stories)/../t.json -q")
    #expect(result.status == 0, "\(result.errors)")
    return "--corpus \(stories) --tokenizer \(directory["t.json"]) "
  }

  @Test func `a plan needs no text`() throws {
    let plan = try plan(options + "--threads 1")
    // 2 · (4 · 64² + 3 · 64 · 128 + 2 · 64 + 2 · 32) + 2048 · 64 + 64
    #expect(plan["parameters"] == 213_440)
    let modules = try #require(plan["modules"]?.array)
    #expect(modules.reduce(0) { $0 + ($1["parameters"]?.integer ?? 0) } == 213_440)
    #expect(plan["steps"] == 30 && plan["tokens_per_step"] == 1024 && plan["tokens"] == 30_720)
    #expect(plan["corpus_tokens"] == .null)
    // 6 · 213,440 + 6 · 2 · 64 · 64
    #expect(plan["flops_per_token"]?.number == 1_329_792)
    for (key, parts) in [
      ("seconds", ["encoding", "steps", "validation"]),
      (
        "memory_bytes",
        ["program", "encoding", "weights", "gradient", "optimizer", "activations"]
      ),
      ("disk_bytes", ["text", "checkpoints"]),
    ] {
      let object = try #require(plan[key]?.object)
      #expect(object.map(\.name) == parts + ["total"])
      let sum = object.dropLast().reduce(0.0) { $0 + ($1.value.number ?? -1e30) }
      #expect(abs(sum - (object.last?.value.number ?? 0)) <= 1e-6 * sum)
    }
    #expect(plan["memory_bytes"]?["weights"] == 853_760)
    // Steps 7, 14, …, of 12 bytes a parameter, 4 less where it is a hidden matrix's; the last two, the best
    // and a new one.
    let hidden = 2 * (4 * 64 * 64 + 3 * 64 * 128)
    #expect(plan["disk_bytes"]?["checkpoints"]?.integer == 4 * (12 * 213_440 - 4 * hidden))
    let seconds = try #require(plan["seconds_per_step"]?.number)
    let speed = try #require(plan["tokens_per_second"]?.number)
    #expect(abs(seconds * speed - 1024) < 1e-6 * 1024)
    let report = try shell("$swiftlet plan --threads 1 \(options)").text
    #expect(report.hasPrefix("213,440 parameters\n"))
    #expect(report.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func `a plan says what checkpointed activations save`() throws {
    let many = "--layers 12 --batch-size 32 --steps 9 --threads 2"
    let plan = try plan(many)
    #expect(plan["checkpoint_activations"] == false)
    let whole = try #require(plan["memory_bytes"]?["total"]?.number)
    let less = try #require(plan["with_checkpoint_activations"]?["memory_bytes"]?.number)
    #expect(less < 0.8 * whole)
    #expect((plan["with_checkpoint_activations"]?["seconds_per_step"]?.number ?? 0) > 0)
    let own = try self.plan(many + " --checkpoint-activations")
    #expect(own["checkpoint_activations"] == true && own["with_checkpoint_activations"] == .null)
    let total = try #require(own["memory_bytes"]?["total"]?.number)
    #expect(abs(total / less - 1) < 0.1)
  }

  @Test func `text decides how many tokens there are, and the default length`() throws {
    let text = try text()
    let shards = directory["shards"]
    let encoding = try shell(
      "$swiftlet tokenizer encode --tokenizer \(directory["t.json"]) \(directory["stories"]) "
        + "--out \(shards)")
    #expect(encoding.status == 0, "\(encoding.errors)")
    let exact = try plan("--corpus \(shards) --tokenizer \(directory["t.json"]) --layers 1")
    let about = try plan(text + "--layers 1")
    let tokens = try #require(exact["corpus_tokens"]?.number)
    let guess = try #require(about["corpus_tokens"]?.number)
    // The end of so short a text is held out, a tenth of it.
    #expect(abs(guess / tokens - 1) < 0.12, "\(guess) \(tokens)")
    // Four passes, in steps of 8 · 256 tokens.
    #expect(exact["steps"] == .integer((4 * Int(tokens) + 2047) / 2048))
    #expect(exact["vocabulary_size"] == 512)
    #expect(try plan("--corpus \(shards) --layers 1")["vocabulary_size"] == 512)
    let epochs = try plan("--corpus \(shards) --tokenizer \(directory["t.json"]) --epochs 1")
    #expect(epochs["steps"] == .integer((Int(tokens) + 2047) / 2048))
  }

  @Test func `the memory is that of the run, to 15 percent`() throws {
    let stories = try text()
    let words = "--corpus \(try manyWords()) --tokenizer \(directory["t.json"]) "
    for (text, more) in [
      (stories, "--threads 1"), (stories, "--batch-size 64 --optimizer muon --threads 2"),
      (words, "--batch-size 8 --threads 2"),
      (stories, "--batch-size 40 --batch-warmup-steps 12 --threads 2"),
    ] {
      let arguments = (text + options + more).split(separator: " ").map(String.init)
      let foreseen = try #require(
        try plan(text + options + more)["memory_bytes"]?["total"]?.number)
      let run = directory["run\(more.count)"]
      let used = try peakMemory(of: ["pretrain", "--run", run, "-q"] + arguments)
      #expect(abs(foreseen / used - 1) < 0.15, "\(more): \(foreseen) foreseen, \(used) used")
    }
  }

  /// A file in which nearly every word is another one.
  private func manyWords() throws -> String {
    var (state, text): (UInt64, [UInt8]) = (1, [])
    while text.count < 16_000_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let letters = state >> 16
      for index in 0..<UInt64(5 + letters % 5) {
        text.append(UInt8(ascii: "a") + UInt8((letters >> (4 * index)) & 15))
      }
      text.append(UInt8(ascii: letters % 11 == 0 ? "\n" : " "))
    }
    try AtomicFile.write(text, to: directory["words.txt"])
    return directory["words.txt"]
  }

  /// Bytes that the program held at most.
  private func peakMemory(of arguments: [String]) throws -> Double {
    var process: pid_t = 0
    var pointers = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    try #require(posix_spawn(&process, program, nil, nil, &pointers, environ) == 0)
    var (status, usage) = (Int32(0), rusage())
    #if os(Linux)
      // What `wait4` says counts this process, too, which holds more. The peak never falls, so the last look
      // before the end sees it.
      var peak = 0.0
      while wait4(process, &status, WNOHANG, &usage) == 0 {
        let text = (try? FileSystem.readFile("/proc/\(process)/status", limit: 1 << 16)) ?? []
        let fields = String(decoding: text, as: UTF8.self).split { " \t\n".contains($0) }
        if let index = fields.firstIndex(of: "VmHWM:"), let now = Double(fields[index + 1]) {
          peak = now * 1024
        }
        usleep(2000)
      }
      try #require(status == 0 && peak > 0)
      return peak
    #else
      try #require(wait4(process, &status, 0, &usage) == process && status == 0)
      return Double(usage.ru_maxrss)
    #endif
  }

  @Test func `settings that are not the plan's are named before the first step`() throws {
    let text = try text()
    let plan = directory["plan.json"]
    #expect(try shell("$swiftlet plan \(text)\(options) --json > \(plan)").status == 0)
    func run(_ name: String, _ more: String) throws -> String {
      let result = try shell(
        "$swiftlet pretrain \(text)\(options) --plan \(plan) --run \(directory[name]) \(more)")
      #expect(result.status == 0, "\(result.errors)")
      return result.errors
    }
    #expect(!(try run("same", "").contains("departs")))
    let departing = try run(
      "other", "--steps 3 --optimizer sgd --keep 7 --evaluate-every 1 --dropout 0.1")
    let warning = try #require(departing.split(separator: "\n").first { $0.contains("departs") })
    for part in [
      "departs from \(plan): steps 3, not ", "optimizer sgd, not muon", "keep 7, not 2",
      "evaluate every 1, not ", "dropout 0.1, not 0.0",
    ] {
      #expect(warning.contains(part), "\(part) in \(warning)")
    }
  }

  @Test func `a run says when it departs from its plan`() throws {
    let text = try text()
    func run(
      _ name: String, speed: Double, memory: Int, parameters: Int = 115_136, _ more: String = ""
    ) throws -> CommandResult {
      let plan: JSONValue = [
        "parameters": .integer(parameters), "tokens_per_step": 1024,
        "tokens_per_second": .number(speed), "memory_bytes": ["total": .integer(memory)],
      ]
      let path = try directory.write(plan.serialized(), to: "plan.json")
      return try shell(
        "$swiftlet pretrain \(text)\(options) --plan \(path) --run \(directory[name]) \(more)")
    }
    // 17 full steps after a warm-up and the first of them are too few to judge by.
    let warm = try run("warm", speed: 1e9, memory: 1 << 40, "--batch-warmup-steps 12")
    #expect(warm.status == 0 && !warm.errors.contains(" tokens/s, and "), "\(warm.errors)")
    let slow = try run("slow", speed: 1e9, memory: 1 << 40)
    #expect(slow.status == 0, "\(slow.errors)")
    let path = directory["plan.json"]
    #expect(slow.errors.contains(" tokens/s, and \(path) expects 1,000,000,000: the run takes "))
    #expect(!slow.errors.contains("of memory, and"))
    let large = try run("large", speed: 1e9, memory: 1_000_000)
    #expect(large.errors.contains(" MB of memory, and \(path) expects 1.0 MB\n"))
    #expect(large.errors.split(separator: "\n").count { $0.contains("of memory, and") } == 1)
    let other = try run("other", speed: 1, memory: 1, parameters: 5)
    #expect(other.status == 1 && other.errors.contains("is the plan of another run: of 5 param"))
    // Speeds that no integer holds.
    for speed in [1e300, 1e-300] {
      let absurd = try run("absurd", speed: speed, memory: 1)
      #expect(absurd.status == 1 && absurd.errors.contains("error: \(path) is not a plan\n"))
    }
    try directory.write("{}", to: "plan.json")
    let none = try shell(
      "$swiftlet pretrain \(text)\(options) --plan \(path) --run \(directory["none"])")
    #expect(none.status == 1 && none.errors.contains("error: \(path) is not a plan\n"))
    #expect(!FileSystem.exists(directory["other"]) && !FileSystem.exists(directory["none"]))
  }

  @Test(arguments: [
    ("--corpus c", "--tokenizer is missing, without which --corpus cannot be counted"),
    (
      "--corpus - --tokenizer t",
      "a plan cannot read standard input or another pipe, which the run will need"
    ),
    ("--epochs 2", "--epochs needs --corpus"),
    ("--heads 5", "5 heads do not divide the width 128"),
  ])
  func `what cannot be planned is refused`(_ arguments: String, _ sentence: String) throws {
    let result = try shell("$swiftlet plan \(arguments)")
    expectFailure(result, sentence, status: 64)
    #expect(result.errors.contains("\nhint: "))
  }
}
