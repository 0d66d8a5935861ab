import CKernels

extension Tape {
  /// Some rows of `x` [N, width], in this order. A lookup: the rows are the table, their places the ids.
  public func rows(_ places: [Int], of x: Variable) -> Variable {
    embedding(places.map { Int32($0) }, x)
  }

  /// The rows of `table` [V, width] at `ids` [N]: [N, width]. Token embeddings, and learned
  /// positions when `ids` are positions.
  ///
  /// Pullback: `dtable[ids[n]] += dy[n]`, rows in order, columns shared out among the workers.
  public func embedding(_ ids: [Int32], _ table: Variable) -> Variable {
    let (rows, width) = (table.shape.rows, table.shape.width)
    precondition(
      ids.allSatisfy { $0 >= 0 && Int($0) < rows }, "an id outside the embedding's \(rows) rows")
    let output = Tensor(uninitialized: [ids.count, width], on: device)
    let (from, to) = (table.tensor, output.floats)
    device.forEachTile(of: ids.count, Tiling.rows) { range in
      guard from.elementType == .float32 else {
        for index in range {
          let begin = Int(ids[index]) * width
          from.widen(begin..<begin + width, into: to + index * width)
        }
        return
      }
      ids.withUnsafeBufferPointer { ids in
        device.kernels.gather(
          from.floats, ids.baseAddress! + range.lowerBound, to + range.lowerBound * width,
          range.count, width)
      }
    }
    return record(output, from: [table]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: table) else { return }
      if !adding { device.clear(gradient) }
      let (dy, dtable) = (upstream.floats, gradient.floats)
      device.forEachTile(of: width, Tiling.rows) { columns in
        ids.withUnsafeBufferPointer { ids in
          device.kernels.scatter_add(
            dy, ids.baseAddress, dtable, ids.count, width, columns.lowerBound, columns.upperBound)
        }
      }
    }
  }
}
