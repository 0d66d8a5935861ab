/// Extracts one string member of a JSON object without building the rest of it.
///
/// It takes a line only if `JSONValue(parsing:)` would, and then finds the same text; one difference
/// is wanted: lone surrogates can be replaced. What it doesn't take (anything invalid, objects with
/// more than ``memberLimit`` members) is left to that parser.
package struct JSONLineParser {
  /// The text found by the last successful ``parse(_:)``.
  package private(set) var text: [UInt8] = []
  /// How many lone surrogates the last successful ``parse(_:)`` replaced in it by U+FFFD.
  package private(set) var loneSurrogates = 0

  private let field: [UInt8]
  private let replacesLoneSurrogates: Bool
  /// The names met so far in the objects that are open, outermost first.
  private var names: [[UInt8]] = []
  private var scratch: [UInt8] = []
  private var position = 0

  static let memberLimit = 64
  private static let depthLimit = 64

  package init(field: String, replacesLoneSurrogates: Bool) {
    self.field = Array(field.utf8)
    self.replacesLoneSurrogates = replacesLoneSurrogates
  }

  /// Whether `line`, valid UTF-8, is an object with the field as a string.
  package mutating func parse(_ line: UnsafeRawBufferPointer) -> Bool {
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
      guard let surrogates = skipString(line), surrogates == 0 else { return false }
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
        var reader = JSONStringReader(position: position)
        guard reader.read(line, into: &text), accepts(reader) else { return false }
        position = reader.position
        loneSurrogates = reader.loneSurrogates
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

  /// Decodes a string into `scratch` and returns the number of lone surrogates in it.
  private mutating func skipString(_ line: UnsafeRawBufferPointer) -> Int? {
    scratch.removeAll(keepingCapacity: true)
    var reader = JSONStringReader(position: position)
    guard reader.read(line, into: &scratch), accepts(reader) else { return nil }
    position = reader.position
    return reader.loneSurrogates
  }

  private func accepts(_ reader: JSONStringReader) -> Bool {
    replacesLoneSurrogates || reader.loneSurrogates == 0
  }

  /// Any value, skipped.
  private mutating func value(_ line: UnsafeRawBufferPointer, depth: Int) -> Bool {
    switch peek(line) {
    case UInt8(ascii: "\""):
      return skipString(line) != nil
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
    let start = position
    _ = take(UInt8(ascii: "-"), line)
    guard take(UInt8(ascii: "0"), line) || digits(line) else { return false }
    if take(UInt8(ascii: "."), line), !digits(line) { return false }
    // Whether a double can hold it is the complete parser's matter.
    let hasExponent = peek(line) == UInt8(ascii: "e") || peek(line) == UInt8(ascii: "E")
    return !hasExponent && position - start < 300
  }
}
