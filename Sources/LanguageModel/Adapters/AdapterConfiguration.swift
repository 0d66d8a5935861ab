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

  /// Collects the fields.
  public init(
    rank: Int, alpha: Double, dropout: Double = 0, targets: [Projection] = Projection.allCases,
    isRankStabilized: Bool = false, hasMagnitudes: Bool = false, tokens: [Int] = []
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.targets = Set(targets).sorted()
    self.isRankStabilized = isRankStabilized
    self.hasMagnitudes = hasMagnitudes
    self.tokens = Set(tokens).sorted()
  }

  /// What the product of the two factors is multiplied by.
  public var scale: Float {
    Float(alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank)))
  }

  /// Checks that a model of `configuration` can be adapted so.
  ///
  /// - Throws: ``ModelConfigurationError``.
  public func validate(for configuration: ModelConfiguration) throws {
    func require(_ holds: Bool, _ reason: String) throws {
      if !holds {
        throw ModelConfigurationError(description: reason, hint: "leave it out for the default")
      }
    }
    let greatest = 4_096
    try require(
      (1...greatest).contains(rank), "the rank must be from 1 to \(greatest), not \(rank)")
    try require(
      alpha > 0 && alpha <= 1e6, "alpha must be above 0 and at most 1000000, not \(alpha)")
    try require(
      dropout >= 0 && dropout < 1, "the dropout must be from 0 to below 1, not \(dropout)")
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
  }
}
