public import LanguageModel

/// How a preset is trained unless the user says otherwise.
public struct PretrainingDefaults: Sendable, Hashable {
  /// Sequences of an update.
  public let batchSize: Int
  /// The greatest learning rate.
  public let learningRate: Double

  /// The rule for hidden matrices: in sweeps of every preset it learned more from as many tokens.
  public static let optimizer = Optimizer.Kind.muon

  /// The defaults of a preset under a rule; the rates are those of the best runs of sweeps, which the lab
  /// book has.
  public init(_ preset: Preset, _ optimizer: Optimizer.Kind = Self.optimizer) {
    let muon: Double, others: Double
    switch preset {
    case .nano: (batchSize, muon, others) = (8, 6e-3, 3e-3)
    case .micro: (batchSize, muon, others) = (16, 6e-3, 1e-3)
    case .mini: (batchSize, muon, others) = (8, 3e-3, 4e-4)
    case .small: (batchSize, muon, others) = (4, 3e-3, 6e-4)
    }
    learningRate = optimizer == .muon ? muon : others
  }

  /// How many tokens to train on: 20 per parameter (Hoffmann et al., "Training Compute-Optimal
  /// Large Language Models", 2022), but not more than four passes over the corpus, beyond which
  /// repeated text teaches less (Muennighoff et al., "Scaling Data-Constrained Language Models",
  /// 2023).
  public static func tokens(for configuration: ModelConfiguration, corpusTokens: Int) -> Int {
    min(20 * configuration.parameterCount, 4 * corpusTokens)
  }
}
