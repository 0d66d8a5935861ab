/// The sequences of each update: an eighth, a quarter and a half of the batch in equal parts of a warm-up,
/// then all of it.
///
/// Early gradients point the same way in small batches, so their updates come sooner; later ones need
/// many sequences to be told from noise. Sources: Brown et al., "Language Models are Few-Shot Learners",
/// 2020, appendix B, which also begins with a small batch; McCandlish et al., "An Empirical Model of
/// Large-Batch Training", 2018, for the reason.
public struct BatchSizeSchedule: Sendable, Hashable {
  /// Sequences of an update after the warm-up.
  public let full: Int
  /// Updates of the warm-up.
  public let warmupSteps: Int

  private static let stages = 3

  /// A schedule; without warm-up, every update has `full` sequences.
  public init(full: Int, warmupSteps: Int = 0) {
    precondition(full > 0 && warmupSteps >= 0, "\(full) sequences, \(warmupSteps) steps")
    self.full = full
    self.warmupSteps = warmupSteps
  }

  /// The sequences of the update after `step` updates.
  public func size(at step: Int) -> Int {
    guard step < warmupSteps else { return full }
    let stage = step * Self.stages / warmupSteps
    return max(1, full >> (Self.stages - stage))
  }

  /// The sizes of the first `steps` updates, the smallest first.
  func sizes(before steps: Int) -> [Int] {
    let begins = (0...Self.stages).map { firstStep(of: $0) }.filter { $0 < steps }
    return Set(begins.map { size(at: $0) }).sorted()
  }

  /// The sequences of the first `steps` updates together.
  public func sequences(before steps: Int) -> Int {
    var sum = max(0, steps - warmupSteps) * full
    for stage in 0..<Self.stages {
      // The first update of a stage is the first that the division above gives its number.
      let (begin, end) = (firstStep(of: stage), firstStep(of: stage + 1))
      sum += max(0, min(steps, end) - begin) * max(1, full >> (Self.stages - stage))
    }
    return sum
  }

  /// How many updates it takes to read so many sequences.
  public func steps(toRead sequences: Int) -> Int {
    let rest = sequences - self.sequences(before: warmupSteps)
    if rest > 0 { return warmupSteps + (rest + full - 1) / full }
    var (few, enough) = (-1, warmupSteps)
    while enough - few > 1 {
      let middle = (few + enough) / 2
      if self.sequences(before: middle) >= sequences { enough = middle } else { few = middle }
    }
    return enough
  }

  private func firstStep(of stage: Int) -> Int {
    (stage * warmupSteps + Self.stages - 1) / Self.stages
  }
}
