import Testing
import Training

@Suite struct BatchSizeScheduleTests {
  @Test(arguments: [1, 3, 8, 20], [0, 1, 2, 3, 7, 300])
  func `a batch grows to its size, and what was read is the sum`(full: Int, warmup: Int) {
    let batches = BatchSizeSchedule(full: full, warmupSteps: warmup)
    var sum = 0
    for step in 0..<warmup + 5 {
      #expect(batches.sequences(before: step) == sum)
      // As many as are needed, and no more.
      #expect(batches.steps(toRead: sum) == step)
      #expect(batches.steps(toRead: sum + 1) == step + 1)
      let size = batches.size(at: step)
      #expect((1...full).contains(size) && (step < warmup || size == full))
      #expect(step == 0 || size >= batches.size(at: step - 1))
      sum += size
    }
    #expect(BatchSizeSchedule(full: 16, warmupSteps: 6).size(at: 0) == 2)
  }
}
