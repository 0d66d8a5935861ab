#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How rotary frequencies are changed so that a model reaches further than it was trained at first.
///
/// Sources: Peng et al., "YaRN", 2023, and the fields of `rope_parameters` in Hugging Face's
/// `transformers`.
public enum RotaryScaling: Sendable, Hashable {
  /// Every frequency divided by `factor`.
  case linear(factor: Double)
  /// A larger base for sequences beyond the context, and nothing within it; this toolkit stays within
  /// the context.
  case dynamic(factor: Double)
  /// Low frequencies divided by `factor`, high ones kept, those between mixed: Llama 3.1.
  case llama3(factor: Double, low: Double, high: Double, originalContext: Int)
  /// The same with a ramp over the dimensions, and attention scaled.
  case yarn(YaRN)

  /// The fields of YaRN.
  public struct YaRN: Sendable, Hashable {
    /// What low frequencies are divided by.
    public var factor: Double
    /// The context that the model was trained with first.
    public var originalContext: Int
    /// Rotations in that context above which a frequency is kept.
    public var fast: Double
    /// Rotations in that context below which a frequency is divided.
    public var slow: Double
    /// Whether the ends of the ramp are whole dimensions.
    public var truncates: Bool
    /// What cosines and sines are multiplied by, so that scores change by its square.
    public var attentionFactor: Double

    /// Collects the fields; unless given, attention is scaled by 0.1 ln factor + 1.
    public init(
      factor: Double, originalContext: Int, fast: Double = 32, slow: Double = 1,
      truncates: Bool = true, attentionFactor: Double? = nil
    ) {
      self.factor = factor
      self.originalContext = originalContext
      self.fast = fast
      self.slow = slow
      self.truncates = truncates
      self.attentionFactor = attentionFactor ?? Self.attentionFactor(factor: factor)
    }

    /// 0.1 m ln factor + 1; 1 where nothing is stretched.
    public static func attentionFactor(factor: Double, multiplier: Double = 1) -> Double {
      factor <= 1 ? 1 : 0.1 * multiplier * log(factor) + 1
    }
  }

  /// What cosines and sines are multiplied by.
  var attentionFactor: Double {
    if case .yarn(let yarn) = self { yarn.attentionFactor } else { 1 }
  }

  /// The angle per position of each pair of elements, `unscaled` of which are base^(−2i/size).
  func frequencies(_ unscaled: [Double], base: Double) -> [Double] {
    switch self {
    case .dynamic: return unscaled
    case .linear(let factor): return unscaled.map { $0 / factor }
    case .llama3(let factor, let low, let high, let context):
      return unscaled.map { frequency in
        let rotations = Double(context) * frequency / (2 * Double.pi)
        if rotations > high { return frequency }
        if rotations < low { return frequency / factor }
        let share = (rotations - low) / (high - low)
        return (1 - share) * frequency / factor + share * frequency
      }
    case .yarn(let yarn):
      let size = Double(2 * unscaled.count)
      func dimension(ofRotations rotations: Double) -> Double {
        size * log(Double(yarn.originalContext) / (rotations * 2 * Double.pi)) / (2 * log(base))
      }
      var (first, last) = (dimension(ofRotations: yarn.fast), dimension(ofRotations: yarn.slow))
      if yarn.truncates { (first, last) = (first.rounded(.down), last.rounded(.up)) }
      (first, last) = (max(first, 0), min(last, size - 1))
      if first == last { last += 0.001 }
      return unscaled.enumerated().map { index, frequency in
        let share = min(max((Double(index) - first) / (last - first), 0), 1)
        return frequency / yarn.factor * share + frequency * (1 - share)
      }
    }
  }

  /// Checks that the numbers can be computed with.
  ///
  /// - Throws: ``ModelConfigurationError``.
  func validate() throws {
    func require(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
      if range.contains(value) { return }
      throw ModelConfigurationError(
        description: "the rotary scaling's \(name) must be from \(range.lowerBound) to "
          + "\(range.upperBound), not \(value)",
        hint: "take it from the model's own config.json")
    }
    let factors = 1e-3...1e6
    switch self {
    case .linear(let factor), .dynamic(let factor): try require("factor", factor, factors)
    case .llama3(let factor, let low, let high, let context):
      try require("factor", factor, factors)
      try require("low frequency factor", low, factors)
      try require("high frequency factor", high, factors)
      try require("original context", Double(context), 1...Double(1 << 30))
      if low >= high {
        throw ModelConfigurationError(
          description: "the rotary scaling's low frequency factor \(low) is not below \(high)",
          hint: "take it from the model's own config.json")
      }
    case .yarn(let yarn):
      try require("factor", yarn.factor, factors)
      try require("original context", Double(yarn.originalContext), 1...Double(1 << 30))
      try require("fast rotations", yarn.fast, factors)
      try require("slow rotations", yarn.slow, factors)
      try require("attention factor", yarn.attentionFactor, factors)
    }
  }
}
