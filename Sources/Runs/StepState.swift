package import ContentHashing
package import Files
public import StrictJSON

/// What `state.json` says of a step: where training stood, and what the step's other files must
/// be, so that a truncated or damaged one is noticed before it is used.
public struct StepState: Sendable, Equatable {
  /// How many steps were done.
  public let step: Int
  /// What the trainer stored: data cursor, seed, rate, best metric.
  public let members: [JSONMember]
  private let files: [File]

  private struct File: Equatable {
    let name: String
    let byteCount: Int
    let hash: ContentHash
  }

  private static let fileName = "state.json"
  private static let schemaVersion = 1
  private static let ownKeys = ["schema_version", "step", "files"]

  /// Reads the state of the step in `directory`; its other files are not looked at.
  init(directory: String) throws {
    let path = directory + "/" + StepState.fileName
    let record = try JSONRecord(reading: path)
    guard try record.integer("schema_version") == StepState.schemaVersion else {
      throw record.illTyped(
        "schema_version", "\(StepState.schemaVersion), which this Swiftlet reads")
    }
    step = try record.integer("step")
    members = record.members(except: StepState.ownKeys)
    let files = try record.object("files")
    self.files = try files.members.map { member in
      // Names from a file must not lead out of its directory.
      guard !member.name.utf8.contains(UInt8(ascii: "/")), member.name.utf8.first != 0x2E else {
        throw files.illTyped(member.name, "the name of a file of the step")
      }
      let file = try files.object(member.name)
      return File(
        name: member.name, byteCount: try file.integer("bytes"), hash: try file.hash("hash"))
    }
  }

  /// Records the files in `directory` and writes its `state.json`, last; everything is then on the
  /// disk.
  static func write(step: Int, _ members: [JSONMember], directory: String) throws {
    for member in members {
      precondition(!ownKeys.contains(member.name), "the key \(member.name) is taken")
    }
    precondition(!FileSystem.exists(directory + "/" + fileName), "\(fileName) is written here")
    var files: [JSONMember] = []
    for name in try FileSystem.contents(ofDirectory: directory) {
      let path = directory + "/" + name
      try FileSystem.synchronizeFile(path)
      let file = try RandomAccessFile(path: path)
      let hash = try ContentHash(reading: file)
      let value: JSONValue = [
        "bytes": .integer(file.count), "hash": .string(hash.description),
      ]
      files.append(JSONMember(name: name, value: value))
    }
    var all = [
      JSONMember(name: "schema_version", value: .integer(schemaVersion)),
      JSONMember(name: "step", value: .integer(step)),
    ]
    all += members
    all.append(JSONMember(name: "files", value: .object(files)))
    let bytes = JSONValue.object(all).serialized(pretty: true)
    try AtomicFile.write(bytes, to: directory + "/" + fileName)
  }

  /// What a file of the step must be.
  func hash(of name: String) -> ContentHash? { files.first { $0.name == name }?.hash }

  /// Compares every file in `directory` with its recorded size and hash.
  func verify(directory: String, hint: String?) throws {
    for file in files {
      let path = directory + "/" + file.name
      let shown = FileError.printable(path)
      guard FileSystem.exists(path) else { throw RunError("\(shown) is missing", hint: hint) }
      let found = try RandomAccessFile(path: path)
      guard found.count == file.byteCount else {
        let what = found.count < file.byteCount ? "truncated" : "too long"
        throw RunError(
          "\(shown) is \(what): \(found.count) of \(file.byteCount) bytes", hint: hint)
      }
      guard try ContentHash(reading: found) == file.hash else {
        throw RunError(
          "\(shown) is corrupt: its bytes are not those that were saved", hint: hint)
      }
    }
  }
}

extension ContentHash {
  /// Hashes a file.
  package init(reading file: RandomAccessFile) throws {
    var hasher = ContentHasher()
    try file.forEachChunk { hasher.update($0) }
    self = hasher.finalize()
  }
}
