/// Well-formed UTF-8, as the Unicode Standard's table 3-7 has it.
enum UTF8Decoding {
  /// Stands for a byte that does not belong to a well-formed sequence.
  static let illFormed = UInt32.max

  /// Decodes the character at `bytes`; a byte that begins no well-formed sequence comes back alone
  /// as `illFormed`.
  /// - Parameter available: How many bytes may be read; at least 1.
  @inline(__always)
  static func character(
    at bytes: UnsafePointer<UInt8>, available: Int
  ) -> (scalar: UInt32, length: Int) {
    let first = bytes[0]
    if first < 0x80 { return (UInt32(first), 1) }
    if first < 0xC2 || first > 0xF4 || available < 2 { return (illFormed, 1) }
    let second = bytes[1]
    if !isSecond(second, after: first) { return (illFormed, 1) }
    if first < 0xE0 { return (UInt32(first & 0x1F) << 6 | UInt32(second & 0x3F), 2) }
    if available < 3 || bytes[2] & 0xC0 != 0x80 { return (illFormed, 1) }
    let high = UInt32(second & 0x3F) << 6 | UInt32(bytes[2] & 0x3F)
    if first < 0xF0 { return (UInt32(first & 0x0F) << 12 | high, 3) }
    if available < 4 || bytes[3] & 0xC0 != 0x80 { return (illFormed, 1) }
    return (UInt32(first & 0x07) << 18 | high << 6 | UInt32(bytes[3] & 0x3F), 4)
  }

  /// Whether `second` may follow the lead byte `first` (0xC2...0xF4): no overlong forms, no
  /// surrogates, nothing past U+10FFFF.
  @inline(__always)
  private static func isSecond(_ second: UInt8, after first: UInt8) -> Bool {
    switch first {
    case 0xE0: second & 0xE0 == 0xA0
    case 0xED: second & 0xE0 == 0x80
    case 0xF0: second >= 0x90 && second < 0xC0
    case 0xF4: second & 0xF0 == 0x80
    default: second & 0xC0 == 0x80
    }
  }

  /// How many bytes at the end of `bytes` begin a character that more bytes could complete: 0...3.
  static func incompleteSuffix(of bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let first = bytes[bytes.count - length]
      if first & 0xC0 == 0x80 { continue }
      guard first >= 0xC2, first <= 0xF4 else { return 0 }
      let needed = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if length >= needed { return 0 }
      if length >= 2, !isSecond(bytes[bytes.count - length + 1], after: first) { return 0 }
      return length
    }
    return 0
  }
}
