import CKernels

/// The right factor of products, copied into the layout that the product kernel reads: panels of
/// some columns, all their rows one after the other.
struct PackedFactor {
  let rows: Int
  let columns: Int
  /// Columns of a panel.
  private let panel: Int
  /// Room of a panel, in floats.
  private let panelCount: Int
  /// Floats of one row of a panel.
  private let rowCount: Int
  private let storage: Tensor

  /// Room for a factor that ``fill(_:with:on:)`` copies part by part.
  init(rows: Int, columns: Int, on device: Device) {
    let products = device.products
    self.rows = rows
    self.columns = columns
    panel = products.panel_columns
    panelCount = products.count(rows: rows, columns: panel)
    rowCount = panel / products.elements_per_float
    storage = Tensor(
      uninitialized: [products.count(rows: rows, columns: columns)], on: device)
  }

  /// Copies `factor`, on all workers; not to be called from one of them.
  init(_ factor: Factor, on device: Device) {
    self.init(rows: factor.rows, columns: factor.columns, on: device)
    device.workers.forEach((columns + panel - 1) / panel) { index in
      let begin = index * panel
      device.products.pack(
        factor.columns(begin..<min(columns, begin + panel)),
        into: address(row: 0, column: begin))
    }
  }

  /// Copies some of the rows, on the calling thread; they begin where a tile of
  /// ``Tiling/rows`` does.
  func fill(_ range: Range<Int>, with part: Matrix, on device: Device) {
    for begin in stride(from: 0, to: columns, by: panel) {
      device.products.pack(
        Factor(part[0..<range.count, begin..<min(columns, begin + panel)]),
        into: address(row: range.lowerBound, column: begin))
    }
  }

  /// Where this row of the panel that begins with this column lies. The row is a multiple of the
  /// kernels' `depth_grain`.
  func address(row: Int, column: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + column / panel * panelCount + row * rowCount
  }
}
