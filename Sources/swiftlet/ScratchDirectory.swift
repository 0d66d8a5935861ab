import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A directory below `TMPDIR` for files that a command needs while it runs.
enum ScratchDirectory {
  /// Makes one for `body`, and removes it.
  ///
  /// - Throws: `FileError`; what `body` throws.
  static func with<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    let parent = Terminal.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let path = "\(parent)/swiftlet-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    // For this user alone: in it is what may be private.
    guard mkdir(path, 0o700) == 0 else { throw FileError("create", path, code: errno) }
    // An open file can be read to its end although it is removed.
    defer { try? FileSystem.remove(path) }
    return try body(path)
  }
}
