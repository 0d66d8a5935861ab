import CKernels

extension Tape {
  /// The log-probability that softmax(h Wᵀ) gives each target: hidden [N, width], weight
  /// [V, width], targets [N], result [N]. A negative target is ignored: its result and gradients
  /// are 0.
  ///
  /// Logits exist for one chunk of tokens at a time. The objective is the caller's: the mean over
  /// supervised tokens is the upstream gradient −1/count on each of them.
  ///
  /// - Parameters:
  ///   - hidden: h.
  ///   - weight: W.
  ///   - targets: The ids that come next.
  ///   - penalty: The weight of z², z = log Σ exp of a token's logits, which the gradient makes small
  ///     beside the negative log-probability; the result is without it. Source: Chowdhery et al., "PaLM",
  ///     2022, section 5.
  ///   - isDeferred: Computes nothing before the backward pass, where logits, results and gradients
  ///     then come out of one pass instead of two; until then the result is undefined.
  ///
  /// Pullback: `dlogits = dy (onehot − (1 + 2 penalty z) softmax)`, `dh = dlogits W`, `dW = dlogitsᵀ h`.
  public func linearCrossEntropy(
    _ hidden: Variable, _ weight: Variable, targets: [Int32], penalty: Float = 0,
    isDeferred: Bool = false
  ) -> Variable {
    let head = LinearHead(hidden: hidden, weight: weight, device: device)
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
    student: (hidden: Variable, weight: Variable), teacher: (hidden: Tensor, weight: Tensor),
    temperature: Float, isDeferred: Bool = false
  ) -> Variable {
    let head = LinearHead(hidden: student.hidden, weight: student.weight, device: device)
    let other = LinearHead(
      hidden: Variable(constant: teacher.hidden), weight: Variable(constant: teacher.weight),
      device: device)
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
    let isComputed = !(isDeferred && records([student.hidden, student.weight]))
    if isComputed { head.forEachTile(preparation()) { range, tile in rows(range, tile, nil) } }
    return record(output, from: [student.hidden, student.weight], isComputed: isComputed) {
      upstream, adjoints in
      withExtendedLifetime((output, scratch)) {
        head.backward(&adjoints, preparation()) { range, tile in rows(range, tile, upstream.floats)
        }
      }
    }
  }

  /// All logits `h Wᵀ`: hidden [N, width], weight [V, width], result [N, V]. For sampling and for
  /// tests; training never holds them.
  public func logits(_ hidden: Variable, _ weight: Variable) -> Tensor {
    Tape(on: device, isRecording: false).linear(hidden.detached, [weight.detached]).tensor
  }
}

/// The product of hidden states with a head, a chunk of tokens at a time.
struct LinearHead {
  let hidden: Variable
  let weight: Variable
  let device: Device
  static let chunk = Tiling.headTokens

  init(hidden: Variable, weight: Variable, device: Device) {
    precondition(
      weight.shape.dimensions.count == 2 && weight.shape.width == hidden.shape.width,
      "a head of shape \(weight.shape) for hidden \(hidden.shape)")
    self.hidden = hidden
    self.weight = weight
    self.device = device
  }

  var tokens: Int { hidden.shape.rows }
  var vocabulary: Int { weight.shape.rows }
  var logitsShape: Shape { [min(tokens, Self.chunk), vocabulary] }

  /// Calls `body` on the workers with each tile of tokens and its logits, a chunk at a time;
  /// `prepare` first with each chunk.
  func forEachTile(
    _ prepare: (Range<Int>) -> Void = { _ in }, _ body: (Range<Int>, Matrix) -> Void
  ) {
    forEachChunk { chunk, logits in
      prepare(chunk)
      forEachTile(of: chunk, logits, body)
    }
  }

  /// `body` turns each tile of logits into their gradient; the rest follows.
  func backward(
    _ adjoints: inout Adjoints, _ prepare: (Range<Int>) -> Void = { _ in },
    _ body: (Range<Int>, Matrix) -> Void
  ) {
    let dhidden = adjoints.destination(for: hidden)
    let dweight = adjoints.destination(for: weight)
    let source = Matrix(hidden.tensor)
    let w = dhidden.map { _ in packedWeight(isTransposed: false) }
    forEachChunk { chunk, logits in
      prepare(chunk)
      forEachTile(of: chunk, logits, body)
      if let (gradient, adding) = dhidden, let w {
        device.multiply(Factor(logits), w, adding: adding, into: Matrix(gradient).rows(chunk))
      }
      if let (gradient, adding) = dweight {
        device.accumulateProduct(
          logits, source.rows(chunk), adding: adding || chunk.lowerBound > 0,
          into: Matrix(gradient))
      }
    }
  }

  /// Calls `body` with each chunk of tokens and its logits.
  private func forEachChunk(_ body: (Range<Int>, Matrix) -> Void) {
    let room = Tensor(uninitialized: logitsShape, on: device)
    let base = room.floats
    let w = packedWeight()
    for begin in stride(from: 0, to: tokens, by: Self.chunk) {
      let chunk = begin..<min(tokens, begin + Self.chunk)
      let logits = Matrix(base, rows: chunk.count, columns: vocabulary)
      self.logits(chunk, w, into: logits)
      body(chunk, logits)
    }
    withExtendedLifetime(room) {}
  }

  private func forEachTile(
    of chunk: Range<Int>, _ logits: Matrix, _ body: (Range<Int>, Matrix) -> Void
  ) {
    device.forEachTile(of: chunk.count, Tiling.rows) { range in
      let first = chunk.lowerBound
      body(first + range.lowerBound..<first + range.upperBound, logits.rows(range))
    }
  }

  /// The weight as a right factor: transposed that of logits, else that of the gradient of hidden states.
  func packedWeight(isTransposed: Bool = true) -> PackedFactor {
    let weight = device.widened(weight.tensor)
    defer { withExtendedLifetime(weight) {} }
    return PackedFactor(Factor(matrix: Matrix(weight), isTransposed: isTransposed), on: device)
  }

  func logits(_ tokens: Range<Int>, _ weight: PackedFactor, into logits: Matrix) {
    device.multiply(Factor(Matrix(hidden.tensor).rows(tokens)), weight, into: logits)
  }
}
