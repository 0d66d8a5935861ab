import Files
import StrictJSON
import TensorCore
import TestSupport
import Testing

/// The main job by its commands: text in, a trained model out, text generated.
@Suite struct PretrainTests {
  private let directory = TemporaryDirectory()

  init() throws {
    let stories = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.3", "--seed", "3", "--out", directory["stories"])
    #expect(stories.status == 0)
    let tokenizer = try swiftlet(
      "tokenizer", "train", directory["stories/stories.jsonl"], "--vocab-size", "512", "--out",
      directory["tokenizer.json"])
    #expect(tokenizer.status == 0)
  }

  /// `swiftlet pretrain` of a tiny model, as a line for the shell.
  private func line(_ run: String, _ more: String = "", corpus: String? = nil) -> String {
    "\"$swiftlet\" pretrain --corpus \(corpus ?? directory["stories/stories.jsonl"]) "
      + "--tokenizer \(directory["tokenizer.json"]) --run \(directory[run]) --layers 2 --width 32 "
      + "--heads 2 --ffn 64 --context 64 --batch-size 8 --steps 30 --learning-rate 5e-3 "
      + "--checkpoint-every 4 --evaluate-every 15 --seed 9 \(more)"
  }

  /// All bytes of the last step.
  private func lastStep(_ run: String) throws -> [[UInt8]] {
    let step = directory[run] + "/step-000030"
    return try FileSystem.contents(ofDirectory: step).map {
      try FileSystem.readFile("\(step)/\($0)")
    }
  }

