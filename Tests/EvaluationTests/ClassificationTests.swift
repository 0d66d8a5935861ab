import Evaluation
import Testing

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

  @Test func `sure and right is calibrated, sure and wrong is not`() {
    let sure = [[1.0, 0.0], [0.0, 1.0]]
    func error(_ truths: [Int]) -> Double {
      ClassificationScore(labels: ["a", "b"], truths: truths, probabilities: sure)
        .calibrationError
    }
    #expect(error([0, 1]) == 0 && error([1, 0]) == 1)
  }
}
