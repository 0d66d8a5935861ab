import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard input as bytes.
enum StandardInput {
  /// Whether someone types it.
  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// The next bytes, as many as are there, or none at the end.
  /// - Throws: `FileError`.
  static func nextChunk() throws -> [UInt8] {
    var code: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in
      var received: Int
      repeat {
        received = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      } while received < 0 && errno == EINTR
      code = received < 0 ? errno : 0
      count = max(received, 0)
    }
    if code != 0 { throw FileError("read", "standard input", code: code) }
    return chunk
  }

  /// Waits for the next bytes; none at the end, or once `isOver`, which is asked ten times a second:
  /// a signal may reach any thread, and so need not end the wait itself.
  static func nextChunk(until isOver: () -> Bool) throws -> [UInt8] {
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, 100) <= 0 {
      if isOver() { return [] }
    }
    return try nextChunk()
  }

  /// Everything up to the end.
  static func readAll() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while case let chunk = try nextChunk(), !chunk.isEmpty { bytes += chunk }
    return bytes
  }

  /// Hands each line, without the newline that ends it, to `body`. A last line without a newline
  /// counts too.
  /// - Parameters:
  ///   - body: Takes the bytes of a line.
  ///   - pause: Is called whenever more input must be waited for.
  static func forEachLine(
    _ body: (ArraySlice<UInt8>) throws -> Void, pause: () throws -> Void
  ) throws {
    var pending: [UInt8] = []
    while case let chunk = try nextChunk(), !chunk.isEmpty {
      var start = 0
      while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if pending.isEmpty {
          try body(chunk[start..<end])
        } else {
          pending += chunk[start..<end]
          try body(pending[...])
          pending.removeAll()
        }
        start = end + 1
      }
      pending += chunk[start...]
      try pause()
    }
    if !pending.isEmpty { try body(pending[...]) }
    try pause()
  }
}
