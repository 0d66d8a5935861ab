public import LanguageModel
public import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Pairs of answers to the same question, one better than the other.
public struct PreferenceBatch: Sendable {
  /// All sequences: of pair i, 2 · i is the chosen and 2 · i + 1 the rejected answer.
  public var tokens: TokenBatch
  /// What the reference model thinks of each sequence: the summed log-probability of its answer.
  public var references: [Double]

  /// Collects pairs.
  public init(_ tokens: TokenBatch, references: [Double]) {
    precondition(
      tokens.lengths.count == references.count && references.count % 2 == 0,
      "\(tokens.lengths.count) sequences and \(references.count) references")
    self.tokens = tokens
    self.references = references
  }
}

/// Learning to prefer one answer to another. The loss of a step is the mean over its pairs.
///
/// With π the model's and r the reference's summed log-probability of an answer, and
/// h = (π − r)(chosen) − (π − r)(rejected):
/// - DPO: `−(1 − ε) log σ(βh) − ε log σ(−βh)`. Rafailov et al., "Direct Preference Optimization",
///   2023, equation 7; ε is label smoothing (Mitchell, "A note on DPO with noisy preferences", 2023).
/// - IPO: `(h − 1 / 2β)²`, with means over tokens for sums. Azar et al., "A General Theoretical
///   Paradigm to Understand Learning from Human Preferences", 2023, equation 17.
/// - ORPO: `−m(chosen) − β log σ(log odds(chosen) − log odds(rejected))`, with m the mean
///   log-probability of a token and odds = eᵐ / (1 − eᵐ). Hong et al., "ORPO", 2024, equation 6.
///
/// DPO and IPO compare, and are content if both answers become improbable as long as the rejected one does
/// faster. A weight α adds `−α m(chosen)`, so that the model stays one that says such things. Pang et al.,
/// "Iterative Reasoning Preference Optimization", 2024, equation 1.
public struct Preference: Objective, Equatable {
  /// Which loss.
  public enum Kind: String, Sendable, CaseIterable {
    case dpo, ipo, orpo
  }

  /// Which loss.
  public let kind: Kind
  /// How much the model may differ from the reference; for ORPO the weight of the odds.
  public let beta: Double
  /// How often a pair is thought to be the wrong way round.
  public let labelSmoothing: Double
  /// How much the mean loss of the chosen answer's tokens counts beside DPO's or IPO's.
  public let chosenWeight: Double

  /// Describes a loss.
  public init(
    _ kind: Kind, beta: Double, labelSmoothing: Double = 0, chosenWeight: Double = 0
  ) {
    self.kind = kind
    self.beta = beta
    self.labelSmoothing = labelSmoothing
    self.chosenWeight = chosenWeight
  }

  /// All of them, what both answers begin with once: there is no padding.
  public func tokens(in batch: PreferenceBatch) -> Int { batch.tokens.inputs.count }

  /// The pairs: they are what the loss is the mean of.
  public func supervisedTokens(in batch: PreferenceBatch) -> Int { batch.references.count / 2 }

  /// See ``Objective/accumulate(_:of:scale:into:measures:)``.
  public func accumulate(
    _ batch: PreferenceBatch, of model: Transformer, scale: Float,
    into gradients: inout Gradients, measures: inout Measures
  ) -> Double {
    let tape = Tape(on: model.device)
    let logarithms = NextToken.logProbabilities(batch.tokens, of: model, on: tape)
    let (loss, slopes) = loss(logarithms.tensor.elements, batch, &measures)
    let upstream = Tensor(
      slopes.map { scale * Float($0) }, logarithms.shape, on: model.device)
    tape.backward([(logarithms, upstream)], into: &gradients)
    return loss
  }

  /// The summed loss without gradients.
  public func score(
    _ batch: PreferenceBatch, of model: Transformer, measures: inout Measures
  ) -> Double {
    let tape = Tape(on: model.device, isRecording: false)
    let logarithms = NextToken.logProbabilities(batch.tokens, of: model, on: tape)
    return loss(logarithms.tensor.elements, batch, &measures).loss
  }

  /// The summed log-probability of each answer.
  static func references(_ batch: TokenBatch, of model: Transformer) -> [Double] {
    let tape = Tape(on: model.device, isRecording: false)
    let logarithms = NextToken.logProbabilities(batch, of: model, on: tape).tensor.elements
    return sums(logarithms, batch).map(\.sum)
  }

