/// A window on a ``ByteSource`` that grows as far as its reader needs: the bytes that were read
/// and not consumed. Reading and consuming cost amortised constant time a byte.
struct InputBuffer: ~Copyable {
  private let source: ByteSource
  private var memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// How many bytes were consumed since the start of the (decompressed) input.
  private(set) var offset = 0

  init(_ source: ByteSource) {
    self.source = source
    memory = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit { memory.deallocate() }

  /// The bytes; valid until the next mutation.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[start..<end])
  }

  /// Removes `count` bytes from the front.
  mutating func consume(_ count: Int) {
    precondition(count <= end - start, "consumed \(count) of \(end - start) bytes")
    start += count
    offset += count
  }

  /// Reads more bytes behind the present ones; false at the end of the input.
  mutating func fill() throws -> Bool {
    if start > memory.count / 2 {
      // What moves is less than what was consumed since the last move.
      memory.copyMemory(from: bytes)
      end -= start
      start = 0
    } else if end == memory.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * memory.count, alignment: 64)
      larger.copyMemory(from: bytes)
      end -= start
      start = 0
      memory.deallocate()
      memory = larger
    }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
    end += count
    return count > 0
  }
}
