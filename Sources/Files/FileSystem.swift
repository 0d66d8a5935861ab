#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the project needs of files and directories, with errors that name the path.
public enum FileSystem {
  /// The whole contents of a file.
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes to accept; a larger file is refused before memory fills.
  ///   - allowsPipes: Whether it may be a pipe or a device: only where somebody has named it, as one
  ///     that nobody writes to is waited for.
  /// - Throws: ``FileError``.
  public static func readFile(
    _ path: String, limit: Int = 1 << 30, allowsPipes: Bool = false
  ) throws -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe would wait for a writer before it can be refused.
    let descriptor = try Descriptor(
      path, allowsPipes ? O_RDONLY : O_RDONLY | O_NONBLOCK, for: "read")
    guard let status = descriptor.status() else { throw FileError("read", path, code: errno) }
    guard allowsPipes || status.kind == S_IFREG || status.kind == S_IFDIR else {
      throw FileError(
        "read", path, reason: "it is \(status.kindName), not a regular file",
        hint: "name a regular file")
    }
    guard status.kind != S_IFREG || status.st_size <= limit else { throw tooLarge(path, limit) }
    var bytes: [UInt8] = []
    // The size is a first guess only: pipes report 0 and files may grow.
    var capacity = min(limit, max(Int(status.st_size), 1 << 16)) + 1
    while bytes.count <= limit {
      let start = bytes.count
      var code: Int32 = 0
      let chunk = try [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        var received: Int
        repeat {
          received = read(descriptor.number, buffer.baseAddress, buffer.count)
        } while received < 0 && errno == EINTR
        code = received < 0 ? errno : 0
        count = max(received, 0)
        if code != 0 { throw FileError("read", path, code: code) }
      }
      if chunk.isEmpty { return bytes }
      if start == 0 { bytes = chunk } else { bytes += chunk }
      capacity = 1 << 16
    }
    throw tooLarge(path, limit)
  }

  private static func tooLarge(_ path: String, _ limit: Int) -> FileError {
    FileError("read", path, reason: "it has more than the \(limit) bytes that are allowed")
  }

  /// Appends `bytes` to a file, creating it if needed. If not all of them fit on the disk, the
  /// file is cut back to what it was.
  /// - Throws: ``FileError``.
  public static func append(_ bytes: [UInt8], to path: String) throws {
    var descriptor = try Descriptor(path, O_WRONLY | O_CREAT | O_APPEND, for: "write")
    guard let status = descriptor.status() else { throw FileError("write", path, code: errno) }
    var code = bytes.withUnsafeBytes { descriptor.write($0) }
    if code != 0 { ftruncate(descriptor.number, status.st_size) }
    let closing = descriptor.close()
    if code == 0 { code = closing }
    if code != 0 { throw FileError("write", path, code: code) }
  }

  /// Whether something is at `path`; a link counts as what it points at.
  public static func exists(_ path: String) -> Bool { status(path) != nil }

  /// Whether a directory, or a link to one, is at `path`.
  public static func isDirectory(_ path: String) -> Bool { status(path)?.kind == S_IFDIR }

  /// Whether there is a pipe, a device or the like, which may be read only once.
  public static func isPipe(_ path: String) -> Bool {
    status(path).map { $0.kind != S_IFREG && $0.kind != S_IFDIR } ?? false
  }

  /// The size of a file in bytes.
  /// - Throws: ``FileError``.
  public static func fileSize(_ path: String) throws -> Int {
    try checkPath(path, "read")
    guard let status = status(path) else { throw FileError("read", path, code: errno) }
    return Int(status.st_size)
  }

  /// Creates a directory and those above it; one that exists is no error.
  /// - Throws: ``FileError``.
  public static func createDirectory(_ path: String) throws {
    try checkPath(path, "create")
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST where isDirectory(path): return
    case ENOENT where path != parent(of: path) && !path.isEmpty:
      try createDirectory(parent(of: path))
      if mkdir(path, 0o777) == 0 || errno == EEXIST && isDirectory(path) { return }
      throw FileError("create", path, code: errno)
    case let code: throw FileError("create", path, code: code)
    }
  }

  /// The names in a directory, without `.` and `..`, in the order of their bytes.
  /// - Throws: ``FileError``, also for a name that is not UTF-8.
  public static func contents(ofDirectory path: String) throws -> [String] {
    let descriptor = try Descriptor(path, O_RDONLY | O_DIRECTORY, for: "list")
    guard let names = names(in: descriptor.number) else {
      throw FileError("list", path, code: errno)
    }
    return try names.map { name in
      let name = name.dropLast().map { UInt8(bitPattern: $0) }
      guard let text = String(validating: name, as: UTF8.self) else {
        let shown = String(decoding: name, as: UTF8.self)
        throw FileError(
          "list", path, reason: "the name \(FileError.printable(shown)) in it is not valid UTF-8",
          hint: "rename or remove that file")
      }
      return text
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file, or a directory with everything in it; a link is removed, not what it points
  /// at. Nothing at `path` is no error.
  /// - Throws: ``FileError``; a directory may then be partly removed.
  public static func remove(_ path: String) throws {
    try checkPath(path, "remove")
    let code = path.withCString { remove($0, in: AT_FDCWD) }
    if code != 0, code != ENOENT { throw FileError("remove", path, code: code) }
  }

  /// Gives what is at `old` the name `new`, replacing a file or an empty directory there. Durable
  /// only after ``synchronizeDirectory(_:)`` on the parent.
  /// - Throws: ``FileError``.
  public static func rename(_ old: String, to new: String) throws {
    try checkPath(old, "rename")
    try checkPath(new, "rename")
    #if canImport(Darwin)
      let failed = Darwin.rename(old, new) != 0
    #else
      let failed = Glibc.rename(old, new) != 0
    #endif
    if failed {
      let shown = FileError.printable(new)
      throw FileError("rename", "\(old) to \(shown)", code: errno)
    }
  }

  /// Forces a file's bytes to the disk.
  /// - Throws: ``FileError``.
  public static func synchronizeFile(_ path: String) throws {
    let descriptor = try Descriptor(path, O_RDONLY, for: "synchronize")
    let code = descriptor.synchronize()
    if code != 0 { throw FileError("synchronize", path, code: code) }
  }

  /// Forces a directory's entries (creations, renames, removals) to the disk.
  /// - Throws: ``FileError``.
  public static func synchronizeDirectory(_ path: String) throws {
    let descriptor = try Descriptor(path, O_RDONLY | O_DIRECTORY, for: "synchronize")
    let code = descriptor.synchronize()
    // Some network file systems cannot do it for directories and say so.
    if code != 0, code != EINVAL, code != ENOTSUP {
      throw FileError("synchronize", path, code: code)
    }
  }

  /// The directory that holds `path`: `a` for `a/b` and `a/b/`, `.` for `a`, `/` for `/a`.
  public static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)[...]
    func trim() { while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() } }
    trim()
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    bytes = bytes[...slash]
    trim()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether two paths lead to the same file, which is there.
  public static func areSame(_ a: String, _ b: String) -> Bool {
    guard let first = status(a), let second = status(b) else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    if path.utf8.contains(0) {
      errno = ENOENT
      return nil
    }
    return stat(path, &status) == 0 ? status : nil
  }

  /// The names in an open directory as C strings, or `nil` with `errno` set.
  private static func names(in directory: Int32) -> [[CChar]]? {
    // The stream owns and closes its descriptor, so it gets one of its own.
    let own = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { return nil }
    guard let stream = fdopendir(own) else {
      close(own)
      return nil
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name)!
    errno = 0
    while let entry = readdir(stream) {
      // Read in place: the entry may be shorter than the `dirent` that a copy would take.
      let name = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      if strcmp(name, ".") != 0, strcmp(name, "..") != 0 {
        names.append(Array(UnsafeBufferPointer(start: name, count: strlen(name) + 1)))
      }
      errno = 0
    }
    return errno == 0 ? names : nil
  }

  /// Removes `name` relative to an open directory; the error number, or 0.
  private static func remove(_ name: UnsafePointer<CChar>, in directory: Int32) -> Int32 {
    let opened = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else {
      guard errno == ENOTDIR || errno == ELOOP else { return errno }
      return unlinkat(directory, name, 0) == 0 ? 0 : errno
    }
    defer { close(opened) }
    guard let names = names(in: opened) else { return errno }
    for name in names {
      let code = remove(name, in: opened)
      if code != 0, code != ENOENT { return code }
    }
    return unlinkat(directory, name, AT_REMOVEDIR) == 0 ? 0 : errno
  }
}
