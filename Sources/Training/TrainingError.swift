public import StrictJSON

/// Why training cannot start or go on.
public struct TrainingError: HintedError, Equatable {
  /// One sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  /// Says what is wrong.
  public init(_ description: String, hint: String?) {
    self.description = description
    self.hint = hint
  }
}
