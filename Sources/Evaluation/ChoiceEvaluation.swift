import Corpus
public import Inference
import StrictJSON
public import Tokenization

/// Questions with answers to choose from, by their likelihood.
public struct ChoiceEvaluation: Sendable {
  /// A question, its answers, and which of them is right.
  struct Item: Sendable {
    let messages: [Message]
    let choices: [String]
    let answer: Int
  }

  /// The result.
  public struct Score: Sendable {
    /// How often the most probable answer is right.
    public let accuracy: Proportion
    /// The same by the mean log-probability of a token, which does not favour short answers.
    public let perToken: Proportion
    /// What guessing reaches.
    public let chance: Double
  }

  let items: [Item]
  private let shots: [Message]

  /// How many questions are asked.
  public var count: Int { items.count }

  /// Reads lines with `question` (or `prompt`), `choices`, and `answer`: the number of the right one
  /// from 0, or its text.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - fewShot: So many of the first questions are shown with their answers, and not asked.
  /// - Throws: `FileError`; `CorpusError` for the first bad line, or too few.
  public init(path: String, fewShot: Int = 0) throws {
    let all = try ExampleLines.read(path) { line in
      let question = try line["question"] == nil ? line.text("prompt") : line.text("question")
      guard let values = line["choices"]?.array, values.count > 1 else {
        throw LineError("its \"choices\" are not a list of two or more")
      }
      let choices = try values.map { value in
        guard let text = value.string else { throw LineError("a choice is not a string") }
        return text
      }
      let answer =
        line["answer"]?.integer
        ?? line["answer"]?.string.flatMap { text in
          choices.firstIndex { $0.utf8.elementsEqual(text.utf8) }
        }
      guard let answer, choices.indices.contains(answer) else {
        throw LineError("its \"answer\" is none of the choices")
      }
      return Item(messages: [Message(.user, question)], choices: choices, answer: answer)
    }
    guard all.count > fewShot else {
      throw ExampleLines.tooFew(path, all.count, fewShot: fewShot)
    }
    items = Array(all.dropFirst(fewShot))
    shots = all.prefix(fewShot).flatMap {
      $0.messages + [Message(.assistant, $0.choices[$0.answer])]
    }
  }

  /// Reads lines with `prompt`, `chosen` and `rejected`: the chosen answer is right.
  ///
  /// - Throws: `FileError`; `CorpusError` for the first bad line.
  public init(preferences path: String) throws {
    items = try PreferenceFile(path: path, isStrict: true).pairs.map { pair in
      Item(messages: pair.messages, choices: [pair.chosen, pair.rejected], answer: 0)
    }
    shots = []
  }

  /// What the model is shown before each choice.
  package var conversations: [[Message]] { items.map { shots + $0.messages } }

  /// Asks all questions.
  ///
  /// - Parameters:
  ///   - generator: The model that chooses.
  ///   - template: Writes the questions.
  ///   - progress: Told how many are done; what it throws stops.
  /// - Throws: What `progress` throws; `ChatTemplateError` where the template refuses the messages.
  public func score(
    _ generator: Generator, _ template: ChatTemplate, progress: (Int) throws -> Void
  ) throws -> Score {
    let scorer = AnswerScorer(model: generator.model, template: template)
    var (right, rightPerToken, chance) = (0, 0, 0.0)
    for (index, (item, messages)) in zip(items, conversations).enumerated() {
      let scores = try scorer.scores(messages, item.choices)
      right += Self.best(scores.map(\.sum)) == item.answer ? 1 : 0
      rightPerToken += Self.best(scores.map(\.mean)) == item.answer ? 1 : 0
      chance += 1 / Double(item.choices.count)
      try progress(index + 1)
    }
    return Score(
      accuracy: Proportion(right, of: items.count),
      perToken: Proportion(rightPerToken, of: items.count), chance: chance / Double(items.count))
  }

  /// How many conversations lose their oldest turns, because the context does not hold them and a choice.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages.
  public func cutPrompts(_ generator: Generator, _ template: ChatTemplate) throws -> Int {
    try AnswerScorer(model: generator.model, template: template).cutPrompts(
      zip(conversations, items.map(\.choices)).map { (messages: $0, answers: $1) })
  }

  /// The greatest, if no other equals it: a tie is no choice.
  private static func best(_ scores: [Double]) -> Int? {
    guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return nil }
    return scores.count { $0 == scores[best] } == 1 ? best : nil
  }
}
