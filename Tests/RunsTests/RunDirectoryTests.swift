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

@Suite struct RunDirectoryTests {
  private let directory = TemporaryDirectory()

  private func description(_ body: () throws -> Void) -> String {
    let error = #expect(throws: RunError.self) { try body() }
    return (error?.description ?? "").replacing(directory.path + "/", with: "")
  }

  @Test(arguments: ["run", "run/", "deep/er/run", "two words\n故事/é"])
  func `a created run opens, under any name`(name: String) throws {
    #expect(!RunDirectory.exists(at: directory[name]))
    let (run, lock) = try createRun(at: directory[name])
    #expect(RunDirectory.exists(at: directory[name]))
    #expect(try RunDirectory(opening: directory[name]).record() == sampleRecord)
    #expect(
      try FileSystem.contents(ofDirectory: run.path)
        == [".lock", "config.json", "run.json", "tokenizer.json", "tokens"])
    #expect(try run.steps.isEmpty && run.latestStep() == nil && run.bestStep() == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `a run is locked while it is written`() throws {
    var (run, lock): (RunDirectory, FileLock?) = try createRun(at: directory["a"])
    #expect(description { _ = try run.lock() } == "another process is training the run a")
    withExtendedLifetime(lock) {}
    lock = nil
    lock = try run.lock()
    #expect(description { _ = try run.lock() } == "another process is training the run a")
    withExtendedLifetime(lock) {}
  }

  @Test func `nothing is ever created over a run or other files`() throws {
    _ = try createRun(at: directory["a"])
    let before = try FileSystem.contents(ofDirectory: directory["a"])
    #expect(description { _ = try createRun(at: directory["a"]) } == "a run exists at a")
    #expect(try FileSystem.contents(ofDirectory: directory["a"]) == before)
    try FileSystem.createDirectory(directory["b/inner"])
    #expect(
      description { _ = try createRun(at: directory["b/"]) } == "b is not empty, and not a run")
    #expect(try FileSystem.contents(ofDirectory: directory["b"]) == ["inner"])
    try FileSystem.append([1], to: directory["file"])
    #expect(throws: FileError("list", directory["file"], code: ENOTDIR)) {
      try createRun(at: directory["file"])
    }
  }

  @Test func `what is no run is not opened`() throws {
    try FileSystem.createDirectory(directory["a"])
    for name in ["a", "missing"] {
      #expect(
        description { _ = try RunDirectory(opening: directory[name]) }
          == "there is no run at \(name)")
    }
  }

  @Test func `a creation that fails leaves no run and can be repeated`() throws {
    struct Failure: Error {}
    #expect(throws: Failure.self) {
      _ = try RunDirectory.create(at: directory["a"]) {
        try sampleRecord.write(to: $0 + "/run.json")
        throw Failure()
      }
    }
    #expect(!FileSystem.exists(directory["a"]))
    _ = try createRun(at: directory["a"])
    #expect(try RunDirectory(opening: directory["a"]).record() == sampleRecord)
  }

  @Test func `a creation that fails in a directory that was there leaves it empty`() throws {
    struct Failure: Error {}
    try FileSystem.createDirectory(directory["a"])
    #expect(throws: Failure.self) {
      _ = try RunDirectory.create(at: directory["a"]) { _ in throw Failure() }
    }
    #expect(try FileSystem.contents(ofDirectory: directory["a"]) == [".lock"])
  }

  /// Each is what a kill during the creation can leave, by the order of its operations.
  @Test(arguments: [
    [], [".lock"], [".lock", ".creating.partial/"],
    [".lock", ".creating.partial/.1f.partial", ".creating.partial/config.json"],
    [".lock", ".creating.partial/run.json", ".creating.partial/tokenizer.json", "config.json"],
    [".lock", ".creating.partial/run.json", "tokenizer.json", "config.json"],
    [".lock", ".creating.partial/run.json", ".creating.partial/tokens/shard", "config.json"],
    [".lock", ".creating.partial/run.json", "tokens/shard", "tokens/other", "config.json"],
  ])
  func `an interrupted creation is no run and is begun again`(names: [String]) throws {
    try FileSystem.createDirectory(directory["a"])
    for name in names {
      try FileSystem.createDirectory(FileSystem.parent(of: directory["a/" + name + "x"]))
      if !name.hasSuffix("/") { try FileSystem.append([1], to: directory["a/" + name]) }
    }
    #expect(!RunDirectory.exists(at: directory["a"]))
    let (run, _) = try createRun(at: directory["a"])
    #expect(try run.record() == sampleRecord)
    #expect(try text(run["tokenizer.json"]) == "{}" && text(run["config.json"]) == "{}")
    #expect(try FileSystem.contents(ofDirectory: run["tokens"]) == ["shard"])
    #expect(try FileSystem.readFile(run["tokens/shard"]) == [7])
    #expect(try hiddenNames(in: run.path) == [])
  }

  @Test func `a creation killed at its very end is a run`() throws {
    _ = try createRun(at: directory["a"])
    try FileSystem.createDirectory(directory["a/.creating.partial"])
    let run = try RunDirectory(opening: directory["a"])
    _ = try run.lock()
    #expect(try hiddenNames(in: run.path) == [])
  }
}
