import CKernels

extension Tape {
  /// `y = x / sqrt(mean(x²) + ε) · w` in each row: x [N, width], weight [width].
  ///
  /// Pullback, with n = x·rstd and g = dy·w: `dx = rstd (g − n mean(g n))`, `dw = Σ dy n`.
  /// Source: Zhang and Sennrich, "Root Mean Square Layer Normalization", 2019, equation 4.
  public func rmsNorm(_ x: Variable, weight: Variable, epsilon: Float) -> Variable {
    let (rows, width) = (x.shape.rows, x.shape.width)
    precondition(weight.shape == [width], "a norm weight of shape \(weight.shape) for \(x.shape)")
    let output = Tensor(uninitialized: x.shape, on: device)
    let inverses = Tensor(uninitialized: [rows], on: device)
    let (from, w, y, rstd) = (
      x.tensor.floats, weight.tensor.floats, output.floats, inverses.floats
    )
    device.forEachTile(of: rows, Tiling.rows) { range in
      let begin = range.lowerBound
      device.kernels.rms_norm(
        from + begin * width, w, epsilon, y + begin * width, rstd + begin, range.count, width)
    }
    return record(output, from: [x, weight]) { [device] upstream, adjoints in
      let dx = adjoints.destination(for: x)
      let dweight = adjoints.destination(for: weight)
      let dxTensor = dx?.tensor ?? Tensor(uninitialized: x.shape, on: device)
      let dweightTensor = dweight?.tensor ?? Tensor(uninitialized: weight.shape, on: device)
      let (from, w, rstd) = (x.tensor.floats, weight.tensor.floats, inverses.floats)
      let (dy, to) = (upstream.floats, dxTensor.floats)
      device.sumOverRows(rows, into: [(dweightTensor, dweight?.adding ?? false)]) {
        range, partial in
        let begin = range.lowerBound
        device.kernels.rms_norm_backward(
          dy + begin * width, from + begin * width, w, rstd + begin, to + begin * width,
          dx?.adding == true ? 1 : 0, partial, range.count, width)
      }
      withExtendedLifetime(dxTensor) {}
    }
  }

  /// `y = (x − mean(x)) / sqrt(var(x) + ε) · w + b` in each row: x [N, width], weight and bias
  /// [width].
  ///
  /// Pullback, with n = (x − mean)·rstd and g = dy·w:
  /// `dx = rstd (g − mean(g) − n mean(g n))`, `dw = Σ dy n`, `db = Σ dy`.
  /// Source: Ba, Kiros and Hinton, "Layer Normalization", 2016, equation 4.
  public func layerNorm(_ x: Variable, weight: Variable, bias: Variable, epsilon: Float) -> Variable
  {
    let (rows, width) = (x.shape.rows, x.shape.width)
    precondition(
      weight.shape == [width] && bias.shape == [width],
      "norm parameters of shapes \(weight.shape) and \(bias.shape) for \(x.shape)")
    let output = Tensor(uninitialized: x.shape, on: device)
    let moments = Tensor(uninitialized: [2, rows], on: device)
    let (from, w, b, y) = (
      x.tensor.floats, weight.tensor.floats, bias.tensor.floats, output.floats
    )
    let mean = moments.floats, rstd = moments.floats + rows
    device.forEachTile(of: rows, Tiling.rows) { range in
      let begin = range.lowerBound
      device.kernels.layer_norm(
        from + begin * width, w, b, epsilon, y + begin * width, mean + begin, rstd + begin,
        range.count, width)
    }
    return record(output, from: [x, weight, bias]) { [device] upstream, adjoints in
      let dx = adjoints.destination(for: x)
      let dxTensor = dx?.tensor ?? Tensor(uninitialized: x.shape, on: device)
      let sums = Tensor(uninitialized: [2, width], on: device)
      let mean = moments.floats, rstd = moments.floats + rows
      let (from, w) = (x.tensor.floats, weight.tensor.floats)
      let (dy, to) = (upstream.floats, dxTensor.floats)
      device.sumOverRows(rows, into: [(sums, false)]) { range, partial in
        let begin = range.lowerBound
        device.kernels.layer_norm_backward(
          dy + begin * width, from + begin * width, w, mean + begin, rstd + begin,
          to + begin * width, dx?.adding == true ? 1 : 0, partial, partial + width, range.count,
          width)
      }
      for (parameter, offset) in [(weight, 0), (bias, 4 * width)] {
        if let (gradient, adding) = adjoints.destination(for: parameter) {
          let sum = Tensor([width], storage: sums.storage, offset: offset)
          device.accumulate(sum, into: gradient, adding: adding)
        }
      }
      withExtendedLifetime(dxTensor) {}
    }
  }
}
