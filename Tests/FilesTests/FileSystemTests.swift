import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Names that break code which assumes tidy ones.
let awkwardNames = ["plain", "two words", "line\nbreak", "故事 é e\u{301}", "-f", "a'b\"c", "😀"]

@Suite struct FileSystemTests {
  private let directory = TemporaryDirectory()

  private func write(_ text: String, _ name: String) throws {
    try FileSystem.append(Array(text.utf8), to: directory[name])
  }

  @Test(arguments: awkwardNames)
  func `a file under any name is written, seen, read and removed`(name: String) throws {
    #expect(!FileSystem.exists(directory[name]))
    try write("ab", name)
    try write("c", name)
    #expect(try FileSystem.readFile(directory[name]) == Array("abc".utf8))
    #expect(try FileSystem.fileSize(directory[name]) == 3)
    #expect(try FileSystem.contents(ofDirectory: directory.path) == [name])
    try FileSystem.rename(directory[name], to: directory["other"])
    try FileSystem.remove(directory["other"])
    #expect(try FileSystem.contents(ofDirectory: directory.path) == [])
  }

  @Test func `a file that claims to be larger than memory is refused unread`() throws {
    let path = try directory.write("", to: "sparse")
    try #require(truncate(path, 1 << 42) == 0)
    let error = #expect(throws: FileError.self) { try FileSystem.readFile(path, limit: 1 << 41) }
    #expect(error?.description.contains("more than the 2199023255552 bytes") == true)
  }

