import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Of each of some tokens, what a teacher finds most probable next.
public struct TopPredictions: Sendable, Equatable {
  /// Predictions of each token.
  public let count: Int
  /// What may come next, [N, count]; no id is twice in a row.
  public let ids: [Int32]
  /// How probable each is, [N, count]; their sum is at most 1 in each row, but for rounding.
  public let probabilities: [Float]

  /// Collects predictions.
  public init(count: Int, ids: [Int32], probabilities: [Float]) {
    precondition(
      count > 0 && ids.count == probabilities.count && ids.count % count == 0,
      "\(ids.count) ids and \(probabilities.count) probabilities, \(count) of each token")
    self.count = count
    self.ids = ids
    self.probabilities = probabilities
  }
}

extension Tape {
  /// The divergence of a student from what is known of a teacher, at each token, times τ², with the
  /// student's logits divided by τ: result [N]. All other tokens are taken as one, which has what is
  /// left of the probability: Σ p log(p/q) + r log(r/s), with r = 1 − Σ p and s = 1 − Σ q. Never more than
  /// the divergence over the whole vocabulary, and equal to it where the teacher's other tokens are as
  /// probable to each other as the student's.
  ///
  /// Pullback: `dlogits = dy τ (q − p)` for known tokens, `dy τ q (1 − r/s)` for the others.
  public func linearDivergence(
    student: (hidden: Variable, head: Head), teacher: TopPredictions, temperature: Float,
    isDeferred: Bool = false
  ) -> Variable {
    let head = LinearHead(hidden: student.hidden, head: student.head, device: device)
    precondition(
      teacher.ids.count == head.tokens * teacher.count,
      "\(teacher.ids.count) predictions for \(head.tokens) tokens of \(teacher.count)")
    precondition(
      teacher.ids.allSatisfy { (0..<Int32(head.vocabulary)).contains($0) },
      "a prediction outside the vocabulary of \(head.vocabulary)")
    precondition(temperature > 0, "a temperature of \(temperature)")
    let output = Tensor(uninitialized: [head.tokens], on: device)
    let results = output.floats
    let kernels = device.kernels
    func run(_ range: Range<Int>, _ logits: Matrix, _ upstream: UnsafePointer<Float>?) {
      for (row, token) in range.enumerated() {
        let places = token * teacher.count..<(token + 1) * teacher.count
        results[token] = Self.row(
          logits.base + row * logits.columns, logits.columns, teacher.ids[places],
          teacher.probabilities[places], temperature, upstream.map { $0[token] }, kernels)
      }
    }
    let isComputed = !(isDeferred && records([student.hidden, student.head.weight]))
    if isComputed { head.forEachTile { range, tile in run(range, tile, nil) } }
    return record(output, from: [student.hidden, student.head.weight], isComputed: isComputed) {
      upstream, adjoints in
      withExtendedLifetime(output) {
        head.backward(&adjoints) { range, tile in run(range, tile, upstream.floats) }
      }
    }
  }

  /// One token's divergence; with `upstream`, its logits become their gradient.
  private static func row(
    _ logits: UnsafeMutablePointer<Float>, _ width: Int, _ ids: ArraySlice<Int32>,
    _ probabilities: ArraySlice<Float>, _ temperature: Float, _ upstream: Float?,
    _ kernels: swl_kernels
  ) -> Float {
    if temperature != 1 { kernels.scale(1 / temperature, logits, width) }
    softmax(logits, width)
    // The probabilities of the known tokens are set aside, so that the rest is summed and not what is
    // left of 1, which would lose its digits.
    let known = ids.map { id in
      let q = logits[Int(id)]
      logits[Int(id)] = 0
      return q
    }
    var others = 0.0
    for index in 0..<width { others += Double(logits[index]) }
    others = max(others, Double(Float.leastNormalMagnitude))
    var (value, rest) = (0.0, 1.0)
    for (p, q) in zip(probabilities, known) {
      rest -= Double(p)
      let q = max(Double(q), Double(Float.leastNormalMagnitude))
      if p > 0 { value += Double(p) * log(Double(p) / q) }
    }
    rest = max(rest, 0)
    if rest > 0 { value += rest * log(rest / others) }
    if let upstream {
      let scale = upstream * temperature
      let factor = scale * Float(1 - rest / others)
      for index in 0..<width { logits[index] *= factor }
      for (id, (p, q)) in zip(ids, zip(probabilities, known)) {
        logits[Int(id)] = scale * (q - p)
      }
    }
    return Float(value) * temperature * temperature
  }
}

