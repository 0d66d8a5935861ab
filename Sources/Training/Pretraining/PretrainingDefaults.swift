public import LanguageModel

/// How a preset is trained unless the user says otherwise.
public struct PretrainingDefaults: Sendable, Hashable {
  /// Sequences of an update.
  public let batchSize: Int
  /// The greatest learning rate.
  public let learningRate: Double

  /// The defaults of a preset.
  public init(_ preset: Preset) {
    switch preset {
    case .nano: (batchSize, learningRate) = (8, 3e-3)
    case .micro: (batchSize, learningRate) = (16, 1e-3)
    case .mini: (batchSize, learningRate) = (8, 8e-4)
    case .small: (batchSize, learningRate) = (4, 6e-4)
    }
  }

  /// How many tokens to train on: 20 per parameter (Hoffmann et al., "Training Compute-Optimal
  /// Large Language Models", 2022), but not more than four passes over the corpus, beyond which
  /// repeated text teaches less (Muennighoff et al., "Scaling Data-Constrained Language Models",
  /// 2023).
  public static func tokens(for configuration: ModelConfiguration, corpusTokens: Int) -> Int {
    min(20 * configuration.parameterCount, 4 * corpusTokens)
  }
}
