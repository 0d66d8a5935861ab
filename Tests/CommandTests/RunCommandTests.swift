import ContentHashing
import Files
import Foundation
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization

/// `generate` and `evaluate` on runs whose models are random.
@Suite struct RunCommandTests {
  private let directory = TemporaryDirectory()

  /// Makes a run with checkpoints of two steps; the second one's weights are zero if asked.
  private func makeRun(isZero: Bool = false) throws -> String {
    var trainer = BytePairTrainer(vocabularySize: 280)
    trainer.add(Array("the cat sat on the mat and the hen ate the hat".utf8))
    let tokenizer = try trainer.train()
    let configuration = ModelConfiguration(
      vocabularySize: 280, layers: 1, width: 32, heads: 2, feedForwardWidth: 32, contextLength: 16,
      beginToken: 0)
    let device = Device(threadCount: 1)
    let path = directory["run"]
    let record = RunRecord(
      toolVersion: "0.1.0", kind: .pretrain, settings: [], seed: 1, instructionLevel: "plain",
      libraries: [], precision: "float32", tokenizerHash: tokenizer.hash,
      corpusHash: ContentHash(of: []))
    let (run, lock) = try RunDirectory.create(at: path) { draft in
      try tokenizer.write(to: draft + "/tokenizer.json")
      try record.write(to: draft + "/run.json")
    }
    for step in [10, 20] {
      let model =
        isZero
        ? Transformer(configuration, on: device) { _, _ in }
        : Transformer(configuration, seed: UInt64(step), on: device)
      try run.writeStep(step, state: []) { try model.save(to: $0) }
    }
    try run.markBest(10)
    withExtendedLifetime(lock) {}
    return path
  }

  private func generate(_ run: String, _ arguments: String, input: String = "") throws
    -> CommandResult
  {
    let file = try directory.write(input, to: "input")
    return try shell("$swiftlet generate --run \(run) --max-tokens 20 \(arguments) < \(file)")
  }

