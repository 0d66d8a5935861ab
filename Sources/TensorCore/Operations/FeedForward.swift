import CKernels

extension Tape {
  /// `y = x + (silu(g) · u) Wdownᵀ` with `(g | u) = n (Wgate | Wup)ᵀ` and `n = rmsNorm(x)`: the
  /// feed-forward half of a Transformer layer. x [N, width], norm [width], gate and up
  /// [inner, width], down [width, inner], y [N, width].
  ///
  /// The same as ``rmsNorm(_:weight:epsilon:)``, ``linear(_:_:biases:residual:)`` and ``swiGLU(_:)``
  /// one after the other, to the bit; but a tile of rows goes through all of them while it is in the
  /// caches, and what the gradients of the weights need is stored as their products read it. In bf16
  /// the pullback sees g and u rounded.
  ///
  /// Pullback: those of the parts, in reverse.
  /// Source: Shazeer, "GLU Variants Improve Transformer", 2020.
  public func feedForward(
    _ x: Variable, norm: Variable, epsilon: Float, gate: Variable, up: Variable, down: Variable
  ) -> Variable {
    let (rows, width, inner) = (x.shape.rows, x.shape.width, gate.shape.rows)
    precondition(
      norm.shape == [width] && gate.shape == [inner, width] && up.shape == gate.shape
        && down.shape == [width, inner],
      "\(norm.shape), \(gate.shape), \(up.shape), \(down.shape): no feed-forward layer of \(x.shape)"
    )
    let inputs = [x, norm, gate, up, down]
    let isRecorded = records(inputs)
    guard device.fuses(rows, isRecorded: isRecorded) else {
      let normed = rmsNorm(x, weight: norm, epsilon: epsilon)
      return linear(swiGLU(linear(normed, [gate, up])), [down], residual: x)
    }
    let saved = isRecorded ? FeedForwardValues(rows, width, inner, on: device) : nil
    let output = Tensor(uninitialized: x.shape, on: device)
    let (wide, memory) = device.joined([gate.tensor, up.tensor])
    let upward = PackedFactor(wide.transposed, on: device)
    let downward = PackedFactor(Matrix(down.tensor).transposed, on: device)
    let (from, to) = (Matrix(x.tensor), Matrix(output))
    device.forEachTile(of: rows, Tiling.rows) { range in
      let room = saved?.gateUp.scratchWidth ?? 2 * inner
      device.withScratch(range.count, [width, inner, 1, room]) { scratch in
        let (normed, gated) = (scratch[0], scratch[1])
        let inverses = saved.map { $0.inverses.floats + range.lowerBound } ?? scratch[2].base
        let gateUp = saved?.gateUp.rows(range, scratch[3]) ?? scratch[3]
        let (x, y) = (from.rows(range), to.rows(range))
        device.kernels.rms_norm(
          x.base, norm.tensor.floats, epsilon, normed.base, inverses, range.count, width)
        device.multiplyTile(normed, upward, into: gateUp)
        device.kernels.swiglu(gateUp.base, gated.base, range.count, inner)
        y.copy(x)
        device.multiplyTile(gated, downward, adding: true, into: y)
        saved?.gateUp.save(range, gateUp)
        saved?.normed.fill(range, with: normed, on: device)
        saved?.gated.fill(range, with: gated, on: device)
      }
    }
    withExtendedLifetime(memory) {}
    guard let saved else { return Variable(constant: output) }

    return record(output, from: inputs) { [device] upstream, adjoints in
      let dx = adjoints.destination(for: x), dnorm = adjoints.destination(for: norm)
      let dxTensor = dx?.tensor ?? Tensor(uninitialized: x.shape, on: device)
      let dnormTensor = dnorm?.tensor ?? Tensor(uninitialized: norm.shape, on: device)
      let (wide, memory) = device.joined([gate.tensor, up.tensor])
      let upward = PackedFactor(Factor(wide), on: device)
      let downward = PackedFactor(Factor(Matrix(down.tensor)), on: device)
      let (from, dy, to) = (Matrix(x.tensor), Matrix(upstream), Matrix(dxTensor))
      let adding = dx?.adding ?? false
      let ddown = WeightGradients(of: [down], rows: rows, &adjoints, on: device)
      let dgateUps = WeightGradients(of: [gate, up], rows: rows, &adjoints, on: device)
      device.sumOverRows(rows, into: [(dnormTensor, dnorm?.adding ?? false)]) { range, partial in
        device.withScratch(range.count, [inner, width, 2 * inner]) { scratch in
          let (dgated, dnormed, dgateUp) = (scratch[0], scratch[1], scratch[2])
          let (gateUp, dx) = (saved.gateUp.load(range, dgateUp), to.rows(range))
          device.multiplyTile(dy.rows(range), downward, into: dgated)
          device.kernels.swiglu_backward(
            dgated.base, gateUp.base, dgateUp.base, 0, range.count, inner)
          device.multiplyTile(dgateUp, upward, into: dnormed)
          ddown.fill(range, with: dy.rows(range))
          dgateUps.fill(range, with: dgateUp)
          device.accumulate(dy.rows(range), into: dx, adding: adding)
          device.kernels.rms_norm_backward(
            dnormed.base, from.rows(range).base, norm.tensor.floats,
            saved.inverses.floats + range.lowerBound, dx.base, 1, partial, range.count, width)
        }
      }
      ddown.accumulate(saved.gated)
      dgateUps.accumulate(saved.normed)
      withExtendedLifetime((dxTensor, memory)) {}
    }
  }
}

/// What the pullback of a feed-forward layer needs.
private struct FeedForwardValues {
  /// 1 / root mean square of each row, [rows].
  let inverses: Tensor
  /// [rows, 2 · inner].
  let gateUp: SavedRows
  /// [rows, width] and [rows, inner], packed for the gradients of the weights.
  let normed, gated: PackedFactor

  init(_ rows: Int, _ width: Int, _ inner: Int, on device: Device) {
    inverses = Tensor(uninitialized: [rows], on: device)
    gateUp = SavedRows(rows, 2 * inner, on: device)
    normed = PackedFactor(rows: rows, columns: width, on: device)
    gated = PackedFactor(rows: rows, columns: inner, on: device)
  }
}
