import CKernels

/// The left factor dyᵀ of weight gradients, dy [rows, columns]: copied as ``swl_product_kernels``
/// read it, in chunks of ``Tiling/gradientTokens`` rows.
struct TurnedFactor {
  /// Of dy.
  let rows: Int
  let columns: Int
  /// Room of a chunk, and of one column of it, in floats.
  private let chunkCount: Int
  private let columnCount: Int
  private let storage: Tensor

  /// Room for dy, which ``fill(_:with:on:)`` copies tile by tile.
  init(rows: Int, columns: Int, on device: Device) {
    let products = device.products
    let tiles = max(1, (rows + Tiling.rows - 1) / Tiling.rows)
    let depth = min(Tiling.gradientTokens, tiles * Tiling.rows)
    self.rows = rows
    self.columns = columns
    columnCount = depth / products.elements_per_float
    chunkCount =
      (columns + products.tile_rows - 1) / products.tile_rows * products.tile_rows * columnCount
    storage = Tensor(
      uninitialized: [(rows + depth - 1) / depth * chunkCount], on: device)
  }

  /// Copies some of dy's rows, on the calling thread; they begin where a tile of ``Tiling/rows`` does.
  func fill(_ range: Range<Int>, with part: Matrix, on device: Device) {
    let products = device.products
    products.turn(
      part.base, part.stride,
      storage.floats + range.lowerBound / Tiling.gradientTokens * chunkCount,
      columnCount * products.elements_per_float, range.lowerBound % Tiling.gradientTokens,
      range.count, columns)
  }

  /// `c (+)= dyᵀ · b`, of one chunk's rows and some columns of dy, which begin at a multiple of the
  /// kernels' `tile_rows`; on the calling thread.
  func multiply(
    _ chunk: Range<Int>, _ columns: Range<Int>, _ b: UnsafePointer<Float>, packedRows: Int,
    adding: Bool, into c: Matrix, on device: Device
  ) {
    let products = device.products
    products.product_turned(
      storage.floats + chunk.lowerBound / Tiling.gradientTokens * chunkCount + columns.lowerBound
        * columnCount, columnCount * products.elements_per_float, b, packedRows, c.base, c.stride,
      adding ? 1 : 0, columns.count, chunk.count, c.columns)
  }
}
