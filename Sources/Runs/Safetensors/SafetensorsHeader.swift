import Files
import StrictJSON

/// The parsed and checked header of a safetensors file: eight bytes of length, then JSON, then the
/// tensors' bytes without gaps.
///
/// Everything is checked against the bytes that are really there before it is used, so a hostile
/// file can neither trap nor make anything allocate what it merely claims.
/// Source: github.com/huggingface/safetensors, README "Format" and `safetensors/src/tensor.rs`.
struct SafetensorsHeader {
  /// The text under `__metadata__`, in file order.
  var metadata: [(name: String, value: String)] = []
  /// The tensors in the order of their bytes.
  var entries: [SafetensorsEntry] = []
  /// For each entry, where its bytes are in the file.
  var ranges: [Range<Int>] = []

  /// The format's limit on the JSON.
  static let maximumLength = 100_000_000

  private struct Broken: Error { let reason: String }
  private struct Claim {
    let entry: SafetensorsEntry
    let begin: Int
    let end: Int
  }

  /// Reads the header of a file.
  /// - Throws: ``SafetensorsError`` naming it; `FileError`.
  init(reading file: RandomAccessFile) throws {
    do {
      try parse(file)
    } catch let broken as Broken {
      throw SafetensorsError(path: file.path, reason: broken.reason)
    }
  }

  private mutating func parse(_ file: RandomAccessFile) throws {
    guard file.count >= 8 else {
      throw Broken(reason: "it has \(file.count) bytes, fewer than the 8 of the header's length")
    }
    let length = UInt64(
      littleEndian: try file.bytes(0..<8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    guard length <= SafetensorsHeader.maximumLength else {
      throw Broken(
        reason: "its header claims \(length) bytes, more than the \(Self.maximumLength) allowed")
    }
    let start = 8 + Int(length)
    guard start <= file.count else {
      throw Broken(
        reason: "its header claims \(length) bytes, but only \(file.count - 8) follow")
    }
    let json = try file.bytes(8..<start).withUnsafeBytes { try object(in: $0) }
    var claims: [Claim] = []
    for member in json {
      if member.name.utf8.elementsEqual("__metadata__".utf8) {
        metadata = try text(of: member.value)
      } else {
        claims.append(try claim(of: member))
      }
    }
    try place(&claims, in: file.count - start)
    entries = claims.map(\.entry)
    ranges = claims.map { start + $0.begin..<start + $0.end }
  }

  private func object(in header: UnsafeRawBufferPointer) throws -> [JSONMember] {
    guard let first = header.first else { throw Broken(reason: "its header is empty") }
    guard first == UInt8(ascii: "{") else {
      throw Broken(reason: "its header does not begin with {")
    }
    do {
      // Shapes are the deepest: an array in a tensor's object in the header's object.
      return try JSONValue(parsing: header, maximumDepth: 8).object ?? []
    } catch let error as JSONError {
      if String(validating: header, as: UTF8.self) == nil {
        throw Broken(reason: "its header is not valid UTF-8")
      }
      throw Broken(reason: "its header is \(error)")
    }
  }

  private func text(of value: JSONValue) throws -> [(name: String, value: String)] {
    guard let members = value.object else {
      throw Broken(reason: "__metadata__ is not an object")
    }
    return try members.map { member in
      guard let text = member.value.string else {
        throw Broken(reason: "\(shown(member.name)) in __metadata__ is not a string")
      }
      return (member.name, text)
    }
  }

  private func claim(of member: JSONMember) throws -> Claim {
    let name = "the tensor \(shown(member.name))"
    guard member.value.object != nil else { throw Broken(reason: "\(name) is not an object") }
    func field(_ key: String) throws -> JSONValue {
      guard let value = member.value[key] else { throw Broken(reason: "\(name) has no \(key)") }
      return value
    }
    func sizes(_ key: String) throws -> [Int] {
      let numbers = try field(key).array?.compactMap(\.integer)
      guard let numbers, try numbers.count == field(key).array?.count,
        numbers.allSatisfy({ $0 >= 0 })
      else { throw Broken(reason: "\(key) of \(name) is not an array of sizes") }
      return numbers
    }
    guard let typeName = try field("dtype").string else {
      throw Broken(reason: "dtype of \(name) is not a string")
    }
    guard let type = SafetensorsElementType(rawValue: typeName) else {
      throw Broken(reason: "\(name) has the unknown dtype \(shown(typeName))")
    }
    let shape = try sizes("shape")
    let offsets = try sizes("data_offsets")
    guard offsets.count == 2 else {
      throw Broken(reason: "data_offsets of \(name) are not two numbers")
    }
    guard offsets[0] <= offsets[1] else {
      throw Broken(reason: "\(name) ends before it begins: \(offsets)")
    }
    guard let byteCount = SafetensorsEntry.byteCount(of: shape, type) else {
      throw Broken(
        reason: "the shape \(shape) of \(name) in \(typeName) takes no countable number of bytes")
    }
    guard byteCount == offsets[1] - offsets[0] else {
      throw Broken(
        reason: "\(name) needs \(byteCount) bytes but has \(offsets[1] - offsets[0])")
    }
    let entry = SafetensorsEntry(name: member.name, elementType: type, shape: shape)
    return Claim(entry: entry, begin: offsets[0], end: offsets[1])
  }

  /// Sorts by position and checks that the tensors cover the data exactly once.
  private func place(_ claims: inout [Claim], in count: Int) throws {
    claims.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var position = 0
    for claim in claims {
      let name = "the tensor \(shown(claim.entry.name))"
      if claim.begin < position {
        throw Broken(
          reason: "\(name) overlaps the one before it, at byte \(claim.begin) of the data")
      }
      if claim.begin > position {
        throw Broken(reason: "\(claim.begin - position) bytes before \(name) belong to no tensor")
      }
      if claim.end > count {
        throw Broken(
          reason: "\(name) ends at byte \(claim.end) of the data, which has \(count)")
      }
      position = claim.end
    }
    if position != count {
      throw Broken(reason: "\(count - position) bytes after the last tensor belong to none")
    }
  }

  /// A name from the file, kept short and on one line.
  private func shown(_ name: String) -> String {
    let text = FileError.printable(String(name.unicodeScalars.prefix(100).map(Character.init)))
    return name.unicodeScalars.count > 100 ? "\"\(text)…\"" : "\"\(text)\""
  }
}
