/// Decodes one JSON string; lone surrogates become U+FFFD and are counted.
struct JSONStringReader {
  /// Where the string begins, and after ``read(_:into:)`` where it ends.
  var position: Int
  /// How many lone surrogates were replaced.
  private(set) var loneSurrogates = 0

  init(position: Int) { self.position = position }

  /// Appends the string at ``position`` in `line`, valid UTF-8, to `output`; false if there is none.
  mutating func read(_ line: UnsafeRawBufferPointer, into output: inout [UInt8]) -> Bool {
    guard position < line.count, line[position] == UInt8(ascii: "\"") else { return false }
    position += 1
    while true {
      var end = position
      while end < line.count {
        let byte = line[end]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
        end += 1
      }
      output.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<end]))
      guard end < line.count else { return false }
      position = end + 1
      switch line[end] {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"):
        guard escape(line, into: &output) else { return false }
      default: return false
      }
    }
  }

  private mutating func escape(
    _ line: UnsafeRawBufferPointer, into output: inout [UInt8]
  ) -> Bool {
    guard position < line.count else { return false }
    let byte = line[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      guard var code = hexadecimal(line, at: position) else { return false }
      position += 4
      if (0xD800..<0xDC00).contains(code), position + 2 <= line.count,
        line[position] == UInt8(ascii: "\\"), line[position + 1] == UInt8(ascii: "u"),
        let low = hexadecimal(line, at: position + 2), (0xDC00..<0xE000).contains(low)
      {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        position += 6
      }
      if let scalar = Unicode.Scalar(code) {
        UTF8.encode(scalar).map { output.append(contentsOf: $0) }
      } else {
        output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        loneSurrogates += 1
      }
    default: return false
    }
    return true
  }

  private func hexadecimal(_ line: UnsafeRawBufferPointer, at start: Int) -> UInt32? {
    guard start + 4 <= line.count else { return nil }
    var value: UInt32 = 0
    for index in start..<(start + 4) {
      let byte = line[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x61 + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
