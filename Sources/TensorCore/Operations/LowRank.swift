import CKernels

/// The right factor of a low-rank change to some columns of a linear layer's output.
public struct LowRankFactor {
  /// B, [out, rank].
  public let weight: Variable
  /// The columns of the output that it changes; as many as B has rows.
  public let columns: Range<Int>
  /// What its part is multiplied by.
  public let scale: Float

  /// Pairs B with its columns.
  public init(_ weight: Variable, columns: Range<Int>, scale: Float) {
    precondition(weight.shape.rows == columns.count, "\(weight.shape) for columns \(columns)")
    self.weight = weight
    self.columns = columns
    self.scale = scale
  }
}

extension Tape {
  /// `y[:, columns_i] += s_i u_i B_iᵀ`: y [N, Σ out], u [N, Σ rank] = (u_1 | u_2 | …), each B_i
  /// [out_i, rank_i]. With u = x Aᵀ this is what LoRA adds to a linear layer.
  ///
  /// Adds in place: `y` must be the fresh result of ``linear(_:_:biases:residual:)``, whose pullback
  /// does not look at it, and must not be used afterwards; the result takes its place.
  ///
  /// Pullback: `dy` passes, `du_i = s_i dy[:, columns_i] B_i`, `dB_i = s_i dy[:, columns_i]ᵀ u_i`.
  /// Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, equation 3.
  public func addLowRank(
    to y: consuming Variable, _ u: Variable, _ factors: [LowRankFactor]
  ) -> Variable {
    let rows = y.shape.rows, ranks = u.shape.width
    precondition(
      u.shape.rows == rows && factors.reduce(0) { $0 + $1.weight.shape.width } == ranks,
      "\(u.shape) for \(y.shape) and factors \(factors.map(\.weight.shape))")
    let output = y.tensor
    let target = Matrix(output)
    // The small factor carries the scales, forward and backward.
    let scales = factors.flatMap { factor in
      Array(repeating: factor.scale, count: factor.weight.shape.width)
    }
    let scaled = Tensor(uninitialized: u.shape, on: device)
    device.scaleColumns(u.tensor, 0..<ranks, by: scales, into: scaled, adding: false)
    let s = Matrix(scaled.floats, rows: rows, columns: ranks)
    func forEachFactor(_ body: (LowRankFactor, Range<Int>) -> Void) {
      var begin = 0
      for factor in factors {
        let rank = factor.weight.shape.width
        body(factor, begin..<begin + rank)
        begin += rank
      }
    }
    forEachFactor { factor, ranks in
      device.multiply(
        Factor(s[0..<rows, ranks]), Matrix(factor.weight.tensor).transposed, adding: true,
        into: target[0..<rows, factor.columns])
    }
    let input = y
    return record(output, from: [input, u] + factors.map(\.weight)) {
      [device] upstream, adjoints in
      let dy = Matrix(upstream.floats, rows: rows, columns: output.shape.width)
      let s = Matrix(scaled.floats, rows: rows, columns: ranks)
      if u.hasGradient {
        let du = Tensor(uninitialized: u.shape, on: device)
        let target = Matrix(du.floats, rows: rows, columns: ranks)
        forEachFactor { factor, ranks in
          device.multiply(
            Factor(dy[0..<rows, factor.columns]), Factor(Matrix(factor.weight.tensor)),
            into: target[0..<rows, ranks])
        }
        device.scaleColumns(du, 0..<ranks, by: scales, into: du, adding: false)
        adjoints.pass(du, to: u)
      }
      forEachFactor { factor, ranks in
        guard let (gradient, adding) = adjoints.destination(for: factor.weight) else { return }
        device.accumulateProduct(
          dy[0..<rows, factor.columns], s[0..<rows, ranks], adding: adding,
          into: Matrix(gradient))
      }
      // Last: from here on the gradient may be somebody else's to add to.
      adjoints.pass(upstream, to: input)
    }
  }

  /// `y[:, columns] = x[:, columns] · m / n` in every row, other columns unchanged: x [N, width],
  /// magnitudes m and norms n [columns.count]. DoRA's magnitude; the norms are constants.
  ///
  /// Pullback: `dx = dy · m / n`, `dm = Σ dy · x / n` over rows.
  /// Source: Liu et al., "DoRA: Weight-Decomposed Low-Rank Adaptation", 2024, equations 5 and 11.
  public func scaleColumns(
    _ x: Variable, _ columns: Range<Int>, magnitudes: Variable, norms: Tensor
  ) -> Variable {
    let (rows, width, count) = (x.shape.rows, x.shape.width, columns.count)
    precondition(
      magnitudes.shape.count == count && norms.count == count && columns.upperBound <= width,
      "magnitudes \(magnitudes.shape), norms \(norms.shape) for columns \(columns) of \(x.shape)")
    let output = Tensor(uninitialized: x.shape, on: device)
    let factors = zip(magnitudes.tensor.elements, norms.elements).map { $0 / $1 }
    device.scaleColumns(x.tensor, columns, by: factors, into: output, adding: false)
    return record(output, from: [x, magnitudes]) { [device] upstream, adjoints in
      if let (gradient, adding) = adjoints.destination(for: magnitudes) {
        let (dy, from) = (upstream.floats, x.tensor.floats)
        let sums = Tensor(uninitialized: magnitudes.shape, on: device)
        device.sumOverRows(rows, into: [(sums, false)]) { range, partial in
          for row in range {
            let begin = row * width + columns.lowerBound
            for column in 0..<count { partial[column] += dy[begin + column] * from[begin + column] }
          }
        }
        let (total, n, dm) = (sums.floats, norms.floats, gradient.floats)
        for column in 0..<count {
          dm[column] = (adding ? dm[column] : 0) + total[column] / n[column]
        }
      }
      if let (gradient, adding) = adjoints.destination(for: x) {
        device.scaleColumns(upstream, columns, by: factors, into: gradient, adding: adding)
      }
    }
  }

