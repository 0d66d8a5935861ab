import Corpus
import Evaluation
import Files
import Inference
import LanguageModel
import TensorCore
import TestSupport
import Testing
import Tokenization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ClassificationTests {
  private let truths = [0, 0, 1, 1, 1, 2, 2, 0, 1, 2]
  private let probabilities = [
    [0.7, 0.2, 0.1], [0.3, 0.5, 0.2], [0.1, 0.8, 0.1], [0.2, 0.6, 0.2], [0.5, 0.3, 0.2],
    [0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1], [0.25, 0.5, 0.25], [0.2, 0.3, 0.5],
  ]

  private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count
      && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-9 }
  }

  /// The numbers are those of scikit-learn's `sklearn.metrics` on the same arrays.
  @Test func `measures equal scikit-learn's`() {
    let score = ClassificationScore(
      labels: ["a", "b", "c"], truths: truths, probabilities: probabilities)
    #expect(score.accuracy.successes == 7 && score.accuracy.count == 10)
    #expect(score.confusion == [[2, 1, 0], [1, 3, 0], [0, 1, 2]])
    #expect(isClose(score.precisions, [2.0 / 3, 0.6, 1]))
    #expect(isClose(score.recalls, [2.0 / 3, 0.75, 2.0 / 3]))
    #expect(isClose(score.f1s, [2.0 / 3, 2.0 / 3, 0.8]))
    #expect(isClose(score.areas, [13.0 / 14, 41.0 / 48, 1]))
    #expect(abs(score.mostFrequent - 0.4) < 1e-12)
  }

  /// Of two labels as frequent as each other, the mean recall is the accuracy, whose interval is known.
  @Test func `intervals are as wide as a proportion's`() {
    let source = RandomSource(seed: 1)
    let truths = (0..<1_000).map { $0 % 2 }
    let probabilities = truths.indices.map { index -> [Double] in
      let isRight = source.uniform(at: UInt64(index)) < 0.8
      let p = isRight == (truths[index] == 1) ? 0.9 : 0.1
      return [1 - p, p]
    }
    let score = ClassificationScore(
      labels: ["a", "b"], truths: truths, probabilities: probabilities)
    let (expected, found) = (score.accuracy.interval, score.intervals())
    for interval in [found.recall, found.precision, found.f1, found.area] {
      #expect(abs(interval.lowerBound - expected.lowerBound) < 0.01)
      #expect(abs(interval.upperBound - expected.upperBound) < 0.01)
    }
    #expect(found == score.intervals())
  }

  @Test func `sure and right is calibrated, sure and wrong is not`() {
    let sure = [[1.0, 0.0], [0.0, 1.0]]
    func error(_ truths: [Int]) -> Double {
      ClassificationScore(labels: ["a", "b"], truths: truths, probabilities: sure)
        .calibrationError
    }
    #expect(error([0, 1]) == 0 && error([1, 0]) == 1)
  }

  /// The probabilities are those of scikit-learn's `LogisticRegression(C=1, tol=1e-12)`.
  @Test func `a logistic regression is scikit-learn's`() {
    let features = (0..<12).map { row in
      (0..<3).map { Float(sin(1.0 + Double(row) * 3 + Double($0) * 2) * 2) }
    }
    let labels = [0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 2, 1]
    let head = LogisticRegression(features, labels: labels, classes: 3)
    let expected = [
      [0.3731941, 0.29901679, 0.32778912], [0.29565294, 0.36216412, 0.34218294],
      [0.35011779, 0.32664828, 0.32323393], [0.31822479, 0.33295453, 0.34882068],
    ]
    for (feature, row) in zip(features, expected) {
      let given = head.probabilities(feature)
      #expect(zip(given, row).allSatisfy { abs($0 - $1) < 1e-7 }, "\(given), not \(row)")
    }
  }

  @Test func `a trained head tells apart what the model's states tell apart`() throws {
    let directory = TemporaryDirectory()
    func line(_ text: String, _ label: String) -> String {
      "{\"text\":\"\(text)\",\"label\":\"\(label)\"}\n"
    }
    let lines = (0..<30).map { index in
      let word = String(repeating: index % 2 == 0 ? "xy" : "qz", count: 3 + index % 5)
      return line(word, index % 2 == 0 ? "one" : "two")
    }
    try AtomicFile.write(Array(lines.joined().utf8), to: directory["labels.jsonl"])
    let evaluation = try ClassificationEvaluation(path: directory["labels.jsonl"])
    var trainer = BytePairTrainer(vocabularySize: 262)
    Array("text".utf8).withUnsafeBytes { trainer.add($0) }
    let tokenizer = try trainer.train()
    let configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, layers: 1, width: 32, heads: 2,
      feedForwardWidth: 48, contextLength: 24)
    let generator = try Generator(
      model: Transformer(configuration, seed: 2, on: Device(threadCount: 2)), tokenizer: tokenizer)
    var done: [Int] = []
    let (score, folds) = try evaluation.crossValidate(generator, folds: 5) { done.append($0) }
    // Even random weights keep two alphabets apart.
    #expect(score.accuracy.share == 1 && score.accuracy.count == 30)
    #expect(folds == [1, 1, 1, 1, 1] && done.last == 30)

    // Labels that say nothing about the text are not learned.
    let noise = (0..<30).map { line("xyxy", $0 % 2 == 0 ? "one" : "two") }
    try AtomicFile.write(Array(noise.joined().utf8), to: directory["noise.jsonl"])
    let blind = try ClassificationEvaluation(path: directory["noise.jsonl"])
      .crossValidate(generator, folds: 3) { _ in }
    #expect(blind.score.accuracy.share == 0.5 && blind.foldAccuracies.count == 3)
    #expect(throws: CorpusError.self) {
      try evaluation.crossValidate(generator, folds: 16) { _ in }
    }

    let damaged = Transformer(configuration, seed: 2, on: Device(threadCount: 2))
    let tensor = damaged.parameters.tensor(0)
    let nothing = Array(repeating: Float.nan, count: tensor.count)
    nothing.withUnsafeBytes { tensor.copyBytes(from: $0) }
    let template = try ChatTemplate(tokenizer)
    let broken = try Generator(model: damaged, tokenizer: tokenizer)
    #expect(throws: InferenceError.self) {
      try evaluation.score(broken, template) { _ in }
    }
    #expect(throws: InferenceError.self) {
      try evaluation.crossValidate(broken, folds: 5) { _ in }
    }
  }
}
