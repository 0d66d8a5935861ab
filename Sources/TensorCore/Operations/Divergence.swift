import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a student is from its teacher.
public enum Divergence: Sendable, Hashable {
  /// KL(student ‖ teacher): the student avoids what the teacher would not say.
  /// Source: Gu et al., "MiniLLM", 2024, section 2.
  case reverse
  /// β KL(teacher ‖ M) + (1 − β) KL(student ‖ M), M = β teacher + (1 − β) student, 0 < β < 1.
  /// Source: Agarwal et al., "On-Policy Distillation of Language Models" (GKD), 2024, equation 1.
  case jensenShannon(beta: Float)
}

extension Tape {
  /// The divergence of a student from a teacher at each token, over the whole vocabulary, times τ²,
  /// with logits divided by τ: result [N]. The teacher gets no gradient. KL(teacher ‖ student) is
  /// ``linearDivergence(student:teacher:temperature:isDeferred:)-(_,(Variable,Head),_,_)``.
  ///
  /// Pullback, with p the student's probabilities and L the divergence: `dlogits = dy τ p (g − p·g)`;
  /// g = log p − log q for the reverse divergence (then p·g = L), (1 − β)(log p − log m) else.
  public func linearDivergence(
    _ divergence: Divergence, student: (hidden: Variable, head: Head),
    teacher: (hidden: Variable, head: Head), temperature: Float, isDeferred: Bool = false
  ) -> Variable {
    let head = LinearHead(hidden: student.hidden, head: student.head, device: device)
    let other = LinearHead(hidden: teacher.hidden, head: teacher.head, device: device)
    precondition(
      head.tokens == other.tokens && head.vocabulary == other.vocabulary,
      "a student of \(head.tokens) tokens × \(head.vocabulary) and a teacher of \(other.tokens) × \(other.vocabulary)"
    )
    precondition(temperature > 0, "a temperature of \(temperature)")
    let output = Tensor(uninitialized: [head.tokens], on: device)
    let results = output.floats
    let scratch = Tensor(uninitialized: other.logitsShape, on: device)
    let theirs = Matrix(scratch)
    let rows = DivergenceRows(
      divergence: divergence, temperature: temperature, width: head.vocabulary,
      kernels: device.kernels)
    func run(_ range: Range<Int>, _ logits: Matrix, _ upstream: UnsafePointer<Float>?) {
      let begin = range.lowerBound % LinearHead.chunk
      for (row, token) in range.enumerated() {
        results[token] = rows.run(
          logits.base + row * logits.columns, theirs.base + (begin + row) * logits.columns,
          upstream.map { $0[token] })
      }
    }
    func preparation() -> (Range<Int>) -> Void {
      let weight = other.packedWeight()
      return { chunk in other.logits(chunk, weight, into: theirs.rows(0..<chunk.count)) }
    }
    let isComputed = !(isDeferred && records([student.hidden, student.head.weight]))
    if isComputed { head.forEachTile(preparation()) { range, tile in run(range, tile, nil) } }
    return record(output, from: [student.hidden, student.head.weight], isComputed: isComputed) {
      upstream, adjoints in
      withExtendedLifetime((output, scratch)) {
        head.backward(&adjoints, preparation()) { range, tile in run(range, tile, upstream.floats) }
      }
    }
  }
}

/// One token's divergence.
private struct DivergenceRows {
  let divergence: Divergence
  let temperature: Float
  let width: Int
  let kernels: swl_kernels

  /// - Parameters:
  ///   - student: Logits; with `upstream`, they become their gradient.
  ///   - teacher: Logits; they are overwritten.
  func run(
    _ student: UnsafeMutablePointer<Float>, _ teacher: UnsafeMutablePointer<Float>,
    _ upstream: Float?
  ) -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { room in
      guard let room = room.baseAddress else { return }
      toLogProbabilities(student, room)
      toLogProbabilities(teacher, room)
    }
    // The teacher's row becomes g, the sum of p · g their mean.
    var (value, mean) = (0.0, 0.0)
    switch divergence {
    case .reverse:
      for index in 0..<width {
        let p = exp(student[index])
        let g = student[index] - teacher[index]
        mean += Double(p * g)
        teacher[index] = g
      }
      value = mean
    case .jensenShannon(let beta):
      for index in 0..<width {
        let (p, q) = (exp(student[index]), exp(teacher[index]))
        let m = max(beta * q + (1 - beta) * p, .leastNormalMagnitude)
        let logM = log(m)
        let (ofTeacher, ofStudent) = (teacher[index] - logM, student[index] - logM)
        // A probability of 0 contributes nothing.
        value += Double(beta * (q > 0 ? q * ofTeacher : 0))
        value += Double((1 - beta) * (p > 0 ? p * ofStudent : 0))
        let g = p > 0 ? (1 - beta) * ofStudent : 0
        mean += Double(p * g)
        teacher[index] = g
      }
    }
    if let upstream {
      let scale = upstream * temperature
      let center = Float(mean)
      for index in 0..<width {
        student[index] = scale * exp(student[index]) * (teacher[index] - center)
      }
    }
    return Float(value) * temperature * temperature
  }

  /// Logits become log-probabilities at the temperature; `room` is overwritten.
  private func toLogProbabilities(
    _ row: UnsafeMutablePointer<Float>, _ room: UnsafeMutablePointer<Float>
  ) {
    if temperature != 1 { kernels.scale(1 / temperature, row, width) }
    room.update(from: row, count: width)
    var greatest = 0
    for index in 1..<width where row[index] > row[greatest] { greatest = index }
    var (target, logarithm) = (Int32(greatest), Float(0))
    kernels.cross_entropy(room, &target, &logarithm, nil, 0, 1, width)
    // log p = (logit − greatest logit) + log p of the greatest, so that no digits are lost far from zero.
    let top = row[greatest]
    for index in 0..<width { row[index] = row[index] - top + logarithm }
  }
}
