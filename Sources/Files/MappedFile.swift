#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The bytes of a regular file, mapped into memory for reading.
///
/// Pages are read when they are first touched and can be dropped again, so a file may be larger
/// than memory. The files of this project are replaced by renaming, never overwritten, so a
/// mapping keeps the bytes it was opened on. A file that another program cuts short while it is
/// mapped ends the process (SIGBUS) when the lost pages are touched.
public final class MappedFile: Sendable {
  /// The path that was opened.
  public let path: String
  /// The size in bytes.
  public let count: Int
  private let address: UInt

  /// Maps the file at `path`; an empty file has no bytes and is no error.
  /// - Throws: ``FileError``, also for directories, pipes and devices.
  public init(path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for a writer before it can be refused.
    let descriptor = try Descriptor(path, O_RDONLY | O_NONBLOCK, for: "open")
    guard let status = descriptor.status() else { throw FileError("open", path, code: errno) }
    guard status.kind == S_IFREG else {
      throw FileError(
        "open", path, reason: "it is \(status.kindName), not a regular file",
        hint: "name a regular file")
    }
    self.path = path
    count = Int(status.st_size)
    guard count > 0 else {
      address = 0
      return
    }
    let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let mapped, mapped != MAP_FAILED else { throw FileError("map", path, code: errno) }
    address = UInt(bitPattern: mapped)
  }

  deinit { if address != 0 { munmap(UnsafeMutableRawPointer(bitPattern: address), count) } }

  /// The contents; valid as long as this object lives.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count)
  }
}
