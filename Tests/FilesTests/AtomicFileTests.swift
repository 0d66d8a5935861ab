import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct AtomicFileTests {
  private let directory = TemporaryDirectory()
  private var names: [String] {
    get throws { try FileSystem.contents(ofDirectory: directory.path) }
  }

  @Test(arguments: awkwardNames + [String(repeating: "n", count: 255)])
  func `a committed file holds all pieces in order`(name: String) throws {
    let piece = (0..<100_003).map { UInt8(truncatingIfNeeded: $0) }
    var file = try AtomicFile(path: directory[name])
    try file.write("head é")
    for _ in 0..<5 { try file.write(piece) }
    try file.write(piece + piece + piece)
    try file.write([])
    try file.write("tail")
    #expect(!FileSystem.exists(directory[name]))
    #expect(try names.allSatisfy { $0.hasPrefix(".") && $0.hasSuffix(".partial") })
    try file.commit()
    let whole = Array("head é".utf8) + (0..<8).flatMap { _ in piece } + Array("tail".utf8)
    #expect(try FileSystem.readFile(directory[name]) == whole)
    #expect(try names == [name])
  }

  @Test func `without a commit nothing changes and nothing is left`() throws {
    try FileSystem.append([1], to: directory["kept"])
    do {
      var file = try AtomicFile(path: directory["kept"])
      try file.write([2])
      #expect(try names.count == 2)
    }
    #expect(try FileSystem.readFile(directory["kept"]) == [1])
    #expect(try names == ["kept"])
  }

  @Test func `a replaced file keeps its bytes for who has it open`() throws {
    try FileSystem.append([1, 2], to: directory["a"])
    let old = try RandomAccessFile(path: directory["a"])
    var file = try AtomicFile(path: directory["a"])
    try file.write([3])
    try file.commit()
    #expect(try old.bytes(0..<2) == [1, 2])
    #expect(try FileSystem.readFile(directory["a"]) == [3])
  }

  @Test func `a link stays a link, and what it points at is replaced`() throws {
    try FileSystem.createDirectory(directory["real"])
    try FileSystem.append([1], to: directory["real/a"])
    symlink("real/a", directory["link"])
    var file = try AtomicFile(path: directory["link"])
    try file.write([2])
    try file.commit()
    #expect(try FileSystem.readFile(directory["real/a"]) == [2])
    #expect(try names == ["link", "real"])
    var status = stat()
    #expect(lstat(directory["link"], &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func `devices, directories and pipes are never replaced`() throws {
    mkfifo(directory["pipe"], 0o600)
    symlink("/dev/null", directory["null"])
    symlink("nowhere", directory["dangling"])
    for (path, reason) in [
      ("/dev/null", "it is a device, not a regular file"),
      (directory["null"], "it is a device, not a regular file"),
      (directory.path, "it is a directory, not a regular file"),
      (directory["pipe"], "it is a pipe, not a regular file"),
      (directory["new/"], "is a directory"), (directory["no/a"], "no such file or directory"),
      (directory["dangling"], "no such file or directory"),
    ] {
      #expect {
        _ = try AtomicFile(path: path)
      } throws: {
        "\($0)" == "cannot write \(path): \(reason)"
      }
    }
    #expect(try names == ["dangling", "null", "pipe"])
  }

  @Test func `a write that fails leaves the old file and no temporary`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let path = directory["a"]
      try FileSystem.append([1], to: path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      try #require(setrlimit(fileSizeLimit, &limit) == 0)
      for size in [100_001, 1 << 20] {  // Fails at the commit, and already at the write.
        #expect(throws: FileError("write", path, code: EFBIG)) {
          var file = try AtomicFile(path: path)
          try file.write([UInt8](repeating: 2, count: size))
          try file.commit()
        }
        #expect(try FileSystem.contents(ofDirectory: directory.path) == ["a"])
        #expect(try FileSystem.readFile(path) == [1])
      }
    }
  }

  @Test func `a kill before the commit leaves the old file`() async throws {
    try FileSystem.append([1], to: directory["a"])
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory["a"] as String] in
      var file = try AtomicFile(path: path)
      try file.write([UInt8](repeating: 2, count: 1 << 20))
      kill(getpid(), SIGKILL)
      try file.commit()
    }
    #expect(try FileSystem.readFile(directory["a"]) == [1])
    let stray = try #require(try names.first)
    #expect(stray.hasPrefix(".") && stray.hasSuffix(".partial"))
  }
}
