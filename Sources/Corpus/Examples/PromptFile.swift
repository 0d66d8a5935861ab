import Files
public import StrictJSON
public import Tokenization

/// The questions of a JSON Lines file, whether or not it answers them: lines with `messages` (the
/// assistant's at the end is left out), `instruction`, `prompt`, or `text`.
public struct PromptFile: Sendable {
  /// A question.
  public struct Prompt: Sendable, Equatable {
    /// What was said before, the question last.
    public let messages: [Message]
    /// All that its line says.
    public let line: [JSONMember]
  }

  /// The questions, in order.
  public let prompts: [Prompt]

  /// Reads a file. A bad line is an error.
  ///
  /// - Throws: `FileError`; ``CorpusError`` for a bad line, or a file of none.
  public init(path: String) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 31, allowsPipes: true)
    let shown = FileError.printable(path)
    var prompts: [Prompt] = []
    try ConversationFile.forEachLine(of: bytes) { number, line in
      do {
        let value = try ConversationFile.object(line)
        prompts.append(Prompt(messages: try Self.messages(value), line: value.object ?? []))
      } catch let error as LineError {
        throw CorpusError(
          "\(shown):\(number): \(error.reason)", hint: "mend or remove the line")
      }
    }
    guard !prompts.isEmpty else {
      throw CorpusError(
        "\(shown) holds no question",
        hint: "a line is an object with \"messages\", \"prompt\", \"instruction\" or \"text\"")
    }
    self.prompts = prompts
  }

  private static func messages(_ value: JSONValue) throws -> [Message] {
    if value["messages"] != nil {
      var messages = try Message.turns(value["messages"])
      if messages.last?.role == .assistant { messages.removeLast() }
      guard messages.last?.role == .user else { throw LineError("its messages ask nothing") }
      return messages
    }
    if value["instruction"] != nil {
      let input = try value["input"].map { _ in try value.text("input") } ?? ""
      return [Message(.user, ConversationFormat.question(try value.text("instruction"), input))]
    }
    for name in ["prompt", "text"] where value[name] != nil {
      return [Message(.user, try value.text(name))]
    }
    throw LineError("it has no \"messages\", \"prompt\", \"instruction\" or \"text\"")
  }
}
