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
    if mayPass { try damage(file, then: "inspect run/tokens", mayPass: true, isAlone: true) }
  }
}
