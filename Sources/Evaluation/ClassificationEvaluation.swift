import Corpus
public import Inference
import LanguageModel
import StrictJSON
import TensorCore
public import Tokenization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Texts with labels, of which the most likely is taken.
public struct ClassificationEvaluation: Sendable {
  /// The labels of the file, in the order of their bytes.
  public let labels: [String]
  private let items: [(text: String, label: Int)]
  private let shots: [Message]

  /// How many texts are classified.
  public var count: Int { items.count }

  /// Reads lines with `text` and `label`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - fewShot: So many of the first texts are shown with their labels, and not classified.
  /// - Throws: `FileError`; `CorpusError` for the first bad line, too few, or a single label.
  public init(path: String, fewShot: Int = 0) throws {
    let all = try ExampleLines.read(path) { (try $0.text("text"), try $0.text("label")) }
    guard all.count > fewShot else {
      throw ExampleLines.tooFew(path, all.count, fewShot: fewShot)
    }
    let labels = Set(all.map { Array($0.1.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    self.labels = labels.map { String(decoding: $0, as: UTF8.self) }
    guard labels.count > 1 else { throw ExampleLines.oneLabel(path) }
    let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    items = all.dropFirst(fewShot).map { text, label in (text, indices[Array(label.utf8)] ?? 0) }
    shots = all.prefix(fewShot).flatMap { [Message(.user, $0.0), Message(.assistant, $0.1)] }
  }

  /// What the model is shown before each label.
  package var conversations: [[Message]] { items.map { shots + [Message(.user, $0.text)] } }

  /// Classifies all texts: the text is the user's message, the label the assistant's.
  ///
  /// - Parameters:
  ///   - generator: The model that classifies.
  ///   - template: Writes the conversations.
  ///   - progress: Told how many are done; what it throws stops.
  /// - Throws: What `progress` throws; `ChatTemplateError` where the template refuses the messages.
  public func score(
    _ generator: Generator, _ template: ChatTemplate, progress: (Int) throws -> Void
  ) throws -> ClassificationScore {
    let scorer = AnswerScorer(model: generator.model, template: template)
    var probabilities: [[Double]] = []
    for (index, messages) in conversations.enumerated() {
      let scores = try scorer.scores(messages, labels).map(\.sum)
      let greatest = scores.max() ?? 0
      let weights = scores.map { exp($0 - greatest) }
      let total = weights.reduce(0, +)
      probabilities.append(weights.map { $0 / total })
      try progress(index + 1)
    }
    return ClassificationScore(
      labels: labels, truths: items.map(\.label), probabilities: probabilities)
  }

  /// How many conversations lose their oldest turns, because the context does not hold them and a label.
  ///
  /// - Throws: `ChatTemplateError` where the template refuses the messages.
  public func cutPrompts(_ generator: Generator, _ template: ChatTemplate) throws -> Int {
    try AnswerScorer(model: generator.model, template: template).cutPrompts(
      conversations.map { (messages: $0, answers: labels) })
  }

  /// How many texts lose their end where a linear head looks at them.
  public func cutTexts(_ generator: Generator) -> Int {
    // The token that begins a text counts, too.
    items.count {
      generator.tokenizer.encode($0.text).count >= generator.model.configuration.contextLength
    }
  }

  /// Classifies each text by a linear head on the model's hidden states, trained on the texts of the
  /// other `folds` − 1 parts of the file; the labels of each part are as frequent as in the file.
  ///
  /// - Parameters:
  ///   - generator: The model whose states are looked at.
  ///   - folds: How many parts the file is cut into.
  ///   - progress: Told how many texts were read; what it throws stops.
  /// - Throws: `CorpusError` where a label is rarer than there are folds; what `progress` throws.
  public func crossValidate(
    _ generator: Generator, folds: Int, progress: (Int) throws -> Void
  ) throws -> (score: ClassificationScore, foldAccuracies: [Double]) {
    precondition(folds >= 2, "\(folds) folds")
    for (index, label) in labels.enumerated() {
      let count = items.count { $0.label == index }
      guard count >= folds else {
        throw CorpusError(
          "the label \"\(label)\" has \(count) texts, too few for \(folds) folds",
          hint: "give more texts of it, or fewer --folds")
      }
    }
    let truths = items.map(\.label)
    let (probabilities, fold) = try TrainedHead(generator: generator, folds: folds).probabilities(
      items.map(\.text), labels: truths, classes: labels.count, progress: progress)
    let accuracies = (0..<folds).map { number in
      let part = items.indices.filter { fold[$0] == number }
      return ClassificationScore(
        labels: labels, truths: part.map { truths[$0] },
        probabilities: part.map { probabilities[$0] }
      ).accuracy.share
    }
    return (
      ClassificationScore(labels: labels, truths: truths, probabilities: probabilities), accuracies
    )
  }
}

/// How well labels were told apart.
public struct ClassificationScore: Sendable {
  /// The labels.
  public let labels: [String]
  /// How often the most probable label is right.
  public let accuracy: Proportion
  /// For each true label, how often each label was taken.
  public let confusion: [[Int]]
  /// Of each label: how many of those that were given it have it.
  public let precisions: [Double]
  /// Of each label: how many of those that have it were given it.
  public let recalls: [Double]
  /// Of each label: the probability that one that has it gets a greater probability of it than one
  /// that has not. Source: Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve",
  /// 1982.
  public let areas: [Double]
  /// The expected calibration error over ten bins of confidence. Source: Guo et al., "On Calibration
  /// of Modern Neural Networks", 2017, equation 3.
  public let calibrationError: Double
  /// The share of the most frequent label: what guessing reaches.
  public let mostFrequent: Double
  private let truths: [Int]
  private let probabilities: [[Double]]

  /// Of each label: the harmonic mean of precision and recall.
  public var f1s: [Double] {
    zip(precisions, recalls).map { $0 + $1 > 0 ? 2 * $0 * $1 / ($0 + $1) : 0 }
  }

  /// The mean over the labels that occur; each counts the same.
  public func mean(_ values: [Double]) -> Double {
    let present = confusion.indices.filter { confusion[$0].reduce(0, +) > 0 }
    return present.reduce(0) { $0 + values[$1] } / Double(max(1, present.count))
  }

  /// Where the means of precision, recall, F1 and area are with 95 % confidence: the middle of what they
  /// are when as many texts are drawn again and again from these, with repetition.
  ///
  /// Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.
  public func intervals() -> (
    precision: ClosedRange<Double>, recall: ClosedRange<Double>, f1: ClosedRange<Double>,
    area: ClosedRange<Double>
  ) {
    let draws = 400
    let all = (0..<draws).map { draw -> [Double] in
      let source = RandomSource(seed: 0, stream: UInt64(draw))
      let drawn = truths.indices.map {
        min(truths.count - 1, Int(source.uniform(at: UInt64($0)) * Double(truths.count)))
      }
      let score = ClassificationScore(
        labels: labels, truths: drawn.map { truths[$0] },
        probabilities: drawn.map { probabilities[$0] })
      return [score.precisions, score.recalls, score.f1s, score.areas].map(score.mean)
    }
    func interval(_ measure: Int) -> ClosedRange<Double> {
      let values = all.map { $0[measure] }.sorted()
      return values[draws / 40]...values[draws - 1 - draws / 40]
    }
    return (interval(0), interval(1), interval(2), interval(3))
  }

  /// Compares probabilities of the labels, one row a text, with the true labels.
  package init(labels: [String], truths: [Int], probabilities: [[Double]]) {
    self.labels = labels
    self.truths = truths
    self.probabilities = probabilities
    var confusion = labels.map { _ in labels.map { _ in 0 } }
    var bins = Array(repeating: (confidence: 0.0, right: 0.0), count: 10)
    for (truth, row) in zip(truths, probabilities) {
      let taken = row.indices.max { row[$0] < row[$1] } ?? 0
      confusion[truth][taken] += 1
      let bin = min(9, Int(row[taken] * 10))
      bins[bin].confidence += row[taken]
      bins[bin].right += taken == truth ? 1 : 0
    }
    self.confusion = confusion
    let right = labels.indices.reduce(0) { $0 + confusion[$1][$1] }
    accuracy = Proportion(right, of: truths.count)
    calibrationError =
      bins.reduce(0) { $0 + abs($1.confidence - $1.right) } / Double(truths.count)
    precisions = labels.indices.map { label in
      let given = confusion.reduce(0) { $0 + $1[label] }
      return given > 0 ? Double(confusion[label][label]) / Double(given) : 0
    }
    recalls = labels.indices.map { label in
      let all = confusion[label].reduce(0, +)
      return all > 0 ? Double(confusion[label][label]) / Double(all) : 0
    }
    areas = labels.indices.map { label in
      Self.area(
        zip(truths, probabilities).map { truth, row in (row[label], truth == label) })
    }
    mostFrequent =
      Double(confusion.map { $0.reduce(0, +) }.max() ?? 0) / Double(truths.count)
  }

  /// The area under the ROC curve from ranks; equal scores share theirs.
  private static func area(_ scores: [(score: Double, isPositive: Bool)]) -> Double {
    let sorted = scores.sorted { $0.score < $1.score }
    let positives = scores.count { $0.isPositive }
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0 else { return 0.5 }
    var ranks = 0.0
    var begin = 0
    while begin < sorted.count {
      var end = begin
      while end < sorted.count, sorted[end].score == sorted[begin].score { end += 1 }
      let rank = Double(begin + end + 1) / 2
      ranks += rank * Double(sorted[begin..<end].count { $0.isPositive })
      begin = end
    }
    let p = Double(positives)
    return (ranks - p * (p + 1) / 2) / (p * Double(negatives))
  }
}