  @Test func `the prompt and its continuation, and the same every time`() throws {
    let run = try makeRun()
    let first = try generate(run, "'the cat'")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.text.hasPrefix("the cat"))
    #expect(first.text.hasSuffix("\n"))
    #expect(first.text.utf8.count > "the cat\n".utf8.count)
    #expect(first.errors == "next: swiftlet evaluate --run \(run) --corpus FILE\n")
    #expect(try generate(run, "'the cat' --threads 1 --quiet").text == first.text)
    #expect(try generate(run, "'the cat' --threads 3 --quiet").errors == "")
    #expect(try generate(run, "", input: "the cat\n").text == first.text)
    #expect(try generate(run, "-", input: "the cat").text == first.text)
    #expect(try generate(run, "'the cat' --checkpoint 20").text == first.text)
    #expect(try generate(run, "'the cat' --seed 5").text != first.text)
    #expect(try generate(run, "'the cat' --checkpoint best").text != first.text)
    #expect(
      try generate(run, "'the cat' --checkpoint best").text
        == generate(run, "'the cat' --checkpoint 10").text)
  }

  @Test func `several continuations stand apart`() throws {
    let run = try makeRun()
    let several = try generate(run, "the --count 3 --max-tokens 3 --temperature 0")
    let one = try generate(run, "the --max-tokens 3 --temperature 0")
    #expect(several.text == [one.text, one.text, one.text].joined(separator: "\n"))
    let sampled = try generate(run, "the --count 3 --json").json().array ?? []
    #expect(Set(sampled.compactMap { $0["text"]?.string }).count == 3)
    // The first of several is the only one of one.
    #expect(try generate(run, "the --json").json() == sampled.first)
  }

  @Test func `JSON holds the whole result`() throws {
    let run = try makeRun()
    let result = try generate(run, "'the cat' --json --seed 9 --max-tokens 4").json()
    #expect(
      result.object?.map(\.name) == ["prompt", "text", "tokens", "finish_reason", "seed"])
    #expect(result["prompt"] == "the cat")
    #expect(result["seed"] == 9)
    let plain = try generate(run, "'the cat' --seed 9 --max-tokens 4").text
    #expect(plain == "the cat" + (result["text"]?.string ?? "") + "\n")
    let tokens = try #require(result["tokens"]?.array)
    #expect(tokens.count == 4)
    #expect(result["finish_reason"] == "length")
  }

  @Test func `tokens hold the stop string, and the text does not`() throws {
    let run = try makeRun()
    let whole = try generate(run, "'the cat' --json --seed 9").json()
    let text = try #require(whole["text"]?.string)
    // Any two letters from the middle.
    let characters = Array(text.filter { $0.isASCII && $0.isLetter })
    try #require(characters.count > 4)
    let stop = String(characters[characters.count / 2])
    let result = try generate(run, "'the cat' --json --seed 9 --stop \(stop)").json()
    #expect(result["finish_reason"] == "stop")
    let tokens = try #require(result["tokens"]?.array).compactMap(\.integer)
    let decoded = try swiftlet(
      "tokenizer", "decode", "--tokenizer", run + "/tokenizer.json",
      input: tokens.map { "\($0)" }.joined(separator: " "))
    let kept = try #require(result["text"]?.string)
    #expect(decoded.text.hasPrefix(kept + stop))
    #expect(!kept.contains(stop))
  }

  @Test func `a prompt longer than the context is said to be cut`() throws {
    let run = try makeRun()
    let result = try generate(run, "", input: String(repeating: "xyz ", count: 20))
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("warning: the prompt has "))
  }

  @Test func `evaluation of a model that knows nothing`() throws {
    let run = try makeRun(isZero: true)
    let corpus = try directory.write(
      "{\"text\": \"the cat\"}\n{\"text\": \"xyz, the hen\"}\n", to: "held-out.jsonl")
    let result = try swiftlet("evaluate", "--run", run, "--corpus", corpus, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let score = try result.json()
    #expect(
      score.object?.map(\.name) == [
        "bits_per_byte", "confidence_interval", "perplexity", "loss", "tokens", "bytes",
      ])
    #expect(score["bytes"] == 19)
    let tokens = try #require(score["tokens"]?.integer)
    #expect((8...18).contains(tokens))
    let loss = try #require(score["loss"]?.number)
    #expect(abs(loss - log(280)) < 1e-6)
    #expect(abs(try #require(score["perplexity"]?.number) - 280) < 1e-3)
    let bits = try #require(score["bits_per_byte"]?.number)
    #expect(abs(bits - Double(tokens) * log2(280) / 19) < 1e-6)
    let text = try swiftlet("evaluate", "--run", run, "--corpus", corpus).text
    #expect(text.hasPrefix("bits per byte  \((bits * 1e9).rounded() / 1e9) ("))
  }

  @Test func `windows overlap where a stride asks for it, which is kept`() throws {
    let run = try makeRun()
    let text = String(repeating: "the cat sat on the mat, and the hen ate. ", count: 40)
    let corpus = try directory.write(text, to: "held-out.txt")
    func score(_ options: String...) throws -> JSONValue {
      let result = try shell(
        "$swiftlet evaluate --run \(run) --corpus \(corpus) --json \(options.joined())")
      #expect(result.status == 0, "\(result.errors)")
      return try result.json()
    }
    let (apart, overlapping) = (try score(), try score("--stride 3"))
    #expect(apart["stride"] == nil && overlapping["stride"] == 3)
    #expect(apart["tokens"] == overlapping["tokens"] && apart["bytes"] == overlapping["bytes"])
    #expect(apart["loss"] != overlapping["loss"])
    let kept = try RunDirectory(opening: run).evaluations()
    #expect(kept.map { $0["stride"] } == [nil, 3])
    #expect(try swiftlet("inspect", run).text.contains("stride 3, "))
    for wrong in ["0", "-1", "99999"] {
      let refused = try swiftlet("evaluate", "--run", run, "--corpus", corpus, "--stride=\(wrong)")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("--stride must be from 1 to the model's context of "))
    }
  }

  @Test func `threads do not change an evaluation, and nothing is left behind`() throws {
    let run = try makeRun()
    let text = String(repeating: "the cat sat on the mat, and the hen ate. ", count: 40)
    let corpus = try directory.write(text, to: "held-out.txt")
    try FileSystem.createDirectory(directory["tmp"])
    let results = try [1, 2, 3].map { threads in
      try shell(
        "TMPDIR=\(directory["tmp"]) $swiftlet evaluate --run \(run) --corpus \(corpus) --json "
          + "--threads \(threads)"
      ).text
    }
    #expect(results[0].contains("\"bytes\":\(text.utf8.count)"))
    #expect(Set(results).count == 1)
    #expect(try FileSystem.contents(ofDirectory: directory["tmp"]) == [])
  }

  @Test func `an interrupted evaluation leaves nothing behind`() throws {
    let run = try makeRun()
    try FileSystem.createDirectory(directory["tmp"])
    for signal in ["INT", "TERM"] {
      // A pipe that never ends: the ids so far are on disk.
      let result = try shell(
        """
        yes 'the cat sat on the mat' | TMPDIR=\(directory["tmp"]) \
          $swiftlet evaluate --run \(run) --corpus - 2> \(directory["log"]) & job=$!
        for i in {1..400}; do [ -n "$(ls \(directory["tmp"])/*/ 2>/dev/null)" ] && break; sleep 0.02; done
        kill -\(signal) $job; wait $job; echo $?
        """)
      #expect(result.text == (signal == "INT" ? "130\n" : "143\n"))
      #expect(try FileSystem.contents(ofDirectory: directory["tmp"]) == [])
    }
  }

  @Test func `paths are quoted in the command to try next`() throws {
    let run = try makeRun()
    let path = directory["my run's"]
    try FileSystem.rename(run, to: path)
    let result = try swiftlet("generate", "--run", path, "--max-tokens", "3", "the")
    let quoted = "'" + path.replacing("'", with: "'\\''") + "'"
    #expect(result.errors == "next: swiftlet evaluate --run \(quoted) --corpus FILE\n")
  }

  // MARK: Bad input

  @Test func `there must be a run`() throws {
    expectFailure(
      try swiftlet("generate", "--run", directory["none"], "x"),
      "there is no run at \(directory["none"])",
      hint: "a run is a directory with a run.json; check the path, or train one")
  }

  @Test func `there must be the checkpoint`() throws {
    let run = try makeRun()
    expectFailure(
      try generate(run, "x --checkpoint 15"), "the run \(run) has no step 15",
      hint: "it has steps 10, 20; latest is 20, best is 10")
    #expect(try generate(run, "x --checkpoint newest").status == 1)
  }

  @Test func `an evaluation needs text`() throws {
    let run = try makeRun()
    let corpus = try directory.write(" \n", to: "empty.txt")
    expectFailure(
      try swiftlet("evaluate", "--run", run, "--corpus", corpus),
      "the corpus \(corpus) is empty: it holds only white space",
      hint: "name files that hold text")
  }

  @Test func `a tokenizer that is not the run's is refused`() throws {
    let run = try makeRun()
    var trainer = BytePairTrainer(vocabularySize: 280)
    trainer.add(Array("a quick brown fox jumps over a quick brown dog".utf8))
    try trainer.train().write(to: run + "/tokenizer.json")
    expectFailure(
      try generate(run, "x"),
      "\(run)/tokenizer.json is not the tokenizer that the run was trained with")
  }

  @Test func `a damaged checkpoint is refused, and the other one still works`() throws {
    let run = try makeRun()
    let path = run + "/step-000020/model.safetensors"
    let bytes = try FileSystem.readFile(path)
    try AtomicFile.write(Array(bytes.dropLast(5)), to: path)
    expectFailure(
      try generate(run, "x"), "\(path) is truncated: \(bytes.count - 5) of \(bytes.count) bytes",
      hint: "choose another step with --checkpoint: step 10")
    var changed = bytes
    changed[bytes.count / 2] ^= 1
    try AtomicFile.write(changed, to: path)
    expectFailure(
      try generate(run, "x"), "\(path) is corrupt: its bytes are not those that were saved")
    try FileSystem.remove(path)
    expectFailure(try generate(run, "x"), "\(path) is missing")
    #expect(try generate(run, "x --checkpoint 10").status == 0)
  }
}
