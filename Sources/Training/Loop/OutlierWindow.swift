package import Runs

/// The losses and gradient norms of recent steps, to tell which step is an outlier.
///
/// A step whose loss or norm lies more than some standard deviations above the mean of the last 128
/// steps is skipped: one bad batch can undo hours. Source: Groeneveld et al., "OLMo: Accelerating the
/// Science of Language Models", 2024, and the 128 steps and six deviations of its successor's
/// optimizer.
package struct OutlierWindow {
  /// Above these a step is an outlier.
  package struct Limits {
    package let loss: Double
    package let norm: Double
  }

  /// Steps; before as many are done, none is an outlier.
  static let length = 128
  private var losses: [Double]
  private var norms: [Double]

  /// Goes on from what a run has measured, so that resuming decides as if it had not stopped.
  package init(_ metrics: MetricsHistory) {
    losses = metrics["loss"].suffix(Self.length).map(\.value)
    norms = metrics["gradient_norm"].suffix(Self.length).map(\.value)
  }

  /// How many steps it knows.
  var count: Int { min(losses.count, norms.count) }

  package mutating func add(loss: Double, norm: Double) {
    losses = losses.suffix(Self.length - 1) + [loss]
    norms = norms.suffix(Self.length - 1) + [norm]
  }

  /// The limits at so many standard deviations; `nil` while the window is not full.
  package func limits(deviations: Double) -> Limits? {
    guard losses.count == Self.length, norms.count == Self.length else { return nil }
    return Limits(
      loss: Self.limit(losses, deviations), norm: Self.limit(norms, deviations))
  }

  private static func limit(_ values: [Double], _ deviations: Double) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return mean + deviations * variance.squareRoot()
  }
}
