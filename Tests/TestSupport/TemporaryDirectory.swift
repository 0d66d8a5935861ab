import Files

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A directory of its own for one test, removed with the object.
public final class TemporaryDirectory: Sendable {
  /// Where it is.
  public let path: String

  /// Makes the directory.
  public init() {
    var template = Array("/tmp/swiftlet-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileSystem.remove(path) }

  /// The path of `name` in here.
  public subscript(name: String) -> String { path + "/" + name }

  /// Writes a file, replacing what was there, and returns its path. Directories above it are made.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let path = self[name]
    try FileSystem.createDirectory(FileSystem.parent(of: path))
    try FileSystem.remove(path)
    // Nothing here needs to survive a crash: a plain write spares the disk.
    try FileSystem.append(bytes, to: path)
    return path
  }

  /// Writes a text file.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }
}
