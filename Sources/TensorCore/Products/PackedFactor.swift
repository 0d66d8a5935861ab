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
    let products = device.products
    rows = factor.rows
    columns = factor.columns
    panel = products.panel_columns
    panelCount = products.count(rows: rows, columns: panel)
    storage = Tensor(
      uninitialized: [products.count(rows: rows, columns: columns)], on: device)
    device.workers.forEach((columns + panel - 1) / panel) { index in
      let begin = index * panel
      products.pack(
        factor.columns(begin..<min(columns, begin + panel)), into: address(ofColumn: begin))
    }
  }

  /// Where the panel that begins with this column lies.
  func address(ofColumn column: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + column / panel * panelCount
  }
}
