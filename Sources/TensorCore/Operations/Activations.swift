import CKernels

/// Which form of GELU.
public enum GELU: Sendable {
  /// `x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))`, as GPT-2 has it.
  case tanh
  /// `x Φ(x)`, with the error function.
  case exact
}

extension Tape {
  /// `silu(gate) · up`, silu(g) = g σ(g): x [N, 2·width] = (gate | up), y [N, width].
  ///
  /// Pullback, s = σ(gate): `dup = dy gate s`, `dgate = dy up s (1 + gate (1 − s))`.
  /// Source: Shazeer, "GLU Variants Improve Transformer", 2020.
  public func swiGLU(_ x: Variable) -> Variable {
    precondition(x.shape.width % 2 == 0, "SwiGLU needs an even width, not \(x.shape)")
    let (rows, width) = (x.shape.rows, x.shape.width / 2)
    let output = Tensor(uninitialized: Shape(x.shape.dimensions.dropLast() + [width]), on: device)
    let (from, y) = (x.tensor.floats, output.floats)
    device.forEachTile(of: rows, Tiling.rows) { range in
      let begin = range.lowerBound
      device.kernels.swiglu(from + 2 * begin * width, y + begin * width, range.count, width)
    }
    return record(output, from: [x]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: x) else { return }
      let (from, dy, dx) = (x.tensor.floats, upstream.floats, gradient.floats)
      device.forEachTile(of: rows, Tiling.rows) { range in
        let begin = range.lowerBound
        device.kernels.swiglu_backward(
          dy + begin * width, from + 2 * begin * width, dx + 2 * begin * width, adding ? 1 : 0,
          range.count, width)
      }
    }
  }

  /// GELU of every element.
  ///
  /// Pullback: `dx = dy (Φ(x) + x Φ'(x))`, or the tanh form's derivative.
  /// Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
  public func gelu(_ x: Variable, _ form: GELU) -> Variable {
    let output = Tensor(uninitialized: x.shape, on: device)
    let (from, y) = (x.tensor.floats, output.floats)
    let kernels = device.kernels
    device.forEachTile(of: x.tensor.count, Tiling.elements) { range in
      let begin = range.lowerBound
      switch form {
      case .tanh: kernels.gelu_tanh(from + begin, y + begin, range.count)
      case .exact: kernels.gelu_exact(from + begin, y + begin, range.count)
      }
    }
    return record(output, from: [x]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: x) else { return }
      let (from, dy, dx) = (x.tensor.floats, upstream.floats, gradient.floats)
      device.forEachTile(of: x.tensor.count, Tiling.elements) { range in
        let begin = range.lowerBound
        let backward =
          switch form {
          case .tanh: kernels.gelu_tanh_backward!
          case .exact: kernels.gelu_exact_backward!
          }
        backward(dy + begin, from + begin, dx + begin, adding ? 1 : 0, range.count)
      }
    }
  }
}
