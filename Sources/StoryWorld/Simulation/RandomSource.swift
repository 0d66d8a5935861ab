/// A seeded stream of random numbers, the same on every machine: SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014), integers only.
package struct RandomSource: Sendable {
  private var state: UInt64

  /// Stream number `stream` of the seed; streams do not depend on one another.
  package init(seed: UInt64, stream: UInt64) {
    state = RandomSource.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
    state = RandomSource.mix(state ^ RandomSource.mix(stream &+ 0xD1B5_4A32_D192_ED03))
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    return RandomSource.mix(state)
  }

  /// A number from 0 to `count - 1`, each equally likely.
  package mutating func below(_ count: Int) -> Int {
    precondition(count > 0, "cannot choose among \(count)")
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// True with the given probability in percent.
  package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// An index whose probability falls with its rank like 1 / (rank + 3), as word frequencies do.
  package mutating func ranked(_ count: Int) -> Int {
    var total = 0
    for rank in 0..<count { total += 360_360 / (rank + 3) }
    var rest = below(total)
    for rank in 0..<count {
      rest -= 360_360 / (rank + 3)
      if rest < 0 { return rank }
    }
    return count - 1
  }
}
