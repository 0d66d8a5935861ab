import Runs
import StrictJSON
import TestSupport
import Testing
import Training

/// What watches over a run: outliers, learning by heart.
@Suite struct GuardingTests {
  private func history(_ count: Int) -> MetricsHistory {
    let lines = (0..<count).map { index in
      // Losses 1 and 3 in turn: mean 2, deviation 1; norms all 5.
      "{\"step\":\(index + 1),\"loss\":\(index % 2 == 0 ? 1 : 3),\"gradient_norm\":5}\n"
    }
    return MetricsHistory(Array(lines.joined().utf8))
  }

  @Test func `limits lie so many deviations above the mean, once there are 128 steps`() throws {
    #expect(OutlierWindow(history(127)).limits(deviations: 3) == nil)
    let limits = try #require(OutlierWindow(history(128)).limits(deviations: 3))
    #expect(limits.loss == 5 && limits.norm == 5)
  }

  @Test func `a window that goes on from metrics is the window that did not stop`() throws {
    var window = OutlierWindow(history(128))
    for index in 128..<200 { window.add(loss: index % 2 == 0 ? 1 : 3, norm: 5) }
    window.add(loss: 40, norm: 9)
    var other = OutlierWindow(history(200))
    other.add(loss: 40, norm: 9)
    let limits = try #require(window.limits(deviations: 2))
    let others = try #require(other.limits(deviations: 2))
    #expect(limits.loss == others.loss && limits.norm == others.norm && limits.loss > 4)
  }

  @Test func `learning by heart is noticed once, at the third sign in a row`() {
    var overfitting = Overfitting()
    // (training loss, whether the validation was the best)
    let story: [(Double, Bool)] = [
      (5, true), (4, false), (3, false), (2.9, true), (2.8, false), (2.7, false), (2.6, false),
      (2.5, false), (2.4, false),
    ]
    let noticed = story.map { loss, isBest in
      overfitting.add(loss: loss)
      return overfitting.validated(isBest: isBest)
    }
    #expect(noticed == [false, false, false, false, false, false, true, false, false])
    var stalled = Overfitting()
    for _ in 0..<9 {
      stalled.add(loss: 3)
      let isNoticed = stalled.validated(isBest: false)
      #expect(!isNoticed)
    }
  }
}
