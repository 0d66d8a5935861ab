/// The printable characters that stand for the 256 bytes in a vocabulary file.
///
/// GPT-2's scheme: a byte that prints as itself in Latin-1 stays so, the others follow from U+0100
/// in order, so a space is `Ġ` (U+0120) and a line feed `Ċ` (U+010A).
enum ByteAlphabet {
  /// The character of each byte.
  private static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (0..<UInt32(256)).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return byte
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The bytes in the order of their characters, which is the order of their ids.
  static let order: [UInt8] = (0..<256).map(UInt8.init).sorted {
    scalars[Int($0)] < scalars[Int($1)]
  }

  private static let bytes: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// One more than the largest character.
  static let tableCount = 0x144

  /// The byte of each character, or -1; made once and never freed, which makes it safe to share.
  struct Table: @unchecked Sendable { let values: UnsafePointer<Int16> }
  static let table: Table = {
    let values = UnsafeMutablePointer<Int16>.allocate(capacity: tableCount)
    for scalar in 0..<tableCount { values[scalar] = bytes[UInt32(scalar)].map(Int16.init) ?? -1 }
    return Table(values: values)
  }()

  /// Each byte's character in UTF-8, after a backslash where JSON wants one.
  static let jsonSpellings: [[UInt8]] = scalars.map { scalar in
    let text = Array(String(Character(Unicode.Scalar(scalar)!)).utf8)
    return text == [0x22] || text == [0x5C] ? [0x5C] + text : text
  }

  /// How `bytes` is written in a vocabulary.
  static func spelling(of bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(scalars[Int(byte)])!) }
    return String(text)
  }

  /// The bytes that `spelling` stands for; `nil` where a character stands for none.
  static func bytes(spelledBy spelling: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in spelling.unicodeScalars {
      guard let byte = bytes[scalar.value] else { return nil }
      result.append(byte)
    }
    return result
  }
}
