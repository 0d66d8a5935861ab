import Evaluation
import Files
import Inference
import LanguageModel
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct ChoiceEvaluationTests {
  /// What each answer's tokens have after the prompt, alone in a sequence.
  private func scores(
    _ question: String, _ answers: [String], _ model: Transformer, _ template: ChatTemplate
  ) throws -> [(sum: Double, mean: Double)] {
    let prompt = try template.prompt([Message(.user, question)], limit: 96)
    return answers.map { answer in
      let content = template.answer(answer) + [template.endOfTurn]
      let ids = (prompt + content).map { Int32(bitPattern: $0) }
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden(Array(ids.dropLast()), lengths: [ids.count - 1], on: tape)
      let logarithms = tape.linearCrossEntropy(
        hidden, model.head(on: tape), targets: Array(ids.dropFirst())
      ).tensor.elements.suffix(content.count)
      let sum = logarithms.reduce(0) { $0 + Double($1) }
      return (sum, sum / Double(content.count))
    }
  }

  @Test func `the answer that is chosen is the most probable one, behind a prompt for all`() throws
  {
    var trainer = BytePairTrainer(vocabularySize: 270)
    Array("a few words of text".utf8).withUnsafeBytes { trainer.add($0) }
    let tokenizer = try trainer.train()
    // Large values, so that the answers differ.
    let configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, layers: 2, width: 32, heads: 2,
      feedForwardWidth: 48, contextLength: 96)
    let model = Transformer(configuration, on: Device(threadCount: 2)) { specification, tensor in
      if case .ones = specification.initialization {
        return specification.initialization.fill(tensor, name: specification.name, seed: 3)
      }
      Initialization.normal(standardDeviation: 0.3).fill(tensor, name: specification.name, seed: 3)
    }
    let template = try ChatTemplate(tokenizer)
    let answers = ["few", "a word", "t", "text of few words"]
    var lines = "", (best, bestPerToken) = (0, 0)
    var chosen: Set<Int> = []
    for number in 0..<24 {
      let choices = (0..<4).map { answers[(number * 7 / 3 + $0) % 4] }
      let scores = try scores("words \(number)", choices, model, template)
      let answer = try #require(scores.indices.max { scores[$0].sum < scores[$1].sum })
      lines +=
        ##"{"question":"words \##(number)","choices":\##(choices),"answer":\##(answer)}"## + "\n"
      chosen.insert(answer)
      best += 1
      bestPerToken += scores.indices.max { scores[$0].mean < scores[$1].mean } == answer ? 1 : 0
    }
    // Nothing is chosen where two are equal.
    lines += ##"{"question":"words","choices":["few","few","text of few words"],"answer":0}"##
    let directory = TemporaryDirectory()
    try AtomicFile.write(Array(lines.utf8), to: directory["c.jsonl"])
    let score = try ChoiceEvaluation(path: directory["c.jsonl"]).score(
      Generator(model: model, tokenizer: tokenizer), template
    ) { _ in }
    #expect(score.accuracy.successes == best && score.perToken.successes == bestPerToken)
    #expect(score.accuracy.count == 25 && bestPerToken < best && chosen.count > 1)
  }
}
