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
  private let storage: Tensor

  /// Copies `factor`, on all workers; not to be called from one of them.
  init(_ factor: Factor, on device: Device) {
    self.init(rows: factor.rows, columns: factor.columns, on: device)
    device.workers.forEach((columns + panel - 1) / panel) { index in
      let columns = index * panel..<min(columns, (index + 1) * panel)
      fill(columns, factor.columns(columns), device)
    }
  }

  /// A place for copies of `rows` × `columns` elements.
  init(rows: Int, columns: Int, on device: Device) {
    self.rows = rows
    self.columns = columns
    panel = device.products.panel_columns
    panelCount = device.products.count(rows: rows, columns: panel)
    storage = Tensor(
      uninitialized: [device.products.count(rows: rows, columns: columns)], on: device)
  }

  /// Copies the columns that begin at a panel's first; ends at a panel's or the last column.
  func fill(_ columns: Range<Int>, _ factor: Factor, _ device: Device) {
    precondition(columns.lowerBound % panel == 0 && factor.rows == rows)
    device.products.pack(factor, into: address(ofColumn: columns.lowerBound))
  }

  /// Where the panel that begins with this column lies.
  func address(ofColumn column: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + column / panel * panelCount
  }
}
