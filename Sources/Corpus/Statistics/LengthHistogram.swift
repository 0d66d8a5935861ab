/// How long things are: counts in powers of two, and quantiles from finer steps.
public struct LengthHistogram: Sendable, Equatable {
  /// Things counted.
  public private(set) var count = 0
  /// Their lengths added up.
  public private(set) var total = 0
  /// The shortest; 0 if there is none.
  public private(set) var shortest = 0
  /// The longest.
  public private(set) var longest = 0
  /// Sixteen steps to each power of two: a quantile is off by 6 % at most.
  private var steps = [Int](repeating: 0, count: 64 * LengthHistogram.stepsPerPower)

  private static let stepsPerPower = 16

  package init() {}

  package mutating func add(_ length: Int) {
    precondition(length >= 0, "a length of \(length)")
    shortest = count == 0 ? length : min(shortest, length)
    longest = max(longest, length)
    count += 1
    total += length
    steps[LengthHistogram.step(of: length)] += 1
  }

  /// The mean length; 0 if there is nothing.
  public var mean: Double { count == 0 ? 0 : Double(total) / Double(count) }

  /// A length such that `share` of the things are at most so long, to 6 %.
  public func quantile(_ share: Double) -> Int {
    precondition((0...1).contains(share), "a share of \(share)")
    var rest = Int((share * Double(count)).rounded(.up))
    for (step, number) in steps.enumerated() where number > 0 {
      rest -= number
      if rest <= 0 {
        return min(longest, max(shortest, LengthHistogram.upperBound(ofStep: step)))
      }
    }
    return longest
  }

  /// The counts of lengths 0, 1, 2–3, 4–7 and so on, from the first to the last that is not 0.
  public var bars: [(range: ClosedRange<Int>, count: Int)] {
    var powers = [Int](repeating: 0, count: 65)
    for (step, number) in steps.enumerated() where number > 0 {
      powers[LengthHistogram.power(ofStep: step)] += number
    }
    guard let first = powers.firstIndex(where: { $0 > 0 }),
      let last = powers.lastIndex(where: { $0 > 0 })
    else { return [] }
    return (first...last).map { power in
      let lower = power == 0 ? 0 : 1 << (power - 1)
      return (lower...max(lower, 2 * lower - 1), powers[power])
    }
  }

  /// Lengths below 32 have a step each.
  private static func step(of length: Int) -> Int {
    if length < 2 * stepsPerPower { return length }
    let shift = Int.bitWidth - length.leadingZeroBitCount - 5
    return shift * stepsPerPower + (length >> shift)
  }

  private static func upperBound(ofStep step: Int) -> Int {
    if step < 2 * stepsPerPower { return step }
    let shift = step / stepsPerPower - 1
    return ((step - shift * stepsPerPower + 1) << shift) - 1
  }

  private static func power(ofStep step: Int) -> Int {
    let length = upperBound(ofStep: step)
    return Int.bitWidth - length.leadingZeroBitCount
  }
}
