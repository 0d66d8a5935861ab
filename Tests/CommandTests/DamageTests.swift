import Files
import StrictJSON
import TestSupport
import Testing

/// Files of a run that are cut short, changed, lengthened or another's, in front of the built program.
@Suite struct DamageTests {
  private let directory = TemporaryDirectory()

  /// A run that stopped two steps before its end, and another one; both with their text as shards.
  init() throws {
    let result = try shell(
      """
      cd \(directory.path)
      $swiftlet corpus synthesize --megabytes 0.3 --examples 0 --seed 3 --out stories -q
      for seed in 1 2; do
        $swiftlet tokenizer train stories/stories.jsonl --vocab-size 30$seed --out t$seed.json -q
        $swiftlet pretrain --corpus stories/stories.jsonl --tokenizer t$seed.json --run run$seed \
          --layers 1 --width 32 --heads 2 --ffn 32 --context 32 --batch-size 4 --steps 6 \
          --checkpoint-every 4 --evaluate-every 100 --keep 9 --seed $seed -q
        rm -r run$seed/step-000006 run$seed/best
      done
      """)
    try #require(result.status == 0, "\(result.errors)")
  }

  /// What may have become of a file, and what it is called.
  private func damages(_ bytes: [UInt8], other: [UInt8]) -> [(name: String, bytes: [UInt8])] {
    var generator = SeededGenerator(seed: UInt64(bytes.count))
    var damages: [(name: String, bytes: [UInt8])] = [
      ("empty", []), ("halved", Array(bytes.prefix(bytes.count / 2))),
      ("without its last byte", Array(bytes.dropLast())), ("doubled", bytes + bytes),
      ("with zeros behind it", bytes + [UInt8](repeating: 0, count: 64)), ("another's", other),
    ]
    for _ in 0..<3 {
      var changed = bytes
      let place = Int.random(in: bytes.indices, using: &generator)
      changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      damages.append(("with a bit turned at byte \(place)", changed))
    }
    return damages.filter { $0.bytes != bytes }
  }

  /// All names below a directory, and the sizes of the files.
  private func listing(_ path: String) throws -> [String] {
    let result = try shell("cd \(path) && find . -printf '%p %s %y\\n' | grep -v ' d$' | sort")
    return result.text.split(separator: "\n").map(String.init)
  }

