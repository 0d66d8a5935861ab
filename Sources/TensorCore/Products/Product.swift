import CKernels

/// Products of matrices on all workers.
///
/// Every element of a product is one chain of multiply-adds in the order of the depth, so tiles may be
/// chosen for speed alone: neither they nor the number of workers change a bit. With few rows, as in
/// generation, copying the right factor costs more than the product: there the library works, if the
/// package was built with its trait `OpenBLAS`.
extension Device {
  /// From so many rows on, each row of a product has the same bits whatever the others are.
  public static var independentRows: Int { Tiling.packedRows }

  /// `c (+)= a · b`, or `c = start + a · b`, `start` as large as `c`.
  func multiply(
    _ a: Factor, _ b: Factor, adding: Bool = false, start: Matrix? = nil, into c: Matrix
  ) {
    #if OpenBLAS
      if c.rows < Tiling.packedRows {
        forEachTile(of: c.columns, Tiling.libraryColumns) { columns in
          let target = c[0..<c.rows, columns]
          if let start { target.copy(start[0..<c.rows, columns]) }
          MatrixLibrary.product(
            a, b.columns(columns), adding: adding || start != nil, into: target)
        }
        return
      }
    #endif
    multiply(a, PackedFactor(b, on: self), adding: adding, start: start, into: c)
  }

  /// The same with `b` packed before, for several products with the same factor.
  func multiply(
    _ a: Factor, _ b: PackedFactor, adding: Bool = false, start: Matrix? = nil, into c: Matrix
  ) {
    precondition(
      a.rows == c.rows && b.columns == c.columns && a.columns == b.rows,
      "[\(a.rows), \(a.columns)] · [\(b.rows), \(b.columns)] into [\(c.rows), \(c.columns)]")
    let (rowTile, columnTile) = productTile(c.rows, c.columns)
    let across = (c.columns + columnTile - 1) / columnTile
    workers.forEach((c.rows + rowTile - 1) / rowTile * across) { index in
      let row = index / across * rowTile, column = index % across * columnTile
      let rows = row..<min(c.rows, row + rowTile)
      let columns = column..<min(c.columns, column + columnTile)
      let target = c[rows, columns]
      if let start { target.copy(start[rows, columns]) }
      products.multiply(
        a.rows(rows), b.address(row: 0, column: column), adding: adding || start != nil,
        into: target)
    }
  }

  /// `c (+)= a · b` for a few rows, on the calling thread: part of the work of a tile.
  func multiplyTile(_ a: Matrix, _ b: PackedFactor, adding: Bool = false, into c: Matrix) {
    products.multiply(Factor(a), b.address(row: 0, column: 0), adding: adding, into: c)
  }

  /// `dw (+)= dyᵀ · x`: dy [rows, out], x [rows, in], dw [out, in].
  func accumulateProduct(_ dy: Matrix, _ x: Matrix, adding: Bool, into dw: Matrix) {
    let x = PackedFactor(Factor(x), on: self)
    precondition(
      dy.rows == x.rows && dy.columns == dw.rows,
      "[\(dy.rows), \(dy.columns)]ᵀ · [\(x.rows), \(x.columns)] into [\(dw.rows), \(dw.columns)]")
    accumulateChunks(x, adding: adding, into: dw) { tokens, rows, panel, adding, target in
      products.multiply(
        dy[tokens, rows].transposed, panel, packedRows: x.rows, adding: adding, into: target)
    }
  }

  /// The same with both factors copied before, and the first rows of `dy`, as many as `x` has.
  func accumulateProduct(_ dy: TurnedFactor, _ x: PackedFactor, adding: Bool, into dw: Matrix) {
    precondition(
      dy.rows >= x.rows && dy.columns == dw.rows,
      "[\(dy.rows), \(dy.columns)]ᵀ · [\(x.rows), \(x.columns)] into [\(dw.rows), \(dw.columns)]")
    accumulateChunks(x, adding: adding, into: dw) { tokens, rows, panel, adding, target in
      dy.multiply(
        tokens, rows, panel, packedRows: x.rows, adding: adding, into: target, on: self)
    }
  }

  /// Calls `body` on the workers with tokens, rows of `dw`, where the panel of `x` for some of its
  /// columns begins, whether to add to what is there, and those rows and columns of `dw`. The tokens
  /// come in chunks, so that what is read of `x` stays in the cache. Without tokens the sum is zeros.
  private func accumulateChunks(
    _ x: PackedFactor, adding: Bool, into dw: Matrix,
    _ body: (Range<Int>, Range<Int>, UnsafePointer<Float>, Bool, Matrix) -> Void
  ) {
    precondition(
      dw.columns == x.columns,
      "[\(x.rows), \(x.columns)] into [\(dw.rows), \(dw.columns)]")
    if x.rows == 0, !adding {
      for row in 0..<dw.rows { (dw.base + row * dw.stride).update(repeating: 0, count: dw.columns) }
    }
    let (rowTile, columnTile) = productTile(dw.rows, dw.columns)
    let across = (dw.columns + columnTile - 1) / columnTile
    workers.forEach((dw.rows + rowTile - 1) / rowTile * across) { index in
      let row = index / across * rowTile, column = index % across * columnTile
      let rows = row..<min(dw.rows, row + rowTile)
      let columns = column..<min(dw.columns, column + columnTile)
      for begin in stride(from: 0, to: x.rows, by: Tiling.gradientTokens) {
        body(
          begin..<min(x.rows, begin + Tiling.gradientTokens), rows,
          x.address(row: begin, column: column), adding || begin > 0, dw[rows, columns])
      }
    }
  }

  /// High enough to use a panel often, small enough to give every worker several.
  private func productTile(_ rows: Int, _ columns: Int) -> (rows: Int, columns: Int) {
    let tasks = threadCount == 1 ? 1 : 4 * threadCount
    let panel = products.panel_columns
    let grain = products.tile_rows
    let share = max(32, min(128 / grain * grain, rows / tasks))
    let rowTile = (share + grain - 1) / grain * grain
    let rowTiles = (rows + rowTile - 1) / rowTile
    let columnTiles = max(1, tasks / max(1, rowTiles))
    return (rowTile, max(panel, (columns / columnTiles + panel - 1) / panel * panel))
  }
}
