import CKernels

/// What turns hidden states [N, width] into logits [N, vocabulary].
public struct Head: Sendable {
  /// W, [vocabulary, width].
  public let weight: Variable
  /// Logits are c tanh(h Wᵀ / c), none larger than the cap c; `nil`: h Wᵀ itself.
  /// Source: Gemma Team, "Gemma 2", 2024, section 2.
  public let softCap: Float?

  /// A head of this weight.
  public init(_ weight: Variable, softCap: Float? = nil) {
    precondition(softCap.map { $0 > 0 } ?? true, "a cap of \(softCap ?? 0)")
    self.weight = weight
    self.softCap = softCap
  }
}

extension Tape {
  /// All logits: hidden [N, width], result [N, V]. For sampling and for tests; training never holds
  /// them.
  public func logits(_ hidden: Variable, _ head: Head) -> Tensor {
    let logits = Tape(on: device, isRecording: false)
      .linear(hidden.detached, [head.weight.detached]).tensor
    if let softCap = head.softCap {
      device.kernels.soft_cap(logits.floats, softCap, logits.shape.count)
    }
    return logits
  }
}

/// The product of hidden states with a head, a chunk of tokens at a time.
struct LinearHead {
  let hidden: Variable
  let weight: Variable
  let softCap: Float?
  let device: Device
  static let chunk = Tiling.headTokens

  init(hidden: Variable, head: Head, device: Device) {
    let weight = head.weight
    precondition(
      weight.shape.dimensions.count == 2 && weight.shape.width == hidden.shape.width,
      "a head of shape \(weight.shape) for hidden \(hidden.shape)")
    self.hidden = hidden
    self.weight = weight
    softCap = head.softCap
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
    let dweight = WeightGradients(
      of: [weight], rows: min(tokens, Self.chunk), &adjoints, on: device)
    let source = Matrix(hidden.tensor)
    let w = dhidden.map { _ in packedWeight(isTransposed: false) }
    let room = softCap.map { _ in Tensor(uninitialized: logitsShape, on: device) }
    forEachChunk { chunk, logits in
      prepare(chunk)
      forEachTile(of: chunk, logits) { range, tile in
        let first = range.lowerBound - chunk.lowerBound
        let rows = first..<first + range.count
        if let softCap, let room {
          // The gradient takes the place of the logits that its own factor needs.
          let capped = Matrix(room).rows(rows)
          capped.copy(tile)
          body(range, tile)
          device.kernels.soft_cap_backward(
            capped.base, softCap, tile.base, tile.rows * tile.columns)
        } else {
          body(range, tile)
        }
        dweight.fill(rows, with: tile)
      }
      if let (gradient, adding) = dhidden, let w {
        device.multiply(Factor(logits), w, adding: adding, into: Matrix(gradient).rows(chunk))
      }
      if !dweight.isEmpty {
        dweight.accumulate(
          PackedFactor(Factor(source.rows(chunk)), on: device),
          continuing: chunk.lowerBound > 0)
      }
    }
  }

  /// Calls `body` with each chunk of tokens and its logits.
  private func forEachChunk(_ body: (Range<Int>, Matrix) -> Void) {
    let room = Tensor(uninitialized: logitsShape, on: device)
    let base = room.floats
    let w = packedWeight()
    // Once even without tokens: a gradient of nothing is zeros.
    for begin in stride(from: 0, to: max(1, tokens), by: Self.chunk) {
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
    guard let softCap else { return }
    device.forEachTile(of: tokens.count, Tiling.rows) { range in
      let tile = logits.rows(range)
      device.kernels.soft_cap(tile.base, softCap, tile.rows * tile.columns)
    }
  }
}
