/// Where a long document may be cut so that its pieces tokenize like the whole.
///
/// The pre-tokenizers of GPT-2, GPT-4 and their kin all end a pre-token, whatever follows,
/// - between a letter and the white space behind it, and
/// - behind a line feed that is all the white space between two other characters, if the second
///   is none that a line feed's neighbours may swallow (`/` in newer patterns) and none whose
///   compatibility normalisation begins with a space.
/// Only characters that are surely of these kinds are taken: ASCII, and scripts whose first bytes
/// tell; elsewhere the search goes on.
struct PieceCutter: Sendable {
  /// From this size on, a document is cut at the first place that allows it.
  var pieceSize = 1 << 20

  /// At this size it is cut at any character; ids around such a cut may differ.
  var limit: Int { pieceSize << 6 }

  /// Where to cut the document that begins with `bytes`; `nil` if there is no place yet.
  /// - Parameter searched: How much of it was searched before, in vain.
  func cut(_ bytes: UnsafeRawBufferPointer, searched: Int = 0) -> Int? {
    var index = max(pieceSize, searched, 4)
    // Bounded by the limit and not by what happens to be there: the cut depends on the text alone.
    let end = min(bytes.count, limit + 1)
    while index < end {
      if PieceCutter.isCut(bytes, index) { return index }
      index += 1
    }
    guard bytes.count > limit else { return nil }
    index = limit
    while index > limit - 3, bytes[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  private static func isCut(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    let before = bytes[index - 1]
    let after = bytes[index]
    if after <= 0x20 { return isBlank(after) && endsWithLetter(bytes, index) }
    return before == 0x0A && !mayEndWithBlank(bytes, index - 1) && isPlainStart(after)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// ASCII letters and, by their lead bytes, U+5000 to U+9FFF (ideographs).
  private static func endsWithLetter(_ bytes: UnsafeRawBufferPointer, _ end: Int) -> Bool {
    let last = bytes[end - 1]
    if last < 0x80 { return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(last | 0x20) }
    return (0xE5...0xE9).contains(bytes[end - 3]) && bytes[end - 2] & 0xC0 == 0x80
      && last & 0xC0 == 0x80
  }

  /// Whether the character before `end` could be white space: in Unicode these are, besides
  /// ASCII's, U+0085, U+00A0, U+1680, U+2000 to U+205F (some of them) and U+3000.
  private static func mayEndWithBlank(_ bytes: UnsafeRawBufferPointer, _ end: Int) -> Bool {
    let last = bytes[end - 1]
    if last < 0x80 { return last <= 0x20 || last == 0x7F }
    if bytes[end - 2] == 0xC2 { return true }
    switch bytes[end - 3] {
    case 0xE1, 0xE2: return true
    case 0xE3: return last == 0x80
    default: return false
    }
  }

  /// Printable ASCII but `/`; Latin, Cyrillic, Hebrew, Arabic and others of two bytes; Indic,
  /// ideographs and Hangul of three.
  private static func isPlainStart(_ lead: UInt8) -> Bool {
    switch lead {
    case UInt8(ascii: "/"): false
    case 0x21...0x7E, 0xC3...0xCA, 0xCF...0xE0, 0xE4...0xED: true
    default: false
    }
  }
}
