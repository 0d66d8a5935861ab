import Testing
import swiftlet

@Suite struct ProgressLineTests {
  @Test func `a line reads the same width from start to end`() {
    let lines = [0, 7, 1200, 4999, 5000].map {
      ProgressLine.text("step", $0, of: 5000, .count, detail: "loss 3.412", remaining: 370)
    }
    #expect(
      lines == [
        "step    0/5000   0% ▕          ▏ loss 3.412 · 6m 10s left",
        "step    7/5000   0% ▕          ▏ loss 3.412 · 6m 10s left",
        "step 1200/5000  24% ▕██▍       ▏ loss 3.412 · 6m 10s left",
        "step 4999/5000  99% ▕█████████▉▏ loss 3.412 · 6m 10s left",
        "step 5000/5000 100% ▕██████████▏ loss 3.412 · 6m 10s left",
      ])
  }

  @Test func `bytes are shown in millions, and unknown totals not at all`() {
    #expect(
      ProgressLine.text("reading", 2_540_000, of: 20_000_000, .bytes, detail: "", remaining: nil)
        == "reading  2.5/20.0 MB  12% ▕█▎        ▏")
    #expect(
      ProgressLine.text(
        "reading", 2_550_000, of: nil, .bytes, detail: "9 documents", remaining: nil)
        == "reading 2.6 MB 9 documents")
  }

  @Test(arguments: [
    (0.2, "0s"), (59.4, "59s"), (59.6, "1m 00s"), (370, "6m 10s"), (3599, "59m 59s"),
    (11_100, "3h 05m"),
  ])
  func `durations`(_ seconds: Double, _ text: String) {
    #expect(ProgressLine.duration(seconds) == text)
  }
}

@Suite struct TimeEstimateTests {
  @Test func `steady work is estimated exactly`() {
    var estimate = TimeEstimate()
    #expect(estimate.remaining(done: 0.1, at: 3) == nil)
    for step in 1...8 {
      let remaining = estimate.remaining(done: 0.1 + 0.1 * Double(step), at: 3 + Double(step))
      #expect(abs((remaining ?? -1) - Double(9 - step)) < 1e-9)
    }
  }

  @Test func `what came before the first observation is not projected`() {
    var estimate = TimeEstimate()
    // A slow first step, then a tenth of the work a second.
    _ = estimate.remaining(done: 0.1, at: 100)
    #expect(abs((estimate.remaining(done: 0.2, at: 101) ?? -1) - 8) < 1e-9)
  }

  @Test func `the time left never grows`() {
    var estimate = TimeEstimate()
    var last = Double.infinity
    for (index, done) in [0.1, 0.2, 0.3, 0.31, 0.32, 0.33, 0.34, 0.8, 0.81, 1].enumerated() {
      if let remaining = estimate.remaining(done: done, at: Double(index)) {
        #expect(remaining <= last)
        last = remaining
      }
    }
    #expect(last >= 0)
  }

  @Test func `days are not estimated`() {
    var estimate = TimeEstimate()
    _ = estimate.remaining(done: 0, at: 0)
    #expect(estimate.remaining(done: 1e-7, at: 60) == nil)
  }
}
