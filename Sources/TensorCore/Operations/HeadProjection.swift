import CKernels

extension Tape {
  /// The query, key and value heads of each row: `rotaryEmbedding(n (Wq | Wk | Wv)ᵀ)` with
  /// `n = rmsNorm(x)`, the first half of self-attention. x [N, width], norm [width], weights
  /// [layout's query, key and value width, width], result [N, layout.width].
  ///
  /// The same as ``rmsNorm(_:weight:epsilon:)``, ``linear(_:_:biases:residual:)`` and
  /// ``rotaryEmbedding(_:_:table:positions:norms:epsilon:)`` one after the other, to the bit; but a
  /// tile of rows goes through all of them while it is in the caches. In bf16 the pullback sees the
  /// heads before their norms and rotation rounded.
  ///
  /// Pullback: those of the parts, in reverse.
  public func headProjection(
    _ x: Variable, norm: Variable, epsilon: Float, weights: [Variable], _ layout: HeadLayout,
    table: RotaryTable, positions: [Int32], norms: (query: Variable, key: Variable)?
  ) -> Variable {
    let (rows, width) = (x.shape.rows, x.shape.width)
    let inputs = [x, norm] + weights + (norms.map { [$0.query, $0.key] } ?? [])
    let isRecorded = records(inputs)
    guard device.fuses(rows, isRecorded: isRecorded) else {
      let normed = rmsNorm(x, weight: norm, epsilon: epsilon)
      return rotaryEmbedding(
        linear(normed, weights), layout, table: table, positions: positions, norms: norms,
        epsilon: epsilon)
    }
    precondition(
      norm.shape == [width] && weights.allSatisfy { $0.shape.width == width }
        && weights.reduce(0) { $0 + $1.shape.rows } == layout.width,
      "weights \(weights.map(\.shape)) and a norm of \(norm.shape) of \(x.shape) for heads \(layout)"
    )
    let rotation = HeadRotation(
      layout, table: table, positions: positions, norms: norms, epsilon: epsilon, on: device)
    let output = Tensor(uninitialized: [rows, layout.width], on: device)
    // What the rotation's pullback needs: before QK-norm.
    let packed = isRecorded ? SavedRows(rows, layout.width, on: device) : nil
    let inverses = Tensor(uninitialized: [rows], on: device)
    let normed = isRecorded ? PackedFactor(rows: rows, columns: width, on: device) : nil
    let (all, memory) = device.joined(weights.map(\.tensor))
    let factor = PackedFactor(all.transposed, on: device)
    let (from, to) = (Matrix(x.tensor), Matrix(output))
    device.forEachTile(of: rows, Tiling.rows) { range in
      device.withScratch(range.count, [width, packed?.scratchWidth ?? layout.width]) { scratch in
        let heads = packed?.rows(range, scratch[1]) ?? scratch[1]
        device.kernels.rms_norm(
          from.rows(range).base, norm.tensor.floats, epsilon, scratch[0].base,
          inverses.floats + range.lowerBound, range.count, width)
        device.multiplyTile(scratch[0], factor, into: heads)
        rotation.forward(range, heads, into: to.rows(range))
        packed?.save(range, heads)
        normed?.fill(range, with: scratch[0], on: device)
      }
    }
    withExtendedLifetime(memory) {}
    guard let normed, let packed else { return Variable(constant: output) }

    return record(output, from: inputs) { [device] upstream, adjoints in
      let dx = adjoints.destination(for: x)
      let dxTensor = dx?.tensor ?? Tensor(uninitialized: x.shape, on: device)
      let adding = dx?.adding ?? false
      let sums = ([norm] + rotation.norms).map { variable in
        adjoints.destination(for: variable).map { (sum: $0.tensor, adding: $0.adding) }
          ?? (sum: Tensor(uninitialized: variable.shape, on: device), adding: false)
      }
      let (all, memory) = device.joined(weights.map(\.tensor))
      let factor = PackedFactor(Factor(all), on: device)
      let gradients = WeightGradients(of: weights, rows: rows, &adjoints, on: device)
      let (from, dy, to) = (Matrix(x.tensor), Matrix(upstream), Matrix(dxTensor))
      device.sumOverRows(rows, into: sums) { range, partial in
        device.withScratch(range.count, [width, layout.width, packed.scratchWidth]) { scratch in
          let dpacked = scratch[1]
          rotation.backward(
            range, dy.rows(range), packed.load(range, scratch[2]), adding: false, into: dpacked,
            partial + width)
          device.multiplyTile(dpacked, factor, into: scratch[0])
          gradients.fill(range, with: dpacked)
          device.kernels.rms_norm_backward(
            scratch[0].base, from.rows(range).base, norm.tensor.floats,
            inverses.floats + range.lowerBound, to.rows(range).base, adding ? 1 : 0, partial,
            range.count, width)
        }
      }
      gradients.accumulate(normed)
      withExtendedLifetime((dxTensor, memory)) {}
    }
  }
}
