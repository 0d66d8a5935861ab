import Testing
import Training

@Suite struct LearningRateScheduleTests {
  @Test func `warm-up is linear and reaches the peak`() {
    let schedule = LearningRateSchedule(
      shape: .cosine, peak: 1, floor: 0.1, warmupSteps: 4, totalSteps: 20)
    #expect((0..<4).map(schedule.rate) == [0.25, 0.5, 0.75, 1])
  }

  @Test func `the cosine passes its middle halfway and ends at the floor`() {
    let schedule = LearningRateSchedule(
      shape: .cosine, peak: 2, floor: 0.1, warmupSteps: 10, totalSteps: 110)
    #expect(abs(schedule.rate(at: 59) - 2 * 0.55) < 1e-12)
    #expect(abs(schedule.rate(at: 109) - 0.2) < 1e-12)
  }

  @Test func `warm-up, stable, decay stays at the peak and falls in the last fifth`() {
    let schedule = LearningRateSchedule(
      shape: .wsd, peak: 1, floor: 0, warmupSteps: 10, totalSteps: 100)
    #expect((10..<80).allSatisfy { schedule.rate(at: $0) == 1 })
    #expect(abs(schedule.rate(at: 89) - 0.5) < 1e-12)
    #expect(abs(schedule.rate(at: 99)) < 1e-12)
  }

  @Test func `a run of one step has a rate`() {
    for shape in LearningRateSchedule.Shape.allCases {
      let schedule = LearningRateSchedule(
        shape: shape, peak: 1, floor: 0.1, warmupSteps: 5, totalSteps: 1)
      #expect(schedule.rate(at: 0) > 0)
    }
  }
}
