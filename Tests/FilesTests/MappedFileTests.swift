import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct MappedFileTests {
  private let directory = TemporaryDirectory()

  @Test(arguments: awkwardNames)
  func `a mapping shows the bytes of the file`(name: String) throws {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 3) }
    try FileSystem.append(bytes, to: directory[name])
    let file = try MappedFile(path: directory[name])
    #expect(file.count == 10_000)
    #expect(Array(file.bytes) == bytes)
  }

  @Test func `an empty file has no bytes`() throws {
    try FileSystem.append([], to: directory["empty"])
    let file = try MappedFile(path: directory["empty"])
    #expect(file.count == 0)
    #expect(file.bytes.isEmpty)
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
        try MappedFile(path: path)
      } throws: {
        "\($0)" == "cannot open \(path): \(reason)"
      }
    }
  }

  @Test func `descriptors are not leaked`() throws {
    try FileSystem.append([1], to: directory["a"])
    func count() throws -> Int { try FileSystem.contents(ofDirectory: "/dev/fd").count }
    let before = try count()
    var files: [MappedFile] = []
    for _ in 0..<200 {
      files.append(try MappedFile(path: directory["a"]))
      _ = try? MappedFile(path: directory.path)
      _ = try FileSystem.readFile(directory["a"])
      _ = try AtomicFile(path: directory["a"])
    }
    // Other tests run at the same time and have files open too.
    #expect(try count() < before + 100)
    #expect(files.count == 200)
  }
}
