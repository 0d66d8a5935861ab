import CKernels

extension Tape {
  /// `y = x + b` in every row: x [N, Σ width_i], biases [width_i] side by side.
  ///
  /// For what must not scale with the rest of a linear layer, such as under DoRA; see
  /// ``linear(_:_:biases:residual:)`` otherwise.
  ///
  /// Pullback: `dx = dy`, `db = Σ dy` over rows.
  public func addBias(_ x: Variable, _ biases: [Variable]) -> Variable {
    let (rows, width) = (x.shape.rows, x.shape.width)
    precondition(
      biases.reduce(0) { $0 + $1.shape.count } == width,
      "biases \(biases.map(\.shape)) for \(x.shape)")
    let output = device.copy(x.tensor)
    let target = Matrix(output.floats, rows: rows, columns: width)
    func forEachBias(_ body: (Variable, Range<Int>) -> Void) {
      var column = 0
      for bias in biases {
        body(bias, column..<column + bias.shape.count)
        column += bias.shape.count
      }
    }
    forEachBias { bias, columns in device.addBias(bias.tensor, to: target[0..<rows, columns]) }
    return record(output, from: [x] + biases) { [device] upstream, adjoints in
      let dy = Matrix(upstream.floats, rows: rows, columns: width)
      forEachBias { bias, columns in
        guard let (gradient, adding) = adjoints.destination(for: bias) else { return }
        device.sumColumns(dy[0..<rows, columns], into: gradient, adding: adding)
      }
      // Last: from here on the gradient may be somebody else's to add to.
      adjoints.pass(upstream, to: x)
    }
  }
}
