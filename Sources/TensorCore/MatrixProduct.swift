import COpenBLAS

/// A row-major matrix in float32 memory: `rows` × `columns`, `stride` elements from row to row.
struct Matrix {
  let base: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int
  let stride: Int

  init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// All of a tensor, its leading dimensions flattened to rows.
  init(_ tensor: Tensor) {
    self.init(tensor.floats, rows: tensor.shape.rows, columns: tensor.shape.width)
  }

  /// A block of this matrix.
  subscript(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> Matrix {
    Matrix(
      base + rowRange.lowerBound * stride + columnRange.lowerBound, rows: rowRange.count,
      columns: columnRange.count, stride: stride)
  }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> Matrix { self[range, 0..<columns] }
}

/// The matrix library underneath; the only file that sees it.
public enum MatrixLibrary {
  /// Its version, build and processor type, such as `OpenBLAS 0.3.21 … Cooperlake`.
  public static var description: String {
    guard let configuration = openblas_get_config(), let core = openblas_get_corename() else {
      return "OpenBLAS"
    }
    let text = String(cString: configuration), name = String(cString: core)
    return text.contains(name) ? text : "\(text) \(name)"
  }

  /// Our workers call it concurrently; its own threads would fight with them, and their cuts depend
  /// on their number.
  static func useOneThreadPerCall() { openblas_set_num_threads(1) }

  /// `c = a · b + beta · c` on the calling thread, either factor transposed.
  static func product(
    _ a: Matrix, transposingA transposeA: Bool = false, _ b: Matrix,
    transposingB transposeB: Bool = false, beta: Float = 0, into c: Matrix
  ) {
    let depth = transposeA ? a.rows : a.columns
    assert(
      (transposeA ? a.columns : a.rows) == c.rows && (transposeB ? b.rows : b.columns) == c.columns)
    assert((transposeB ? b.columns : b.rows) == depth)
    if c.rows == 0 || c.columns == 0 { return }
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      blasint(c.rows), blasint(c.columns), blasint(depth), 1, a.base, blasint(a.stride), b.base,
      blasint(b.stride), beta, c.base, blasint(c.stride))
  }
}

/// The three products of a linear layer, cut into fixed tiles and shared out among the workers.
extension Device {
  /// `y (+)= x · wᵀ`: x [rows, in], w [out, in], y [rows, out].
  func multiply(_ x: Matrix, byTransposed w: Matrix, adding: Bool = false, into y: Matrix) {
    forEachProductTile(y.rows, y.columns) { rows, columns in
      MatrixLibrary.product(
        x.rows(rows), w.rows(columns), transposingB: true, beta: adding ? 1 : 0,
        into: y[rows, columns])
    }
  }

  /// `dx (+)= dy · w`: dy [rows, out], w [out, in], dx [rows, in].
  func multiply(_ dy: Matrix, by w: Matrix, adding: Bool, into dx: Matrix) {
    forEachProductTile(dx.rows, dx.columns) { rows, columns in
      MatrixLibrary.product(
        dy.rows(rows), w[0..<w.rows, columns], beta: adding ? 1 : 0, into: dx[rows, columns])
    }
  }

  /// `dw (+)= dyᵀ · x`, tokens summed in fixed chunks: dy [rows, out], x [rows, in], dw [out, in].
  func accumulateProduct(_ dy: Matrix, _ x: Matrix, adding: Bool, into dw: Matrix) {
    let rowTile = Tiling.gradientRows(of: dw.rows)
    forEachProductTile(dw.rows, dw.columns, rowTile: rowTile) { outputs, inputs in
      var isFirst = !adding
      for begin in stride(from: 0, to: dy.rows, by: Tiling.gradientTokens) {
        let tokens = begin..<min(dy.rows, begin + Tiling.gradientTokens)
        MatrixLibrary.product(
          dy[tokens, outputs], transposingA: true, x[tokens, inputs], beta: isFirst ? 0 : 1,
          into: dw[outputs, inputs])
        isFirst = false
      }
    }
  }

  private func forEachProductTile(
    _ rows: Int, _ columns: Int, rowTile: Int = Tiling.productRows,
    _ body: (Range<Int>, Range<Int>) -> Void
  ) {
    let columnTile = Tiling.productColumns
    let across = (columns + columnTile - 1) / columnTile
    workers.forEach((rows + rowTile - 1) / rowTile * across) { index in
      let row = index / across * rowTile, column = index % across * columnTile
      body(row..<min(rows, row + rowTile), column..<min(columns, column + columnTile))
    }
  }
}
