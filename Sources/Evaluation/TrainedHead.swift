import Inference
import LanguageModel
import TensorCore
import Tokenization

/// A linear head that tells labels apart by the mean of a text's hidden states, in k-fold
/// cross-validation: each text is classified by a head that was trained on the others' folds.
/// The model is not changed. Source: Alain and Bengio, "Understanding Intermediate Layers Using Linear
/// Classifier Probes", 2016.
struct TrainedHead {
  let generator: Generator
  let folds: Int

  /// Tokens that go through the model at once.
  private static let budget = 4_096

  /// The probabilities of the labels of each text, and the fold that it was in.
  ///
  /// - Parameter progress: Told how many texts were read; what it throws stops.
  func probabilities(
    _ texts: [String], labels: [Int], classes: Int, progress: (Int) throws -> Void
  ) throws -> (probabilities: [[Double]], folds: [Int]) {
    let features = try features(texts, progress)
    let fold = Self.folds(labels, classes: classes, count: folds)
    var result = Array(repeating: [Double](), count: texts.count)
    for number in 0..<folds {
      try progress(texts.count)
      let others = texts.indices.filter { fold[$0] != number }
      let scale = Standardization(others.map { features[$0] })
      let head = LogisticRegression(
        others.map { scale.apply(features[$0]) }, labels: others.map { labels[$0] },
        classes: classes)
      for index in texts.indices where fold[index] == number {
        result[index] = head.probabilities(scale.apply(features[index]))
      }
    }
    return (result, fold)
  }

  /// Each label's texts go to the folds in turn, so that all folds have about as many of it.
  private static func folds(_ labels: [Int], classes: Int, count: Int) -> [Int] {
    var next = Array(repeating: 0, count: classes)
    return labels.map { label in
      defer { next[label] += 1 }
      return next[label] % count
    }
  }

  /// The mean of the normed hidden states of each text, as much of it as fits the context.
  ///
  /// - Throws: `InferenceError` where they are not finite; what `progress` throws.
  private func features(_ texts: [String], _ progress: (Int) throws -> Void) throws -> [[Float]] {
    let model = generator.model
    let sequences = texts.map { text in
      ([generator.beginToken] + generator.tokenizer.encode(text))
        .prefix(model.configuration.contextLength)
    }
    var result: [[Float]] = []
    var rest = sequences[...]
    while !rest.isEmpty {
      var group: [ArraySlice<UInt32>] = []
      var tokens = 0
      while let next = rest.first, group.isEmpty || tokens + next.count <= Self.budget {
        group.append(next)
        tokens += next.count
        rest = rest.dropFirst()
      }
      let tape = Tape(on: model.device, isRecording: false)
      let states = model.hidden(
        group.flatMap { $0.map { Int32(bitPattern: $0) } }, lengths: group.map(\.count), on: tape
      ).tensor.elements
      let width = model.configuration.width
      var begin = 0
      for sequence in group {
        var sum = Array(repeating: 0.0, count: width)
        for row in begin..<begin + sequence.count {
          for index in 0..<width { sum[index] += Double(states[row * width + index]) }
        }
        begin += sequence.count
        guard sum.allSatisfy(\.isFinite) else { throw InferenceError.notFinite }
        result.append(sum.map { Float($0 / Double(sequence.count)) })
      }
      try progress(result.count)
    }
    return result
  }
}

/// Moves and scales each number of a feature so that it has mean 0 and deviation 1.
private struct Standardization {
  private var means: [Double]
  private var deviations: [Double]

  init(_ features: [[Float]]) {
    let count = Double(features.count)
    means = features[0].map { _ in 0 }
    deviations = means
    for feature in features {
      for index in means.indices { means[index] += Double(feature[index]) / count }
    }
    for feature in features {
      for index in means.indices {
        let difference = Double(feature[index]) - means[index]
        deviations[index] += difference * difference / count
      }
    }
    // A number that never changes tells nothing; it stays 0.
    deviations = deviations.map { max($0.squareRoot(), 1e-12) }
  }

  func apply(_ feature: [Float]) -> [Float] {
    feature.indices.map { Float((Double(feature[$0]) - means[$0]) / deviations[$0]) }
  }
}
