import CKernels

extension Tape {
  /// The query, key and value heads of each row: `rotaryEmbedding(n (Wq | Wk | Wv)ᵀ)` with
  /// `n = rmsNorm(x)`, the first half of self-attention. x [N, width], norm [width], weights
  /// [layout's query, key and value width, width], result [N, layout.width].
  ///
  /// The same as ``rmsNorm(_:weight:epsilon:)``, ``linear(_:_:biases:residual:)`` and
  /// ``rotaryEmbedding(_:_:table:positions:norms:epsilon:)`` one after the other, to the bit; but a
  /// tile of rows goes through all of them while it is in the caches.
  ///
  /// Pullback: those of the parts, in reverse.
  public func headProjection(
    _ x: Variable, norm: Variable, epsilon: Float, weights: [Variable], _ layout: HeadLayout,
    table: RotaryTable, positions: [Int32], norms: (query: Variable, key: Variable)?
  ) -> Variable {
    let (rows, width) = (x.shape.rows, x.shape.width)
    guard device.fuses(rows) else {
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
    let inputs = [x, norm] + weights + rotation.norms
    let isRecorded = records(inputs)
    let output = Tensor(uninitialized: [rows, layout.width], on: device)
    // What the rotation's pullback needs: before QK-norm.
    let packed = Tensor(uninitialized: [isRecorded ? rows : 0, layout.width], on: device)
    let inverses = Tensor(uninitialized: [rows], on: device)
    let normed = isRecorded ? PackedFactor(rows: rows, columns: width, on: device) : nil
    let (all, memory) = device.joined(weights.map(\.tensor))
    let factor = PackedFactor(all.transposed, on: device)
    let (from, to) = (Matrix(x.tensor), Matrix(output))
    device.forEachTile(of: rows, Tiling.rows) { range in
      device.withScratch(range.count, [width, isRecorded ? 0 : layout.width]) { scratch in
        let heads = isRecorded ? Matrix(packed).rows(range) : scratch[1]
        device.kernels.rms_norm(
          from.rows(range).base, norm.tensor.floats, epsilon, scratch[0].base,
          inverses.floats + range.lowerBound, range.count, width)
        device.multiplyTile(scratch[0], factor, into: heads)
        rotation.forward(range, heads, into: to.rows(range))
        normed?.fill(range, with: scratch[0], on: device)
      }
    }
    withExtendedLifetime(memory) {}
    guard let normed else { return Variable(constant: output) }

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
      let dheads = Tensor(uninitialized: [rows, layout.width], on: device)
      let dpacked = Matrix(dheads)
      let (from, dy, to) = (Matrix(x.tensor), Matrix(upstream), Matrix(dxTensor))
      device.sumOverRows(rows, into: sums) { range, partial in
        device.withScratch(range.count, [width]) { scratch in
          let dpacked = dpacked.rows(range)
          rotation.backward(
            range, dy.rows(range), Matrix(packed).rows(range), adding: false, into: dpacked,
            partial + width)
          device.multiplyTile(dpacked, factor, into: scratch[0])
          device.kernels.rms_norm_backward(
            scratch[0].base, from.rows(range).base, norm.tensor.floats,
            inverses.floats + range.lowerBound, to.rows(range).base, adding ? 1 : 0, partial,
            range.count, width)
        }
      }
      device.accumulateProducts(dpacked, normed, of: weights, &adjoints)
      withExtendedLifetime((dxTensor, dheads, packed, memory)) {}
    }
  }
}
