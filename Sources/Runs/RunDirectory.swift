public import Files
public import LanguageModel

/// A run on disk: `run.json`, `tokenizer.json`, `config.json`, `metrics.jsonl`, one directory per
/// saved step, and the files `latest` and `best` that name one of them.
///
/// Whatever is written appears by renaming something complete and durable, so that a process
/// killed at any moment, or a full disk, leaves the run as it was before or after the operation. Lines
/// are appended to `metrics.jsonl` and `evaluations.jsonl`; half a line at their end is passed over.
/// Names that begin with a dot are being written, or were when a process was killed.
public struct RunDirectory: Sendable {
  /// The directory, without a slash at the end.
  public let path: String

  private static let recordName = "run.json"
  private static let lockName = ".lock"
  // While it exists, what else is in the directory came from a creation that was not finished.
  private static let draftName = ".creating.partial"

  /// Opens the run at `path` for reading.
  /// - Throws: ``RunError`` where there is no run.
  public init(opening path: String) throws {
    self.path = RunDirectory.trimmed(path)
    guard RunDirectory.exists(at: path) else {
      throw RunError(
        "there is no run at \(FileError.printable(path))",
        hint: "a run is a directory with a run.json; check the path, or train one")
    }
  }

  private init(created path: String) { self.path = path }

  /// Whether a run is at `path`.
  public static func exists(at path: String) -> Bool {
    FileSystem.exists(RunDirectory.trimmed(path) + "/" + recordName)
  }

  /// Refuses to write into a directory that was emptied, moved or replaced: what is written could not be
  /// used.
  func checkPresence(_ consequence: String) throws {
    guard !RunDirectory.exists(at: path) else { return }
    throw RunError(
      "\(FileError.printable(path)) has no run.json any more: \(consequence)",
      hint: "somebody moved or removed the run while it was trained; put it back to --resume it")
  }

  /// Creates the run at `path` and locks it.
  ///
  /// - Parameters:
  ///   - path: Missing, or an empty directory, or one where a creation was killed.
  ///   - fill: Writes `run.json` and what belongs beside it into the directory it is given. Only
  ///     when it has returned do its files appear in the run, `run.json` last.
  /// - Throws: ``RunError`` where a run or anything else is at `path`, `FileError`, and what
  ///   `fill` throws; there is then no run at `path`, and no directory if there was none before.
  public static func create(
    at path: String, _ fill: (_ directory: String) throws -> Void
  ) throws -> (run: RunDirectory, lock: FileLock) {
    let path = trimmed(path)
    try checkIsFree(path)
    let isNew = !FileSystem.exists(path)
    try FileSystem.createDirectory(path)
    try FileSystem.synchronizeDirectory(FileSystem.parent(of: path))
    let lock = try lock(path)
    // Another process may have created a run since.
    try checkIsFree(path)
    let draft = path + "/" + draftName
    try FileSystem.createDirectory(draft)
    for name in try FileSystem.contents(ofDirectory: draft) {
      try FileSystem.remove(draft + "/" + name)
    }
    do {
      try fill(draft)
    } catch {
      try? FileSystem.remove(draft)
      if isNew {
        try? FileSystem.remove(path + "/" + lockName)
        if try FileSystem.contents(ofDirectory: path).isEmpty { try FileSystem.remove(path) }
      }
      throw error
    }
    let names = try FileSystem.contents(ofDirectory: draft)
    precondition(names.contains(recordName), "a run needs a \(recordName)")
    for name in names { try FileSystem.synchronizeFile(draft + "/" + name) }
    for name in names where name != recordName {
      // While the draft exists, what has the name came from a creation that was killed here.
      try FileSystem.remove(path + "/" + name)
      try FileSystem.rename(draft + "/" + name, to: path + "/" + name)
    }
    try FileSystem.synchronizeDirectory(path)
    try FileSystem.rename(draft + "/" + recordName, to: path + "/" + recordName)
    try FileSystem.synchronizeDirectory(path)
    try FileSystem.remove(draft)
    return (RunDirectory(created: path), lock)
  }

  /// Locks the run for writing and clears away what a killed process left half done. The lock is
  /// held as long as the returned object lives; reading needs none.
  /// - Throws: ``RunError`` if another process holds it.
  public func lock() throws -> FileLock {
    let lock = try RunDirectory.lock(path)
    try recover()
    return lock
  }

  /// What `run.json` says.
  /// - Throws: `FileError`, ``RunError``.
  public func record() throws -> RunRecord {
    try RunRecord(reading: self[RunDirectory.recordName])
  }

  /// The extents of the run's model, from the `config.json` that the run was made with.
  /// - Throws: ``RunError`` for another file; see `ModelConfiguration`.
  public func configuration(of record: RunRecord) throws -> ModelConfiguration {
    try ModelConfiguration(reading: self["config.json"], hash: record.configurationHash)
  }

  /// The path of a file in the run, such as `tokenizer.json`.
  public subscript(name: String) -> String { path + "/" + name }

  /// The run's path as it is shown.
  var shown: String { FileError.printable(path) }

  private static func lock(_ path: String) throws -> FileLock {
    guard let lock = try FileLock(path: path + "/" + lockName) else {
      throw RunError(
        "another process is training the run \(FileError.printable(path))",
        hint: "wait for it to end, or choose another --run")
    }
    return lock
  }

  private static func checkIsFree(_ path: String) throws {
    guard FileSystem.exists(path) else { return }
    if exists(at: path) {
      throw RunError(
        "a run exists at \(FileError.printable(path))",
        hint: "choose another --run; a training goes on with --resume")
    }
    // An interrupted creation is begun again over its own remains.
    if FileSystem.exists(path + "/" + draftName) { return }
    let names = try FileSystem.contents(ofDirectory: path).filter { $0.utf8.first != 0x2E }
    if !names.isEmpty {
      throw RunError(
        "\(FileError.printable(path)) is not empty, and not a run",
        hint: "choose another --run")
    }
  }

  private static func trimmed(_ path: String) -> String {
    var bytes = Array(path.utf8)[...]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
