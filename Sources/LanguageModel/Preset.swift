/// Named sizes to start from.
public enum Preset: String, CaseIterable, Sendable {
  /// 1.1 million parameters: minutes on two cores.
  case nano
  /// 12 million.
  case micro
  /// 28 million.
  case mini
  /// 103 million.
  case small

  /// The size, with the vocabulary it was chosen for.
  public var configuration: ModelConfiguration {
    switch self {
    case .nano:
      ModelConfiguration(
        vocabularySize: 2_048, layers: 4, width: 128, heads: 4, feedForwardWidth: 384,
        contextLength: 256)
    case .micro:
      ModelConfiguration(
        vocabularySize: 4_096, layers: 6, width: 384, heads: 6, feedForwardWidth: 1_024,
        contextLength: 256)
    case .mini:
      ModelConfiguration(
        vocabularySize: 8_192, layers: 8, width: 512, heads: 8, keyValueHeads: 4,
        feedForwardWidth: 1_408, contextLength: 512)
    case .small:
      ModelConfiguration(
        vocabularySize: 32_768, layers: 12, width: 768, heads: 12, keyValueHeads: 6,
        feedForwardWidth: 2_048, contextLength: 1_024)
    }
  }
}
