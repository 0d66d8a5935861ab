/// Notices, from one validation to the next, when a model learns its training data by heart: the
/// training loss falls, and the validation loss stays above its best.
package struct Overfitting {
  private var sum = 0.0
  private var count = 0
  private var lastMean: Double?
  private var signs = 0

  /// Signs in a row before something is said; one alone is noise.
  private static let enough = 3

  /// Has seen nothing.
  package init() {}

  /// A step was done.
  package mutating func add(loss: Double) {
    sum += loss
    count += 1
  }

  /// A validation was done; says whether it is time to say something, which happens once before each new best.
  package mutating func validated(isBest: Bool) -> Bool {
    guard count > 0 else { return false }
    let mean = sum / Double(count)
    defer { (sum, count, lastMean) = (0, 0, mean) }
    guard let lastMean else { return false }
    signs = isBest || mean >= lastMean ? 0 : signs + 1
    return signs == Self.enough
  }
}
