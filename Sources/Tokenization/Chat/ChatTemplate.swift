/// How a conversation becomes tokens, and which of them the assistant says.
///
/// The template is that of the tokenizer's ``TokenizerConfiguration``, or else ChatML: a
/// conversation begins with `<|endoftext|>`, as every document does; each message is
/// `<|im_start|>`, its role and a line break, its content, `<|im_end|>` and a line break. Source:
/// OpenAI, "Chat Markup Language" (chatml.md, 2023), as Qwen's models use it. Tokenizers without these
/// tokens, such as GPT-2's, get one that needs but the end of a document.
///
/// Other templates are read in the part of Jinja that the published ones use; anything else is
/// refused by name. They see nothing but the conversation, and what they may compute is limited.
/// What looks like a special token in a message is ordinary text, whatever the template does with
/// it. The tokens are those that `transformers` makes of the same conversation.
public struct ChatTemplate: Sendable {
  /// The tokenizer of the texts.
  public let tokenizer: Tokenizer
  /// The token with which every document begins.
  public let beginToken: UInt32
  /// The token that ends a message.
  public let endOfTurn: UInt32
  /// The special tokens that conversations have and documents do not.
  public let conversationTokens: [UInt32]
  private let program: ChatProgram
  /// Where an answer stands: behind a special token, or behind text that asks for it.
  private let answerPlace: TextPlace

  /// ChatML with `<|endoftext|>` as its `bos_token`.
  static let chatML = """
    {{ bos_token }}{% for message in messages %}\
    {{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
    """

  /// The template of tokenizers without the tokens of ChatML, such as GPT-2's: who speaks is said in plain
  /// text, and what ends a document ends each message. Source: Tunstall et al., "Zephyr: Direct
  /// Distillation of LM Alignment" (2023), whose models and TinyLlama's write conversations so.
  static let plain = """
    {{ bos_token }}{% for message in messages %}\
    {{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}\
    {% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}
    """

  /// The template for a tokenizer.
  ///
  /// - Throws: ``ChatTemplateError`` if the tokenizer lacks a special token, or its template has
  ///   something that is not supported.
  public init(_ tokenizer: Tokenizer) throws {
    self.tokenizer = tokenizer
    var configuration = tokenizer.configuration
    configuration?.complete(for: tokenizer)
    let known = configuration ?? TokenizerConfiguration(for: tokenizer)
    let tokens = known.tokens
    guard let source = known.chatTemplate else {
      throw ChatTemplateError(missing: "<|endoftext|>")
    }
    let program = try ChatProgram(source, tokenizer, tokens: tokens)
    self.program = program
    func id(named name: String) -> UInt32? { tokens[name].flatMap(tokenizer.id(ofSpecial:)) }
    guard
      let beginToken = id(named: "bos_token") ?? tokenizer.documentStart ?? id(named: "eos_token")
    else {
      throw ChatTemplateError(
        "the tokenizer has neither a bos_token nor <|endoftext|>, with which documents begin",
        hint: "name one in tokenizer_config.json")
    }
    self.beginToken = beginToken
    // What follows an answer ends it.
    let rendering = try program.rendering([Message(.user, "a"), Message(.assistant, "b")])
    let made = program.encode(rendering)
    let special = Set(rendering.specials.map(\.match.id))
    let end = Array(zip(made.ids, made.isSupervised)).last { special.contains($0.0) && $0.1 }?.0
    endOfTurn = end ?? id(named: "eos_token") ?? beginToken
    let asked = try? program.text([Message(.user, "a")], asksForAnswer: true)
    let isBehindToken = asked.map {
      program.specials(in: $0).last?.place.upperBound == $0.utf8.count
    }
    answerPlace = isBehindToken == true ? .behindToken : .continuation
    var used: [UInt32] = []
    for id in rendering.specials.map(\.match.id) where id != beginToken && !used.contains(id) {
      used.append(id)
    }
    conversationTokens = used
  }

  /// A conversation as tokens.
  package struct Conversation: Sendable, Equatable {
    /// All of them.
    package var ids: [UInt32]
    /// Whether each is what the assistant says, or ends its turn.
    package var isSupervised: [Bool]
    /// Whether something had to be left out.
    package var isCut = false
  }

  /// The text of a conversation as the template writes it.
  /// - Throws: ``ChatTemplateError``.
  public func text(_ messages: [Message], asksForAnswer: Bool = false) throws -> String {
    try program.text(messages, asksForAnswer: asksForAnswer).string
  }

  /// The tokens of a conversation up to where the assistant's answer begins.
  ///
  /// - Parameters:
  ///   - messages: What was said, the oldest first.
  ///   - limit: The most tokens. What is longer loses its oldest turns but the system's, then the
  ///     beginning of the question that is left.
  /// - Throws: ``ChatTemplateError`` where the template refuses the conversation.
  public func prompt(_ messages: [Message], limit: Int) throws -> [UInt32] {
    let ids = try fitted(messages, limit: limit) { messages in
      let text = try program.text(messages, asksForAnswer: true)
      let rendering = ChatProgram.Rendering(
        text: text, isSupervised: Array(repeating: false, count: text.count),
        specials: program.specials(in: text))
      let made = program.encode(rendering)
      return Conversation(ids: made.ids, isSupervised: made.isSupervised)
    }.ids
    guard !ids.isEmpty else {
      throw ChatTemplateError(
        "the chat template writes nothing for this conversation",
        hint: "mend the chat_template in tokenizer_config.json")
    }
    return ids
  }

  /// The tokens of an answer as they stand behind a prompt.
  package func answer(_ text: String) -> [UInt32] { tokenizer.encode(text, at: answerPlace) }

  /// The tokens of a conversation up to the last that is to be learned, cut as in
  /// ``prompt(_:limit:)``, which may leave more than `limit`.
  /// - Throws: ``ChatTemplateError`` where the template refuses the conversation.
  package func conversation(_ messages: [Message], limit: Int) throws -> Conversation {
    try fitted(messages, limit: limit) { messages in
      let made = program.encode(try program.rendering(messages))
      let end = (made.isSupervised.lastIndex(of: true) ?? -1) + 1
      // The first token is never predicted.
      let mask = made.isSupervised[..<end].enumerated().map { $0.offset > 0 && $0.element }
      return Conversation(ids: Array(made.ids[..<end]), isSupervised: mask)
    }
  }

  /// Encodes as much of `messages` as fits, if the system's and the last ones leave room.
  private func fitted(
    _ messages: [Message], limit: Int, _ encode: ([Message]) throws -> Conversation
  ) throws -> Conversation {
    var made = try encode(messages)
    let first = messages.first?.role == .system ? 1 : 0
    guard made.ids.count > limit, messages.count > first else { return made }
    // A question and its answer leave together; the fewest of them that suffice.
    func rest(without pairs: Int) -> [Message] {
      Array(messages[..<first] + messages[(first + 2 * pairs)...])
    }
    var (low, high) = (0, max(0, (messages.count - first - 1) / 2))
    while low < high {
      let middle = (low + high) / 2
      if try encode(rest(without: middle)).ids.count <= limit {
        high = middle
      } else {
        low = middle + 1
      }
    }
    var kept = rest(without: low)
    made = try encode(kept)
    while made.ids.count > limit, !kept[first].content.isEmpty {
      let content = tokenizer.encode(kept[first].content, at: .continuation)
      let bytes = tokenizer.decode(content.dropFirst(made.ids.count - limit))
      // A character that was cut in two is left out.
      kept[first].content = String(decoding: bytes.drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
      made = try encode(kept)
    }
    made.isCut = true
    return made
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
}
