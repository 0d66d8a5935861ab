public import StrictJSON

/// A setting of generation that has no meaning, or a model and a tokenizer that do not go together.
public struct InferenceError: HintedError, Equatable {
  /// One sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  package init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}
