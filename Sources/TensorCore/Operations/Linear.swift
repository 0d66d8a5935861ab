import CKernels

extension Tape {
  /// `y = x Wᵀ + b (+ residual)`: x [N, in], each weight [out_i, in], each bias [out_i],
  /// y [N, Σ out_i].
  ///
  /// Several weights give their outputs side by side, as the query, key and value projections do;
  /// where they are neighbours in memory they are multiplied as one matrix.
  ///
  /// Pullback: `dx = dy W`, `dW = dyᵀ x`, `db = Σ dy`, `dresidual = dy`.
  public func linear(
    _ x: Variable, _ weights: [Variable], biases: [Variable] = [], residual: Variable? = nil
  ) -> Variable {
    let inputs = x.shape.width, rows = x.shape.rows
    precondition(
      weights.allSatisfy { $0.shape.width == inputs && $0.shape.dimensions.count == 2 },
      "weights \(weights.map(\.shape)) for inputs \(x.shape)")
    precondition(
      biases.isEmpty || biases.map(\.shape.count) == weights.map(\.shape.rows),
      "biases \(biases.map(\.shape)) for weights \(weights.map(\.shape))")
    let outputs = weights.reduce(0) { $0 + $1.shape.rows }
    let output = Tensor(
      uninitialized: Shape(x.shape.dimensions.dropLast() + [outputs]), on: device)
    if let residual {
      precondition(
        residual.shape == output.shape, "residual \(residual.shape), not \(output.shape)")
    }
    let start = residual.map { Matrix($0.tensor.floats, rows: rows, columns: outputs) }
    let source = Matrix(x.tensor.floats, rows: rows, columns: inputs)
    let target = Matrix(output.floats, rows: rows, columns: outputs)
    for block in Block.joined(weights.map(\.tensor)) {
      let weight = device.widened(block.tensor)
      device.multiply(
        Factor(source), Matrix(weight).transposed, start: start?[0..<rows, block.outputs],
        into: target[0..<rows, block.outputs])
      withExtendedLifetime(weight) {}
    }
    var column = 0
    for bias in biases {
      device.addBias(bias.tensor, to: target[0..<rows, column..<column + bias.shape.count])
      column += bias.shape.count
    }

    return record(output, from: [x] + weights + biases + (residual.map { [$0] } ?? [])) {
      [device] upstream, adjoints in
      let dy = Matrix(upstream.floats, rows: rows, columns: outputs)
      if let residual { adjoints.pass(upstream, to: residual) }
      if let (gradient, adding) = adjoints.destination(for: x) {
        let dx = Matrix(gradient.floats, rows: rows, columns: inputs)
        for (index, block) in Block.joined(weights.map(\.tensor)).enumerated() {
          let weight = device.widened(block.tensor)
          device.multiply(
            Factor(dy[0..<rows, block.outputs]), Factor(Matrix(weight)),
            adding: adding || index > 0, into: dx)
          withExtendedLifetime(weight) {}
        }
      }
      let gradients = WeightGradients(of: weights, rows: rows, &adjoints, on: device)
      if !gradients.isEmpty {
        gradients.fill(with: dy)
        gradients.accumulate(
          PackedFactor(
            Factor(Matrix(x.tensor.floats, rows: rows, columns: inputs)), on: device))
      }
      var column = 0
      for bias in biases {
        let columns = column..<column + bias.shape.count
        column = columns.upperBound
        guard let (gradient, adding) = adjoints.destination(for: bias) else { continue }
        device.sumColumns(dy[0..<rows, columns], into: gradient, adding: adding)
      }
    }
  }
}

/// Neighbouring weights as one matrix, and the output columns they make.
struct Block {
  var tensor: Tensor
  var outputs: Range<Int>

  static func joined(_ weights: [Tensor]) -> [Block] {
    var blocks: [Block] = []
    for (index, weight) in weights.enumerated() {
      let rows = weight.shape.rows
      if index > 0, weights[index - 1].isFollowed(by: weight), let last = blocks.popLast() {
        let joined = Tensor(
          [last.tensor.shape.rows + rows, weight.shape.width], elementType: weight.elementType,
          storage: weight.storage, offset: last.tensor.offset)
        let outputs = last.outputs.lowerBound..<last.outputs.upperBound + rows
        blocks.append(Block(tensor: joined, outputs: outputs))
      } else {
        let begin = blocks.last?.outputs.upperBound ?? 0
        blocks.append(Block(tensor: weight, outputs: begin..<begin + rows))
      }
    }
    return blocks
  }
}

extension Device {
  /// Weights [out_i, width] as one matrix [Σ out_i, width], copied unless they are neighbours.
  /// The tensor keeps the memory.
  func joined(_ weights: [Tensor]) -> (Matrix, Tensor) {
    let blocks = Block.joined(weights)
    if blocks.count == 1 { return (Matrix(blocks[0].tensor), weights[0]) }
    let copy = Tensor(
      uninitialized: [weights.reduce(0) { $0 + $1.shape.rows }, weights[0].shape.width], on: self)
    let target = Matrix(copy)
    for block in blocks { target.rows(block.outputs).copy(Matrix(block.tensor)) }
    return (target, copy)
  }

  /// Adds `bias` [columns] to every row.
  func addBias(_ bias: Tensor, to target: Matrix) {
    let b = bias.floats
    forEachTile(of: target.rows, Tiling.rows) { range in
      for row in range {
        let y = target.base + row * target.stride
        kernels.add(y, b, y, target.columns)
      }
    }
  }

  /// `target (+)= Σ rows of source`.
  func sumColumns(_ source: Matrix, into target: Tensor, adding: Bool) {
    sumOverRows(source.rows, into: [(target, adding)]) { range, partial in
      kernels.sum_rows(
        source.base + range.lowerBound * source.stride, source.stride, partial, 0, range.count,
        source.columns)
    }
  }
}
