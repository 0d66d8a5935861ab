import CKernels

/// The right factor of products, copied into the layout that the product kernel reads: panels of
/// some columns, all their rows one after the other.
struct PackedFactor {
  let rows: Int
  let columns: Int
  /// Columns of a panel.
  private let panel: Int
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
    panel = device.kernels.panel_columns
    storage = Tensor(
      uninitialized: [(columns + panel - 1) / panel * panel * rows], on: device)
  }

  /// Copies the columns that begin at a panel's first; ends at a panel's or the last column.
  func fill(_ columns: Range<Int>, _ factor: Factor, _ device: Device) {
    precondition(columns.lowerBound % panel == 0 && factor.rows == rows)
    device.kernels.pack(
      factor.matrix.base, factor.matrix.stride, factor.isTransposed ? 1 : 0,
      address(ofColumn: columns.lowerBound), rows, columns.count)
  }

  /// Where the panel that begins with this column lies.
  func address(ofColumn column: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + column * rows
  }
}
