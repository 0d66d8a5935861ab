import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the next token is chosen from the model's logits.
///
/// The steps, their order and what they keep at ties are those of Hugging Face's `transformers`
/// (`generation/logits_process.py`): repetition penalty, temperature, top-k, top-p, min-p.
public struct Sampler: Sendable, Equatable {
  /// Logits are divided by it; 0 always takes the most probable token.
  public var temperature: Double
  /// Keep this many of the most probable tokens, and what equals the last of them; 0 keeps all.
  public var topK: Int
  /// Keep the most probable tokens that together reach this probability; 1 keeps all.
  /// Source: Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020, section 3.1.
  public var topP: Double
  /// Keep tokens at least this times as probable as the most probable one; 0 keeps all.
  /// Source: Nguyen et al., "Turning Up the Heat: Min-p Sampling", 2024, section 3.
  public var minP: Double
  /// Positive logits of tokens that occurred are divided by it, negative ones multiplied; 1 changes
  /// nothing.
  /// Source: Keskar et al., "CTRL", 2019, section 4.1.
  public var repetitionPenalty: Double
  /// With the sample's number and the token's position it decides every draw.
  public var seed: UInt64

  /// A sampler that draws from the model's own distribution, unless told otherwise.
  public init(
    temperature: Double = 1, topK: Int = 0, topP: Double = 1, minP: Double = 0,
    repetitionPenalty: Double = 1, seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  /// Checks the settings.
  /// - Throws: ``InferenceError`` naming the one that has no meaning.
  public func validate() throws {
    func require(_ holds: Bool, _ sentence: String) throws {
      if !holds { throw InferenceError(sentence, hint: "leave it out for the default") }
    }
    try require(
      temperature >= 0 && temperature.isFinite,
      "the temperature must be 0 or more, not \(temperature)")
    try require(topK >= 0, "top-k must be 0 (all tokens) or more, not \(topK)")
    try require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, not \(topP)")
    try require(minP >= 0 && minP <= 1, "min-p must be from 0 to 1, not \(minP)")
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite,
      "the repetition penalty must be above 0, not \(repetitionPenalty)")
  }

  /// A token that can be chosen.
  public struct Candidate: Sendable, Equatable {
    /// Its id.
    public let id: UInt32
    /// How probable it is among all candidates.
    public let probability: Double
  }

  /// What can come next, in the order of ids.
  ///
  /// - Parameters:
  ///   - logits: One for each id of the vocabulary, at least one.
  ///   - history: The ids so far, which the repetition penalty looks at.
  public func candidates(_ logits: [Float], after history: [UInt32]) -> [Candidate] {
    var kept = Distribution(penalized(logits, history))
    guard temperature > 0 else { return [Candidate(id: kept.mostProbable, probability: 1)] }
    kept.scale(by: temperature)
    if topK > 0 { kept.keep(top: topK) }
    if topP < 1 { kept.keep(reaching: topP) }
    if minP > 0 { kept.keep(atLeast: minP) }
    let total = kept.weights.reduce(0, +)
    return zip(kept.ids, kept.weights).map { Candidate(id: $0, probability: $1 / total) }
  }

  /// Chooses the next token: a function of the arguments and the seed alone.
  ///
  /// - Parameters:
  ///   - logits: One for each id of the vocabulary, at least one.
  ///   - history: The ids so far.
  ///   - sample: Which of several continuations of one prompt this is.
  ///   - position: How many tokens were chosen before in it.
  public func next(_ logits: [Float], after history: [UInt32], sample: Int, position: Int) -> UInt32
  {
    let candidates = candidates(logits, after: history)
    let source = RandomSource(seed: seed, stream: UInt64(bitPattern: Int64(sample)))
    let draw = source.uniform(at: UInt64(bitPattern: Int64(position)))
    var reached = 0.0
    for candidate in candidates {
      reached += candidate.probability
      if draw < reached { return candidate.id }
    }
    // Rounding can leave the sum a little below 1.
    return candidates.last { $0.probability > 0 }?.id ?? candidates[0].id
  }

  /// In double precision: dividing by a tiny penalty or temperature must not make two different
  /// logits equally infinite.
  private func penalized(_ logits: [Float], _ history: [UInt32]) -> [Double] {
    precondition(!logits.isEmpty, "no logits to sample from")
    var logits = logits.map { Double($0) }
    if repetitionPenalty == 1 { return logits }
    for id in Set(history) where Int(id) < logits.count {
      let logit = logits[Int(id)]
      logits[Int(id)] = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty
    }
    return logits
  }
}

/// Logits of the tokens that are still possible, in the order of ids.
private struct Distribution {
  var ids: [UInt32]
  var logits: [Double]

  /// Not a number counts as impossible.
  init(_ logits: [Double]) {
    ids = Array(0..<UInt32(logits.count))
    self.logits = logits.map { $0.isNaN ? -.infinity : $0 }
  }

  /// Of equal ones the first.
  var mostProbable: UInt32 {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return ids[best]
  }

  /// exp(logit − greatest logit).
  var weights: [Double] {
    let greatest = logits.max() ?? 0
    // All impossible: the model is broken, and every choice as good.
    guard greatest > -.infinity else { return logits.map { _ in 1 } }
    return logits.map { $0 == greatest ? 1 : exp($0 - greatest) }
  }

  /// Divides the distance from the greatest, which stays 0 for every temperature above 0.
  mutating func scale(by temperature: Double) {
    guard let greatest = logits.max() else { return }
    for index in logits.indices {
      logits[index] =
        logits[index] == greatest ? 0 : (logits[index] - greatest) / temperature
    }
  }

  /// Keeps the `count` greatest, and all that equal the last of them.
  mutating func keep(top count: Int) {
    guard count < logits.count else { return }
    let logits = logits
    let least = Self.greatest(count, of: logits)
    keep { logits[$0] >= least }
  }

  /// Keeps the most probable whose probabilities sum up to `share`, the one that reaches it too;
  /// of equal ones the first.
  mutating func keep(reaching share: Double) {
    let weights = weights
    let total = weights.reduce(0, +)
    // All that are this improbable together make up less than 1 − share: they need no sorting.
    let negligible = total * (1 - share) / Double(weights.count)
    let order = weights.indices.filter { weights[$0] > negligible }
      .sorted { weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1] }
    var isKept = Array(repeating: false, count: weights.count)
    var reached = 0.0
    for index in order where reached < share * total {
      isKept[index] = true
      reached += weights[index]
    }
    if let first = order.first { isKept[first] = true }
    keep { isKept[$0] }
  }

  /// Keeps those at least `share` as probable as the most probable.
  mutating func keep(atLeast share: Double) {
    let weights = weights
    keep { weights[$0] >= share }
  }

  private mutating func keep(_ isKept: (Int) -> Bool) {
    let indices = logits.indices.filter(isKept)
    ids = indices.map { ids[$0] }
    logits = indices.map { logits[$0] }
  }

  /// The element that has `rank` − 1 before it in descending order (quickselect; Hoare, "Algorithm
  /// 65: Find", 1961).
  private static func greatest(_ rank: Int, of values: [Double]) -> Double {
    var values = values[...]
    var rank = rank
    while true {
      let pivot = values[(values.startIndex + values.endIndex) / 2]
      let above = values.filter { $0 > pivot }
      let equal = values.count { $0 == pivot }
      if rank <= above.count {
        values = above[...]
      } else if rank <= above.count + equal {
        return pivot
      } else {
        rank -= above.count + equal
        values = values.filter { $0 < pivot }[...]
      }
    }
  }
}
