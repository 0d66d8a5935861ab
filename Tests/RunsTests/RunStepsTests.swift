import Files
import Runs
import StrictJSON
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct RunStepsTests {
  private let directory = TemporaryDirectory()
  private let run: RunDirectory
  private let lock: FileLock

  init() throws { (run, lock) = try createRun(at: directory["a run"]) }

  private func error(_ body: () throws -> Void) -> (String, String?) {
    let error = #expect(throws: RunError.self) { try body() }
    return ((error?.description ?? "").replacing(directory.path + "/", with: ""), error?.hint)
  }

  @Test func `a saved step is latest and holds what was written`() throws {
    try save(5, in: run)
    #expect(try text(run["latest"]) == "step-000005\n")
    #expect(try text(run["step-000005/state.json"]).contains("\"data_cursor\": 35"))
    let state = try run.verifyStep(5)
    #expect(state.step == 5 && state.members == [.init(name: "data_cursor", value: 35)])
    try save(1_234_567, in: run)
    #expect(try run.steps == [5, 1_234_567] && run.latestStep() == 1_234_567)
    #expect(try run.path(ofStep: 1_234_567) == run["step-1234567"])
    #expect(try hiddenNames(in: run.path) == [])
  }

  @Test func `saved steps hold the same bytes wherever and whenever they are saved`() throws {
    let (other, _) = try createRun(at: directory["other"])
    for run in [run, other] { try save(3, in: run) }
    for name in ["state.json", "model.safetensors", "optimizer.safetensors"] {
      #expect(try text(run["step-000003/" + name]) == text(other["step-000003/" + name]))
    }
  }

  @Test func `a checkpoint is chosen by latest, best or number`() throws {
    #expect(
      error { _ = try run.resolve(checkpoint: "latest") }.0 == "the run a run has no "
        + "checkpoint yet")
    for step in [1, 2, 3] { try save(step, in: run) }
    #expect(try run.resolve(checkpoint: "latest") == 3)
    #expect(
      error { _ = try run.resolve(checkpoint: "best") }
        == ("the run a run has no best checkpoint yet", "it has steps 1, 2, 3; latest is 3"))
    try run.markBest(2)
    #expect(try run.resolve(checkpoint: "best") == 2 && run.bestStep() == 2)
    #expect(try run.resolve(checkpoint: "1") == 1)
    for name in ["latest", "best"] {
      let good = try FileSystem.readFile(run[name])
      for text in ["", "\n", "../x", "step-2", "\u{0}", String(repeating: "9", count: 100_000)] {
        try AtomicFile.write(Array(text.utf8), to: run[name])
        let found = error { _ = try run.resolve(checkpoint: name) }
        #expect(found.0 == "a run/\(name) is damaged: it names no step")
        #expect(found.1?.hasPrefix("choose one with --checkpoint, or remove the file: it ") == true)
        #expect(try run.resolve(checkpoint: "1") == 1)
      }
      try AtomicFile.write(Array("step-000009\n".utf8), to: run[name])
      if name == "latest" { #expect(try run.resolve(checkpoint: name) == 3) }
      try AtomicFile.write(good, to: run[name])
    }
    let hint = "it has steps 1, 2, 3; latest is 3, best is 2"
    #expect(
      error { _ = try run.resolve(checkpoint: "9") } == ("the run a run has no step 9", hint))
    #expect(error { try run.markBest(9) } == ("the run a run has no step 9", hint))
    for text in ["", "-1", "1.0", "step-000001", "Latest"] {
      #expect(
        error { _ = try run.resolve(checkpoint: text) }
          == (
            "\"\(text)\" is not a checkpoint: it is latest, best or the number of a step", hint
          ))
    }
    for step in 4...20 { try save(step, in: run) }
    #expect(
      error { _ = try run.resolve(checkpoint: "99") }.1
        == "it has steps 1, 2, 3, …, 13, 14, 15, 16, 17, 18, 19, 20; latest is 20, best is 2")
  }

  @Test func `old steps are removed, the latest and the best never`() throws {
    for step in 1...6 { try save(step, in: run) }
    try run.markBest(2)
    try run.removeSteps(keepingLast: 2)
    #expect(try run.steps == [2, 5, 6])
    try run.removeSteps(keepingLast: 0)
    #expect(try run.steps == [2, 6] && run.latestStep() == 6 && run.bestStep() == 2)
    #expect(try hiddenNames(in: run.path) == [])
  }

  @Test func `what has a step's name but no state does not stand in the way`() throws {
    try FileSystem.createDirectory(run["step-000001"])
    try FileSystem.append([1], to: run["step-000001/stray"])
    try save(1, in: run)
    try run.verifyStep(1)
    #expect(!FileSystem.exists(run["step-000001/stray"]))
    #expect(try run.steps == [1] && hiddenNames(in: run.path) == [])
  }

  @Test func `what only looks like a step is none`() throws {
    try save(1, in: run)
    for name in ["step-2", "step-0000003", "step-+00004", "step-000005", "step-", "steps"] {
      try FileSystem.createDirectory(run[name])
    }
    try FileSystem.append([1], to: run["step-000006"])
    try FileSystem.createDirectory(run["step-７"])
    #expect(try run.steps == [1])
  }

  @Test func `a save that fails leaves what was there and nothing else`() throws {
    struct Failure: Error {}
    try save(1, in: run)
    for step in [2, 3] {
      #expect(throws: Failure.self) {
        try run.writeStep(step, state: []) {
          try AtomicFile.write([1], to: $0 + "/model.safetensors")
          throw Failure()
        }
      }
      #expect(try run.steps == [1] && run.latestStep() == 1 && hiddenNames(in: run.path) == [])
      try run.verifyStep(1)
    }
  }

  @Test func `a full disk loses nothing that was saved`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      try saveOnFullDisk()
    }
  }

  @Test func `a damaged step is named, with what can be used instead`() throws {
    try save(1, in: run)
    try save(2, in: run)
    let path = run["step-000002/model.safetensors"]
    let whole = try FileSystem.readFile(path)
    let hint = "choose another step with --checkpoint: step 1"
    func verify(_ bytes: [UInt8]) throws -> (String, String?) {
      try FileSystem.remove(path)
      try FileSystem.append(bytes, to: path)
      return error { try run.verifyStep(2) }
    }
    let file = "a run/step-000002/model.safetensors"
    #expect(
      try verify(whole.dropLast()) == ("\(file) is truncated: 999 of 1000 bytes", hint))
    #expect(try verify(whole + [0]) == ("\(file) is too long: 1001 of 1000 bytes", hint))
    #expect(
      try verify(whole.dropLast() + [whole.last! ^ 1])
        == ("\(file) is corrupt: its bytes are not those that were saved", hint))
    try FileSystem.remove(path)
    #expect(error { try run.verifyStep(2) } == ("\(file) is missing", hint))
    try FileSystem.append(whole, to: path)
    try run.verifyStep(2)
    try FileSystem.rename(run["step-000002"], to: run["step-000007"])
    #expect(error { try run.verifyStep(7) }.0 == "a run/step-000007 holds step 2, not 7")
    #expect(error { try run.verifyStep(2) }.0 == "the run a run has no step 2")
  }

  @Test(arguments: [
    ("{", "is invalid JSON at byte 1: a name in quotes is expected"), ("[]", "is not an object"),
    ("{}", "has no \"schema_version\""),
    (
      #"{"schema_version":2}"#,
      "\"schema_version\" in F is not 1, which this Swiftlet reads"
    ),
    (#"{"schema_version":1}"#, "has no \"step\""),
    (#"{"schema_version":1,"step":"1"}"#, "\"step\" in F is not an integer"),
    (#"{"schema_version":1,"step":1}"#, "has no \"files\""),
    (#"{"schema_version":1,"step":1,"files":[]}"#, "\"files\" in F is not an object"),
    (
      #"{"schema_version":1,"step":1,"files":{"../x":{"bytes":1,"hash":"00"}}}"#,
      "\"files.../x\" in F is not the name of a file of the step"
    ),
    (
      #"{"schema_version":1,"step":1,"files":{"a":{"bytes":1,"hash":"00"}}}"#,
      "\"files.a.hash\" in F is not a hash of 32 hexadecimal digits"
    ),
    (
      #"{"schema_version":1,"step":1,"files":{"a":{"hash":"00"}}}"#, "has no \"files.a.bytes\""
    ),
  ])
  func `a damaged state is named`(text: String, expected: String) throws {
    try save(1, in: run)
    try AtomicFile.write(Array(text.utf8), to: run["step-000001/state.json"])
    let file = "a run/step-000001/state.json"
    let message = error { try run.verifyStep(1) }.0
    #expect(
      message == (expected.hasPrefix("\"") ? "" : file + " ") + expected.replacing("F", with: file))
  }
}

/// A limit on the size of files stands for the full disk.
private func saveOnFullDisk() throws {
  let directory = TemporaryDirectory()
  let (run, lock) = try createRun(at: directory["a"])
  try save(1, in: run)
  try run.markBest(1)
  try run.appendMetrics(["step": 1])
  func limit(_ bytes: Int) throws {
    var limits = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t.max)
    try #require(getrlimit(fileSizeLimit, &limits) == 0)
    limits.rlim_cur = rlim_t(bytes)
    try #require(setrlimit(fileSizeLimit, &limits) == 0)
  }
  // Too little for the second step's weights, then for its state.
  for (bytes, byteCount) in [(999, 1000), (100, 20)] {
    try limit(bytes)
    let error = #expect(throws: FileError.self) { try save(2, in: run, byteCount: byteCount) }
    #expect(error?.code == EFBIG)
    #expect(throws: FileError.self) {
      try run.appendMetrics(["step": 2, "text": .string(String(repeating: "x", count: 999))])
    }
    #expect(try run.steps == [1] && run.latestStep() == 1 && run.bestStep() == 1)
    try run.verifyStep(1)
    #expect(try hiddenNames(in: run.path) == [])
    #expect(try text(run["metrics.jsonl"]) == "{\"step\":1}\n")
  }
  // Too little even for `latest`: as if the disk filled up between two operations.
  #expect(throws: FileError.self) {
    try limit(100_000)
    try save(2, in: run)
    try limit(5)
    try run.markBest(2)
  }
  #expect(try run.bestStep() == 1)
  try limit(100_000)
  try save(3, in: run)
  #expect(try run.latestStep() == 3)
  withExtendedLifetime(lock) {}
}
