/// The gradients `dW = dyᵀ x` of weights whose outputs stand side by side in dy [rows, Σ out_i].
///
/// dy comes a tile of rows at a time, while it is in the caches, and is kept as the products read it.
struct WeightGradients {
  /// Weights that are neighbours in memory, whose gradients are one matrix [Σ out, width].
  private struct Part {
    let columns: Range<Int>
    let gradient: Tensor
    let adding: Bool
    let dy: TurnedFactor
  }

  private let parts: [Part]
  private let device: Device

  /// Weights that need no gradient are left out.
  init(of weights: [Variable], rows: Int, _ adjoints: inout Adjoints, on device: Device) {
    var blocks: [(columns: Range<Int>, gradient: Tensor, adding: Bool)] = []
    var column = 0
    for weight in weights {
      let columns = column..<column + weight.shape.rows
      column = columns.upperBound
      guard let (gradient, adding) = adjoints.destination(for: weight) else { continue }
      if let last = blocks.last, last.columns.upperBound == columns.lowerBound,
        last.adding == adding, last.gradient.isFollowed(by: gradient)
      {
        let joined = Block.joined([last.gradient, gradient])[0].tensor
        blocks[blocks.count - 1] = (last.columns.lowerBound..<columns.upperBound, joined, adding)
      } else {
        blocks.append((columns, gradient, adding))
      }
    }
    parts = blocks.map { columns, gradient, adding in
      Part(
        columns: columns, gradient: gradient, adding: adding,
        dy: TurnedFactor(rows: rows, columns: columns.count, on: device))
    }
    self.device = device
  }

  /// Takes some rows of dy, on the calling thread; they begin where a tile of ``Tiling/rows`` does.
  func fill(_ range: Range<Int>, with dy: Matrix) {
    for part in parts { part.dy.fill(range, with: dy[0..<range.count, part.columns], on: device) }
  }

  /// Takes all rows of dy, on all workers.
  func fill(with dy: Matrix) {
    if parts.isEmpty { return }
    device.forEachTile(of: dy.rows, Tiling.rows) { fill($0, with: dy.rows($0)) }
  }

  /// Multiplies what was taken, on all workers; `continuing`, to add to an earlier result.
  func accumulate(_ x: PackedFactor, continuing: Bool = false) {
    for part in parts {
      device.accumulateProduct(
        part.dy, x, adding: part.adding || continuing, into: Matrix(part.gradient))
    }
  }

  /// Whether nothing is to be computed.
  var isEmpty: Bool { parts.isEmpty }
}
