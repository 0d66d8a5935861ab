import CKernels

/// Rows of some heads, packed a tile of ``Tiling/attention`` rows at a time as right factors.
struct PackedTiles {
  /// What the rows are in the product.
  enum Side {
    /// Columns of the right factor [size, rows]: scores are queries times keys.
    case columns
    /// Its rows, [rows, size]: outputs are probabilities times values.
    case rows
  }

  private let side: Side
  private let size: Int
  private let count: Int
  /// Elements of a tile, and of a head.
  private let tileElements: Int
  private let headElements: Int
  private let storage: Tensor

  init(count: Int, heads: Int, _ size: Int, _ side: Side, _ device: Device) {
    let edge = Tiling.attention
    let panel = device.kernels.products.panel_columns
    precondition(edge % panel == 0, "a tile of \(edge) rows in panels of \(panel)")
    self.side = side
    self.size = size
    self.count = count
    tileElements = edge * (side == .columns ? size : (size + panel - 1) / panel * panel)
    headElements = (count + edge - 1) / edge * tileElements
    storage = Tensor(uninitialized: [heads * headElements], on: device)
  }

  /// Copies one head's rows.
  func fill(_ head: Int, _ matrix: Matrix, _ device: Device) {
    for begin in stride(from: 0, to: count, by: Tiling.attention) {
      let rows = min(Tiling.attention, count - begin)
      let part = matrix.rows(begin..<begin + rows)
      device.kernels.products.pack(
        side == .columns ? part.transposed : Factor(part),
        into: tile(begin / Tiling.attention, head))
    }
  }

  /// Where one tile of one head begins.
  func tile(_ index: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + head * headElements + index * tileElements
  }
}