  /// `table` with some rows replaced: table [V, width] without a gradient, ids [n] that differ, rows
  /// [n, width].
  ///
  /// Pullback: `drows[i] = dtable[ids[i]]`.
  public func replacingRows(_ table: Variable, _ ids: [Int], with rows: Variable) -> Variable {
    let width = table.shape.width
    precondition(
      rows.shape == [ids.count, width] && ids.allSatisfy { (0..<table.shape.rows).contains($0) },
      "rows \(rows.shape) at \(ids) of \(table.shape)")
    precondition(!table.hasGradient, "a table of which all rows are trained")
    let output = device.copy(table.tensor)
    for (index, id) in ids.enumerated() {
      (output.floats + id * width).update(from: rows.tensor.floats + index * width, count: width)
    }
    return record(output, from: [rows]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: rows) else { return }
      for (index, id) in ids.enumerated() {
        let (from, to) = (upstream.floats + id * width, gradient.floats + index * width)
        if adding {
          device.kernels.accumulate(1, from, to, width)
        } else {
          to.update(from: from, count: width)
        }
      }
    }
  }
}

/// Weights with a low-rank change, without a tape.
extension Device {
  /// `W + s · B A`: weight [out, in], a [rank, in], b [out, rank]. In float32 whatever the device's
  /// precision.
  public func adding(lowRank b: Tensor, _ a: Tensor, scale: Float, to weight: Tensor) -> Tensor {
    let (outputs, inputs, rank) = (weight.shape.rows, weight.shape.width, a.shape.rows)
    precondition(
      a.shape == [rank, inputs] && b.shape == [outputs, rank],
      "\(b.shape) · \(a.shape) for \(weight.shape)")
    let sum = copy(weight)
    let scaled = copy(b)
    self.scale(scaled, by: scale)
    let exact = kernels.products
    let packed = Tensor(uninitialized: [exact.count(rows: rank, columns: inputs)], on: self)
    exact.pack(Factor(Matrix(a)), into: packed.floats)
    defer { withExtendedLifetime(packed) {} }
    let (left, right, target) = (Matrix(scaled), packed.floats, Matrix(sum))
    forEachTile(of: outputs, Tiling.rows) { range in
      exact.multiply(Factor(left.rows(range)), right, adding: true, into: target.rows(range))
    }
    return sum
  }

  /// The Euclidean norm of each row: [rows]. That of zeros is the least number by which a row can still be
  /// divided.
  public func rowNorms(_ matrix: Tensor) -> Tensor {
    let matrix = widened(matrix)
    let (rows, width) = (matrix.shape.rows, matrix.shape.width)
    let norms = Tensor(uninitialized: [rows], on: self)
    let (from, to) = (matrix.floats, norms.floats)
    forEachTile(of: rows, Tiling.rows) { range in
      for row in range {
        let norm = Float(kernels.sum_of_squares(from + row * width, width).squareRoot())
        to[row] = max(norm, .leastNormalMagnitude)
      }
    }
    return norms
  }

  /// Multiplies row i of `matrix` [rows, width] by `numerators[i] / denominators[i]`, both [rows], in
  /// place: nobody else may hold `matrix`.
  public func scaleRows(_ matrix: Tensor, by numerators: Tensor, over denominators: Tensor) {
    let (rows, width) = (matrix.shape.rows, matrix.shape.width)
    precondition(numerators.count == rows && denominators.count == rows, "\(matrix.shape)")
    for row in 0..<rows {
      kernels.scale(
        numerators.floats[row] / denominators.floats[row], matrix.floats + row * width, width)
    }
  }

  fileprivate func scale(_ tensor: Tensor, by factor: Float) {
    let y = tensor.floats
    forEachTile(of: tensor.count, Tiling.elements) { range in
      kernels.scale(factor, y + range.lowerBound, range.count)
    }
  }

  /// `target (+)= source`, some columns multiplied by one factor each.
  fileprivate func scaleColumns(
    _ source: Tensor, _ columns: Range<Int>, by factors: [Float], into target: Tensor, adding: Bool
  ) {
    let (rows, width) = (source.shape.rows, source.shape.width)
    let (from, to) = (source.floats, target.floats)
    forEachTile(of: rows, Tiling.rows) { range in
      factors.withUnsafeBufferPointer { factors in
        for row in range {
          let (x, y) = (from + row * width, to + row * width)
          for column in 0..<width {
            let isScaled = columns.contains(column)
            let value = isScaled ? x[column] * factors[column - columns.lowerBound] : x[column]
            y[column] = adding ? y[column] + value : value
          }
        }
      }
    }
  }
}
