import Files
import StrictJSON
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
  private func line(_ run: String, _ more: String = "") -> String {
    "\"$swiftlet\" pretrain --corpus \(directory["stories/stories.jsonl"]) "
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
      hint: "continue it with --resume, or choose another --run")
    let finished = try shell(line("run", "--resume"))
    #expect(finished.status == 0 && finished.errors.contains("is finished: all 30 steps are done"))
    let other = try shell(line("run", "--resume --steps 31"))
    expectFailure(other, "the run was made with --steps 30, and goes on with it, not with 31")
  }

  @Test func `kills at random moments and resuming give the same bytes as not stopping`() throws {
    #expect(try shell(line("whole", "--threads 1")).status == 0)
    var kills = 0
    for attempt in 0..<60 {
      let milliseconds = 40 + attempt * 67 % 300
      let result = try shell(
        "timeout --signal=KILL 0.\(milliseconds < 100 ? "0" : "")\(milliseconds) "
          + line("killed", "--resume --threads \(attempt % 3 + 1)"))
      if result.status == 0 { break }
      kills += 1
    }
    #expect(try shell(line("killed", "--resume --threads 2")).status == 0)
    #expect(kills >= 3)
    #expect(try lastStep("killed") == lastStep("whole"))
    #expect(try lastStep("whole").count == 4)
  }

  @Test func `an interrupt saves the step and ends with 130, a termination with 143`() throws {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
      let result = try shell(
        line("stopped\(status)", "--steps 100000 2> \(directory["log"]) &")
          + " pid=$!; for i in $(seq 400); do sleep 0.02; "
          + "[ -e \(directory["stopped\(status)"])/latest ] && break; done; "
          + "kill -\(signal) $pid; wait $pid; echo $?")
      #expect(result.text == "\(status)\n")
      let log = String(decoding: try FileSystem.readFile(directory["log"]), as: UTF8.self)
      #expect(log.contains("which is saved"))
      #expect(log.contains("--resume"))
    }
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
      ("--steps 0", 64), ("--context 0", 1), ("--heads 3", 1), ("--kv-heads 5", 1),
      ("--learning-rate -1", 64), ("--preset huge", 64), ("--seed -1", 64), ("--threads 0", 64),
      ("--tokens 5 --epochs 1", 64), ("--batch-size 0", 64), ("--layers 99999999999", 1),
      ("--context 10000000", 1), ("--corpus /nonexistent", 1), ("--tokenizer /nonexistent", 1),
    ])
  func `options without a meaning are refused in one sentence and make no run`(
    options: String, status: Int32
  ) throws {
    let result = try shell(line("none", options))
    #expect(result.status == status, "\(result.errors)")
    #expect(result.text == "")
    #expect(result.errors.lowercased().hasPrefix("error: "))
    #expect(!FileSystem.exists(directory["none"] + "/run.json"))
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
