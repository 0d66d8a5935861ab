import CKernels

extension Tape {
  /// The log-probability that softmax(h Wᵀ) gives each target: hidden [N, width], targets
  /// [N], result [N]. A negative target is ignored: its result and gradients
  /// are 0.
  ///
  /// Logits exist for one chunk of tokens at a time. The objective is the caller's: the mean over
  /// supervised tokens is the upstream gradient −1/count on each of them.
  ///
  /// - Parameters:
  ///   - hidden: h.
  ///   - head: W, [V, width], and whether logits are capped.
  ///   - targets: The ids that come next.
  ///   - penalty: The weight of z², z = log Σ exp of a token's logits, which the gradient makes small
  ///     beside the negative log-probability; the result is without it. Source: Chowdhery et al., "PaLM",
  ///     2022, section 5.
  ///   - isDeferred: Computes nothing before the backward pass, where logits, results and gradients
  ///     then come out of one pass instead of two; until then the result is undefined.
  ///
  /// Pullback: `dlogits = dy (onehot − (1 + 2 penalty z) softmax)`, `dh = dlogits W`, `dW = dlogitsᵀ h`.
  public func linearCrossEntropy(
    _ hidden: Variable, _ head: Head, targets: [Int32], penalty: Float = 0,
    isDeferred: Bool = false
  ) -> Variable {
    let weight = head.weight
    let head = LinearHead(hidden: hidden, head: head, device: device)
    precondition(
      targets.count == head.tokens, "\(targets.count) targets for hidden \(hidden.shape)")
    precondition(
      targets.allSatisfy { $0 < Int32(head.vocabulary) },
      "a target outside the vocabulary of \(head.vocabulary)")
    let output = Tensor(uninitialized: [head.tokens], on: device)
    let results = output.floats
    let kernels = device.kernels
    func rows(_ range: Range<Int>, _ logits: Matrix, _ upstream: UnsafePointer<Float>?) {
      targets.withUnsafeBufferPointer { targets in
        kernels.cross_entropy(
          logits.base, targets.baseAddress! + range.lowerBound, results + range.lowerBound,
          upstream.map { $0 + range.lowerBound }, penalty, range.count, logits.columns)
      }
    }
    let isComputed = !(isDeferred && records([hidden, weight]))
    if isComputed { head.forEachTile { range, tile in rows(range, tile, nil) } }
    return record(output, from: [hidden, weight], isComputed: isComputed) { upstream, adjoints in
      withExtendedLifetime(output) {
        head.backward(&adjoints) { range, tile in rows(range, tile, upstream.floats) }
      }
    }
  }

  /// The divergence of a student from a teacher at each token, over the whole vocabulary:
  /// τ² KL(softmax(h_t W_tᵀ/τ) ‖ softmax(h_s W_sᵀ/τ)), result [N]. The teacher gets no gradient.
  ///
  /// The factor τ² keeps the gradient's size as τ grows.
  /// Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015,
  /// section 2. See ``linearCrossEntropy(_:_:targets:penalty:isDeferred:)`` for chunks and `isDeferred`.
  ///
  /// Pullback: `dlogits_s = dy τ (softmax_s − softmax_t)`.
  public func linearDivergence(
    student: (hidden: Variable, head: Head), teacher: (hidden: Variable, head: Head),
    temperature: Float, isDeferred: Bool = false
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
    let kernels = device.kernels
    let scratch = Tensor(uninitialized: other.logitsShape, on: device)
    let theirs = Matrix(scratch)
    func rows(_ range: Range<Int>, _ logits: Matrix, _ upstream: UnsafePointer<Float>?) {
      let begin = range.lowerBound % LinearHead.chunk
      kernels.divergence(
        logits.base, theirs.base + begin * logits.columns, temperature,
        results + range.lowerBound, upstream.map { $0 + range.lowerBound }, range.count,
        logits.columns)
    }
    func preparation() -> (Range<Int>) -> Void {
      let weight = other.packedWeight()
      return { chunk in other.logits(chunk, weight, into: theirs.rows(0..<chunk.count)) }
    }
    let isComputed = !(isDeferred && records([student.hidden, student.head.weight]))
    if isComputed { head.forEachTile(preparation()) { range, tile in rows(range, tile, nil) } }
    return record(output, from: [student.hidden, student.head.weight], isComputed: isComputed) {
      upstream, adjoints in
      withExtendedLifetime((output, scratch)) {
        head.backward(&adjoints, preparation()) { range, tile in rows(range, tile, upstream.floats)
        }
      }
    }
  }
}
