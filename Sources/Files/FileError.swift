public import StrictJSON

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file operation that the system, or a rule of this module, refused.
public struct FileError: HintedError, Equatable {
  /// What was tried, as a verb: `read`, `write`, `create`.
  public let operation: String
  /// The path as the caller gave it.
  public let path: String
  /// Why it failed, in lower case.
  public let reason: String
  /// The system's error number (`errno`); 0 where a rule of this module refused.
  public let code: Int32
  /// What to do about it.
  public let hint: String?

  /// An operation that the system refused with error number `code`.
  public init(_ operation: String, _ path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
    let text = String(cString: strerror(code))
    reason = text.prefix(1).lowercased() + text.dropFirst()
    hint =
      switch code {
      case ENOSPC, EDQUOT: "free some space or write to another disk; what was saved is intact"
      case EFBIG: "raise the limit on file sizes (ulimit -f) or write to another file system"
      case EACCES, EPERM: "check the owner and the permissions of the file and its directories"
      case EROFS: "write to another directory"
      case ENOENT: "check the path"
      case EISDIR: "name a file, not a directory"
      case ENOTDIR: "a part of the path is a file, not a directory"
      case EEXIST: "something else of that name is there; choose another"
      case EMFILE, ENFILE: "close other files or raise the limit on open files (ulimit -n)"
      default: nil
      }
  }

  /// An operation that a rule of this module or its caller refused.
  public init(_ operation: String, _ path: String, reason: String, hint: String? = nil) {
    self.operation = operation
    self.path = path
    self.reason = reason
    self.hint = hint
    code = 0
  }

  /// One sentence on one line; control characters in the path are escaped.
  public var description: String {
    "cannot \(operation) \(path.isEmpty ? "\"\"" : FileError.printable(path)): \(reason)"
  }

  /// `path` with its control characters escaped, so that a message stays on one line.
  public static func printable(_ path: String) -> String { oneLine(path) }
}
