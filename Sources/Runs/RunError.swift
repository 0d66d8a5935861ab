public import StrictJSON

/// A run, a checkpoint or one of their files that is not as it must be.
public struct RunError: HintedError, Equatable {
  /// One sentence that names the path.
  public let description: String
  /// What to do.
  public let hint: String?

  package init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}
