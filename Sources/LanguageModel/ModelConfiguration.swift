public import StrictJSON
public import TensorCore

/// The extents and constants of a decoder-only Transformer, and what its layers consist of; unless
/// said otherwise as in Qwen3: RMSNorm before each sub-layer, grouped-query attention with QK-norm and
/// rotary positions, SwiGLU, no biases.
///
/// Source: Yang et al., "Qwen3 Technical Report", 2025, section 2, and the Hugging Face classes of
/// ``HuggingFaceArchitecture``, whose file format ``init(json:path:)`` reads and ``json`` writes.
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
  /// Elements of a head; not always width / heads. Rotary positions need an even number.
  public var headSize: Int
  /// Hidden units of the feed-forward layer.
  public var feedForwardWidth: Int
  /// Positions that the model was trained for.
  public var contextLength: Int
  /// The base of the rotary frequencies.
  public var rotaryBase: Double
  /// How those frequencies are changed.
  public var rotaryScaling: RotaryScaling?
  /// Added to the mean square, or the variance, in norms.
  public var normEpsilon: Float
  /// Whether the head is the embedding table.
  public var tiesEmbedding: Bool
  /// The size that no logit exceeds, if any; see `Head`.
  public var logitSoftCap: Float?
  /// The token that every document begins with, if the model knows it.
  public var beginToken: Int?
  /// Tokens that end a text, where it is not the begin token that does.
  public var endTokens: [Int]
  /// What a layer consists of.
  public var block: Block

  /// What a layer consists of.
  public struct Block: Sendable, Hashable {
    /// How hidden states are normed.
    public enum Norm: Sendable, Hashable {
      /// Divided by the root of the mean square, times a weight.
      case rootMeanSquare
      /// Also centred, and a bias added.
      case layer
    }
    /// How a model knows where a token stands.
    public enum Positions: Sendable, Hashable {
      /// Queries and keys are rotated.
      case rotary
      /// A learned vector is added to the embedding.
      case learned
    }
    /// The layer between attention and the next layer.
    public enum FeedForward: Sendable, Hashable {
      /// down(silu(gate) · up).
      case swiGLU
      /// down(gelu(up)).
      case gelu(GELU)
    }
    /// Which projections of attention have a bias.
    public enum AttentionBias: Sendable, Hashable {
      /// None.
      case none
      /// Those of queries, keys and values.
      case inputs
      /// All four.
      case all
    }

    /// Before each sub-layer and at the end.
    public var norm: Norm = .rootMeanSquare
    /// How a model knows where a token stands.
    public var positions: Positions = .rotary
    /// Whether each query and key head is normed.
    public var normsHeads = true
    /// Which projections of attention have a bias.
    public var attentionBias: AttentionBias = .none
    /// The layer between attention and the next layer.
    public var feedForward: FeedForward = .swiGLU
    /// Whether its projections have biases.
    public var hasFeedForwardBias = false

    /// What a layer of Qwen3 consists of.
    public init() {}

    /// Whether a projection exists.
    public func has(_ projection: Projection) -> Bool {
      projection != .gate || feedForward == .swiGLU
    }

    /// Whether a projection has a bias.
    func hasBias(_ projection: Projection) -> Bool {
      switch projection {
      case .q, .k, .v: attentionBias != .none
      case .o: attentionBias == .all
      case .gate, .up, .down: hasFeedForwardBias
      }
    }
  }

  /// A configuration with Qwen3's layers and constants.
  public init(
    vocabularySize: Int, layers: Int, width: Int, heads: Int, keyValueHeads: Int? = nil,
    headSize: Int? = nil, feedForwardWidth: Int, contextLength: Int, rotaryBase: Double = 10_000,
    rotaryScaling: RotaryScaling? = nil, normEpsilon: Float = 1e-6, tiesEmbedding: Bool = true,
    logitSoftCap: Float? = nil, beginToken: Int? = nil, endTokens: [Int] = [],
    block: Block = Block()
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
    self.rotaryScaling = rotaryScaling
    self.normEpsilon = normEpsilon
    self.tiesEmbedding = tiesEmbedding
    self.logitSoftCap = logitSoftCap
    self.beginToken = beginToken
    self.endTokens = endTokens
    self.block = block
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
      headSize % 2 == 0 || block.positions == .learned,
      "the head size must be even for rotary positions, not \(headSize)",
      hint: "choose width and heads whose quotient is even, or set the head size")
    try require(
      normEpsilon > 0 && normEpsilon < 1,
      "the norm epsilon must be between 0 and 1, not \(normEpsilon)",
      hint: "choose one such as 1e-6")
    try require(
      rotaryBase > 1 && rotaryBase.isFinite, "the rotary base must exceed 1, not \(rotaryBase)",
      hint: "choose one such as 10000")
    if let logitSoftCap {
      try require(
        (1...1000).contains(logitSoftCap),
        "the soft-cap of logits must be from 1 to 1000, not \(logitSoftCap)",
        hint: "choose one such as 30")
    }
    if let beginToken {
      try require(
        (0..<vocabularySize).contains(beginToken),
        "the begin token \(beginToken) is outside the vocabulary of \(vocabularySize)")
    }
    try require(
      endTokens.count <= 64 && endTokens.allSatisfy { (0..<vocabularySize).contains($0) },
      "an end token is outside the vocabulary of \(vocabularySize)")
    try rotaryScaling?.validate()
    try HuggingFaceArchitecture.validate(self)
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
    let matrices = Projection.feedForward.count(where: block.has)
    var layer = plus(attention, times(matrices, times(width, feedForwardWidth)))
    for projection in Projection.allCases where block.has(projection) && block.hasBias(projection) {
      layer = plus(layer, projection.shape(in: self).outputs)
    }
    let norm = block.norm == .layer ? 2 * width : width
    layer = plus(layer, 2 * norm + (block.normsHeads ? 2 * headSize : 0))
    var tables = times(times(vocabularySize, width), tiesEmbedding ? 1 : 2)
    if block.positions == .learned { tables = plus(tables, times(contextLength, width)) }
    return (plus(plus(times(layers, layer), tables), norm), overflow)
  }

  /// The number of parameters (elements), tied ones counted once.
  public var parameterCount: Int { checkedParameterCount.0 }

  /// Floating-point operations of training on one token: 6 per parameter (a tied embedding counts
  /// once, as the head; an untied one, and learned positions, not at all, being only looked up) and 6 · layers · context · width
  /// of the queries for causal attention.
  public var trainingOperationsPerToken: Double {
    var lookedUp = tiesEmbedding ? 0 : vocabularySize * width
    if block.positions == .learned { lookedUp += contextLength * width }
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

  /// Says what is wrong. Control characters, which what is quoted of a file may hold, are escaped.
  public init(description: String, hint: String? = nil) {
    self.description = Self.oneLine(description)
    self.hint = hint
  }
}