  /// The sum over each sequence, and over how many tokens it goes.
  private static func sums(_ logarithms: [Float], _ batch: TokenBatch) -> [(
    sum: Double, count: Int
  )] {
    var (position, begin) = (0, 0)
    return batch.lengths.map { length in
      let count = batch.targets[position..<position + length].count { $0 >= 0 }
      let sum = logarithms[begin..<begin + count].reduce(0.0) { $0 + Double($1) }
      position += length
      begin += count
      return (sum, count)
    }
  }

  /// The summed loss, and its slope along the log-probability of each supervised token.
  private func loss(_ logarithms: [Float], _ batch: PreferenceBatch, _ measures: inout Measures)
    -> (loss: Double, slopes: [Double])
  {
    let sums = Self.sums(logarithms, batch.tokens)
    var total = 0.0
    var slopes: [Double] = []
    for pair in stride(from: 0, to: sums.count, by: 2) {
      let (chosen, rejected) = (sums[pair], sums[pair + 1])
      let gains = (
        chosen.sum - batch.references[pair], rejected.sum - batch.references[pair + 1]
      )
      let lengths = (Double(max(1, chosen.count)), Double(max(1, rejected.count)))
      let part = compare(chosen, rejected, gains)
      total += part.loss
      slopes += Array(repeating: part.chosenSlope, count: chosen.count)
      slopes += Array(repeating: part.rejectedSlope, count: rejected.count)
      switch kind {
      case .dpo: measure(gains, &measures)
      case .ipo: measure((gains.0 / lengths.0, gains.1 / lengths.1), &measures)
      case .orpo: measure((chosen.sum / lengths.0, rejected.sum / lengths.1), &measures)
      }
    }
    return (total, slopes)
  }

  /// The loss of one pair, and its slopes along the log-probability of each token of the answers.
  ///
  /// - Parameters:
  ///   - chosen: The summed log-probability of the better answer, and its tokens.
  ///   - rejected: The same of the other one.
  ///   - gains: Both sums less the reference's.
  package func compare(
    _ chosen: (sum: Double, count: Int), _ rejected: (sum: Double, count: Int),
    _ gains: (Double, Double)
  ) -> (loss: Double, chosenSlope: Double, rejectedSlope: Double) {
    let lengths = (Double(max(1, chosen.count)), Double(max(1, rejected.count)))
    let said = -chosenWeight / lengths.0
    switch kind {
    case .dpo:
      let h = beta * (gains.0 - gains.1)
      let along = beta * (labelSmoothing * sigmoid(h) - (1 - labelSmoothing) * sigmoid(-h))
      let loss = (1 - labelSmoothing) * softplus(-h) + labelSmoothing * softplus(h)
      return (loss + said * chosen.sum, along + said, -along)
    case .ipo:
      let difference = gains.0 / lengths.0 - gains.1 / lengths.1 - 1 / (2 * beta)
      return (
        difference * difference + said * chosen.sum, 2 * difference / lengths.0 + said,
        -2 * difference / lengths.1
      )
    case .orpo:
      let (good, bad) = (chosen.sum / lengths.0, rejected.sum / lengths.1)
      let odds = logOdds(good) - logOdds(bad)
      let along = -beta * sigmoid(-odds)
      return (
        -good + beta * softplus(-odds), (-1 + along * logOddsSlope(good)) / lengths.0,
        -along * logOddsSlope(bad) / lengths.1
      )
    }
  }

  /// How often the chosen answer is preferred, by how much, and how far the model has moved, by what the
  /// objective compares: gains of answers, their means over the tokens, or without a reference the mean
  /// log-probabilities.
  private func measure(_ gains: (Double, Double), _ measures: inout Measures) {
    let margin = (kind == .orpo ? 1 : beta) * (gains.0 - gains.1)
    measures.add("accuracy", margin > 0 ? 1 : margin == 0 ? 0.5 : 0)
    measures.add("margin", margin)
    if kind != .orpo {
      measures.add("chosen_reward", beta * gains.0)
      measures.add("rejected_reward", beta * gains.1)
      // Schulman, "Approximating KL Divergence", 2020: the k2 estimate, on the given answers. They are
      // not the model's own, and the others would grow beyond all bounds on them.
      measures.add("kl", (gains.0 * gains.0 + gains.1 * gains.1) / 4)
    }
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  /// `log(1 + eˣ)`, which is `−log σ(−x)`.
  private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
  /// `log(eᵐ / (1 − eᵐ))` for m < 0, kept finite.
  private func logOdds(_ mean: Double) -> Double { mean - log(-expm1(min(mean, -1e-9))) }
  private func logOddsSlope(_ mean: Double) -> Double { -1 / expm1(min(mean, -1e-9)) }
}
