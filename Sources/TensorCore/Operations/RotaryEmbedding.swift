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
    let (rows, width) = (packed.shape.rows, packed.shape.width)
    precondition(
      width == layout.width && positions.count == rows,
      "rows \(packed.shape) and \(positions.count) positions for heads \(layout)")
    precondition(
      positions.allSatisfy { $0 >= 0 && Int($0) < table.positions },
      "a position outside the table's \(table.positions)")
    let output = Tensor(uninitialized: packed.shape, on: device)
    let parts = [
      Part(columns: 0..<layout.queryWidth, heads: layout.heads, norm: norms?.query),
      Part(
        columns: layout.queryWidth..<layout.queryWidth + layout.keyWidth,
        heads: layout.keyValueHeads, norm: norms?.key),
    ]
    let values = layout.queryWidth + layout.keyWidth
    let (from, to) = (packed.tensor.floats, output.floats)
    let (cosines, sines, kernels) = (table.cosines.floats, table.sines.floats, device.kernels)
    device.forEachTile(of: rows, Tiling.rows) { range in
      let begin = range.lowerBound * width
      positions.withUnsafeBufferPointer { positions in
        for part in parts {
          kernels.rotary(
            from + begin + part.columns.lowerBound, width, part.norm?.tensor.floats, epsilon,
            cosines, sines, positions.baseAddress! + range.lowerBound,
            to + begin + part.columns.lowerBound, width, range.count, part.heads, layout.size)
        }
      }
      for row in range {
        (to + row * width + values).update(
          from: from + row * width + values, count: layout.keyWidth)
      }
    }
    return record(output, from: [packed] + parts.compactMap(\.norm)) {
      [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: packed) else { return }
      let (from, dy, dx) = (packed.tensor.floats, upstream.floats, gradient.floats)
      let (cosines, sines) = (table.cosines.floats, table.sines.floats)
      for part in parts {
        let weights = part.norm.flatMap { adjoints.destination(for: $0) }
        let unused = Tensor(uninitialized: [layout.size], on: device)
        device.sumOverRows(
          rows, width: layout.size, into: (weights?.tensor ?? unused).floats,
          adding: weights?.adding ?? false
        ) { range, partial in
          let begin = range.lowerBound * width + part.columns.lowerBound
          positions.withUnsafeBufferPointer { positions in
            kernels.rotary_backward(
              dy + begin, width, from + begin, width, part.norm?.tensor.floats, epsilon, cosines,
              sines, positions.baseAddress! + range.lowerBound, dx + begin, width, adding ? 1 : 0,
              partial, range.count, part.heads, layout.size)
          }
        }
        withExtendedLifetime(unused) {}
      }
      device.forEachTile(of: rows, Tiling.rows) { range in
        for row in range {
          let (d, v) = (dx + row * width + values, dy + row * width + values)
          if adding {
            kernels.accumulate(1, v, d, layout.keyWidth)
          } else {
            d.update(from: v, count: layout.keyWidth)
          }
        }
      }
    }
  }

  /// The query heads, or the key heads.
  private struct Part {
    let columns: Range<Int>
    let heads: Int
    let norm: Variable?
  }
}
