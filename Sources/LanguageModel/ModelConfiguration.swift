public import StrictJSON
public import TensorCore

/// The extents and constants of a decoder-only Transformer of Qwen3's architecture: RMSNorm before
/// each sub-layer, grouped-query attention with QK-norm and rotary positions, SwiGLU, no biases.
///
/// Source: Yang et al., "Qwen3 Technical Report", 2025, section 2, and the Hugging Face class
/// `Qwen3Config`, whose file format ``init(json:path:)`` reads and ``json`` writes.
public struct ModelConfiguration: Sendable, Hashable {
  /// Token ids are `0 ..< vocabularySize`.
  public var vocabularySize: Int
  /// Transformer layers.
  public var layers: Int
  /// Elements of the residual stream at each token.
  public var width: Int
  /// Query heads.
  public var heads: Int
  /// Key heads, and value heads; a divisor of `heads`.
  public var keyValueHeads: Int
  /// Elements of a head, an even number; not always width / heads.
  public var headSize: Int
  /// Hidden units of the feed-forward layer.
  public var feedForwardWidth: Int
  /// Positions that the model was trained for.
  public var contextLength: Int
  /// The base of the rotary frequencies.
  public var rotaryBase: Double
  /// Added to the mean square in norms.
  public var normEpsilon: Float
  /// Whether the head is the embedding table.
  public var tiesEmbedding: Bool
  /// The token that every document begins with, if the model knows it.
  public var beginToken: Int?

  /// A configuration with Qwen3's constants.
  public init(
    vocabularySize: Int, layers: Int, width: Int, heads: Int, keyValueHeads: Int? = nil,
    headSize: Int? = nil, feedForwardWidth: Int, contextLength: Int, rotaryBase: Double = 10_000,
    normEpsilon: Float = 1e-6, tiesEmbedding: Bool = true, beginToken: Int? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.layers = layers
    self.width = width
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headSize = headSize ?? width / max(heads, 1)
    self.feedForwardWidth = feedForwardWidth
    self.contextLength = contextLength
    self.rotaryBase = rotaryBase
    self.normEpsilon = normEpsilon
    self.tiesEmbedding = tiesEmbedding
    self.beginToken = beginToken
  }

  /// Checks that a model of these extents can exist.
  ///
  /// - Throws: ``ModelConfigurationError``, which names the setting.
  public func validate() throws {
    func require(_ holds: Bool, _ reason: String, hint: String? = nil) throws {
      if !holds { throw ModelConfigurationError(description: reason, hint: hint) }
    }
    for (name, value) in [
      ("vocabulary size", vocabularySize), ("number of layers", layers), ("width", width),
      ("number of heads", heads), ("number of key-value heads", keyValueHeads),
      ("head size", headSize), ("feed-forward width", feedForwardWidth),
      ("context length", contextLength),
    ] {
      try require(
        (1...Self.greatestExtent).contains(value),
        "the \(name) must be from 1 to \(Self.greatestExtent), not \(value)",
        hint: "choose a number in that range")
    }
    try require(
      heads % keyValueHeads == 0,
      "\(keyValueHeads) key-value heads do not divide \(heads) heads",
      hint: "choose a number of key-value heads that divides the number of heads")
    try require(
      headSize % 2 == 0, "the head size must be even for rotary positions, not \(headSize)",
      hint: "choose width and heads whose quotient is even, or set the head size")
    try require(
      normEpsilon > 0 && normEpsilon < 1,
      "the norm epsilon must be between 0 and 1, not \(normEpsilon)",
      hint: "choose one such as 1e-6")
    try require(
      rotaryBase > 1 && rotaryBase.isFinite, "the rotary base must exceed 1, not \(rotaryBase)",
      hint: "choose one such as 10000")
    if let beginToken {
      try require(
        (0..<vocabularySize).contains(beginToken),
        "the begin token \(beginToken) is outside the vocabulary of \(vocabularySize)")
    }
    let (elements, overflow) = checkedParameterCount
    try require(
      !overflow && elements <= 1 << 40, "a model of these extents has too many parameters",
      hint: "choose a smaller width, vocabulary or number of layers")
  }

  private static let greatestExtent = 1 << 24

  /// How the rows of queries, keys and values are divided.
  public var headLayout: HeadLayout {
    HeadLayout(heads: heads, keyValueHeads: keyValueHeads, size: headSize)
  }

  private var checkedParameterCount: (Int, Bool) {
    var overflow = false
    func times(_ a: Int, _ b: Int) -> Int {
      let result = a.multipliedReportingOverflow(by: b)
      overflow = overflow || result.overflow
      return result.partialValue
    }
    func plus(_ a: Int, _ b: Int) -> Int {
      let result = a.addingReportingOverflow(b)
      overflow = overflow || result.overflow
      return result.partialValue
    }
    let attention = times(times(width, headSize), 2 * (heads + keyValueHeads))
    let layer = plus(
      plus(attention, times(3, times(width, feedForwardWidth))), 2 * (width + headSize))
    let tables = times(times(vocabularySize, width), tiesEmbedding ? 1 : 2)
    return (plus(plus(times(layers, layer), tables), width), overflow)
  }

  /// The number of parameters (elements), tied ones counted once.
  public var parameterCount: Int { checkedParameterCount.0 }

  /// Floating-point operations of training on one token: 6 per parameter (a tied embedding counts
  /// once, as the head; an untied one not at all, being only looked up) and 6 · layers · context · width
  /// of the queries for causal attention.
  public var trainingOperationsPerToken: Double {
    let lookedUp = tiesEmbedding ? 0 : vocabularySize * width
    return 6 * Double(parameterCount - lookedUp)
      + 6 * Double(layers) * Double(contextLength) * Double(heads * headSize)
  }
}

/// Settings that no model can have, or a `config.json` that cannot be used.
public struct ModelConfigurationError: HintedError, Equatable {
  /// One sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  /// Says what is wrong.
  public init(description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}
