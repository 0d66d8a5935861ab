import Files
import StrictJSON

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One file of a corpus, or standard input.
struct CorpusInput {
  /// `-` for standard input.
  var path: String
  var format: CorpusFormat
  /// What the name promises; the content decides where it promises nothing.
  var compression: Compression?
  /// The file that holds what standard input or another pipe gave, if it was kept.
  var spool: String?
  /// The directory in which it was found, if it was not named itself.
  var directory: String?
  /// The largest window, in bytes, with which it may be compressed.
  var mostWindow = 1 << 27
  /// Is called again and again while nothing can be read.
  var whileWaiting: (@Sendable () throws -> Void)?

  enum Compression {
    case gzip, zstandard

    var name: String { self == .gzip ? "gzip" : "Zstandard" }
    var command: String { self == .gzip ? "gzip" : "zstd" }
  }

  var isStandardInput: Bool { path == "-" }

  /// The file to open; `nil` for standard input itself.
  var file: String? { spool ?? (isStandardInput ? nil : path) }

  /// The path for messages, which stay on one line.
  var name: String { isStandardInput ? "standard input" : FileError.printable(path) }

  init(path: String, format: CorpusFormat?, directory: String? = nil) {
    self.path = path
    self.directory = directory
    var stem = path[...]
    if stem.hasSuffix(".gz") {
      compression = .gzip
      stem = stem.dropLast(3)
    } else if stem.hasSuffix(".zst") {
      compression = .zstandard
      stem = stem.dropLast(4)
    }
    self.format = format ?? (stem.hasSuffix(".jsonl") ? .jsonLines : .plain)
  }

  /// The files that `paths` mean, in order: directories become the files below them, sorted by
  /// the bytes of their names, without hidden files. Inside a directory, links to directories are
  /// not followed, so that the walk ends.
  /// - Throws: `FileError` for a path that is not there or cannot be read, ``CorpusError`` for
  ///   token shards, which are no text.
  static func expand(
    _ paths: [String], format: CorpusFormat?, spools: [String: String] = [:],
    whileWaiting: (@Sendable () throws -> Void)? = nil
  ) throws -> [CorpusInput] {
    var inputs: [CorpusInput] = []
    for path in paths {
      if path == "-" {
        inputs.append(CorpusInput(path: path, format: format))
      } else if FileSystem.isDirectory(path) {
        let count = inputs.count
        try walk(path, from: path, format: format, into: &inputs)
        guard inputs.count > count else {
          throw CorpusError(
            "the directory \(FileError.printable(path)) holds no files",
            hint: "hidden files are skipped; name the files or another directory")
        }
      } else {
        // Asked for now, so that a typing error does not surface hours later.
        guard access(path, R_OK) == 0 else { throw FileError("read", path, code: errno) }
        guard !path.hasSuffix(ShardWriter.suffix) else {
          throw CorpusError(
            "\(FileError.printable(path)) is a token shard, not text", hint: textHint)
        }
        inputs.append(CorpusInput(path: path, format: format))
      }
    }
    for index in inputs.indices {
      inputs[index].whileWaiting = whileWaiting
      inputs[index].spool = spools[inputs[index].path]
    }
    return inputs
  }

  private static let textHint =
    "name the text that it was made of; `pretrain --corpus` takes directories of token shards"

  private static func walk(
    _ directory: String, from root: String, format: CorpusFormat?,
    into inputs: inout [CorpusInput]
  ) throws {
    guard !ShardManifest.exists(at: directory) else {
      throw CorpusError(
        "\(FileError.printable(directory)) holds token shards, not text", hint: textHint)
    }
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    for name in try FileSystem.contents(ofDirectory: directory) where !name.hasPrefix(".") {
      let path = prefix + name
      guard FileSystem.isDirectory(path) else {
        var target = stat()
        // A pipe would be waited for, and a device may never end; what is gone says so when it is read.
        guard stat(path, &target) != 0 || target.st_mode & S_IFMT == S_IFREG else {
          throw CorpusError(
            "\(FileError.printable(path)) is no regular file",
            hint: "remove it from the directory, or name the files instead")
        }
        inputs.append(CorpusInput(path: path, format: format, directory: root))
        continue
      }
      var status = stat()
      let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
      if !isLink { try walk(path, from: root, format: format, into: &inputs) }
    }
  }
}
