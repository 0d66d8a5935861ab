public import StrictJSON

/// ChatML: how a conversation becomes tokens.
///
/// A conversation begins with `<|endoftext|>`, as every document does; each message is
/// `<|im_start|>`, its role and a line break, its content, `<|im_end|>` and a line break. The
/// content is encoded by itself and as text: what looks like a special token in it is none.
/// Source: OpenAI, "Chat Markup Language" (chatml.md, 2023), as Qwen's models use it.
public struct ChatTemplate: Sendable {
  /// The tokenizer of the texts.
  public let tokenizer: Tokenizer
  /// The token with which every document begins.
  public let beginToken: UInt32
  /// The token that ends a message.
  public let endOfTurn: UInt32
  private let startOfTurn: UInt32
  private let lineBreak: [UInt32]

  /// The template for a tokenizer.
  ///
  /// - Throws: ``ChatTemplateError`` if the tokenizer lacks a special token.
  public init(_ tokenizer: Tokenizer) throws {
    func id(_ content: String) throws -> UInt32 {
      guard let id = tokenizer.id(ofSpecial: content) else {
        throw ChatTemplateError(missing: content)
      }
      return id
    }
    self.tokenizer = tokenizer
    beginToken = try id("<|endoftext|>")
    startOfTurn = try id("<|im_start|>")
    endOfTurn = try id("<|im_end|>")
    lineBreak = tokenizer.encode("\n")
  }

  /// The special tokens that conversations have and documents do not.
  public var conversationTokens: [UInt32] { [startOfTurn, endOfTurn] }

  /// A message as tokens.
  package struct Turn: Sendable {
    /// What comes before the content.
    package let role: Message.Role
    package let header: [UInt32]
    /// What was said.
    package var content: [UInt32]
    /// What comes after the content; the first of them ends the turn.
    package let end: [UInt32]

    package var count: Int { header.count + content.count + end.count }
  }

  /// The tokens of a conversation up to where the assistant's answer begins.
  ///
  /// - Parameter limit: The most tokens. What is longer loses its oldest turns but the system's, then
  ///   the beginning of the question that is left.
  public func prompt(_ messages: [Message], limit: Int) -> [UInt32] {
    let opening = header(.assistant)
    let turns = turns(messages, limit: limit - 1 - opening.count).turns
    return [beginToken] + turns.flatMap { $0.header + $0.content + $0.end } + opening
  }

  /// The tokens of `messages`, at most `limit` if the system's and the last one's leave room, and
  /// whether something was cut off.
  package func turns(_ messages: [Message], limit: Int) -> (turns: [Turn], isCut: Bool) {
    var turns = messages.map { message in
      Turn(
        role: message.role, header: header(message.role),
        content: tokenizer.encode(message.content),
        end: [endOfTurn] + lineBreak)
    }
    let first = messages.first?.role == .system ? 1 : 0
    func excess() -> Int { turns.reduce(-limit) { $0 + $1.count } }
    guard excess() > 0, turns.count > first else { return (turns, false) }
    // A question and its answer leave together.
    while excess() > 0, turns.count - first > 2 { turns.removeSubrange(first..<first + 2) }
    turns[first].content.removeFirst(min(max(0, excess()), turns[first].content.count))
    return (turns, true)
  }

  /// Tokens as people read them: special tokens as they are written, control characters but line
  /// breaks spelled out.
  public func shown(_ ids: [UInt32]) -> String {
    let special = Dictionary(
      tokenizer.specialTokens.map { ($0.id, $0.content) }, uniquingKeysWith: { first, _ in first })
    var text = ""
    var plain: [UInt32] = []
    func flush() {
      for scalar in String(decoding: tokenizer.decode(plain), as: UTF8.self).unicodeScalars {
        if scalar.properties.generalCategory == .control, scalar != "\n" {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      plain = []
    }
    for id in ids {
      guard let content = special[id] else {
        plain.append(id)
        continue
      }
      flush()
      text += content
    }
    flush()
    return text
  }

  /// What comes before the content of a message.
  private func header(_ role: Message.Role) -> [UInt32] {
    [startOfTurn] + tokenizer.encode("\(role.rawValue)\n")
  }
}

/// Why there can be no conversations with a tokenizer.
public struct ChatTemplateError: HintedError, Equatable {
  /// One sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  init(missing token: String) {
    description = "the tokenizer has no special token \(token), which conversations need"
    hint = "train one with `swiftlet tokenizer train`, which reserves it"
  }
}
