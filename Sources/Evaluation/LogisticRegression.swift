#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Multinomial logistic regression: p(k | x) = softmax(W x + b).
///
/// Trained by the minimum of Σ −log p(label | x) + ½ ‖W‖², which is unique but for a constant in b.
/// Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 2009, section 4.4.
package struct LogisticRegression: Sendable {
  private let classes: Int
  private let width: Int
  /// W, a row for each class, then b.
  private(set) var weights: [Double]

  /// Finds the minimum for `features`, each of the same width, with labels below `classes`.
  package init(_ features: [[Float]], labels: [Int], classes: Int) {
    precondition(
      features.count == labels.count && !features.isEmpty
        && labels.allSatisfy { (0..<classes).contains($0) },
      "\(features.count) features and \(labels.count) labels of \(classes) classes")
    self.classes = classes
    let width = features[0].count
    precondition(features.allSatisfy { $0.count == width }, "features of unequal width")
    self.width = width
    weights = Array(repeating: 0, count: classes * (width + 1))
    weights = Minimizer.minimum(from: weights) { point, slope in
      Self.loss(point, features, labels, classes: classes, width: width, slope: &slope)
    }
  }

  /// The probability of each class.
  package func probabilities(_ feature: [Float]) -> [Double] {
    Self.softmax(weights, feature, classes: classes, width: width)
  }

  private static func softmax(
    _ weights: [Double], _ feature: [Float], classes: Int, width: Int
  ) -> [Double] {
    var values = (0..<classes).map { label in
      var sum = weights[classes * width + label]
      for index in 0..<width { sum += weights[label * width + index] * Double(feature[index]) }
      return sum
    }
    let greatest = values.max() ?? 0
    values = values.map { exp($0 - greatest) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  private static func loss(
    _ weights: [Double], _ features: [[Float]], _ labels: [Int], classes: Int, width: Int,
    slope: inout [Double]
  ) -> Double {
    var total = 0.0
    for index in 0..<classes * width {
      total += 0.5 * weights[index] * weights[index]
      slope[index] = weights[index]
    }
    for index in classes * width..<weights.count { slope[index] = 0 }
    for (feature, label) in zip(features, labels) {
      let probabilities = softmax(weights, feature, classes: classes, width: width)
      total -= log(max(probabilities[label], .leastNormalMagnitude))
      for (other, probability) in probabilities.enumerated() {
        let error = probability - (other == label ? 1 : 0)
        for index in 0..<width { slope[other * width + index] += error * Double(feature[index]) }
        slope[classes * width + other] += error
      }
    }
    return total
  }
}

/// Finds minima of smooth functions by L-BFGS. Source: Nocedal and Wright, "Numerical Optimization",
/// 2006, algorithm 7.4, with a backtracking search (algorithm 3.1).
private enum Minimizer {
  /// Pairs of steps that approximate the curvature.
  private static let memory = 10
  private static let iterations = 500

  /// - Parameter function: Fills the slope and returns the value.
  static func minimum(
    from start: [Double], _ function: (_ point: [Double], _ slope: inout [Double]) -> Double
  ) -> [Double] {
    var point = start
    var slope = point
    var value = function(point, &slope)
    var pairs: [(step: [Double], change: [Double], curvature: Double)] = []
    for _ in 0..<iterations {
      let size = dot(slope, slope).squareRoot()
      if size < 1e-6 * max(1, value) { break }
      var direction = direction(slope, pairs)
      var descent = dot(direction, slope)
      if descent >= 0 {
        pairs = []
        direction = slope.map { -$0 }
        descent = -size * size
      }
      var rate = pairs.isEmpty ? 1 / size : 1
      var next = (point: point, slope: slope, value: value)
      // Halved until the value falls enough; beyond this it no longer can.
      var isBetter = false
      for _ in 0..<40 {
        next.point = zip(point, direction).map { $0 + rate * $1 }
        next.value = function(next.point, &next.slope)
        isBetter = next.value <= value + 1e-4 * rate * descent
        if isBetter { break }
        rate /= 2
      }
      if !isBetter { break }
      let step = zip(next.point, point).map { $0 - $1 }
      let change = zip(next.slope, slope).map { $0 - $1 }
      let curvature = dot(step, change)
      if curvature > 1e-12 {
        pairs.append((step, change, curvature))
        if pairs.count > memory { pairs.removeFirst() }
      }
      (point, slope, value) = next
    }
    return point
  }

  /// Against the slope, straightened by what the last steps say of the curvature.
  private static func direction(
    _ slope: [Double], _ pairs: [(step: [Double], change: [Double], curvature: Double)]
  ) -> [Double] {
    var result = slope.map { -$0 }
    var parts: [Double] = []
    for pair in pairs.reversed() {
      let part = dot(pair.step, result) / pair.curvature
      parts.append(part)
      for index in result.indices { result[index] -= part * pair.change[index] }
    }
    if let last = pairs.last {
      let scale = last.curvature / dot(last.change, last.change)
      for index in result.indices { result[index] *= scale }
    }
    for (pair, part) in zip(pairs, parts.reversed()) {
      let other = dot(pair.change, result) / pair.curvature
      for index in result.indices { result[index] += (part - other) * pair.step[index] }
    }
    return result
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
