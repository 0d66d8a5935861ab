import CKernels

/// Rows [rows, width] that a forward pass computes and its pullback reads once more: in float32, or,
/// where products are in bfloat16, rounded to it, which halves the memory.
struct SavedRows {
  private let width: Int
  private let storage: Tensor
  private let kernels: swl_bf16_kernels?

  /// Room for [rows, width].
  init(_ rows: Int, _ width: Int, on device: Device) {
    self.width = width
    kernels = device.bf16
    storage = Tensor(
      uninitialized: [rows, width], elementType: kernels == nil ? .float32 : .bfloat16, on: device)
  }

  /// The columns of scratch memory that ``rows(_:_:)`` and ``load(_:_:)`` need.
  var scratchWidth: Int { kernels == nil ? 0 : width }

  /// Where to compute some of the rows: here, or in scratch memory that ``save(_:_:)`` then rounds.
  func rows(_ range: Range<Int>, _ scratch: Matrix) -> Matrix {
    kernels == nil ? Matrix(storage).rows(range) : scratch
  }

  /// Keeps rows that were computed where ``rows(_:_:)`` said.
  func save(_ range: Range<Int>, _ scratch: Matrix) {
    kernels?.narrow(scratch.base, halves + range.lowerBound * width, range.count * width)
  }

  /// Some of the rows, in scratch memory if they were rounded.
  func load(_ range: Range<Int>, _ scratch: Matrix) -> Matrix {
    kernels?.widen(halves + range.lowerBound * width, scratch.base, range.count * width)
    return rows(range, scratch)
  }

  private var halves: UnsafeMutablePointer<UInt16> {
    (storage.storage.base + storage.offset).assumingMemoryBound(to: UInt16.self)
  }
}
