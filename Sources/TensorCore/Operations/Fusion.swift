import CKernels

/// What operations need that take a tile of rows through several steps while it is in the caches.
extension Device {
  /// Whether there are enough rows for every worker to have tiles of its own. With fewer, the steps
  /// one after the other, each cut in both directions, are as fast; the bits are the same. Not those of
  /// gradients in bf16, where the fused steps round what they keep: there the number of rows alone
  /// decides.
  func fuses(_ rows: Int, isRecorded: Bool) -> Bool {
    rows >= (isRecorded && bf16 != nil ? Tiling.fusedRows : Tiling.rows * threadCount)
  }

  /// Calls `body` with matrices of `rows` rows and of some widths that last until it returns.
  func withScratch(_ rows: Int, _ widths: [Int], _ body: ([Matrix]) -> Void) {
    let memory = Storage(byteCount: 4 * rows * widths.reduce(0, +), pool: buffers)
    var base = memory.base.assumingMemoryBound(to: Float.self)
    let matrices = widths.map { width in
      defer { base += rows * width }
      return Matrix(base, rows: rows, columns: width)
    }
    withExtendedLifetime(memory) { body(matrices) }
  }

  /// `target = source`, or `target += source`, on the calling thread.
  func accumulate(_ source: Matrix, into target: Matrix, adding: Bool) {
    guard adding else { return target.copy(source) }
    for row in 0..<target.rows {
      kernels.accumulate(
        1, source.base + row * source.stride, target.base + row * target.stride, target.columns)
    }
  }
}