  @Test func `a large file is read whole, and refused above the limit`() throws {
    let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try FileSystem.append(bytes, to: directory["large"])
    #expect(try FileSystem.readFile(directory["large"]) == bytes)
    #expect(try FileSystem.readFile(directory["large"], limit: 300_001) == bytes)
    #expect {
      try FileSystem.readFile(directory["large"], limit: 300_000)
    } throws: {
      "\($0)".hasSuffix("large: it has more than the 300000 bytes that are allowed")
    }
  }

  @Test func `a file whose size the system does not know is read whole`() throws {
    #expect(try FileSystem.fileSize("/proc/self/maps") == 0)
    #expect(try FileSystem.readFile("/proc/self/maps").count > 1000)
  }

  @Test func `directories are created with those above, and once more without error`() throws {
    let deep = directory["a b/ü/c\n"]
    try FileSystem.createDirectory(deep)
    try FileSystem.createDirectory(deep + "/")
    #expect(FileSystem.isDirectory(deep))
    try write("x", "file")
    #expect(throws: FileError("create", directory["file"], code: EEXIST)) {
      try FileSystem.createDirectory(directory["file"])
    }
    #expect(throws: FileError("create", directory["file/x"], code: ENOTDIR)) {
      try FileSystem.createDirectory(directory["file/x"])
    }
  }

  @Test func `names come in the order of their bytes`() throws {
    for name in ["b", "a", "Z", "é", "e\u{301}", "10", "9"] { try write("", name) }
    #expect(
      try FileSystem.contents(ofDirectory: directory.path).map { Array($0.utf8) }
        == ["10", "9", "Z", "a", "b", "e\u{301}", "é"].map { Array($0.utf8) })
  }

  @Test func `a name that is not UTF-8 is refused, and removed with its directory`() throws {
    try FileSystem.createDirectory(directory["d/e"])
    let descriptor = (directory["d/e/bad"].utf8CString.dropLast() + [-1, 0]).withUnsafeBufferPointer
    { open($0.baseAddress!, O_CREAT | O_WRONLY, 0o600) }
    close(descriptor)
    #expect {
      try FileSystem.contents(ofDirectory: directory["d/e"])
    } throws: {
      "\($0)".hasSuffix("/d/e: the name bad\u{FFFD} in it is not valid UTF-8")
    }
    try FileSystem.remove(directory["d"])
    #expect(!FileSystem.exists(directory["d"]))
  }

  @Test func `removing a directory leaves what its links point at`() throws {
    try FileSystem.createDirectory(directory["kept"])
    try write("x", "kept/file")
    try FileSystem.createDirectory(directory["gone/inner"])
    symlink(directory["kept"], directory["gone/inner/link"])
    symlink("nowhere", directory["gone/dangling"])
    try FileSystem.remove(directory["gone"])
    #expect(try FileSystem.contents(ofDirectory: directory.path) == ["kept"])
    #expect(FileSystem.exists(directory["kept/file"]))
    try FileSystem.remove(directory["gone"])  // Nothing there: nothing to do.
    #expect(throws: FileError("remove", directory["kept/file/x"], code: ENOTDIR)) {
      try FileSystem.remove(directory["kept/file/x"])
    }
  }

  @Test func `missing files and wrong kinds are named`() throws {
    let missing = directory["no/such"]
    #expect {
      try FileSystem.readFile(missing)
    } throws: {
      "\($0)" == "cannot read \(missing): no such file or directory"
        && ($0 as? FileError)?.hint == "check the path"
    }
    #expect(throws: FileError("read", missing, code: ENOENT)) { try FileSystem.fileSize(missing) }
    #expect(throws: FileError("read", directory.path, code: EISDIR)) {
      try FileSystem.readFile(directory.path)
    }
    #expect(throws: FileError("list", missing, code: ENOENT)) {
      try FileSystem.contents(ofDirectory: missing)
    }
    #expect(throws: FileError("write", directory.path, code: EISDIR)) {
      try FileSystem.append([1], to: directory.path)
    }
    #expect(throws: FileError.self) { try FileSystem.rename(missing, to: directory["x"]) }
    #expect(throws: FileError.self) { try FileSystem.synchronizeFile(missing) }
    #expect(throws: FileError.self) { try FileSystem.synchronizeDirectory(missing) }
  }

  @Test func `a path is never cut at a NUL byte`() throws {
    try write("x", "a")
    let path = directory["a\0b"]
    #expect(!FileSystem.exists(path))
    for operation in [
      { _ = try FileSystem.readFile(path) }, { try FileSystem.remove(path) },
      { try FileSystem.createDirectory(path) }, { _ = try FileSystem.fileSize(path) },
      { _ = try AtomicFile(path: path) }, { _ = try RandomAccessFile(path: path) },
      { try FileSystem.append([], to: path) }, { try FileSystem.rename(path, to: "x") },
    ] {
      #expect {
        try operation()
      } throws: {
        "\($0)".hasSuffix("/a\\u{0}b: the path contains a NUL byte")
      }
    }
    #expect(FileSystem.exists(directory["a"]))
  }

  @Test func `a message stays on one line and says what to do`() {
    let full = FileError("write", "a\nb/step-000500", code: ENOSPC)
    #expect("\(full)" == "cannot write a\\nb/step-000500: no space left on device")
    #expect(full.hint?.contains("free some space") == true)
    #expect(FileError("read", "x", code: EACCES).hint?.contains("permissions") == true)
    #expect("\(FileError("read", "", code: ENOENT))".hasPrefix("cannot read \"\": "))
  }

  @Test(arguments: [
    ("a/b", "a"), ("a/b/", "a"), ("a//b", "a"), ("a", "."), ("a/", "."), ("/a", "/"), ("/", "/"),
    ("", "."), ("../x/é", "../x"),
  ])
  func `the parent of a path is found in its text`(path: String, parent: String) {
    #expect(FileSystem.parent(of: path) == parent)
  }

  @Test func `an append that does not fit leaves the file as it was`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let path = directory["metrics"]
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 10, rlim_max: 10)
      try #require(setrlimit(fileSizeLimit, &limit) == 0)
      try FileSystem.append(Array("12345\n".utf8), to: path)
      #expect(throws: FileError("write", path, code: EFBIG)) {
        try FileSystem.append(Array("6789012\n".utf8), to: path)
      }
      #expect(try FileSystem.readFile(path) == Array("12345\n".utf8))
      try FileSystem.append(Array("67\n".utf8), to: path)
      #expect(try FileSystem.readFile(path) == Array("12345\n67\n".utf8))
    }
  }
}

#if canImport(Darwin)
  let fileSizeLimit = RLIMIT_FSIZE
#else
  let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
#endif
