import Files

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A directory of its own for one test, removed with the object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/swiftlet-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileSystem.remove(path) }

  subscript(name: String) -> String { path + "/" + name }
}
