/// Extracts one string member of a JSON object without building the rest of it.
///
/// It takes a line only if `JSONValue(parsing:)` would, and then finds the same text; one difference
/// is wanted: lone surrogates can be replaced. What it doesn't take (anything invalid, objects with
/// more than ``memberLimit`` members) is left to that parser.
struct JSONLineParser {
  /// The text found by the last successful ``parse(_:)``.
  private(set) var text: [UInt8] = []
  /// How many lone surrogates the last successful ``parse(_:)`` replaced in it by U+FFFD.
  private(set) var loneSurrogates = 0

  private let field: [UInt8]
  private let replacesLoneSurrogates: Bool
  /// The decoded names of the objects that are open, each after its count of bytes.
  private var names: [[UInt8]] = []
  private var scratch: [UInt8] = []
  private var position = 0

  static let memberLimit = 64
  private static let depthLimit = 64

  init(field: String, replacesLoneSurrogates: Bool) {
    self.field = Array(field.utf8)
    self.replacesLoneSurrogates = replacesLoneSurrogates
  }

  /// Whether `line`, valid UTF-8, is an object with the field as a string.
  mutating func parse(_ line: UnsafeRawBufferPointer) -> Bool {
    position = 0
    loneSurrogates = 0
    names.removeAll(keepingCapacity: true)
    skipBlanks(line)
    guard peek(line) == UInt8(ascii: "{") else { return false }
    var found = false
    guard object(line, depth: 1, found: &found), found else { return false }
    skipBlanks(line)
    return position == line.count
  }

  private func peek(_ line: UnsafeRawBufferPointer) -> UInt8? {
    position < line.count ? line[position] : nil
  }

  private mutating func skipBlanks(_ line: UnsafeRawBufferPointer) {
    while let byte = peek(line), byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8, _ line: UnsafeRawBufferPointer) -> Bool {
    guard peek(line) == byte else { return false }
    position += 1
    return true
  }

  /// An object; at depth 1 the field is looked for.
  private mutating func object(
    _ line: UnsafeRawBufferPointer, depth: Int, found: inout Bool
  ) -> Bool {
    let firstName = names.count
    position += 1
    skipBlanks(line)
    if take(UInt8(ascii: "}"), line) { return true }
    while true {
      scratch.removeAll(keepingCapacity: true)
      var surrogates = 0
      guard string(line, into: &scratch, &surrogates), surrogates == 0 else { return false }
      guard names.count - firstName < JSONLineParser.memberLimit,
        !names[firstName...].contains(scratch)
      else { return false }
      let isField = depth == 1 && scratch == field
      names.append(scratch)
      skipBlanks(line)
      guard take(UInt8(ascii: ":"), line) else { return false }
      skipBlanks(line)
      if isField {
        text.removeAll(keepingCapacity: true)
        guard string(line, into: &text, &loneSurrogates) else { return false }
        found = true
      } else if !value(line, depth: depth) {
        return false
      }
      skipBlanks(line)
      if take(UInt8(ascii: "}"), line) { break }
      guard take(UInt8(ascii: ","), line) else { return false }
      skipBlanks(line)
    }
    names.removeLast(names.count - firstName)
    return true
  }

  private mutating func array(_ line: UnsafeRawBufferPointer, depth: Int) -> Bool {
    position += 1
    skipBlanks(line)
    if take(UInt8(ascii: "]"), line) { return true }
    while true {
      guard value(line, depth: depth) else { return false }
      skipBlanks(line)
      if take(UInt8(ascii: "]"), line) { return true }
      guard take(UInt8(ascii: ","), line) else { return false }
      skipBlanks(line)
    }
  }

  /// Any value, skipped.
  private mutating func value(_ line: UnsafeRawBufferPointer, depth: Int) -> Bool {
    switch peek(line) {
    case UInt8(ascii: "\""):
      var surrogates = 0
      scratch.removeAll(keepingCapacity: true)
      return string(line, into: &scratch, &surrogates)
    case UInt8(ascii: "{"):
      var found = false
      return depth < JSONLineParser.depthLimit && object(line, depth: depth + 1, found: &found)
    case UInt8(ascii: "["):
      return depth < JSONLineParser.depthLimit && array(line, depth: depth + 1)
    case UInt8(ascii: "t"): return word("true", line)
    case UInt8(ascii: "f"): return word("false", line)
    case UInt8(ascii: "n"): return word("null", line)
    default: return number(line)
    }
  }

  private mutating func word(_ word: StaticString, _ line: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[index], line) {
      return false
    }
    return true
  }

  private mutating func digits(_ line: UnsafeRawBufferPointer) -> Bool {
    let start = position
    while let byte = peek(line), (0x30...0x39).contains(byte) { position += 1 }
    return position > start
  }

  private mutating func number(_ line: UnsafeRawBufferPointer) -> Bool {
    _ = take(UInt8(ascii: "-"), line)
    guard take(UInt8(ascii: "0"), line) || digits(line) else { return false }
    if take(UInt8(ascii: "."), line), !digits(line) { return false }
    if peek(line) == UInt8(ascii: "e") || peek(line) == UInt8(ascii: "E") {
      // The range of doubles is the complete parser's matter.
      return false
    }
    return true
  }

  /// A string, decoded to the end of `output`.
  private mutating func string(
    _ line: UnsafeRawBufferPointer, into output: inout [UInt8], _ loneSurrogates: inout Int
  ) -> Bool {
    guard take(UInt8(ascii: "\""), line) else { return false }
    while true {
      let start = position
      var end = start
      while end < line.count {
        let byte = line[end]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
        end += 1
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[start..<end]))
      guard end < line.count else { return false }
      position = end + 1
      switch line[end] {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"):
        guard escape(line, into: &output, &loneSurrogates) else { return false }
      default: return false
      }
    }
  }

  private mutating func escape(
    _ line: UnsafeRawBufferPointer, into output: inout [UInt8], _ loneSurrogates: inout Int
  ) -> Bool {
    guard let byte = peek(line) else { return false }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      guard var code = hexadecimal(line) else { return false }
      if (0xD800..<0xDC00).contains(code) {
        let end = position
        if take(UInt8(ascii: "\\"), line), take(UInt8(ascii: "u"), line),
          let low = hexadecimal(line), (0xDC00..<0xE000).contains(low)
        {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else {
          position = end
        }
      }
      if let scalar = Unicode.Scalar(code) {
        UTF8.encode(scalar).map { output.append(contentsOf: $0) }
      } else {
        guard replacesLoneSurrogates else { return false }
        output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        loneSurrogates += 1
      }
    default: return false
    }
    return true
  }

  private mutating func hexadecimal(_ line: UnsafeRawBufferPointer) -> UInt32? {
    guard position + 4 <= line.count else { return nil }
    var value: UInt32 = 0
    for index in position..<(position + 4) {
      let byte = line[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
