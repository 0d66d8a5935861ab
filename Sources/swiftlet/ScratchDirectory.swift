import Files

/// A directory below `TMPDIR` for files that a command needs while it runs.
enum ScratchDirectory {
  /// Makes one for `body`, and removes it.
  ///
  /// - Throws: `FileError`; what `body` throws.
  static func with<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    let parent = Terminal.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let path = "\(parent)/swiftlet-\(String(UInt64.random(in: .min ... .max), radix: 16))"
    // An open mapping keeps its file until the end.
    defer { try? FileSystem.remove(path) }
    try FileSystem.createDirectory(path)
    return try body(path)
  }
}
