import Inference
import LanguageModel
import TensorCore
import Tokenization

/// How probable answers are after a question.
struct AnswerScorer {
  let model: Transformer
  let template: ChatTemplate

  /// Tokens that attention reads at once.
  private static let budget = 4_096

  /// The log-probability of one answer.
  struct Score {
    /// Of all its tokens and the end of the turn.
    let sum: Double
    /// How many tokens that are.
    let tokens: Int
    /// The mean over them.
    var mean: Double { sum / Double(tokens) }
  }

  /// Scores each of `answers` as what the assistant says after `messages`.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages; `InferenceError` where the
  ///   model computes no number.
  func scores(_ messages: [Message], _ answers: [String]) throws -> [Score] {
    let contents = contents(of: answers)
    let longest = contents.map(\.count).max() ?? 0
    let limit = longestPrompt(before: contents)
    let prompt = Array(try template.prompt(messages, limit: limit).suffix(limit))
    var scores: [Score] = []
    var rest = contents[...]
    while !rest.isEmpty {
      var group: [[UInt32]] = []
      while let next = rest.first,
        group.isEmpty || (group.count + 1) * (prompt.count + longest) <= Self.budget
      {
        group.append(next)
        rest = rest.dropFirst()
      }
      scores += score(prompt, group)
    }
    guard scores.allSatisfy(\.sum.isFinite) else { throw InferenceError.notFinite }
    return scores
  }

  /// How many of `conversations` lose their oldest turns, because the context does not hold them and the
  /// longest of their answers.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages.
  func cutPrompts(_ conversations: some Sequence<(messages: [Message], answers: [String])>) throws
    -> Int
  {
    try conversations.count { messages, answers in
      try template.prompt(messages, limit: .max).count
        > longestPrompt(before: contents(of: answers))
    }
  }

  /// The tokens of answers with the end of the turn, as far as the context holds them.
  private func contents(of answers: [String]) -> [[UInt32]] {
    answers.map { answer in
      Array(
        (template.answer(answer) + [template.endOfTurn]).prefix(model.configuration.contextLength))
    }
  }

  /// All answers come after the same prompt, as long as the longest of them allows.
  private func longestPrompt(before contents: [[UInt32]]) -> Int {
    model.configuration.contextLength + 1 - (contents.map(\.count).max() ?? 0)
  }

  /// The answers stand behind one copy of the prompt; its last token predicts the first of each, and is
  /// repeated.
  private func score(_ prompt: [UInt32], _ answers: [[UInt32]]) -> [Score] {
    var inputs: [Int32] = []
    var lengths: [Int] = []
    var places: [Int] = []
    var targets: [Int32] = []
    for (index, answer) in answers.enumerated() {
      let ids = prompt.suffix(index == 0 ? prompt.count : 1) + answer.dropLast()
      inputs += ids.map { Int32(bitPattern: $0) }
      lengths.append(ids.count)
      places += inputs.count - answer.count..<inputs.count
      targets += answer.map { Int32(bitPattern: $0) }
    }
    let shared = answers.indices.map { $0 == 0 ? 0 : prompt.count - 1 }
    let tape = Tape(on: model.device, isRecording: false)
    let hidden = model.hidden(inputs, lengths: lengths, shared: shared, at: places, on: tape)
    let logarithms = tape.linearCrossEntropy(
      hidden, model.head(on: tape), targets: targets
    ).tensor.elements
    var begin = 0
    return answers.map { answer in
      let sum = logarithms[begin..<begin + answer.count].reduce(0.0) { $0 + Double($1) }
      begin += answer.count
      return Score(sum: sum, tokens: answer.count)
    }
  }
}

extension InferenceError {
  /// A damaged model, which answers nothing.
  static let notFinite = InferenceError(
    "the model's probabilities are not finite numbers",
    hint: "its weights are damaged or its training diverged; try an earlier checkpoint")
}
