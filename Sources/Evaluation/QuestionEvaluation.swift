import Corpus
public import Inference
import LanguageModel
import StrictJSON
public import Tokenization

/// Questions with answers that are right or wrong.
public struct QuestionEvaluation: Sendable {
  /// A question.
  public struct Question: Sendable, Equatable {
    /// What was said before, the question last.
    public let messages: [Message]
    /// The answer.
    public let answer: String
    /// What is asked about, if the file says so.
    public let kind: String?
  }

  /// The result.
  public struct Score: Sendable {
    /// Answers that are exactly right.
    public internal(set) var right = 0
    /// Questions asked.
    public internal(set) var count = 0
    /// The same for each kind of question, in the order of their names.
    public internal(set) var kinds: [(name: String, right: Int, count: Int)] = []
    /// How often the most frequent answer of the file is right: what guessing reaches.
    public internal(set) var mostFrequent = 0

    /// The share of right answers.
    public var accuracy: Proportion { Proportion(right, of: count) }
  }

  /// The questions that are asked.
  public let questions: [Question]
  private let shots: [Message]

  /// Reads questions: lines with `messages` (the assistant's last message is the answer, unless there
  /// is an `answer`), or `prompt` and `completion`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - fewShot: So many of the first questions are shown with their answers before each of the
  ///     others, and not asked.
  /// - Throws: `FileError`; `CorpusError` for the first bad line, or too few.
  public init(path: String, fewShot: Int = 0) throws {
    let all = try ExampleLines.read(path) { line in
      let messages: [Message]
      if line["messages"] != nil {
        messages = try Message.list(line["messages"])
      } else {
        let isAnswer = line["completion"] == nil && line["answer"] != nil
        messages = [
          Message(.user, try line.text("prompt")),
          Message(.assistant, try line.text(isAnswer ? "answer" : "completion")),
        ]
      }
      let answer = try line["answer"].map { _ in try line.text("answer") }
      return Question(
        messages: messages.dropLast(), answer: answer ?? messages[messages.count - 1].content,
        kind: line["kind"]?.string)
    }
    guard all.count > fewShot else {
      throw ExampleLines.tooFew(path, all.count, fewShot: fewShot)
    }
    questions = Array(all.dropFirst(fewShot))
    shots = all.prefix(fewShot).flatMap { shot in
      shot.messages.filter { $0.role != .system } + [Message(.assistant, shot.answer)]
    }
  }

  /// What the model is shown before each answer.
  package var conversations: [[Message]] {
    questions.map { question in
      let system = question.messages.prefix { $0.role == .system }
      return Array(system + shots + question.messages.dropFirst(system.count))
    }
  }

  /// Asks all questions; a model's answers are the most probable tokens.
  ///
  /// - Parameters:
  ///   - generator: The model that answers.
  ///   - template: Writes the questions.
  ///   - progress: Told how many are done; what it throws stops.
  /// - Returns: The score, and the answers in the order of the questions.
  /// - Throws: What `progress` throws; `ChatTemplateError` where the template refuses the messages.
  public func score(
    _ generator: Generator, _ template: ChatTemplate, progress: (Int) throws -> Void
  ) throws -> (score: Score, answers: [String]) {
    let answers = try generator.answers(conversations, template, settings(generator, template)) {
      try progress($0)
      return true
    }.compactMap { $0?.text }
    return (score(answers), answers)
  }

  /// How many conversations lose their oldest turns, because the context does not hold them and an answer.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages.
  public func cutPrompts(_ generator: Generator, _ template: ChatTemplate) throws -> Int {
    let limit = generator.longestPrompt(before: settings(generator, template))
    return try conversations.count { try template.prompt($0, limit: .max).count > limit }
  }

  private func settings(_ generator: Generator, _ template: ChatTemplate) -> GenerationSettings {
    let longest = questions.map { template.answer($0.answer).count }.max() ?? 0
    // A longer answer than the model can see is never right, and might take hours.
    return GenerationSettings(
      sampler: Sampler(temperature: 0),
      maximumTokens: min(max(8, longest + 4), generator.model.configuration.contextLength))
  }

  /// Compares an answer to each question with the one in the file, but for white space around them.
  package func score(_ given: [String]) -> Score {
    precondition(given.count == questions.count, "\(given.count) answers to \(questions.count)")
    var score = Score()
    var kinds: [String: (right: Int, count: Int)] = [:]
    var answers: [[UInt8]: Int] = [:]
    for (question, answer) in zip(questions, given) {
      let expected = Self.trimmed(question.answer)
      let isRight = Self.trimmed(answer) == expected
      score.count += 1
      score.right += isRight ? 1 : 0
      answers[expected, default: 0] += 1
      if let kind = question.kind {
        let old = kinds[kind] ?? (0, 0)
        kinds[kind] = (old.right + (isRight ? 1 : 0), old.count + 1)
      }
    }
    score.mostFrequent = answers.values.max() ?? 0
    score.kinds = kinds.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
      ($0.key, $0.value.right, $0.value.count)
    }
    return score
  }

  /// The bytes of a text without white space at its ends.
  private static func trimmed(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)[...]
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return Array(bytes.drop { $0 <= 0x20 })
  }
}
