package import ContentHashing
import Files
package import StrictJSON

/// A JSON file that holds one object, read key by key; what is missing or of the wrong type gives
/// an error that names the file and the key.
package struct JSONRecord {
  private let path: String
  private let place: String
  /// All members, in file order.
  package let members: [JSONMember]

  /// Reads the file at `path`, which must hold one object.
  package init(reading path: String) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 26)
    do {
      try self.init(path: path, place: "", value: JSONValue(parsing: bytes))
    } catch let error as JSONError {
      throw RunError("\(FileError.printable(path)) is \(error)", hint: JSONRecord.hint)
    }
  }

  private init(path: String, place: String, value: JSONValue) throws {
    self.path = path
    self.place = place
    guard let members = value.object else {
      let what = place.isEmpty ? "" : "\"\(place.dropLast())\" in "
      throw RunError("\(what)\(FileError.printable(path)) is not an object", hint: JSONRecord.hint)
    }
    self.members = members
  }

  private static let hint = "the file is damaged or was edited; restore it or use another run"

  /// The value under `key`; `nil` if it is missing or null.
  package func optional(_ key: String) -> JSONValue? {
    let value = JSONValue.object(members)[key]
    return value == .null ? nil : value
  }

  package func integer(_ key: String) throws -> Int { try get(key, "an integer", \.integer) }
  package func number(_ key: String) throws -> Double { try get(key, "a number", \.number) }
  package func bool(_ key: String) throws -> Bool { try get(key, "true or false", \.bool) }
  package func string(_ key: String) throws -> String { try get(key, "a string", \.string) }
  package func hash(_ key: String) throws -> ContentHash {
    try get(key, "a hash of 32 hexadecimal digits") { $0.string.flatMap { ContentHash($0) } }
  }
  package func object(_ key: String) throws -> JSONRecord {
    guard let value = optional(key) else { throw missing(key) }
    return try JSONRecord(path: path, place: "\(place)\(key).", value: value)
  }

  /// All members but those under `keys`.
  package func members(except keys: [String]) -> [JSONMember] {
    members.filter { member in !keys.contains { $0.utf8.elementsEqual(member.name.utf8) } }
  }

  /// The error that the value under `key` is not `expected`.
  package func illTyped(_ key: String, _ expected: String) -> RunError {
    RunError(
      "\"\(FileError.printable(place + key))\" in \(FileError.printable(path)) is not \(expected)",
      hint: JSONRecord.hint)
  }

  private func missing(_ key: String) -> RunError {
    RunError(
      "\(FileError.printable(path)) has no \"\(FileError.printable(place + key))\"",
      hint: JSONRecord.hint)
  }

  private func get<Value>(_ key: String, _ type: String, _ read: (JSONValue) -> Value?) throws
    -> Value
  {
    guard let value = optional(key) else { throw missing(key) }
    guard let typed = read(value) else { throw illTyped(key, type) }
    return typed
  }
}
