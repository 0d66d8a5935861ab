import Files
import Runs
import StrictJSON
import TestSupport
import Testing

@Suite struct RunMetricsTests {
  private let directory = TemporaryDirectory()
  private let run: RunDirectory

  init() throws { (run, _) = try createRun(at: directory["run"]) }

  @Test func `lines are appended and cut back to a step`() throws {
    try run.cutMetrics(after: 5)
    #expect(!FileSystem.exists(run["metrics.jsonl"]))
    for step in 1...4 {
      try run.appendMetrics(["step": .integer(step), "loss": .number(.nan), "t": "é\n"])
      if step == 2 { try run.appendMetrics(["step": 2, "validation_loss": 1.5]) }
    }
    let whole = try text(run["metrics.jsonl"])
    #expect(whole.hasPrefix("{\"step\":1,\"loss\":null,\"t\":\"é\\n\"}\n{\"step\":2,"))
    try run.cutMetrics(after: 4)
    #expect(try text(run["metrics.jsonl"]) == whole)
    try run.cutMetrics(after: 2)
    #expect(
      try text(run["metrics.jsonl"])
        == whole.split(separator: "\n").prefix(3)
        .map { $0 + "\n" }.joined())
    try run.cutMetrics(after: 0)
    #expect(try text(run["metrics.jsonl"]) == "")
  }

  @Test func `a torn last line is dropped at every length`() throws {
    let first = "{\"step\": 1,  \"a\":[]}\n"
    let second = "{\"step\":1,\"loss\":2.5}\n"
    for count in 0...second.utf8.count {
      let text = first + second.prefix(count)
      try AtomicFile.write(Array(text.utf8), to: run["metrics.jsonl"])
      try run.cutMetrics(after: 1)
      let kept = count == second.utf8.count ? first + second : first
      #expect(try RunsTests.text(run["metrics.jsonl"]) == kept)
    }
  }
}
