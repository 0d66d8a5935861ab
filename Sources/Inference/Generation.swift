/// What was generated.
public struct Generation: Sendable, Equatable {
  /// The text after the prompt, without the stop string.
  public let text: String
  /// The ids that the model produced, those of the stop string included.
  public let tokens: [UInt32]
  /// Why it ends.
  public let finishReason: FinishReason
}

/// Why a generation ended.
public enum FinishReason: String, Sendable, CaseIterable {
  /// The model said that the text is at its end.
  case endOfText = "end_of_text"
  /// A stop string appeared.
  case stop
  /// The most tokens allowed were made.
  case length
}
