/// Something in a text that pages and conversions leave behind, and that a model would learn.
public enum TextSign: Int, CaseIterable, Sendable {
  /// `&nbsp;` and its kin.
  case htmlEntity
  /// `<br>` and its kin.
  case htmlTag
  /// Addresses that begin with a scheme or with `www.`.
  case address
  /// UTF-8 that was read as Latin-1, Windows-1252 or GBK: `Ã©`, `â€™`, `锟斤拷`.
  case mojibake
  /// U+FFFD that was in the text before it was read here.
  case replacement
  /// Control characters other than tab and line ends.
  case control
  /// Zero-width and direction marks, soft hyphens, byte order marks inside of the text.
  case invisible
  /// Characters without a public meaning, such as a font's icons.
  case privateUse
  /// Pronunciation in brackets inside of words, as in `學(xué)`.
  case bracketedReading
  /// The same mark four times or more.
  case markRun
  /// Lines of 1,000 characters and more.
  case longLine

  /// How people call it.
  public var name: String {
    switch self {
    case .htmlEntity: "HTML entities"
    case .htmlTag: "HTML tags"
    case .address: "web addresses"
    case .mojibake: "mojibake"
    case .replacement: "U+FFFD in the text"
    case .control: "control characters"
    case .invisible: "invisible characters"
    case .privateUse: "private-use characters"
    case .bracketedReading: "readings in brackets"
    case .markRun: "runs of one mark"
    case .longLine: "lines over 1,000"
    }
  }

  /// A name for programs.
  public var key: String {
    switch self {
    case .htmlEntity: "html_entities"
    case .htmlTag: "html_tags"
    case .address: "web_addresses"
    case .mojibake: "mojibake"
    case .replacement: "replacement_characters"
    case .control: "control_characters"
    case .invisible: "invisible_characters"
    case .privateUse: "private_use_characters"
    case .bracketedReading: "bracketed_readings"
    case .markRun: "mark_runs"
    case .longLine: "long_lines"
    }
  }
}

/// How often a sign was seen, and where first.
public struct TextSignCount: Sendable, Equatable {
  /// Which sign.
  public let sign: TextSign
  /// How often.
  public var count = 0
  /// The text around the first one.
  public var example = ""
}

/// Finds the signs that take a look at the bytes ahead; all of them begin with a rare character.
enum TextSignFinder {
  /// The length of an HTML entity at `index`, which holds `&`; 0 if there is none.
  static func entity(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    var end = index + 1
    if end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
    let start = end
    while end < bytes.count, end - start < 9, isAlphanumeric(bytes[end]) { end += 1 }
    guard end > start + 1, end < bytes.count, bytes[end] == UInt8(ascii: ";") else { return 0 }
    return end + 1 - index
  }

  /// The length of an HTML tag at `index`, which holds `<`; 0 if there is none.
  static func tag(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    var end = index + 1
    guard end < bytes.count else { return 0 }
    let first = bytes[end]
    guard first == UInt8(ascii: "/") || first == UInt8(ascii: "!") || isLetter(first) else {
      return 0
    }
    while end < bytes.count, end - index < 300 {
      switch bytes[end] {
      case UInt8(ascii: ">"): return end + 1 - index
      // Mail addresses stand in such brackets too.
      case UInt8(ascii: "<"), UInt8(ascii: "@"), 0x0A: return 0
      default: end += 1
      }
    }
    return 0
  }

  /// The length of the start of an address at `index`, which holds `h` or `w`; 0 if there is none.
  static func address(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    if index > 0, isAlphanumeric(bytes[index - 1]) { return 0 }
    for start in ["http://", "https://", "www."] where has(start, bytes, index) {
      return start.utf8.count
    }
    return 0
  }

  /// The length of a reading in brackets at `index`, which holds the bracket behind an ideograph.
  static func reading(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int {
    var end = index + (bytes[index] < 0x80 ? 1 : 3)
    var marked = 0
    var letters = 0
    while end < bytes.count, letters < 8 {
      let byte = bytes[end]
      if (0x61...0x7A).contains(byte) {
        end += 1
      } else if (0xC3...0xC7).contains(byte), end + 1 < bytes.count {
        marked += 1
        end += 2
      } else {
        break
      }
      letters += 1
    }
    guard marked > 0, end < bytes.count else { return 0 }
    if bytes[end] == UInt8(ascii: ")") { return end + 1 - index }
    return has("）", bytes, end) ? end + 3 - index : 0
  }

  static func has(_ text: String, _ bytes: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    var text = text
    return text.withUTF8 { text in
      index + text.count <= bytes.count
        && bytes[index..<(index + text.count)].elementsEqual(text)
    }
  }

  /// Whether one character behind another looks like UTF-8 read byte by byte as Windows-1252.
  static func isMojibake(_ first: UInt32, _ second: UInt32) -> Bool {
    switch first {
    // What UTF-8 begins Latin letters and marks with; hardly any language writes these before marks.
    case 0xC2, 0xC3: return (0x80...0xBF).contains(second) || windows1252.contains(second)
    case 0xC4...0xF4: return (0x80...0x9F).contains(second) || first == 0xE2 && second == 0x20AC
    default: return false
    }
  }

  /// The characters that Windows-1252 has for the bytes 0x80 to 0x9F.
  private static let windows1252: Set<UInt32> = [
    0x20AC, 0x201A, 0x0192, 0x201E, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x017D,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x017E, 0x0178,
  ]

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte)
  }
}
