/// A template that was read, and the special tokens that its text can contain.
final class ChatProgram: Sendable {
  /// Work that every conversation may cost, and more for each of its characters.
  private static let work = 1_000_000
  private static let workPerCharacter = 400

  let statements: [TemplateStatement]
  /// Whether the template itself says what is to be learned.
  let hasGeneration: Bool
  private let tokens: [String: String]
  private let matcher: AddedTokenMatcher
  private let tokenizer: Tokenizer

  /// A special token, and what it takes of a rendered conversation: white space of messages too, where it
  /// strips.
  typealias Special = (place: Range<Int>, match: AddedTokenMatcher.Match)

  /// A rendered conversation: the text, where special tokens stand in it, and what is to be learned.
  struct Rendering {
    var text: MarkedText
    var isSupervised: [Bool]
    /// Their places are in bytes.
    var specials: [Special]
  }

  init(_ source: String, _ tokenizer: Tokenizer, tokens: [String: String]) throws {
    (statements, hasGeneration) = try TemplateParser.parse(source)
    self.tokenizer = tokenizer
    self.tokens = tokens
    matcher = AddedTokenMatcher(tokenizer.model.addedTokens.filter(\.isSpecial))
  }

  /// The text of a conversation, perhaps up to where the assistant is to answer.
  func text(_ messages: [Message], asksForAnswer: Bool) throws -> MarkedText {
    var variables = tokens.mapValues { TemplateValue.string($0) }
    var size = 0
    variables["messages"] = .list(
      TemplateList(
        messages.map { message in
          let content = MarkedText(message.content, message.role == .assistant ? .answer : .message)
          size += content.count
          return .dictionary(
            TemplateDictionary([
              ("role", .string(message.role.rawValue)), ("content", .string(content)),
            ]))
        }))
    variables["add_generation_prompt"] = .bool(asksForAnswer)
    variables["tools"] = TemplateValue.none
    variables["documents"] = TemplateValue.none
    return try TemplateInterpreter.render(
      statements, variables, budget: Self.work + Self.workPerCharacter * size)
  }

  /// A conversation with what is to be learned of it.
  func rendering(_ messages: [Message]) throws -> Rendering {
    let text = try text(messages, asksForAnswer: false)
    let specials = specials(in: text)
    var isSupervised = text.characters.map(\.isGenerated)
    if !hasGeneration {
      supervise(text, specials, &isSupervised)
      superviseOpening(of: messages, text, specials, &isSupervised)
    }
    return Rendering(text: text, isSupervised: isSupervised, specials: specials)
  }

  /// Marks what comes from the assistant's messages, and after each the template's text up to the
  /// special token that ends the turn.
  private func supervise(
    _ text: MarkedText, _ specials: [Special], _ isSupervised: inout [Bool]
  ) {
    var ends: Set<Int> = []
    for special in specials { ends.insert(special.match.text.upperBound) }
    var pending: Int?
    var byte = 0
    for (index, character) in text.characters.enumerated() {
      byte += UTF8.width(character.scalar)
      switch character.mark {
      case .answer:
        for between in (pending ?? index)...index { isSupervised[between] = true }
        pending = index + 1
      case .message: pending = nil
      case .template:
        if let start = pending, ends.contains(byte) {
          for between in start...index { isSupervised[between] = true }
          pending = nil
        }
      }
    }
  }

  /// Marks what stands before the last answer but not in the prompt for it, which the model has to
  /// write itself; special tokens begin the turn, and are no part of that.
  private func superviseOpening(
    of messages: [Message], _ text: MarkedText, _ specials: [Special],
    _ isSupervised: inout [Bool]
  ) {
    guard messages.last?.role == .assistant,
      let prompt = try? self.text(messages.dropLast(), asksForAnswer: true), text.hasPrefix(prompt),
      let first = text.characters[prompt.count...].firstIndex(where: { $0.mark == .answer })
    else { return }
    var byte = text.characters[..<first].reduce(0) { $0 + UTF8.width($1.scalar) }
    let turn = specials.last { $0.match.text.upperBound <= byte }?.match.text.upperBound ?? 0
    var index = first
    while index > prompt.count, byte > turn {
      index -= 1
      byte -= UTF8.width(text.characters[index].scalar)
      isSupervised[index] = true
    }
  }

  /// The special tokens in what the template wrote itself; in messages there are none.
  func specials(in text: MarkedText) -> [Special] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for character in text.characters {
      if character.mark == .template {
        bytes += UTF8.encode(character.scalar)!
      } else {
        // No token has this byte.
        for _ in 0..<UTF8.width(character.scalar) { bytes.append(0xFF) }
      }
    }
    var found: [Special] = []
    text.utf8.withUnsafeBufferPointer { text in
      bytes.withUnsafeBufferPointer { bytes in
        matcher.forEachPart(of: text, searched: bytes, allowSpecial: true) { place, match in
          if let match { found.append((place, match)) }
        }
      }
    }
    return found
  }

  /// The tokens of a rendering, and whether each is to be learned: a token is, if any byte of it is; white
  /// space that a special token took is none of its.
  func encode(_ rendering: Rendering) -> (ids: [UInt32], isSupervised: [Bool]) {
    let bytes = rendering.text.utf8
    var learned: [Bool] = []
    learned.reserveCapacity(bytes.count)
    for (character, isSupervised) in zip(rendering.text.characters, rendering.isSupervised) {
      for _ in 0..<UTF8.width(character.scalar) { learned.append(isSupervised) }
    }
    var ids: [UInt32] = []
    var isSupervised: [Bool] = []
    /// Appends the tokens of text without special tokens.
    func add(_ range: Range<Int>) {
      guard !range.isEmpty else { return }
      for span in tokenizer.spans(
        of: Array(bytes[range]), at: range.lowerBound == 0 ? .beginning : .behindToken)
      {
        let start = range.lowerBound + span.range.lowerBound
        let end = range.lowerBound + span.range.upperBound
        ids.append(span.id)
        // What stands for no text, a blank that is put before it, belongs to what follows.
        let own = start < end ? start..<end : start..<min(start + 1, range.upperBound)
        isSupervised.append(learned[own].contains(true))
      }
    }
    var start = 0
    for special in rendering.specials {
      if start < special.place.lowerBound { add(start..<special.place.lowerBound) }
      ids.append(special.match.id)
      isSupervised.append(learned[special.match.text].contains(true))
      start = special.place.upperBound
    }
    add(start..<bytes.count)
    return (ids, isSupervised)
  }
}
