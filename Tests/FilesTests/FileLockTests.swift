import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct FileLockTests {
  private let directory = TemporaryDirectory()

  @Test func `a lock is held until its object goes away`() throws {
    let path = directory["a lock\n"]
    var lock = try FileLock(path: path)
    #expect(lock != nil)
    #expect(try FileLock(path: path) == nil)
    lock = nil
    let again = try FileLock(path: path)
    #expect(again != nil)
    #expect(throws: FileError.self) { try FileLock(path: directory["missing/lock"]) }
    #expect(throws: FileError("lock", directory.path, code: EISDIR)) {
      try FileLock(path: directory.path)
    }
  }

  @Test func `a killed process holds no lock`() async throws {
    let path = directory["lock"]
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let lock = try FileLock(path: path)
      try #require(lock != nil)
      kill(getpid(), SIGKILL)
    }
    #expect(FileSystem.exists(path))
    let lock = try FileLock(path: path)
    #expect(lock != nil)
  }
}