extension Tape {
  /// What teachers find most probable next, by the mean of their probabilities softmax(h Wᵀ / τ): each
  /// teacher's hidden [N, width] and head, of which all probabilities are held at once,
  /// [N, V]. Of equally probable tokens the first ids are taken.
  public func topPredictions(
    of teachers: [(hidden: Variable, head: Head)], count: Int, temperature: Float
  ) -> TopPredictions {
    let heads = teachers.map { LinearHead(hidden: $0.hidden, head: $0.head, device: device) }
    let (tokens, vocabulary) = (heads[0].tokens, heads[0].vocabulary)
    precondition(
      heads.allSatisfy { $0.tokens == tokens && $0.vocabulary == vocabulary }
        && (1...vocabulary).contains(count) && temperature > 0,
      "\(count) of \(vocabulary) at \(temperature), teachers \(teachers.map(\.hidden.shape))")
    let kernels = device.kernels
    let share = 1 / Float(heads.count)
    let means = Tensor(zeros: [tokens, vocabulary], on: device)
    let base = means.floats
    for head in heads {
      head.forEachTile { range, tile in
        for (row, token) in range.enumerated() {
          let logits = tile.base + row * tile.columns
          if temperature != 1 { kernels.scale(1 / temperature, logits, vocabulary) }
          Self.softmax(logits, vocabulary)
          let mean = base + token * vocabulary
          for index in 0..<vocabulary { mean[index] += share * logits[index] }
        }
      }
    }
    var ids = [Int32](repeating: 0, count: tokens * count)
    var probabilities = [Float](repeating: 0, count: tokens * count)
    ids.withUnsafeMutableBufferPointer { ids in
      probabilities.withUnsafeMutableBufferPointer { probabilities in
        device.forEachTile(of: tokens, Tiling.rows) { range in
          for token in range {
            let places = token * count..<(token + 1) * count
            Self.top(
              base + token * vocabulary, vocabulary,
              UnsafeMutableBufferPointer(rebasing: ids[places]),
              UnsafeMutableBufferPointer(rebasing: probabilities[places]))
          }
        }
      }
    }
    withExtendedLifetime(means) {}
    return TopPredictions(count: count, ids: ids, probabilities: probabilities)
  }

  /// Logits become probabilities.
  private static func softmax(_ logits: UnsafeMutablePointer<Float>, _ width: Int) {
    var greatest = logits[0]
    for index in 1..<width { greatest = max(greatest, logits[index]) }
    var total = 0.0
    for index in 0..<width {
      let weight = exp(logits[index] - greatest)
      total += Double(weight)
      logits[index] = weight
    }
    for index in 0..<width { logits[index] = Float(Double(logits[index]) / total) }
  }

  /// The places and values of the greatest of `width` numbers, the greatest first.
  private static func top(
    _ values: UnsafePointer<Float>, _ width: Int, _ ids: UnsafeMutableBufferPointer<Int32>,
    _ greatest: UnsafeMutableBufferPointer<Float>
  ) {
    var filled = 0
    for index in 0..<width {
      let value = values[index]
      var place = filled
      if filled == ids.count {
        if value <= greatest[filled - 1] { continue }
        place -= 1
      } else {
        filled += 1
      }
      while place > 0, greatest[place - 1] < value {
        (ids[place], greatest[place]) = (ids[place - 1], greatest[place - 1])
        place -= 1
      }
      (ids[place], greatest[place]) = (Int32(index), value)
    }
  }
}
