/// What is wrong with a JSON text, and at which byte.
public struct JSONError: HintedError, Equatable {
  /// What is wrong, such as `a duplicate name "shape"`.
  public let reason: String
  /// The offset of the offending byte from the start of the text.
  public let offset: Int

  /// One sentence.
  public var description: String { "invalid JSON at byte \(offset): \(reason)" }
  /// Nothing general can be advised.
  public var hint: String? { nil }
}

extension JSONValue {
  /// Parses a whole text.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 without a byte order mark.
  ///   - maximumDepth: How deep arrays and objects may nest.
  /// - Throws: ``JSONError``.
  public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws {
    self = try bytes.withUnsafeBytes { try JSONValue(parsing: $0, maximumDepth: maximumDepth) }
  }

  /// Parses a whole text; see ``init(parsing:maximumDepth:)-([UInt8],_)``.
  public init(parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = 64) throws {
    var parser = JSONParser(bytes: bytes, depthLeft: maximumDepth)
    parser.skipBlanks()
    self = try parser.value()
    parser.skipBlanks()
    guard parser.position == bytes.count else {
      throw parser.error("unexpected bytes after the value")
    }
  }
}

/// A recursive-descent parser for RFC 8259, whose recursion is bounded by `depthLeft`.
private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  var position = 0
  var depthLeft: Int

  init(bytes: UnsafeRawBufferPointer, depthLeft: Int) {
    self.bytes = bytes
    self.depthLeft = depthLeft
  }

  func error(_ reason: String, at offset: Int? = nil) -> JSONError {
    JSONError(reason: reason, offset: offset ?? position)
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  mutating func value() throws -> JSONValue {
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
      return try number()
    case nil: throw error("the text ends where a value is expected")
    default: throw error("a value is expected")
    }
  }

  mutating func literal(_ word: StaticString, _ value: JSONValue) throws -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw error("a value is expected") }
    position += count
    return value
  }

  mutating func enter() throws {
    guard depthLeft > 0 else { throw error("arrays and objects nest too deeply") }
    depthLeft -= 1
    position += 1
    skipBlanks()
  }

  mutating func object() throws -> JSONValue {
    try enter()
    defer { depthLeft += 1 }
    var members: [JSONMember] = []
    // `String` compares by Unicode equivalence; two such names are still two names here.
    var seen: Set<[UInt8]> = []
    if next == UInt8(ascii: "}") {
      position += 1
      return .object(members)
    }
    while true {
      let start = position
      guard next == UInt8(ascii: "\"") else { throw error("a name in quotes is expected") }
      let name = try string()
      guard seen.insert(Array(name.utf8)).inserted else {
        throw error("a duplicate name \"\(JSONError.oneLine(name, limit: 100))\"", at: start)
      }
      skipBlanks()
      guard next == UInt8(ascii: ":") else { throw error("':' is expected after a name") }
      position += 1
      skipBlanks()
      members.append(JSONMember(name: name, value: try value()))
      skipBlanks()
      if next == UInt8(ascii: ",") {
        position += 1
        skipBlanks()
      } else if next == UInt8(ascii: "}") {
        position += 1
        return .object(members)
      } else {
        throw error("',' or '}' is expected in an object")
      }
    }
  }

  mutating func array() throws -> JSONValue {
    try enter()
    defer { depthLeft += 1 }
    var elements: [JSONValue] = []
    if next == UInt8(ascii: "]") {
      position += 1
      return .array(elements)
    }
    while true {
      elements.append(try value())
      skipBlanks()
      if next == UInt8(ascii: ",") {
        position += 1
        skipBlanks()
      } else if next == UInt8(ascii: "]") {
        position += 1
        return .array(elements)
      } else {
        throw error("',' or ']' is expected in an array")
      }
    }
  }

  mutating func digits() throws {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw error("a digit is expected") }
  }

  mutating func number() throws -> JSONValue {
    let start = position
    var isInteger = true
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error("a number that double precision cannot hold", at: start)
    }
    return .number(value)
  }

  mutating func string() throws -> String {
    let start = position
    position += 1
    let begin = position
    // Most strings have no escapes: find the end, and validate once.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    if next == UInt8(ascii: "\"") {
      let slice = UnsafeRawBufferPointer(rebasing: bytes[begin..<position])
      position += 1
      return try validated(Array(slice), start)
    }
    var unescaped = Array(UnsafeRawBufferPointer(rebasing: bytes[begin..<position]))
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try validated(unescaped, start)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw error("a control character in a string", at: position - 1)
      default: unescaped.append(byte)
      }
    }
    throw error("a string does not end", at: start)
  }

  func validated(_ bytes: [UInt8], _ start: Int) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error("a string is not valid UTF-8", at: start)
    }
    return text
  }

  mutating func escape(into output: inout [UInt8]) throws {
    guard let byte = next else { throw error("a string does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      let start = position - 2
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw error("a lone surrogate in a string", at: start) }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw error("a lone surrogate in a string", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw error("a lone surrogate in a string", at: start)
      }
      output.append(contentsOf: UTF8.encode(scalar)!)
    default: throw error("an unknown escape in a string", at: position - 1)
    }
  }

  mutating func hexadecimal() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits are expected")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
