#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file that appears under its name complete and durable, or not at all.
///
/// Bytes go to a temporary sibling whose name begins with a dot. ``commit()`` forces them to the
/// disk and renames the sibling over `path`, replacing what was there; whoever has the old file
/// open or mapped keeps the old bytes. Without a commit the sibling is removed and `path` stays as
/// it was. A kill can leave only a stray sibling.
///
/// A symbolic link at `path` is followed. A directory, pipe or device at `path` is refused.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let target: String
  private let temporary: String
  private var descriptor: Descriptor
  private var buffer: [UInt8] = []
  private var isRenamed = false

  /// How temporary siblings' names begin and end; what a kill left behind can be removed by it.
  package static let temporaryPrefix = "."
  package static let temporarySuffix = ".partial"

  private static let bufferSize = 1 << 18

  /// Begins a file that will be called `path`; its directory must exist.
  /// - Throws: ``FileError``.
  public init(path: String) throws {
    try checkPath(path, "write")
    let target = try AtomicFile.target(of: path)
    let slash = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let directory = slash == nil ? "" : String(target[...slash!])
    // 64 random bits do not meet another writer's; if they ever did, O_EXCL refuses.
    let unique = String(UInt64.random(in: .min ... .max), radix: 16)
    let temporary =
      directory + AtomicFile.temporaryPrefix + unique + AtomicFile.temporarySuffix
    let descriptor = try Descriptor(
      temporary, O_WRONLY | O_CREAT | O_EXCL, for: "write", shownAs: path)
    self.path = path
    self.target = target
    self.temporary = temporary
    self.descriptor = descriptor
  }

  deinit { if !isRenamed { unlink(temporary) } }

  /// Appends `bytes`.
  /// - Throws: ``FileError`` such as a full disk; the file can then no longer be committed to
  ///   any use, let it go out of scope.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > AtomicFile.bufferSize { try flush() }
    if bytes.count >= AtomicFile.bufferSize {
      try check(descriptor.write(bytes))
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends `bytes`.
  public mutating func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends the UTF-8 bytes of `text`.
  public mutating func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Makes the file durable and gives it its name.
  /// - Throws: ``FileError``; unless it names the directory, `path` is then as it was.
  public consuming func commit() throws {
    try flush()
    try check(descriptor.synchronize())
    try check(descriptor.close())
    try check(rename(temporary, target) == 0 ? 0 : errno)
    isRenamed = true
    try FileSystem.synchronizeDirectory(FileSystem.parent(of: target))
  }

  /// Makes `bytes` the contents of the file at `path`.
  /// - Throws: ``FileError``.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    var file = try AtomicFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  private mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    try check(buffer.withUnsafeBytes { descriptor.write($0) })
    buffer.removeAll(keepingCapacity: true)
  }

  private func check(_ code: Int32) throws {
    if code != 0 { throw FileError("write", path, code: code) }
  }

  /// `path`, or what it links to. Renaming over a device or a link to one would destroy it.
  private static func target(of path: String) throws -> String {
    if path.utf8.last == UInt8(ascii: "/") { throw FileError("write", path, code: EISDIR) }
    var status = stat()
    if stat(path, &status) == 0, status.kind != S_IFREG {
      throw FileError(
        "write", path, reason: "it is \(status.kindName), not a regular file",
        hint: "name a file that does not exist yet or a regular file to replace")
    }
    guard lstat(path, &status) == 0, status.kind == S_IFLNK else { return path }
    guard let resolved = realpath(path, nil) else { throw FileError("write", path, code: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