  @Test func `a model is trained, measured and writes`() throws {
    let training = try shell(line("run"))
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.text == "")
    #expect(training.errors.contains("step 30: validation loss "))
    #expect(training.errors.contains("next: swiftlet generate --run "))
    let story = try swiftlet(
      "generate", "--run", directory["run"], "--max-tokens", "20", "--seed", "4", "Once upon")
    #expect(story.status == 0 && story.text.hasPrefix("Once upon"))
    let held = try directory.write("A little girl went to the garden.\n", to: "held.txt")
    let score = try swiftlet(
      "evaluate", "--run", directory["run"], "--corpus", held, "--json"
    ).json()
    #expect(score["bytes"] == 34)
    let bits = try #require(score["bits_per_byte"]?.number)
    #expect(bits > 0.5 && bits < 8)
    let again = try shell(line("run"))
    expectFailure(
      again, "a run exists at \(directory["run"])",
      hint: "choose another --run; a training goes on with --resume")
    let finished = try shell(line("run", "--resume"))
    #expect(finished.status == 0 && finished.errors.contains("is finished: all 30 steps are done"))
    let other = try shell(line("run", "--resume --steps 31"))
    expectFailure(other, "the run was made with --steps 30, and goes on with it, not with 31")
  }

  @Test func `every instruction level trains nearly the same model, and writes with it`() throws {
    var losses: [Double] = []
    for level in InstructionLevel.allCases where level.isSupported {
      let run = level.rawValue
      let training = try shell("SWIFTLET_CPU=\(run) " + line(run, "--precision float32"))
      #expect(training.status == 0, "\(training.errors)")
      let record = try JSONValue(parsing: FileSystem.readFile(directory[run] + "/run.json"))
      #expect(record["instruction_level"]?.string == run)
      let story = try swiftlet(
        "generate", "--run", directory[run], "--max-tokens", "40", "--temperature", "0", "Once",
        environment: ["SWIFTLET_CPU": run])
      #expect(story.status == 0 && story.text.count > 20, "\(story.errors)")
      let steps = try FileSystem.readFile(directory[run] + "/metrics.jsonl").split(separator: 0x0A)
        .compactMap { try JSONValue(parsing: Array($0))["loss"]?.number }
      #expect(steps.count == 30)
      losses.append(try #require(steps.last))
    }
    let (least, greatest) = (try #require(losses.min()), try #require(losses.max()))
    #expect(greatest / least < 1.001, "\(losses)")
    #expect(Set(losses).count == losses.count, "levels round differently: were they forced?")
  }

  @Test func `kills at random moments and resuming give the same bytes as not stopping`() throws {
    let clock = ContinuousClock.now
    #expect(try shell(line("whole", "--threads 1")).status == 0)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    // Shares of the time that the whole run took: the first three come before any run's end.
    var generator = SeededGenerator(seed: 2)
    var shares = [0.1, 0.2, 0.3]
    for _ in 0..<12 { shares.append(Double.random(in: 0.02...0.7, using: &generator)) }
    var kills = 0
    for (attempt, share) in shares.enumerated() {
      let result = try shell(
        "timeout --signal=KILL \(share * seconds) "
          + line("killed", "--resume --threads \(attempt % 3 + 1)"))
      if result.status == 0 { break }
      kills += 1
    }
    #expect(kills >= 3)
    #expect(try shell(line("killed", "--resume --threads 2")).status == 0)
    #expect(try lastStep("killed") == lastStep("whole"))
    #expect(try lastStep("whole").count == 4)
    #expect(try names("killed") == names("whole"))
    for name in ["best", "latest", "run.json", "config.json", "tokenizer.json"] {
      #expect(
        try FileSystem.readFile("\(directory["killed"])/\(name)")
          == FileSystem.readFile("\(directory["whole"])/\(name)"))
    }
    func losses(_ run: String) throws -> [JSONValue] {
      try FileSystem.readFile(directory[run] + "/metrics.jsonl").split(separator: 0x0A).map {
        let line = try JSONValue(parsing: Array($0))
        return .array([line["step"], line["loss"], line["validation_loss"]].map { $0 ?? .null })
      }
    }
    #expect(try losses("killed") == losses("whole"))
  }

  /// The files and directories of a run, and those of its token shards.
  private func names(_ run: String) throws -> [[String]] {
    try [directory[run], directory[run] + "/tokens"].map {
      try FileSystem.contents(ofDirectory: $0).filter { $0 != ".lock" }
    }
  }

  @Test func `a run killed while it was created is created again`() throws {
    // Between the renaming of the shards and that of run.json.
    try FileSystem.createDirectory(directory["half/.creating.partial"])
    try directory.write("remains", to: "half/tokens/train-00000.tokens")
    try directory.write("remains", to: "half/tokens/train-00001.tokens")
    let result = try shell(line("half", "--resume --steps 2"))
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try names("half")[1] == ["manifest.json", "train-00000.tokens", "validation-00000.tokens"])
  }

  @Test func `an interrupt while the corpus is encoded leaves no run`() throws {
    let stories = directory["stories/stories.jsonl"]
    _ = try shell("for i in {1..150}; do cat \(stories); done > \(directory["large.jsonl"])")
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
      let result = try shell(
        line("early", "2> \(directory["log"]) &", corpus: directory["large.jsonl"])
          + " pid=$!; for i in $(seq 400); do "
          + "[ -e \(directory["early"])/.creating.partial/tokens ] && break; sleep 0.01; done; "
          + "kill -\(signal) $pid; wait $pid; echo $?")
      #expect(result.text == "\(status)\n")
      #expect(!FileSystem.exists(directory["early"]))
      let log = String(decoding: try FileSystem.readFile(directory["log"]), as: UTF8.self)
      #expect(log.contains("stopping; once more stops at once"))
    }
  }

  @Test(arguments: [
    "pretrain --tokenizer T --run NEW --corpus", "tokenizer encode --tokenizer T --out NEW",
  ])
  func `one interrupt ends the wait for silent input and leaves nothing`(_ line: String) throws {
    let command = line.replacing("NEW", with: directory["new"])
      .replacing("T ", with: directory["tokenizer.json "])
    // Standard input that says nothing, and a pipe that nobody has opened for writing.
    for input in ["- < \(directory["silent"])", directory["closed"]] {
      let result = try shell(
        """
        rm -f \(directory["silent"]) \(directory["closed"])
        mkfifo \(directory["silent"]) \(directory["closed"]); exec 3<>\(directory["silent"])
        $swiftlet \(command) \(input) 2> /dev/null & job=$!
        for i in {1..400}; do [ -e \(directory["new"]) ] && break; sleep 0.02; done
        sleep 0.1; kill -INT $job
        for i in {1..50}; do kill -0 $job 2>/dev/null || break; sleep 0.1; done
        kill -KILL $job 2>/dev/null; wait $job; echo $?
        """)
      #expect(result.text == "130\n", "\(input)")
      #expect(!FileSystem.exists(directory["new"]))
    }
  }

  @Test func `what stops a run saves the step, and is told from the status`() throws {
    for (signal, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
      let result = try shell(
        line("stopped\(status)", "--steps 5000 2> \(directory["log"]) &")
          + " pid=$!; for i in $(seq 400); do sleep 0.02; "
          + "[ -e \(directory["stopped\(status)"])/latest ] && break; done; "
          + "kill -\(signal) $pid; wait $pid; echo $?")
      #expect(result.text == "\(status)\n")
      let log = String(decoding: try FileSystem.readFile(directory["log"]), as: UTF8.self)
      #expect(log.contains("which is saved"))
      #expect(log.contains("--resume"))
    }
  }

  @Test func `a terminal that ends twice stops a run once, and a warm-up longer than it is said`()
    throws
  {
    let result = try shell(
      line("closed", "--steps 5000 --warmup-steps 9000 2> \(directory["log"]) &")
        + " pid=$!; for i in $(seq 400); do sleep 0.02; [ -e \(directory["closed"])/latest ] && "
        + "break; done; kill -TERM $pid; kill -HUP $pid; kill -HUP $pid; wait $pid; echo $?")
    #expect(result.text == "143\n")
    let log = String(decoding: try FileSystem.readFile(directory["log"]), as: UTF8.self)
    #expect(log.contains("which is saved"))
    #expect(log.contains("--warmup-steps is 9000, more than the 5000 steps"))
  }

  @Test func `after nohup, a hang-up stops nothing`() throws {
    let run = directory["on"]
    let result = try shell(
      "trap '' HUP; " + line("on", "--steps 5000 2> \(directory["log"]) &")
        + " pid=$!; for i in $(seq 400); do sleep 0.02; [ -e \(run)/latest ] && break; done; "
        + "kill -HUP $pid; sleep 0.5; kill -TERM $pid; wait $pid; echo $?")
    #expect(result.text == "143\n")
  }

  @Test func `shards that another program cuts short end the run with a sentence`() throws {
    let shard = directory["cut"] + "/tokens/train-00000.tokens"
    let result = try shell(
      line("cut", "--steps 100000 --quiet &")
        + " pid=$!; for i in $(seq 400); do sleep 0.02; [ -e \(directory["cut"])/latest ] && break; "
        + "done; truncate -s 5000 \(shard); wait $pid")
    #expect(result.status == 1)
    #expect(
      result.errors.hasPrefix("error: cannot read \(shard): it was cut short to 5000 of "),
      "\(result.errors)")
    #expect(result.errors.contains("\nhint: restore it"))
    let resumed = try shell(line("cut", "--steps 100000 --resume"))
    #expect(
      resumed.status == 1 && resumed.errors.contains("the token shard \(shard) has 5000 bytes"))
  }

  @Test func `a latest step without its state is not passed over`() throws {
    let training = try shell(line("half"))
    #expect(training.status == 0, "\(training.errors)")
    let state = directory["half"] + "/step-000030/state.json"
    try FileSystem.remove(state)
    for command in [
      "generate --run \(directory["half"]) Once", "pretrain --run \(directory["half"]) --resume",
    ] {
      let result = try shell("$swiftlet " + command)
      expectFailure(
        result, "\(directory["half"])/step-000030, the latest step, has no state.json",
        hint:
          "restore the file from a copy, use --checkpoint 28, or remove \(directory["half"])/step-000030 to go on "
          + "from step 28")
    }
  }

  @Test func `a run whose directory was emptied stops at its next step`() throws {
    let result = try shell(
      line("gone", "--steps 2000")
        + " & pid=$!; for i in $(seq 400); do sleep 0.02; [ -e \(directory["gone"])/latest ] && "
        + "break; done; rm \(directory["gone"])/run.json; wait $pid")
    #expect(result.status == 1)
    #expect(
      result.errors.contains("error: \(directory["gone"]) has no run.json any more: step "),
      "\(result.errors)")
    #expect(result.errors.contains("\nhint: "))
  }

  @Test func `a loss that is not finite stops the run, and its origin is named`() throws {
    let wild = "--optimizer sgd --learning-rate 9.9 --maximum-norm 1e9 --skip-outliers 0"
    let result = try shell(line("wild", wild))
    #expect(result.status == 1)
    #expect(result.errors.contains(" not finite at step "), "\(result.errors)")
    #expect(result.errors.contains("--resume --trace-nan says where it comes from"))
    let traced = try shell(line("wild", wild + " --resume --trace-nan"))
    #expect(traced.status == 1)
    #expect(traced.errors.contains("every operation's result is finite"))
    let other = try shell(line("other", wild + " --maximum-norm 1e15 --trace-nan"))
    #expect(other.status == 1)
    #expect(other.errors.contains(" (first a gradient of rmsNorm ["), "\(other.errors)")
    #expect(other.errors.contains(", first that of model."), "\(other.errors)")
  }

  @Test func `a run that ended early says so`() throws {
    let wild = "--learning-rate 3 --warmup-steps 1 --evaluate-every 2 --early-stopping 1"
    let first = try shell(line("early", wild))
    #expect(first.status == 0 && first.errors.contains("the run ends after step "))
    let again = try shell(line("early", wild + " --resume"))
    #expect(again.status == 0 && again.errors.contains(" ended early, after "), "\(again.errors)")
    let huge = try shell(line("huge", "--early-stopping 9223372036854775807"))
    #expect(huge.status == 64 && huge.errors.contains("--early-stopping must be from 0 to "))
  }

  @Test func `a full disk stops the run with a sentence and keeps what was saved`() throws {
    // The limit lets the corpus and the tokenizer pass (about 100 KB), but no checkpoint.
    let result = try shell("ulimit -f 150; " + line("full", "--width 128 --ffn 512"))
    #expect(result.status == 1)
    #expect(result.errors.contains("error: cannot write "))
    #expect(result.errors.contains("\nhint: "))
    let resumed = try shell(line("full", "--width 128 --ffn 512 --resume --quiet"))
    #expect(resumed.status == 0, "\(resumed.errors)")
  }

  @Test(
    arguments: [
      ("--steps 0", 64), ("--context 0", 64), ("--heads 3", 64), ("--kv-heads 5", 64),
      ("--learning-rate -1", 64), ("--preset huge", 64), ("--seed -1", 64), ("--threads 0", 64),
      ("--tokens 5 --epochs 1", 64), ("--batch-size 0", 64), ("--layers 99999999999", 64),
      ("--layers 0", 64), ("--context 10000000", 1), ("--corpus /nonexistent", 1),
      ("--tokenizer /nonexistent", 1),
    ])
  func `options without a meaning are refused in one sentence and make no run`(
    options: String, status: Int32
  ) throws {
    let result = try shell(line("none", options))
    #expect(result.status == status, "\(result.errors)")
    #expect(result.text == "")
    #expect(result.errors.lowercased().hasPrefix("error: "))
    #expect(result.errors.contains("\nhint: ") || options.hasPrefix("--preset"))
    #expect(!FileSystem.exists(directory["none"]))
  }

  @Test(
    arguments: [
      "--steps 1099511627776 --batch-size 100000000", "--batch-size 4294967296",
      "--context 16777216 --batch-size 60000", "--width 65536 --heads 16 --ffn 65536",
      "--layers 16777216",
    ])
  func `what no machine can hold is refused before the corpus is read`(options: String) throws {
    let result = try shell(line("none", options, corpus: "/dev/null"))
    #expect(result.status == 1 || result.status == 64, "\(result.status) \(result.errors)")
    #expect(result.errors.hasPrefix("error: ") && result.errors.contains("\nhint: "))
    #expect(!result.errors.contains("/dev/null"))
    #expect(!FileSystem.exists(directory["none"]))
  }

  @Test func `a benchmark that no machine can hold is refused`() throws {
    for options in ["--context 16777216 --batch-size 65536", "--width 65536 --heads 16"] {
      let result = try shell("$swiftlet benchmark train --steps 1 \(options)")
      #expect(result.status == 1 && result.text == "")
      #expect(result.errors.contains("\nhint: "), "\(result.errors)")
    }
  }

  @Test func `settings in run json that no machine can hold are refused`() throws {
    #expect(try shell(line("edited", "--steps 2")).status == 0)
    let path = directory["edited"] + "/run.json"
    let text = String(decoding: try FileSystem.readFile(path), as: UTF8.self)
    for (size, status) in [("1099511627776", 1), ("4294967295", 1), ("8", 0)] {
      try AtomicFile.write(
        Array(text.replacing("\"batch_size\": 8", with: "\"batch_size\": \(size)").utf8), to: path)
      let result = try swiftlet("pretrain", "--run", directory["edited"], "--resume")
      #expect(result.status == Int32(status), "\(result.errors)")
    }
  }

  @Test func `what contradicts the run is refused when it goes on`() throws {
    #expect(try shell(line("kept", "--steps 4")).status == 0)
    // 4 steps of 8 windows of 64 tokens.
    func resume(_ options: String) throws -> CommandResult {
      try shell("$swiftlet pretrain --run \(directory["kept"]) --resume \(options)")
    }
    let stories = directory["stories/stories.jsonl"]
    for options in [
      "--tokens 999999", "--epochs 50", "--preset small",
      "--corpus \(stories) --validation /nonexistent",
      "--corpus \(stories) --validation \(stories)",
    ] {
      let result = try resume(options)
      #expect(result.status == 1, "\(options): \(result.errors)")
      #expect(result.errors.contains("\nhint: "), "\(result.errors)")
    }
    for options in ["", "--tokens 2048", "--preset nano", "--corpus \(stories)"] {
      let result = try resume(options)
      #expect(result.status == 0, "\(options): \(result.errors)")
    }
  }

  @Test func `a validation text goes on as it was`() throws {
    let held = try directory.write("a text to measure with\n", to: "held.txt")
    let options = "--steps 4 --validation \(held)"
    #expect(try shell(line("measured", options)).status == 0)
    #expect(try shell(line("measured", options + " --resume")).status == 0)
    try directory.write("another text\n", to: "held.txt")
    let result = try shell(line("measured", options + " --resume"))
    #expect(result.status == 1 && result.errors.contains("validation text"))
  }

  @Test func `of a damaged last checkpoint it is said how to go on`() throws {
    #expect(try shell(line("cut", "--steps 8")).status == 0)
    let step = directory["cut"] + "/step-000008"
    let weights = try FileSystem.readFile(step + "/model.safetensors")
    try AtomicFile.write(Array(weights.dropLast(100)), to: step + "/model.safetensors")
    let result = try swiftlet("pretrain", "--run", directory["cut"], "--resume")
    expectFailure(
      result,
      "\(step)/model.safetensors is truncated: \(weights.count - 100) of \(weights.count) bytes",
      hint: "remove \(step) to go on from step 4")
    try FileSystem.remove(step)
    #expect(try swiftlet("pretrain", "--run", directory["cut"], "--resume").status == 0)
    #expect(try FileSystem.readFile(step + "/model.safetensors") == weights)
  }

  @Test func `token shards train like the text that they were made of`() throws {
    let tokenizer = directory["tokenizer.json"]
    let stories = directory["stories/stories.jsonl"]
    #expect(
      try swiftlet(
        "tokenizer", "encode", "--tokenizer", tokenizer, stories, "--out", directory["d"]
      )
      .status == 0)
    #expect(try shell(line("text")).status == 0)
    let result = try shell(line("shards", corpus: directory["d"]))
    #expect(result.status == 0, "\(result.errors)")
    #expect(try lastStep("shards") == lastStep("text"))
    #expect(try shell(line("shards", "--resume", corpus: directory["d"])).status == 0)
    let both = try shell(line("both", corpus: directory["d"] + " " + stories))
    expectFailure(
      both, "\(directory["d"]) holds token shards, with validation text of their own",
      hint: "name no other --corpus beside them, and no --validation")
    #expect(
      try swiftlet("tokenizer", "train", stories, "--vocab-size", "300", "--out", tokenizer).status
        == 0)
    let other = try shell(line("other", corpus: directory["d"]))
    #expect(other.status == 1 && other.errors.contains("were made with another tokenizer"))
    #expect(!FileSystem.exists(directory["other"]))
  }

  @Test func `standard input can be JSON Lines, compressed, and is known again`() throws {
    let stories = directory["stories/stories.jsonl"]
    let options = "--format jsonl --steps 2"
    for more in ["", "--resume"] {
      let result = try shell(
        "gzip -c \(stories) | " + line("piped", "\(options) \(more)", corpus: "-"))
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try shell(line("file", "--steps 2")).status == 0)
    #expect(
      try FileSystem.readFile(directory["piped"] + "/step-000002/model.safetensors")
        == FileSystem.readFile(directory["file"] + "/step-000002/model.safetensors"))
  }

  @Test func `a truncated checkpoint is named`() throws {
    #expect(try shell(line("cut", "--quiet")).status == 0)
    let path = directory["cut"] + "/step-000030/model.safetensors"
    let bytes = try FileSystem.readFile(path)
    try AtomicFile.write(Array(bytes.dropLast(100)), to: path)
    let result = try swiftlet("generate", "--run", directory["cut"], "A")
    #expect(result.status == 1)
    #expect(result.errors.contains("model.safetensors is truncated"))
    #expect(result.errors.contains("hint: choose another step with --checkpoint"))
  }
}
