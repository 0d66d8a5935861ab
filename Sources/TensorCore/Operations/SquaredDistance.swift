import CKernels

extension Tape {
  /// The mean squared difference of each row from a constant: x [N, width], target [N, width],
  /// result [N], `y = Σ (x − target)² / width`.
  ///
  /// Pullback: `dx = dy · 2 (x − target) / width`.
  public func squaredDistance(_ x: Variable, from target: Tensor) -> Variable {
    precondition(x.shape == target.shape, "\(x.shape) and \(target.shape)")
    let (rows, width) = (x.shape.rows, x.shape.width)
    let difference = Tensor(uninitialized: x.shape, on: device)
    let output = Tensor(uninitialized: [rows], on: device)
    let (from, to, d, y) = (x.tensor.floats, target.floats, difference.floats, output.floats)
    device.forEachTile(of: rows, Tiling.rows) { range in
      for row in range {
        let begin = row * width
        for column in begin..<begin + width { d[column] = from[column] - to[column] }
        y[row] = Float(device.kernels.sum_of_squares(d + begin, width) / Double(width))
      }
    }
    return record(output, from: [x]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: x) else { return }
      let (dy, d, dx) = (upstream.floats, difference.floats, gradient.floats)
      device.forEachTile(of: rows, Tiling.rows) { range in
        for row in range {
          let (begin, factor) = (row * width, 2 * dy[row] / Float(width))
          for column in begin..<begin + width {
            dx[column] = (adding ? dx[column] : 0) + factor * d[column]
          }
        }
      }
    }
  }
}
