/// Sums beside the loss, such as how often a preference was right, in the order in which they were
/// first added.
public struct Measures: Sendable, Equatable {
  /// A name and a sum.
  public struct Measure: Sendable, Equatable {
    /// As in `metrics.jsonl`.
    public let name: String
    /// The sum so far, or the mean once it was divided.
    public var value: Double
  }

  /// What was added.
  public private(set) var all: [Measure] = []

  /// Nothing yet.
  public init() {}

  /// Adds to a sum.
  public mutating func add(_ name: String, _ value: Double) {
    if let index = all.firstIndex(where: { $0.name == name }) {
      all[index].value += value
    } else {
      all.append(Measure(name: name, value: value))
    }
  }

  /// The sums divided by a count.
  public func divided(by count: Int) -> Measures {
    var means = self
    for index in means.all.indices { means.all[index].value /= Double(count) }
    return means
  }

  /// A value by its name.
  public subscript(name: String) -> Double? { all.first { $0.name == name }?.value }
}
