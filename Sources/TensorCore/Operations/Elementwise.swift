import CKernels

extension Tape {
  /// `a + b`, both of the same shape.
  ///
  /// Pullback: `da = db = dy`.
  public func add(_ a: Variable, _ b: Variable) -> Variable {
    precondition(a.shape == b.shape, "cannot add shapes \(a.shape) and \(b.shape)")
    let output = Tensor(uninitialized: a.shape, on: device)
    let (x, z, y) = (a.tensor.floats, b.tensor.floats, output.floats)
    device.forEachTile(of: output.count, Tiling.elements) { range in
      let begin = range.lowerBound
      device.kernels.add(x + begin, z + begin, y + begin, range.count)
    }
    return record(output, from: [a, b]) { upstream, adjoints in
      adjoints.pass(upstream, to: a)
      adjoints.pass(upstream, to: b)
    }
  }
}

/// Sums without a tape.
extension Device {
  /// A copy of a float32 tensor in memory of its own.
  func copy(_ tensor: Tensor) -> Tensor {
    let copy = Tensor(uninitialized: tensor.shape, on: self)
    let target = copy.floats
    forEachTile(of: tensor.count, Tiling.elements) {
      tensor.widen($0, into: target + $0.lowerBound)
    }
    return copy
  }

  /// The tensor in float32: itself, or a copy of one that is stored with fewer bits.
  public func widened(_ tensor: Tensor) -> Tensor {
    tensor.elementType == .float32 ? tensor : copy(tensor)
  }

  /// `target = source`, or `target += source`.
  func accumulate(_ source: Tensor, into target: Tensor, adding: Bool) {
    precondition(source.count == target.count, "cannot add \(source.shape) to \(target.shape)")
    let (x, y) = (source.floats, target.floats)
    forEachTile(of: target.count, Tiling.elements) { range in
      let begin = range.lowerBound
      if adding {
        kernels.accumulate(1, x + begin, y + begin, range.count)
      } else {
        (y + begin).update(from: x + begin, count: range.count)
      }
    }
  }

  /// Sets all elements to zero.
  func clear(_ tensor: Tensor) {
    let y = tensor.floats
    forEachTile(of: tensor.count, Tiling.elements) { range in
      (y + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  /// The sum of the squares of all elements, tile by tile in order.
  func sumOfSquares(_ tensor: Tensor) -> Double {
    let x = tensor.floats
    let tileCount = (tensor.count + Tiling.elements - 1) / Tiling.elements
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: tileCount) { sums in
      forEachTile(of: tensor.count, Tiling.elements) { range in
        let sum = kernels.sum_of_squares(x + range.lowerBound, range.count)
        sums.initializeElement(at: range.lowerBound / Tiling.elements, to: sum)
      }
      return sums.reduce(0, +)
    }
  }

  /// Runs `body` on tiles of rows, each with a zeroed partial sum as wide as all `targets` together,
  /// then adds the partial sums in order to the targets (or overwrites them). How gradients of norm
  /// weights, summed over all rows, stay the same for any number of threads.
  func sumOverRows(
    _ rows: Int, into targets: [(sum: Tensor, adding: Bool)],
    _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let tileCount = (rows + Tiling.rows - 1) / Tiling.rows
    let width = targets.reduce(0) { $0 + $1.sum.count }
    let partials = Tensor(uninitialized: [tileCount, width], on: self)
    let base = partials.floats
    forEachTile(of: rows, Tiling.rows) { range in
      let partial = base + range.lowerBound / Tiling.rows * width
      partial.update(repeating: 0, count: width)
      body(range, partial)
    }
    var column = 0
    for (sum, adding) in targets {
      kernels.sum_rows(base + column, width, sum.floats, adding ? 1 : 0, tileCount, sum.count)
      column += sum.count
    }
    withExtendedLifetime((partials, targets)) {}
  }
}
