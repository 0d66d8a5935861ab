import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct RandomAccessFileTests {
  private let directory = TemporaryDirectory()

  @Test(arguments: awkwardNames)
  func `bytes are read from any place`(name: String) throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 3) }
    try FileSystem.append(bytes, to: directory[name])
    let file = try RandomAccessFile(path: directory[name])
    #expect(file.count == 3_000_000)
    #expect(try file.bytes(0..<3_000_000) == bytes)
    #expect(try file.bytes(2_999_999..<3_000_000) == [bytes[2_999_999]])
    #expect(try file.bytes(7..<7) == [])
    for range in [0..<3_000_000, 5..<2_500_000, 9..<9] {
      var parts: [[UInt8]] = []
      try file.forEachChunk(of: range) { parts.append(Array($0)) }
      #expect(parts.allSatisfy { $0.count <= 1 << 20 })
      #expect(Array(parts.joined()) == Array(bytes[range]))
    }
  }

  @Test func `an empty file has no bytes`() throws {
    try FileSystem.append([], to: directory["empty"])
    let file = try RandomAccessFile(path: directory["empty"])
    #expect(file.count == 0)
    try file.forEachChunk { _ in Issue.record("a chunk of nothing") }
  }

  @Test func `what was cut short while it was open is an error`() throws {
    try FileSystem.append([UInt8](repeating: 1, count: 9000), to: directory["a"])
    let file = try RandomAccessFile(path: directory["a"])
    truncate(directory["a"], 5000)
    #expect(try file.bytes(4000..<5000).count == 1000)
    #expect {
      try file.bytes(4000..<5001)
    } throws: {
      "\($0)"
        == "cannot read \(directory["a"]): it was cut short to 5000 of 9000 bytes meanwhile"
    }
    #expect(throws: FileError.self) { try file.forEachChunk { _ in } }
  }

  @Test func `what is not a regular file is refused without waiting`() throws {
    mkfifo(directory["pipe"], 0o600)
    for (path, reason) in [
      (directory["pipe"], "it is a pipe, not a regular file"),
      (directory.path, "it is a directory, not a regular file"),
      ("/dev/null", "it is a device, not a regular file"),
      (directory["missing"], "no such file or directory"),
    ] {
      #expect {
        try RandomAccessFile(path: path)
      } throws: {
        "\($0)" == "cannot open \(path): \(reason)"
      }
    }
  }

  @Test func `descriptors are not leaked`() throws {
    try FileSystem.append([1], to: directory["a"])
    func count() throws -> Int { try FileSystem.contents(ofDirectory: "/dev/fd").count }
    let before = try count()
    for _ in 0..<200 {
      _ = try RandomAccessFile(path: directory["a"])
      _ = try? RandomAccessFile(path: directory.path)
      _ = try FileSystem.readFile(directory["a"])
      _ = try AtomicFile(path: directory["a"])
    }
    // Other tests run at the same time and have files open too.
    #expect(try count() < before + 100)
  }
}
