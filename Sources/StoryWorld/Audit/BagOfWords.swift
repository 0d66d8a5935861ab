/// A classifier that sees which words a text has and nothing of their order: what remains to be
/// told by somebody who does not read.
///
/// Logistic regression on the presence of words, by stochastic gradient descent in a fixed order.
struct BagOfWords {
  private var weights: [String: Double] = [:]
  private var bias = 0.0
  private let vocabulary: Set<String>?

  /// Learns to tell the texts with the label `true` from those with `false`.
  /// - Parameter vocabulary: The only words that are looked at; `nil` for all.
  init(_ texts: [(words: Set<String>, label: Bool)], vocabulary: Set<String>? = nil) {
    self.vocabulary = vocabulary
    for pass in 0..<8 {
      let rate = 0.2 / Double(1 + pass)
      for (words, label) in texts {
        let seen = words.filter { vocabulary?.contains($0) ?? true }
        let error = (label ? 1 : 0) - probability(seen)
        bias += rate * error
        for word in seen { weights[word, default: 0] += rate * error }
      }
    }
  }

  /// How sure it is of `true`, above 0, or of `false`, below 0.
  func score(_ words: Set<String>) -> Double {
    words.reduce(bias) { $0 + ((vocabulary?.contains($1) ?? true) ? weights[$1] ?? 0 : 0) }
  }

  private func probability(_ words: Set<String>) -> Double { 1 / (1 + exponential(-score(words))) }

  /// The words that tell most about the label by their presence alone.
  static func mostTelling(
    _ number: Int, of texts: [(words: Set<String>, label: Bool)]
  ) -> Set<String> {
    var counts: [String: (with: Int, without: Int)] = [:]
    for (words, label) in texts {
      for word in words {
        if label {
          counts[word, default: (0, 0)].with += 1
        } else {
          counts[word, default: (0, 0)].without += 1
        }
      }
    }
    let sorted = counts.sorted {
      let first = abs($0.value.with - $0.value.without)
      let second = abs($1.value.with - $1.value.without)
      return (second, $0.key) < (first, $1.key)
    }
    return Set(sorted.prefix(number).map(\.key))
  }
}

/// e to a power, from its series: the module stands without a mathematics library.
private func exponential(_ power: Double) -> Double {
  let bounded = min(max(power, -40), 40)
  // e^x = (e^(x/64))^64, and twelve terms are plenty below 1.
  let small = bounded / 64
  var term = 1.0
  var sum = 1.0
  for index in 1...12 {
    term *= small / Double(index)
    sum += term
  }
  for _ in 0..<6 { sum *= sum }
  return sum
}
