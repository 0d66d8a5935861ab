import CKernels

/// Products of matrices on all workers.
///
/// Every element of a product is one chain of multiply-adds in the order of the depth, so tiles may be
/// chosen for speed alone: neither they nor the number of workers change a bit. With few rows, as in
/// generation, copying the right factor would cost more than the product: there the library works.
extension Device {
  /// `c (+)= a · b`.
  func multiply(_ a: Factor, _ b: Factor, adding: Bool = false, into c: Matrix) {
    if c.rows < Tiling.packedRows {
      forEachTile(of: c.columns, Tiling.libraryColumns) { columns in
        MatrixLibrary.product(a, b.columns(columns), adding: adding, into: c[0..<c.rows, columns])
      }
    } else {
      multiply(a, PackedFactor(b, on: self), adding: adding, into: c)
    }
  }

  /// `c (+)= a · b` with `b` packed before, for several products with the same factor.
  func multiply(_ a: Factor, _ b: PackedFactor, adding: Bool = false, into c: Matrix) {
    precondition(
      a.rows == c.rows && b.columns == c.columns && a.columns == b.rows,
      "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    let (rowTile, columnTile) = productTile(c.rows, c.columns)
    let across = (c.columns + columnTile - 1) / columnTile
    workers.forEach((c.rows + rowTile - 1) / rowTile * across) { index in
      let row = index / across * rowTile, column = index % across * columnTile
      let rows = row..<min(c.rows, row + rowTile)
      let columns = column..<min(c.columns, column + columnTile)
      products.multiply(
        a.rows(rows), b.address(ofColumn: column), adding: adding, into: c[rows, columns])
    }
  }

  /// `dw (+)= dyᵀ · x`: dy [rows, out], x [rows, in], dw [out, in]. The rows, which are tokens, come
  /// in chunks, so that what is packed of x stays in the cache.
  func accumulateProduct(_ dy: Matrix, _ x: Matrix, adding: Bool, into dw: Matrix) {
    for begin in stride(from: 0, to: dy.rows, by: Tiling.gradientTokens) {
      let tokens = begin..<min(dy.rows, begin + Tiling.gradientTokens)
      multiply(
        dy.rows(tokens).transposed, PackedFactor(Factor(x.rows(tokens)), on: self),
        adding: adding || begin > 0, into: dw)
    }
  }

  /// High enough to use a panel often, small enough to give every worker several.
  private func productTile(_ rows: Int, _ columns: Int) -> (rows: Int, columns: Int) {
    let tasks = threadCount == 1 ? 1 : 4 * threadCount
    let panel = products.panel_columns
    let rowTile = max(32, min(128, (rows / tasks + 7) / 8 * 8))
    let rowTiles = (rows + rowTile - 1) / rowTile
    let columnTiles = max(1, tasks / max(1, rowTiles))
    return (rowTile, max(panel, (columns / columnTiles + panel - 1) / panel * panel))
  }
}
