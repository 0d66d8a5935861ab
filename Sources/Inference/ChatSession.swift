import LanguageModel
public import Tokenization

/// A conversation with a model.
public struct ChatSession: Sendable {
  /// What answers.
  public let generator: Generator
  /// How messages become tokens.
  public let template: ChatTemplate
  /// All that was said, the oldest first.
  public private(set) var messages: [Message]

  /// Begins a conversation, perhaps with instructions.
  public init(_ generator: Generator, _ template: ChatTemplate, system: String? = nil) {
    self.generator = generator
    self.template = template
    messages = system.map { [Message(.system, $0)] } ?? []
  }

  /// Whether all that was said and `text` fit the context beside an answer; see ``respond(to:_:receive:)``.
  /// - Throws: `ChatTemplateError` where the template refuses the messages.
  public func holds(_ text: String, _ settings: GenerationSettings) throws -> Bool {
    let asked = messages + [Message(.user, text)]
    return try template.prompt(asked, limit: .max).count
      <= generator.longestPrompt(before: settings)
  }

  /// Answers `text`, and remembers both.
  ///
  /// - Parameters:
  ///   - text: What the user says.
  ///   - settings: How; an eighth of the context at least is left for the answer, and what is too
  ///     long for the rest loses its oldest turns, then its beginning.
  ///   - receive: Is handed the answer as it comes. What it throws ends it, and nothing is
  ///     remembered.
  /// - Throws: `ChatTemplateError` where the template refuses the messages; what `receive` throws.
  public mutating func respond(
    to text: String, _ settings: GenerationSettings, receive: (String) throws -> Void
  ) throws -> Generation {
    let asked = messages + [Message(.user, text)]
    let generation = try generator.answer(asked, template, settings, receive: receive)
    messages = asked + [Message(.assistant, generation.text)]
    return generation
  }
}

extension Generator {
  /// What the assistant says after `messages`, the last of them the user's.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages; what `receive` throws.
  public func answer(
    _ messages: [Message], _ template: ChatTemplate, _ settings: GenerationSettings,
    receive: (String) throws -> Void
  ) throws -> Generation {
    try generate(
      after: try prompt(messages, template, settings), until: ends(template), settings,
      receive: receive)
  }

  /// What the assistant says after each of `conversations`, computed side by side.
  ///
  /// - Parameters:
  ///   - conversations: Their messages.
  ///   - count: How many answers to each, one after the other.
  ///   - template: Writes the messages.
  ///   - settings: How to answer.
  ///   - progress: Told how many are done; says whether to go on. What it throws ends the generation.
  /// - Returns: The answers, in order; `nil` for those that were not done when `progress` said to stop.
  /// - Throws: `ChatTemplateError` where the template refuses messages; what `progress` throws.
  public func answers(
    _ conversations: [[Message]], each count: Int = 1, _ template: ChatTemplate,
    _ settings: GenerationSettings, progress: (Int) throws -> Bool
  ) throws -> [Generation?] {
    var prompts: [[UInt32]] = []
    for conversation in conversations {
      // Many templates take their time.
      guard try progress(0) else {
        return Array(repeating: nil, count: conversations.count * count)
      }
      let prompt = try prompt(conversation, template, settings)
      prompts += Array(repeating: prompt, count: count)
    }
    return try generate(
      after: prompts, until: ends(template), settings, progress: progress)
  }

  private func prompt(
    _ messages: [Message], _ template: ChatTemplate, _ settings: GenerationSettings
  ) throws -> [UInt32] {
    try template.prompt(messages, limit: longestPrompt(before: settings))
  }

  /// The most tokens of a prompt that leave room for an answer.
  public func longestPrompt(before settings: GenerationSettings) -> Int {
    let context = model.configuration.contextLength
    return max(1, context - min(settings.maximumTokens, max(1, context / 8)))
  }

  private func ends(_ template: ChatTemplate) -> Set<UInt32> {
    [template.endOfTurn, template.beginToken]
  }
}
