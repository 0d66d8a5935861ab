import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory blocks that are used again: after the first training step nothing is allocated anew,
/// and no page is touched for the first time.
///
/// Block sizes are rounded up to quarters of a power of two, so that batches of slightly different
/// lengths share blocks.
final class BufferPool: Sendable {
  private struct State: @unchecked Sendable {
    var free: [Int: [UnsafeMutableRawPointer]] = [:]
  }
  private let state = Mutex(State())

  deinit { freeAll() }

  private func freeAll() {
    state.withLock { state in
      for blocks in state.free.values {
        for block in blocks { free(block) }
      }
      state.free = [:]
    }
  }

  /// A block of at least `byteCount` bytes, contents undefined, and its true size.
  func take(_ byteCount: Int) -> (UnsafeMutableRawPointer, Int) {
    let size = Self.roundedSize(byteCount)
    if let known = state.withLock({ state in
      state.free[size]?.popLast().map(UInt.init(bitPattern:))
    }),
      let block = UnsafeMutableRawPointer(bitPattern: known)
    {
      return (block, size)
    }
    var address: UnsafeMutableRawPointer?
    let alignment = size >= Self.hugePage ? Self.hugePage : 64
    if posix_memalign(&address, alignment, size) != 0 {
      // Blocks of other sizes may be all that is missing.
      freeAll()
      guard posix_memalign(&address, alignment, size) == 0 else { Self.endOutOfMemory(size) }
    }
    guard let block = address else { Self.endOutOfMemory(size) }
    #if canImport(Glibc)
      if size >= Self.hugePage { madvise(block, size, MADV_HUGEPAGE) }
    #endif
    return (block, size)
  }

  /// Takes back a block of `size` bytes.
  func give(_ block: UnsafeMutableRawPointer, _ size: Int) {
    let address = UInt(bitPattern: block)
    state.withLock { state in
      state.free[size, default: []].append(UnsafeMutableRawPointer(bitPattern: address)!)
    }
  }

  /// The last resort: nothing that computes could go on, and a trap would look like a bug.
  private static func endOutOfMemory(_ byteCount: Int) -> Never {
    let text = """
      error: the memory is full: the system refuses \(byteCount) bytes more
      hint: use a smaller model, batch or context, or end other programs

      """
    _ = Array(text.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
  }

  private static let hugePage = 1 << 21

  static func roundedSize(_ byteCount: Int) -> Int {
    let least = max(byteCount, 256)
    // 2^power < least <= 2^(power + 1)
    let power = Int.bitWidth - 1 - (least - 1).leadingZeroBitCount
    let grain = 1 << max(power - 2, 6)
    return (least + grain - 1) / grain * grain
  }
}
