import CKernels

extension Tape {
  /// Rotates the query and key heads of each row by its position, and copies the value heads:
  /// packed [N, layout.width], positions [N], each below the table's.
  ///
  /// With `norms` (weights [size] for queries and keys), each query and key head is first divided
  /// by its root mean square and scaled: Qwen3's QK-norm.
  ///
  /// Pullback: rotates back, then the norm's (see ``rmsNorm(_:weight:epsilon:)``).
  /// Source: Su et al., "RoFormer", 2021, section 3.4.2, over the halves of a head.
  public func rotaryEmbedding(
    _ packed: Variable, _ layout: HeadLayout, table: RotaryTable, positions: [Int32],
    norms: (query: Variable, key: Variable)? = nil, epsilon: Float = 0
  ) -> Variable {
    let rows = packed.shape.rows
    precondition(
      packed.shape.width == layout.width && positions.count == rows,
      "rows \(packed.shape) and \(positions.count) positions for heads \(layout)")
    let rotation = HeadRotation(
      layout, table: table, positions: positions, norms: norms, epsilon: epsilon, on: device)
    let output = Tensor(uninitialized: packed.shape, on: device)
    let (from, to) = (Matrix(packed.tensor), Matrix(output))
    device.forEachTile(of: rows, Tiling.rows) { range in
      rotation.forward(range, from.rows(range), into: to.rows(range))
    }
    return record(output, from: [packed] + rotation.norms) { [device] upstream, adjoints in
      let dpacked = adjoints.destination(for: packed)
      let gradient = dpacked?.tensor ?? Tensor(uninitialized: packed.shape, on: device)
      let adding = dpacked?.adding ?? false
      let sums = rotation.norms.map { variable in
        adjoints.destination(for: variable).map { (sum: $0.tensor, adding: $0.adding) }
          ?? (sum: Tensor(uninitialized: variable.shape, on: device), adding: false)
      }
      let (from, dy, dx) = (Matrix(packed.tensor), Matrix(upstream), Matrix(gradient))
      device.sumOverRows(rows, into: sums) { range, partial in
        rotation.backward(
          range, dy.rows(range), from.rows(range), adding: adding, into: dx.rows(range), partial)
      }
      withExtendedLifetime(gradient) {}
    }
  }
}

/// The rotation of rows of heads, with QK-norm before it or without, a tile at a time.
struct HeadRotation {
  /// The weights of QK-norm, for queries and for keys, [size] each, if there is one.
  let norms: [Variable]
  private let layout: HeadLayout
  private let table: RotaryTable
  private let positions: [Int32]
  private let epsilon: Float
  private let device: Device

  init(
    _ layout: HeadLayout, table: RotaryTable, positions: [Int32],
    norms: (query: Variable, key: Variable)?, epsilon: Float, on device: Device
  ) {
    precondition(
      positions.allSatisfy { $0 >= 0 && Int($0) < table.positions },
      "a position outside the table's \(table.positions)")
    precondition(
      table.cosines.shape.width * 2 == layout.size,
      "a table \(table.cosines.shape) for heads of \(layout.size)")
    precondition(
      norms.map { $0.query.shape == [layout.size] && $0.key.shape == [layout.size] } ?? true,
      "norms of other shapes than [\(layout.size)]")
    self.norms = norms.map { [$0.query, $0.key] } ?? []
    self.layout = layout
    self.table = table
    self.positions = positions
    self.epsilon = epsilon
    self.device = device
  }

  /// Where the query heads and the key heads begin, and how many there are.
  private var parts: [(column: Int, heads: Int)] {
    [(0, layout.heads), (layout.queryWidth, layout.keyValueHeads)]
  }

  private func values(_ matrix: Matrix) -> Matrix {
    matrix[0..<matrix.rows, layout.width - layout.keyWidth..<layout.width]
  }

  /// The rows `range` of all, `from` and `to` among them, on the calling thread.
  func forward(_ range: Range<Int>, _ from: Matrix, into to: Matrix) {
    positions.withUnsafeBufferPointer { positions in
      for (index, part) in parts.enumerated() {
        device.kernels.rotary(
          from.base + part.column, from.stride, norms.isEmpty ? nil : norms[index].tensor.floats,
          epsilon, table.cosines.floats, table.sines.floats,
          positions.baseAddress! + range.lowerBound, to.base + part.column, to.stride, range.count,
          part.heads, layout.size)
      }
    }
    values(to).copy(values(from))
  }

  /// The gradient of `from` out of that of the result, and, added to `partial`, of the norms.
  func backward(
    _ range: Range<Int>, _ dy: Matrix, _ from: Matrix, adding: Bool, into dx: Matrix,
    _ partial: UnsafeMutablePointer<Float>
  ) {
    positions.withUnsafeBufferPointer { positions in
      for (index, part) in parts.enumerated() {
        device.kernels.rotary_backward(
          dy.base + part.column, dy.stride, from.base + part.column, from.stride,
          norms.isEmpty ? nil : norms[index].tensor.floats, epsilon, table.cosines.floats,
          table.sines.floats, positions.baseAddress! + range.lowerBound, dx.base + part.column,
          dx.stride, adding ? 1 : 0, norms.isEmpty ? nil : partial + index * layout.size,
          range.count, part.heads, layout.size)
      }
    }
    device.accumulate(values(dy), into: values(dx), adding: adding)
  }
}
