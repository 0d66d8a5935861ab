import CKernels

extension swl_product_kernels {
  /// The floats that a packed factor takes.
  func count(rows: Int, columns: Int) -> Int {
    let depth = (rows + depth_grain - 1) / depth_grain * depth_grain
    let panels = (columns + panel_columns - 1) / panel_columns
    return panels * panel_columns * depth / elements_per_float
  }

  /// Packs a right factor, on the calling thread.
  func pack(_ factor: Factor, into packed: UnsafeMutablePointer<Float>) {
    pack(
      factor.matrix.base, factor.matrix.stride, factor.isTransposed ? 1 : 0, packed, factor.rows,
      factor.columns)
  }

  /// `c (+)= a · b`, on the calling thread; `b` is packed and has the columns of `c`. It is the
  /// first rows, as many as `a` has columns, of what was packed with `packedRows` rows.
  func multiply(
    _ a: Factor, _ b: UnsafePointer<Float>, packedRows: Int? = nil, adding: Bool, into c: Matrix
  ) {
    product(
      a.matrix.base, a.matrix.stride, a.isTransposed ? 1 : 0, b, packedRows ?? a.columns, c.base,
      c.stride, adding ? 1 : 0, c.rows, a.columns, c.columns)
  }
}
