import Corpus
import Evaluation
import Files
import Inference
import LanguageModel
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct QuestionEvaluationTests {
  private let directory = TemporaryDirectory()

  private func evaluation(_ lines: [String], fewShot: Int = 0) throws -> QuestionEvaluation {
    try AtomicFile.write(Array(lines.joined(separator: "\n").utf8), to: directory["q.jsonl"])
    return try QuestionEvaluation(path: directory["q.jsonl"], fewShot: fewShot)
  }

  private static func line(_ question: String, _ answer: String, kind: String = "k") -> String {
    ##"{"messages":[{"role":"user","content":"\##(question)"},{"role":"assistant","content":"x"}],"##
      + ##""answer":"\##(answer)","kind":"\##(kind)"}"##
  }

  private func generator() throws -> (Generator, ChatTemplate) {
    var trainer = BytePairTrainer(vocabularySize: 270)
    Array("a few words of text".utf8).withUnsafeBytes { trainer.add($0) }
    let tokenizer = try trainer.train()
    let model = Transformer(
      ModelConfiguration(
        vocabularySize: tokenizer.vocabularySize, layers: 1, width: 32, heads: 2,
        feedForwardWidth: 48, contextLength: 64), seed: 2, on: Device(threadCount: 1))
    return (
      try Generator(model: model, tokenizer: tokenizer), try ChatTemplate(tokenizer)
    )
  }

  @Test func `an answer is right if it is the expected one but for white space around it`() throws {
    let evaluation = try evaluation([
      Self.line("one", "a cat"), Self.line("two", " a cat\\n", kind: "b"),
      Self.line("three", "A cat", kind: "b"), Self.line("four", "two cats"),
    ])
    #expect(
      evaluation.questions.map { $0.messages.last?.content } == ["one", "two", "three", "four"])
    let score = evaluation.score(["\ta cat ", "\ta cat ", "\ta cat ", "cats"])
    #expect(score.right == 2 && score.count == 4 && score.mostFrequent == 2)
    #expect(score.kinds.map(\.name) == ["b", "k"])
    #expect(score.kinds.map(\.right) == [1, 1] && score.kinds.map(\.count) == [2, 2])
  }

  @Test func `a prompt with an answer is a question, too`() throws {
    let evaluation = try evaluation([
      #"{"prompt":"q","answer":"a"}"#, #"{"prompt":"q","completion":"b"}"#,
      #"{"prompt":"q","completion":"long","answer":"c"}"#,
    ])
    #expect(evaluation.questions.map(\.answer) == ["a", "b", "c"])
    #expect(evaluation.conversations == Array(repeating: [Message(.user, "q")], count: 3))
  }

  @Test func `a prompt is cut where the context holds it, and not its answer`() throws {
    let (generator, template) = try generator()
    let short = template.answer("a").count + 4
    // The context of 64 leaves an eighth of it to the answer.
    let room = 64 - max(8, short)
    var text = ""
    while try template.prompt([Message(.user, text)], limit: .max).count <= room { text += "x" }
    let fitting = String(text.dropLast())
    let evaluation = try evaluation([Self.line(text, "a"), Self.line(fitting, "a")])
    #expect(try evaluation.cutPrompts(generator, template) == 1)
    try AtomicFile.write(
      Array(
        "{\"question\":\"\(text)\",\"choices\":[\"a\",\"\(fitting)\"],\"answer\":0}\n".utf8),
      to: directory["c.jsonl"])
    let choices = try ChoiceEvaluation(path: directory["c.jsonl"])
    #expect(try choices.cutPrompts(generator, template) == 1)
  }

  @Test func `a model is asked every question in turn`() throws {
    let (generator, template) = try generator()
    var asked: [Int] = []
    let evaluation = try evaluation(["q", "longer"].map { Self.line($0, "unlikely") })
    let (score, answers) = try evaluation.score(generator, template) { asked.append($0) }
    #expect(asked.last == 2 && asked == asked.sorted())
    #expect(score.right == 0 && score.count == 2)
    #expect(answers.count == 2 && answers.allSatisfy { !$0.isEmpty })
  }

  @Test func `examples that are shown are not asked`() throws {
    let lines = (0..<5).map { Self.line("q\($0)", "a\($0)") }
    let evaluation = try evaluation(lines, fewShot: 2)
    #expect(evaluation.questions.map(\.answer) == ["a2", "a3", "a4"])
    #expect(throws: CorpusError.self) { try self.evaluation(lines, fewShot: 5) }
    #expect(throws: CorpusError.self) { try self.evaluation(lines + ["{}"]) }
  }

  @Test func `intervals are Wilson's`() {
    // statsmodels.stats.proportion.proportion_confint(…, method="wilson")
    let half = Proportion(5, of: 10).interval
    #expect(abs(half.lowerBound - 0.236593) < 1e-6 && abs(half.upperBound - 0.763407) < 1e-6)
    let all = Proportion(10, of: 10).interval
    #expect(abs(all.lowerBound - 0.722467) < 1e-6 && abs(all.upperBound - 1) < 1e-12)
  }
}
