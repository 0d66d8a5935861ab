/// Text that passes through until one of the stop strings has appeared in it, whatever pieces it
/// arrives in.
///
/// Text that may be the beginning of a stop string is held back until that is decided. The stop
/// string that is complete first counts; the text before it is all that passes.
package struct StopStrings {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// Whether a stop string has appeared; nothing passes any more.
  package private(set) var isStopped = false

  /// Empty strings stop nothing.
  package init(_ stops: [String]) {
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
  }

  /// The text that is certain to stand before any stop string.
  package mutating func append(_ text: String) -> String {
    if isStopped { return "" }
    held += text.utf8
    if let match = firstMatch() {
      isStopped = true
      return take(match)
    }
    return take(held.count - longestBeginning())
  }

  /// What was held back, when no more text will come.
  package mutating func finish() -> String {
    isStopped ? "" : take(held.count)
  }

  /// Removes and returns the first `count` bytes. They end where a character ends: a stop string
  /// begins with a whole character.
  private mutating func take(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held[..<count], as: UTF8.self)
  }

  /// Where the stop string begins that ends first; of those the longest.
  private func firstMatch() -> Int? {
    for end in 1..<(held.count + 1) {
      let starts = stops.filter { held[..<end].ends(with: $0) }.map { end - $0.count }
      if let start = starts.min() { return start }
    }
    return nil
  }

  /// How many of the last bytes can be the beginning of a stop string.
  private func longestBeginning() -> Int {
    let longest = min(held.count, (stops.map(\.count).max() ?? 0) - 1)
    guard longest > 0 else { return 0 }
    return (1...longest).last { count in
      stops.contains { $0.count > count && $0.starts(with: held.suffix(count)) }
    } ?? 0
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with other: [UInt8]) -> Bool {
    count >= other.count && suffix(other.count).elementsEqual(other)
  }
}
