/// Means beside the loss, such as how often a preference was right, in the order in which they were
/// first added.
public struct Measures: Sendable, Equatable {
  /// A name and a mean.
  public struct Measure: Sendable, Equatable {
    /// As in `metrics.jsonl`.
    public let name: String
    fileprivate(set) var sum: Double
    fileprivate(set) var count: Double
    /// The mean of what was added.
    public var value: Double { sum / count }
  }

  /// What was added.
  public private(set) var all: [Measure] = []

  /// Nothing yet.
  public init() {}

  /// Adds the sum of `count` values, such as those of a batch's tokens, as often as they count.
  public mutating func add(_ name: String, _ sum: Double, of count: Double = 1) {
    if let index = all.firstIndex(where: { $0.name == name }) {
      all[index].sum += sum
      all[index].count += count
    } else {
      all.append(Measure(name: name, sum: sum, count: count))
    }
  }

  /// A value by its name.
  public subscript(name: String) -> Double? { all.first { $0.name == name }?.value }
}