  /// - Parameters:
  ///   - command: Uses the run `run`.
  ///   - mayPass: Whether a change may also have no consequence.
  ///   - isAlone: Whether nothing else says whose the file must be.
  private func damage(
    _ file: String, then command: String, mayPass: Bool = false, isAlone: Bool = false
  ) throws {
    let good = try FileSystem.readFile(directory["run1/\(file)"])
    let other = try FileSystem.readFile(directory["run2/\(file)"])
    for damage in damages(good, other: other) {
      _ = try shell("cd \(directory.path) && rm -rf run new && cp -r run1 run")
      try AtomicFile.write(damage.bytes, to: directory["run/\(file)"])
      let before = try listing(directory["run"])
      let result = try shell("cd \(directory.path) && timeout 60 $swiftlet \(command)")
      let what = "\(file) \(damage.name), \(command): \(result.status) \(result.errors)"
      if result.status == 0 {
        #expect(
          mayPass && damage.name.hasPrefix("with") || isAlone && damage.name == "another's",
          "\(what)")
        continue
      }
      #expect(result.status == 1, "\(what)")
      let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
      #expect(lines.first?.hasPrefix("error: ") == true && lines.count <= 2, "\(what)")
      #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("hint: ") }, "\(what)")
      #expect(result.text == "", "\(what)")
      let after = try listing(directory["run"]).filter { !$0.hasPrefix("./.lock ") }
      // `latest` is put right before anything else is looked at.
      #expect(
        after.filter { !$0.hasPrefix("./latest ") }
          == before.filter { !$0.hasPrefix("./.lock ") && !$0.hasPrefix("./latest ") }, "\(what)")
      #expect(!FileSystem.exists(directory["new"]), "\(what)")
    }
  }

  @Test(arguments: [
    "step-000004/model.safetensors", "step-000004/optimizer.safetensors",
    "step-000004/config.json",
  ])
  func `a step that is damaged is neither used nor trained`(_ file: String) throws {
    try damage(file, then: "generate --run run --max-tokens 3 -q Once")
    try damage(file, then: "pretrain --run run --resume -q")
    try damage(file, then: "export --run run --format huggingface --out new")
  }

  @Test func `a step's state`() throws {
    // It has no hash of its own: a changed figure may be believed.
    try damage(
      "step-000004/state.json", then: "generate --run run --max-tokens 3 -q a", mayPass: true)
    try damage("step-000004/state.json", then: "pretrain --run run --resume -q", mayPass: true)
  }

  @Test func `a tokenizer that is damaged`() throws {
    try damage("tokenizer.json", then: "generate --run run --max-tokens 3 -q Once", mayPass: true)
    try damage("tokenizer.json", then: "pretrain --run run --resume -q", mayPass: true)
    try damage(
      "tokenizer.json", then: "tokenizer encode --tokenizer run/tokenizer.json t1.json --out new",
      mayPass: true, isAlone: true)
  }

  @Test func `extents that are damaged`() throws {
    try damage("config.json", then: "pretrain --run run --resume -q")
    try damage("config.json", then: "pretrain --config run --steps 2 --run new -q")
  }

  @Test func `an adapter's extents that are damaged, also where inspect looks`() throws {
    let made = try inDirectory(
      #"echo '{"prompt":"a","completion":"b"}' > data.jsonl; "#
        + "$swiftlet finetune --base run1 --data data.jsonl --steps 2 --run tuned -q && "
        + "sed -i 's/rope_theta/rope_thetb/' tuned/config.json")
    #expect(made.status == 0, "\(made.errors)")
    let sentence = "tuned/config.json is not the one that the run was made with"
    for line in [
      "chat --run tuned < data.jsonl", "merge --adapter tuned --run merged -q",
      "finetune --run tuned --resume -q",
    ] {
      expectFailure(try inDirectory("$swiftlet \(line)"), sentence)
    }
    let report = try inDirectory("$swiftlet inspect tuned --json").json()
    #expect(report["damage"] == .string(sentence))
  }

  @Test func `a record that is damaged`() throws {
    try damage("run.json", then: "generate --run run --max-tokens 3 -q Once", mayPass: true)
    try damage("run.json", then: "pretrain --run run --resume -q", mayPass: true)
  }

  @Test(arguments: ["tokens/train-00000.tokens", "tokens/manifest.json"])
  func `token shards that are damaged`(_ file: String) throws {
    let mayPass = file.hasSuffix("json")
    try damage(file, then: "pretrain --run run --resume -q", mayPass: mayPass)
    try damage(
      file, then: "pretrain --corpus run/tokens --tokenizer t1.json --run new --steps 2 -q",
      mayPass: mayPass)
    try damage(file, then: "inspect run/tokens", mayPass: mayPass, isAlone: true)
  }

  private func inDirectory(_ line: String) throws -> CommandResult {
    try shell("cd \(directory.path); \(line)")
  }

  @Test func `an export takes nothing away`() throws {
    let result = try inDirectory(
      "mkdir inner; cp -r run1 inner/run; echo mine > inner/notes; cd inner; "
        + "$swiftlet export --run run --format huggingface --out out/.. -q")
    expectFailure(result, "out/.. is no name for a new directory", hint: "choose another --out")
    #expect(FileSystem.exists(directory["inner/notes"]))
    #expect(FileSystem.exists(directory["inner/run/run.json"]))
  }

  @Test func `an import or a merge that fails leaves no run, and what was there`() throws {
    let setup = try inDirectory(
      "$swiftlet export --run run1 --format huggingface --out model -q && mkdir -p kept/.git")
    #expect(setup.status == 0, "\(setup.errors)")
    let result = try inDirectory("ulimit -f 30; $swiftlet import model --run kept -q")
    #expect(result.status == 1)
    #expect(FileSystem.exists(directory["kept/.git"]))
    #expect(!FileSystem.exists(directory["kept/run.json"]))
  }

  @Test func `pipes where files belong, and sizes that no disk has`() throws {
    for (file, line) in [
      ("config.json", "import run1 --run new -q"), ("metrics.jsonl", "inspect run1"),
      ("tokenizer.json", "generate --run run1 Once -q"),
    ] {
      let result = try inDirectory(
        "mv run1/\(file) saved; mkfifo run1/\(file); timeout 60 $swiftlet \(line); code=$?; "
          + "rm run1/\(file); mv saved run1/\(file); exit $code")
      #expect(result.status == 1, "\(line): \(result.errors)")
      #expect(result.errors.contains("it is a pipe, not a regular file"), "\(result.errors)")
    }
    let device = try inDirectory(
      "mkdir corpus; ln -s /dev/zero corpus/a.txt; timeout 60 $swiftlet corpus stats corpus -q")
    expectFailure(device, "corpus/a.txt is no regular file")
    // A file system that can hold such a file is not everywhere.
    let sparse = try inDirectory(
      "for name in a b; do truncate -s 9223372036854775807 /dev/shm/$$.$name.txt || exit 99; done; "
        + "timeout 5 $swiftlet corpus stats /dev/shm/$$.a.txt /dev/shm/$$.b.txt -q; code=$?; "
        + "rm -f /dev/shm/$$.*; exit $code")
    #expect([124, 99, 1].contains(sparse.status), "\(sparse.status)")
  }

  @Test func `predictions of teachers that are damaged are not learned from`() throws {
    let made = try inDirectory(
      "$swiftlet distill --teacher run1 --student run1 --corpus stories/stories.jsonl --cache 4 "
        + "--steps 4 --batch-size 2 --checkpoint-every 2 --sample-every 0 --run student -q "
        + "&& rm -r student/step-000004")
    #expect(made.status == 0, "\(made.errors)")
    let path = directory["student/teachers.safetensors"]
    var bytes = try FileSystem.readFile(path)
    bytes[bytes.count - 5] ^= 1
    try AtomicFile.write(bytes, to: path)
    let result = try inDirectory("$swiftlet distill --run student --resume -q")
    expectFailure(
      result,
      "student/teachers.safetensors is corrupt: its bytes are not those that were saved",
      hint: "restore it, or make the run again")
  }

  @Test func `what cannot be written is said before the work`() throws {
    let questions = #"{"prompt":"a","completion":"b"}"#
    try AtomicFile.write(Array(questions.utf8), to: directory["q.jsonl"])
    for line in [
      "sample --run run1 --data q.jsonl --out none/x -q",
      "evaluate --run run1 --task questions --data q.jsonl --answers none/x -q",
    ] {
      let result = try inDirectory("$swiftlet \(line)")
      #expect(
        result.status == 1 && result.errors.contains("cannot write none/x"), "\(result.errors)")
    }
    let scorer = try inDirectory(
      "$swiftlet sample --run run1 --data q.jsonl --n 40 --score false --out kept.jsonl -q")
    #expect(scorer.status == 1)
    #expect(FileSystem.exists(directory["kept.jsonl.unscored"]))
    #expect(!FileSystem.exists(directory["kept.jsonl"]))
  }
}
