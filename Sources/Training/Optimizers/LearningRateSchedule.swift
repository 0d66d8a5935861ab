#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The learning rate of each step: a linear warm-up to the peak, then down.
public struct LearningRateSchedule: Sendable, Hashable {
  /// How it comes down after the warm-up.
  public enum Shape: String, Sendable, CaseIterable {
    /// Half a cosine from the peak to the floor (Loshchilov and Hutter, "SGDR", 2017, equation 5).
    case cosine
    /// Warm-up–stable–decay: the peak, and in the last fifth of the steps linearly to the floor
    /// (Hu et al., "MiniCPM", 2024, section 4).
    case wsd
  }

  /// How it comes down.
  public let shape: Shape
  /// The greatest rate.
  public let peak: Double
  /// The last rate, as a share of the peak.
  public let floor: Double
  /// Steps of the warm-up.
  public let warmupSteps: Int
  /// All steps.
  public let totalSteps: Int

  /// The last part of ``Shape/wsd``, as a share of all steps.
  static let decayShare = 0.2

  /// A schedule; warm-up is cut to the total.
  public init(shape: Shape, peak: Double, floor: Double, warmupSteps: Int, totalSteps: Int) {
    precondition(totalSteps > 0 && warmupSteps >= 0, "\(warmupSteps) of \(totalSteps) steps")
    self.shape = shape
    self.peak = peak
    self.floor = floor
    self.warmupSteps = min(warmupSteps, totalSteps)
    self.totalSteps = totalSteps
  }

  /// The rate of the update after `step` updates, 0 ..< totalSteps.
  public func rate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    let progress: Double
    switch shape {
    case .cosine:
      progress = Double(step - warmupSteps + 1) / Double(max(1, totalSteps - warmupSteps))
      return peak * (floor + (1 - floor) * (1 + cos(.pi * min(1, progress))) / 2)
    case .wsd:
      let decaySteps = max(1, Int(Double(totalSteps) * Self.decayShare))
      let begin = max(warmupSteps, totalSteps - decaySteps)
      progress = Double(max(0, step - begin + 1)) / Double(max(1, totalSteps - begin))
      return peak * (1 - (1 - floor) * min(1, progress))
    }
  }
}
