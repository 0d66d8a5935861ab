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

/// Every state that a kill can leave, made by hand in the order of the operations, and then kills
/// at random moments.
@Suite struct RunCrashTests {
  private let directory = TemporaryDirectory()
  private let run: RunDirectory

  /// A run with the steps 1 and 2, not locked.
  init() throws {
    (run, _) = try createRun(at: directory["run"])
    try save(1, in: run)
    try save(2, in: run)
  }

  /// Checks that the run opens before and after the next writer has cleared up.
  private func expect(_ before: Int?, then after: [Int], best: Int? = nil) throws {
    #expect(try run.latestStep() == before)
    if let before { try run.verifyStep(before) }
    let lock = try run.lock()
    #expect(try run.steps == after && run.latestStep() == after.last && run.bestStep() == best)
    for step in after { try run.verifyStep(step) }
    #expect(try hiddenNames(in: run.path) == [])
    try save(9, in: run)
    #expect(try run.latestStep() == 9)
    withExtendedLifetime(lock) {}
  }

  @Test func `while a step is being written`() throws {
    try FileSystem.createDirectory(run[".step-000003.partial"])
    try FileSystem.append([1], to: run[".step-000003.partial/.ab.partial"])
    try expect(2, then: [1, 2])
  }

  @Test func `when a step is written but has no name yet`() throws {
    try copy(run["step-000002"], to: run[".step-000003.partial"])
    try expect(2, then: [1, 2])
  }

  @Test func `when a step has its name but latest is the one before`() throws {
    try AtomicFile.write(Array("step-000001\n".utf8), to: run["latest"])
    try FileSystem.append(Array("step-0".utf8), to: run[".12ab.partial"])
    try expect(1, then: [1, 2])
  }

  @Test func `when the first step has its name but there is no latest`() throws {
    try FileSystem.remove(run["latest"])
    try FileSystem.remove(run["step-000001"])
    try expect(2, then: [2])
  }

  @Test func `while a step is being removed`() throws {
    try run.markBest(2)
    try FileSystem.rename(run["step-000001"], to: run[".step-000001.partial"])
    try FileSystem.remove(run[".step-000001.partial/state.json"])
    try expect(2, then: [2], best: 2)
  }

  @Test(arguments: ["", "\n", "step-000007\n", "../x", "step-2", "\u{0}"])
  func `when latest says nothing useful`(text: String) throws {
    try AtomicFile.write(Array(text.utf8), to: run["latest"])
    try AtomicFile.write(Array(text.utf8), to: run["best"])
    try expect(2, then: [1, 2])
  }

  @Test func `before the first step`() throws {
    for name in ["step-000001", "step-000002", "latest"] { try FileSystem.remove(run[name]) }
    try FileSystem.createDirectory(run[".step-000001.partial"])
    try expect(nil, then: [])
  }

  @Test func `a creation killed at any moment is begun again`() async throws {
    let path = directory["created"]
    var random = SeededGenerator(seed: 6)
    for _ in 0..<30 {
      let microseconds = Int.random(in: 200..<20_000, using: &random)
      await #expect(processExitsWith: .signal(SIGALRM)) {
        [path = path as String, microseconds = microseconds as Int] in
        var timer = itimerval()
        timer.it_value.tv_usec = .init(microseconds)
        setitimer(__itimer_which_t(0), &timer, nil)
        // Each turn but the one that is killed ends with a whole run.
        while true {
          let (_, lock) = try createRun(at: path)
          withExtendedLifetime(lock) {}
          try undoCreation(at: path)
        }
      }
      try undoCreation(at: path)
    }
    let (run, lock) = try createRun(at: path)
    #expect(try run.record() == sampleRecord)
    #expect(try hiddenNames(in: path) == [])
    #expect(try FileSystem.contents(ofDirectory: run["tokens"]) == ["shard"])
    withExtendedLifetime(lock) {}
  }

  @Test func `kills at random moments lose at most what was not saved`() async throws {
    let path = run.path
    try FileSystem.append([], to: path + "/saved")
    var last = 2
    var random = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let microseconds = Int.random(in: 200..<100_000, using: &random)
      await #expect(processExitsWith: .signal(SIGALRM)) {
        [path = path as String, microseconds = microseconds as Int] in
        let run = try RunDirectory(opening: path)
        let lock = try run.lock()
        var timer = itimerval()
        timer.it_value.tv_usec = .init(microseconds)
        setitimer(__itimer_which_t(0), &timer, nil)
        var step = try run.latestStep() ?? 0
        try run.cutMetrics(after: step)
        while true {
          step += 1
          try run.appendMetrics(["step": .integer(step)])
          try save(step, in: run, byteCount: 30_000)
          if step % 2 == 0 { try run.markBest(step) }
          try run.removeSteps(keepingLast: 2)
          try FileSystem.append(Array("\(step)\n".utf8), to: path + "/saved")
          withExtendedLifetime(lock) {}
        }
      }
      let before = try #require(try run.latestStep())
      #expect(before >= last)
      if let saved = try text(path + "/saved").split(separator: "\n").last.flatMap({ Int($0) }) {
        #expect(before >= saved)
      }
      try run.verifyStep(before)
      if let best = try run.bestStep() { try run.verifyStep(best) }
      let lock = try run.lock()
      last = try #require(try run.latestStep())
      #expect(last == before || last == before + 1)
      for step in try run.steps { try run.verifyStep(step) }
      let names = try FileSystem.contents(ofDirectory: path)
      #expect(try names.filter { $0.hasPrefix("step-") }.count == run.steps.count)
      #expect(try hiddenNames(in: path) == [])
      try run.cutMetrics(after: last)
      if last > 2 {
        #expect(
          try text(run["metrics.jsonl"]) == (3...last).map { "{\"step\":\($0)}\n" }.joined())
      }
      withExtendedLifetime(lock) {}
    }
    #expect(last > 3)
  }
}

/// Takes a run back to where its creation had all but finished.
private func undoCreation(at path: String) throws {
  guard RunDirectory.exists(at: path) else { return }
  try FileSystem.createDirectory(path + "/.creating.partial")
  try FileSystem.remove(path + "/run.json")
}
