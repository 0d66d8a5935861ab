#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An open file descriptor, closed when it goes out of scope. Interrupted calls are repeated.
struct Descriptor: ~Copyable {
  /// The number; -1 once closed.
  private(set) var number: Int32

  /// Opens `path`; never inherited by child processes.
  /// - Throws: ``FileError`` naming `operation` and `shownPath`, or else `path`.
  init(
    _ path: String, _ flags: Int32, for operation: String, shownAs shownPath: String? = nil
  ) throws {
    try checkPath(path, operation)
    var number: Int32
    // 0o666 is cut down by the process's umask.
    repeat { number = open(path, flags | O_CLOEXEC, 0o666) } while number < 0 && errno == EINTR
    guard number >= 0 else { throw FileError(operation, shownPath ?? path, code: errno) }
    self.number = number
  }

  deinit { if number >= 0 { _ = Descriptor.closeNumber(number) } }

  /// Closes now, to see the errors that some file systems report only then.
  mutating func close() -> Int32 {
    let closing = number
    number = -1
    return Descriptor.closeNumber(closing)
  }

  /// Size, kind and times.
  borrowing func status() -> stat? {
    var status = stat()
    return fstat(number, &status) == 0 ? status : nil
  }

  /// Writes all bytes; the error number, or 0.
  borrowing func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    var offset = 0
    while offset < bytes.count {
      #if canImport(Darwin)
        let count = Darwin.write(number, bytes.baseAddress! + offset, bytes.count - offset)
      #else
        let count = Glibc.write(number, bytes.baseAddress! + offset, bytes.count - offset)
      #endif
      if count >= 0 { offset += count } else if errno != EINTR { return errno }
    }
    return 0
  }

  /// Forces everything written to the disk; the error number, or 0.
  borrowing func synchronize() -> Int32 {
    while fsync(number) != 0 { if errno != EINTR { return errno } }
    return 0
  }

  // After an interrupted close the descriptor is gone on Linux and Darwin: never repeat it.
  private static func closeNumber(_ number: Int32) -> Int32 {
    #if canImport(Darwin)
      let failed = Darwin.close(number) != 0
    #else
      let failed = Glibc.close(number) != 0
    #endif
    return failed && errno != EINTR ? errno : 0
  }
}

/// Refuses a path that C would silently cut short.
func checkPath(_ path: String, _ operation: String) throws {
  if path.utf8.contains(0) {
    throw FileError(operation, path, reason: "the path contains a NUL byte")
  }
}

extension stat {
  var kind: mode_t { st_mode & S_IFMT }

  /// What a path that is no regular file is.
  var kindName: String {
    switch kind {
    case S_IFREG: "a regular file"
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "a special file"
    }
  }
}
