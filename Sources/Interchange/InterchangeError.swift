public import StrictJSON

/// A directory from outside that cannot be used, or one that cannot be written.
public struct InterchangeError: HintedError, Equatable {
  /// One sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  /// Says what is wrong.
  public init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}
