public import StrictJSON

/// Why a chat template cannot be read, or cannot render a conversation.
public struct ChatTemplateError: HintedError, Equatable {
  /// One sentence; it names the line of the template where there is one.
  public let description: String
  /// What to do.
  public let hint: String?

  init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }

  init(line: Int, _ description: String, hint: String? = nil) {
    self.description = "the chat template's line \(line): \(description)"
    self.hint = hint
  }

  /// Something that Jinja has and this toolkit has not.
  static func unsupported(_ what: String, line: Int) -> ChatTemplateError {
    ChatTemplateError(
      line: line, "\(what) is not supported",
      hint: "rewrite the chat_template in tokenizer_config.json without it")
  }

  init(missing token: String) {
    description = "the tokenizer has no special token \(token), which conversations need"
    hint = "train one with `swiftlet tokenizer train`, which reserves it"
  }

  /// Text from outside in a message of one line.
  static func printable(_ text: String) -> String { oneLine(text, limit: 200) }
}
