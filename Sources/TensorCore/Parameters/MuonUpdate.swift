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
    func multiply(_ left: Factor, _ right: Factor, adding: Bool = false, into result: Matrix) {
      products.pack(right, into: packed)
      products.multiply(left, packed, adding: adding, into: result)
    }
    let norm = Float(kernels.sum_of_squares(x.base, count).squareRoot()) + 1e-7
    kernels.scale(1 / norm, x.base, count)
    let steps = 5
    for _ in 0..<steps {
      if isTall {
        multiply(current.transposed, Factor(current), into: a)
      } else {
        multiply(Factor(current), current.transposed, into: a)
      }
      multiply(Factor(a), Factor(a), into: b)
      kernels.scale(2.0315, b.base, short * short)
      kernels.accumulate(-4.7750, a.base, b.base, short * short)
      next.base.update(from: current.base, count: count)
      kernels.scale(3.4445, next.base, count)
      if isTall {
        multiply(Factor(current), Factor(b), adding: true, into: next)
      } else {
        multiply(Factor(b), Factor(current), adding: true, into: next)
      }
      swap(&current, &next)
    }
    // After an odd number of steps the result is in the other matrix.
    if current.base != x.base { x.base.update(from: current.base, count: count) }
    withExtendedLifetime(room) {}
  }
}
