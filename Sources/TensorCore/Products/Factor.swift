/// A factor of a product: a matrix or its transposed.
struct Factor {
  let matrix: Matrix
  let isTransposed: Bool

  init(matrix: Matrix, isTransposed: Bool) {
    self.matrix = matrix
    self.isTransposed = isTransposed
  }

  /// The matrix as it is.
  init(_ matrix: Matrix) { self.init(matrix: matrix, isTransposed: false) }

  var rows: Int { isTransposed ? matrix.columns : matrix.rows }
  var columns: Int { isTransposed ? matrix.rows : matrix.columns }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> Factor {
    let block =
      isTransposed ? matrix[0..<matrix.rows, range] : matrix[range, 0..<matrix.columns]
    return Factor(matrix: block, isTransposed: isTransposed)
  }

  /// Some of the columns.
  func columns(_ range: Range<Int>) -> Factor {
    let block =
      isTransposed ? matrix[range, 0..<matrix.columns] : matrix[0..<matrix.rows, range]
    return Factor(matrix: block, isTransposed: isTransposed)
  }
}
