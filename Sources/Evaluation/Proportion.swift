/// How often something was right, and how sure that is.
public struct Proportion: Sendable, Equatable {
  /// How often it was right.
  public let successes: Int
  /// Of how many.
  public let count: Int

  /// `successes` of `count`.
  public init(_ successes: Int, of count: Int) {
    precondition(count > 0 && (0...count).contains(successes), "\(successes) of \(count)")
    self.successes = successes
    self.count = count
  }

  /// The share.
  public var share: Double { Double(successes) / Double(count) }

  /// Where the true share is with 95 % confidence. Source: Wilson, "Probable Inference, the Law of
  /// Succession, and Statistical Inference", 1927.
  public var interval: ClosedRange<Double> {
    let z = 1.959963984540054, n = Double(count), p = share
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // The share is inside, however that rounds.
    return min(p, max(0, middle - half))...max(p, min(1, middle + half))
  }
}
