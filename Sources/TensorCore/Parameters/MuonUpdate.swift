import CKernels

extension Device {
  /// Updates some matrices of `store` in place along their momentum, made orthogonal:
  /// `M ← μM + G`, `W ← (1 − ηλ)W − 0.2 η √max(rows, columns) · orthogonal(G + μM)`.
  ///
  /// The factor gives updates the size of AdamW's, so that both share one learning rate.
  /// Each matrix is one worker's task. Parameters without a gradient stay as they are.
  ///
  /// Sources: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024; Liu et
  /// al., "Muon is scalable for LLM training", 2025, section 2.2.
  public func updateMuon(
    _ store: ParameterStore, parameters: [Int], along gradients: Gradients,
    _ state: OptimizerState, _ coefficients: MomentumCoefficients
  ) {
    let c = coefficients
    let present = parameters.filter { gradients[$0] != nil }
    workers.forEach(present.count) { task in
      let index = present[task]
      guard let gradient = gradients[index] else { return }
      let (rows, columns) = (gradient.shape.rows, gradient.shape.width)
      let offset = store.offsets[index], count = gradient.count
      let (w, g, m) = (store.values.floats + offset, gradient.floats, state.first.floats + offset)
      kernels.scale(c.momentum, m, count)
      kernels.accumulate(c.gradientScale, g, m, count)
      let update = Tensor(uninitialized: gradient.shape, on: self)
      let u = update.floats
      u.initialize(repeating: 0, count: count)
      kernels.accumulate(c.gradientScale, g, u, count)
      kernels.accumulate(c.momentum, m, u, count)
      orthogonalize(Matrix(update))
      let size = 0.2 * Float(max(rows, columns)).squareRoot()
      kernels.scale(1 - c.learningRate * c.weightDecay, w, count)
      kernels.accumulate(-c.learningRate * size, u, w, count)
      withExtendedLifetime(update) {}
    }
  }

  /// Brings all singular values of `x` near 1 (to 0.7 … 1.2), on the calling thread: five steps of
  /// `X ← aX + (bA + cA²)X`, `A = XXᵀ`, from X of norm 1; where X is tall, of
  /// `X ← aX + X(bA + cA²)`, `A = XᵀX`, which is the same with smaller squares.
  ///
  /// Source: Jordan et al., 2024, "Newton–Schulz iteration", for the coefficients.
  private func orthogonalize(_ x: Matrix) {
    let isTall = x.rows > x.columns
    let short = min(x.rows, x.columns), count = x.rows * x.columns
    let packedCount = max(
      products.count(rows: x.columns, columns: x.rows),
      products.count(rows: x.rows, columns: x.columns), products.count(rows: short, columns: short))
    let room = Tensor(uninitialized: [count + 2 * short * short + packedCount], on: self)
    let base = room.floats
    var current = x
    var next = Matrix(base, rows: x.rows, columns: x.columns)
    let a = Matrix(base + count, rows: short, columns: short)
    let b = Matrix(a.base + short * short, rows: short, columns: short)
    let packed = b.base + short * short
    func add(_ left: Factor, _ right: Factor, to result: Matrix) {
      products.pack(right, into: packed)
      products.multiply(left, packed, adding: true, into: result)
    }
    // A product that equals its transposed: the blocks from the diagonal to the right, and the mirror
    // image of those behind it.
    func square(_ left: Factor, _ right: Factor, into result: Matrix) {
      products.pack(right, into: packed)
      let block = 128
      precondition(block % products.panel_columns == 0, "panels of \(products.panel_columns)")
      let panelCount = products.count(rows: right.rows, columns: products.panel_columns)
      for begin in stride(from: 0, to: short, by: block) {
        let rows = begin..<min(short, begin + block)
        products.multiply(
          left.rows(rows), packed + begin / products.panel_columns * panelCount, adding: false,
          into: result[rows, begin..<short])
      }
      // In squares that stay in the first cache, whatever the stride.
      let square = 16
      for begin in stride(from: block, to: short, by: square) {
        for first in stride(from: 0, to: begin / block * block, by: square) {
          for row in begin..<min(short, begin + square) {
            let to = result.base + row * result.stride
            for column in first..<first + square {
              to[column] = result.base[column * result.stride + row]
            }
          }
        }
      }
    }
    let norm = Float(kernels.sum_of_squares(x.base, count).squareRoot()) + 1e-7
    kernels.scale(1 / norm, x.base, count)
    let steps = 5
    for _ in 0..<steps {
      if isTall {
        square(current.transposed, Factor(current), into: a)
      } else {
        square(Factor(current), current.transposed, into: a)
      }
      square(Factor(a), Factor(a), into: b)
      kernels.scale(2.0315, b.base, short * short)
      kernels.accumulate(-4.7750, a.base, b.base, short * short)
      next.base.update(from: current.base, count: count)
      kernels.scale(3.4445, next.base, count)
      if isTall {
        add(Factor(current), Factor(b), to: next)
      } else {
        add(Factor(b), Factor(current), to: next)
      }
      swap(&current, &next)
    }
    // After an odd number of steps the result is in the other matrix.
    if current.base != x.base { x.base.update(from: current.base, count: count) }
    withExtendedLifetime(room) {}
  }
}
