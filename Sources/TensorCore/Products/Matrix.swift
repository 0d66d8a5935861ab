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

  /// This matrix with its rows and columns exchanged, as a factor of a product.
  var transposed: Factor { Factor(matrix: self, isTransposed: true) }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> Matrix { self[range, 0..<columns] }

  /// Overwrites all elements with those of `other`, which is as large.
  func copy(_ other: Matrix) {
    for row in 0..<rows {
      (base + row * stride).update(from: other.base + row * other.stride, count: columns)
    }
  }
}
