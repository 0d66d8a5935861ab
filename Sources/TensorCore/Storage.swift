/// The bytes behind one or more tensors.
///
/// `@unchecked Sendable` by a rule of this module: bytes are written only by the operation that
/// made the tensor, or through the one reference to it, before anyone else can see them.
final class Storage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let pool: BufferPool

  init(byteCount: Int, pool: BufferPool) {
    (base, self.byteCount) = pool.take(byteCount)
    self.pool = pool
  }

  deinit { pool.give(base, byteCount) }
}
