#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A regular file that is open for reading, at any place.
///
/// It is read, never mapped: where another program cuts a mapped file short, touching the lost pages
/// ends the process, and here it is an error. The files of this project are replaced by renaming,
/// never overwritten, so whoever has one open keeps the bytes that it was opened on.
public final class RandomAccessFile: Sendable {
  /// The path that was opened.
  public let path: String
  /// The size in bytes when it was opened.
  public let count: Int
  private let descriptor: Descriptor

  private static let chunkSize = 1 << 20

  /// Opens the file at `path`; an empty file is no error.
  /// - Throws: ``FileError``, also for directories, pipes and devices.
  public init(path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for a writer before it can be refused.
    descriptor = try Descriptor(path, O_RDONLY | O_NONBLOCK, for: "open")
    guard let status = descriptor.status() else { throw FileError("open", path, code: errno) }
    guard status.kind == S_IFREG else {
      throw FileError(
        "open", path, reason: "it is \(status.kindName), not a regular file",
        hint: "name a regular file")
    }
    self.path = path
    count = Int(status.st_size)
  }

  /// Fills `buffer` with the bytes from `offset` on.
  /// - Precondition: So many bytes were there when the file was opened.
  /// - Throws: ``FileError``, also where they no longer are.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    precondition(
      offset >= 0 && buffer.count <= count - offset,
      "bytes \(offset) to \(offset + buffer.count) of \(count)")
    var filled = 0
    while filled < buffer.count {
      let received = pread(
        descriptor.number, buffer.baseAddress! + filled, buffer.count - filled,
        off_t(offset + filled))
      if received < 0, errno == EINTR { continue }
      guard received >= 0 else { throw FileError("read", path, code: errno) }
      guard received > 0 else {
        let size = descriptor.status().map { Int($0.st_size) } ?? 0
        throw FileError(
          "read", path,
          reason: "it was cut short to \(size) of \(count) bytes meanwhile",
          hint: "restore it, and let no other program write to it")
      }
      filled += received
    }
  }

  /// The bytes at `range`.
  /// - Throws: ``FileError``; see ``read(at:into:)``.
  public func bytes(_ range: Range<Int>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
      count = range.count
    }
  }

  /// Hands the bytes at `range` to `body`, in order and in chunks of at most a mebibyte.
  /// - Parameters:
  ///   - range: All bytes, unless given.
  ///   - body: Takes a chunk, which is valid only during the call.
  /// - Throws: ``FileError``; see ``read(at:into:)``; what `body` throws.
  public func forEachChunk(
    of range: Range<Int>? = nil, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let range = range ?? 0..<count
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(range.count, Self.chunkSize), alignment: 64)
    defer { memory.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let chunk = UnsafeMutableRawBufferPointer(
        rebasing: memory[..<min(memory.count, range.upperBound - offset)])
      try read(at: offset, into: chunk)
      try body(UnsafeRawBufferPointer(chunk))
      offset += chunk.count
    }
  }
}
