public import Tokenization

/// An example of a fine-tuning file.
public enum Example: Sendable, Equatable {
  /// Messages, of which the assistant's are learned.
  case conversation([Message])
  /// A text, which is learned whole.
  case text(String)
}

/// How a fine-tuning file holds its examples.
public enum ConversationFormat: String, Sendable, CaseIterable {
  /// `messages`: a list of objects with `role` and `content`.
  case messages
  /// `prompt` and `completion`: a question and its answer.
  case promptCompletion = "prompt-completion"
  /// `prompt` and the `chosen` of two answers, which is learned: so begins a model that is to prefer it.
  case promptChosen = "prompt-chosen"
  /// `instruction`, perhaps `input`, and `output`.
  case alpaca
  /// `text` and `label`: the label is the answer.
  case classification
  /// `text`.
  case text
}
