/// Finds and replaces invalid UTF-8.
///
/// An invalid sequence is a maximal subpart: the longest start of a well-formed sequence, or one
/// byte. Each becomes one U+FFFD, as in Swift's `String(decoding:)` and the WHATWG decoder.
/// Source: The Unicode Standard, section 3.9, table 3-7 and "U+FFFD Substitution of Maximal
/// Subparts".
enum UTF8Repair {
  /// The first invalid sequence at or after `start`; `nil` if there is none.
  static func firstInvalid(in bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Range<Int>? {
    let count = bytes.count
    var index = start
    while index < count {
      if index + 8 <= count,
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
        continue
      }
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      // How many bytes follow, and between which bounds the first of them lies.
      let following: Int
      var bounds: ClosedRange<UInt8> = 0x80...0xBF
      switch lead {
      case 0xC2...0xDF: following = 1
      case 0xE0...0xEF:
        following = 2
        if lead == 0xE0 { bounds = 0xA0...0xBF } else if lead == 0xED { bounds = 0x80...0x9F }
      case 0xF0...0xF4:
        following = 3
        if lead == 0xF0 { bounds = 0x90...0xBF } else if lead == 0xF4 { bounds = 0x80...0x8F }
      default: return index..<(index + 1)
      }
      var next = index + 1
      for _ in 0..<following {
        guard next < count, bounds.contains(bytes[next]) else { return index..<next }
        bounds = 0x80...0xBF
        next += 1
      }
      index = next
    }
    return nil
  }

  /// Appends `bytes` to `output` with U+FFFD for every invalid sequence, and returns how many
  /// there were.
  static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
    var replaced = 0
    var position = 0
    while let invalid = firstInvalid(in: bytes, from: position) {
      output.append(contentsOf: bytes[position..<invalid.lowerBound])
      output.append(contentsOf: [0xEF, 0xBF, 0xBD])
      replaced += 1
      position = invalid.upperBound
    }
    output.append(contentsOf: bytes[position...])
    return replaced
  }
}
