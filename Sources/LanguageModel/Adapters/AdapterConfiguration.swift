/// What an adapter changes in a model, and by how much: the fields of PEFT's `LoraConfig` that
/// this toolkit has.
public struct AdapterConfiguration: Sendable, Hashable {
  /// The rank of each change.
  public var rank: Int
  /// The scale of the changes, before it is divided by the rank or its root.
  public var alpha: Double
  /// How often each element is dropped on its way into the low-rank path, while training.
  public var dropout: Double
  /// The layers that change, in the order of ``Projection``.
  public var targets: [Projection]
  /// Divide by √rank instead of the rank. Source: Kalajdzievski, "A Rank Stabilization Scaling
  /// Factor for Fine-Tuning with LoRA", 2023.
  public var isRankStabilized: Bool
  /// Train the magnitude of each output apart from its direction. Source: Liu et al., "DoRA", 2024.
  public var hasMagnitudes: Bool
  /// Tokens whose rows in the embedding and the head are trained too, ascending.
  public var tokens: [Int]
  /// Ranks of the layers that have another than ``rank``; of several that cover a layer, the first.
  public var rankPattern: [LayerValue<Int>]
  /// Scales of the layers that have another than ``alpha``; of several that cover a layer, the first.
  public var alphaPattern: [LayerValue<Double>]

  /// Collects the fields.
  public init(
    rank: Int, alpha: Double, dropout: Double = 0, targets: [Projection] = Projection.allCases,
    isRankStabilized: Bool = false, hasMagnitudes: Bool = false, tokens: [Int] = [],
    rankPattern: [LayerValue<Int>] = [], alphaPattern: [LayerValue<Double>] = []
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.targets = Set(targets).sorted()
    self.isRankStabilized = isRankStabilized
    self.hasMagnitudes = hasMagnitudes
    self.tokens = Set(tokens).sorted()
    self.rankPattern = rankPattern
    self.alphaPattern = alphaPattern
  }

  /// The rank of the change of a layer, such as `model.layers.0.self_attn.q_proj`.
  public func rank(of layer: String) -> Int {
    rankPattern.first { $0.covers(layer) }?.value ?? rank
  }

  /// What the product of the two factors of a layer is multiplied by.
  public func scale(of layer: String) -> Float {
    let rank = Double(rank(of: layer))
    let alpha = alphaPattern.first { $0.covers(layer) }?.value ?? alpha
    return Float(alpha / (isRankStabilized ? rank.squareRoot() : rank))
  }

  /// Checks that the numbers have a meaning, whatever the model.
  ///
  /// - Throws: ``ModelConfigurationError``.
  public func validate() throws {
    let greatest = 4_096
    for rank in [rank] + rankPattern.map(\.value) {
      try Self.require(
        (1...greatest).contains(rank), "the rank must be from 1 to \(greatest), not \(rank)")
    }
    for alpha in [alpha] + alphaPattern.map(\.value) {
      try Self.require(
        alpha > 0 && alpha <= 1e6, "alpha must be above 0 and at most 1000000, not \(alpha)")
    }
    try Self.require(
      (0..<1).contains(Float(dropout)), "the dropout must be from 0 to below 1, not \(dropout)")
  }

  private static func require(_ holds: Bool, _ reason: String) throws {
    if !holds {
      throw ModelConfigurationError(description: reason, hint: "leave it out for the default")
    }
  }

  /// Checks that a model of `configuration` can be adapted so.
  ///
  /// - Throws: ``ModelConfigurationError``.
  public func validate(for configuration: ModelConfiguration) throws {
    func require(_ holds: Bool, _ reason: String) throws { try Self.require(holds, reason) }
    try validate()
    try require(
      targets.contains(where: configuration.block.has),
      "an adapter needs at least one target in the model")
    let isWhole = HuggingFaceArchitecture(of: configuration)?.storedGroups.allSatisfy { group in
      group.allSatisfy(targets.contains) || !group.contains(where: targets.contains)
    }
    try require(
      isWhole != false,
      "this architecture stores queries, keys and values as one: an adapter changes all or none")
    try require(
      tokens.allSatisfy { (0..<configuration.vocabularySize).contains($0) },
      "a trained token is outside the vocabulary of \(configuration.vocabularySize)")
    if rankPattern.isEmpty && alphaPattern.isEmpty { return }
    let isApart = HuggingFaceArchitecture(of: configuration)?.storedGroups.allSatisfy {
      $0.count == 1
    }
    try require(
      isApart != false,
      "this architecture stores queries, keys and values as one: an adapter of it has one rank")
    let layers = (0..<configuration.layers).flatMap { layer in
      targets.filter(configuration.block.has).map { $0.name(inLayer: layer) }
    }
    try require(
      max(rankPattern.count, alphaPattern.count) <= layers.count,
      "a pattern has more entries than the adapter has layers, \(layers.count)")
    try require(
      Set(rankPattern.map(\.suffix)).count == rankPattern.count
        && Set(alphaPattern.map(\.suffix)).count == alphaPattern.count,
      "a pattern names a layer twice")
    for suffix in rankPattern.map(\.suffix) + alphaPattern.map(\.suffix) {
      try require(
        layers.contains { LayerValue(suffix: suffix, value: 0).covers($0) },
        "no layer that the adapter changes is named \"\(suffix.prefix(100))\"")
    }
  }
}

/// A value of those layers whose names end as it says: an entry of PEFT's `rank_pattern` or
/// `alpha_pattern`.
public struct LayerValue<Value: Sendable & Hashable>: Sendable, Hashable {
  /// The last parts of the names, such as `q_proj` or `layers.0.mlp.down_proj`.
  public let suffix: String
  /// What these layers have.
  public let value: Value

  /// Pairs an ending with its value.
  public init(suffix: String, value: Value) {
    self.suffix = suffix
    self.value = value
  }

  /// Whether `layer` is one of them.
  func covers(_ layer: String) -> Bool { layer == suffix || layer.hasSuffix("." + suffix) }
}
