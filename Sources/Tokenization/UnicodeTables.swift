import CUTF8Proc

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the patterns need to know about a character, as bits; no bit is "none of these".
package enum CharacterClass {
  /// `\p{L}`: general category L.
  package static let letter: UInt8 = 1
  /// `\p{N}`: general category N, so also ½, Ⅵ and 〇.
  package static let number: UInt8 = 2
  /// `\s`: the property White_Space.
  package static let blank: UInt8 = 4
  /// `[\r\n]`, set together with `blank`.
  package static let lineBreak: UInt8 = 8
  /// `\p{M}`: general category M, such as accents that follow their letter.
  package static let mark: UInt8 = 16
  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: what may begin a word of the o200k pattern.
  package static let upper: UInt8 = 32
  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: what may end one.
  package static let lower: UInt8 = 64
}

/// Unicode's character data, as the installed utf8proc library has it, and what 16.0 has added since.
public enum UnicodeTables {
  /// The version of the utf8proc library, such as `2.8.0`.
  public static var libraryVersion: String { String(cString: utf8proc_version()) }

  /// The version of Unicode that the library's tables follow, such as `15.0.0`.
  public static var unicodeVersion: String { String(cString: utf8proc_unicode_version()) }

  /// The class of every character, built at first use.
  package static let classes: CharacterClassTable = {
    var classes = (0..<UInt32(0x110000)).map { scalar in
      switch utf8proc_category(utf8proc_int32_t(scalar)) {
      case UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LT:
        CharacterClass.letter | CharacterClass.upper
      case UTF8PROC_CATEGORY_LL: CharacterClass.letter | CharacterClass.lower
      case UTF8PROC_CATEGORY_LM, UTF8PROC_CATEGORY_LO:
        CharacterClass.letter | CharacterClass.upper | CharacterClass.lower
      case UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_MC, UTF8PROC_CATEGORY_ME:
        CharacterClass.mark | CharacterClass.upper | CharacterClass.lower
      case UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NL, UTF8PROC_CATEGORY_NO:
        CharacterClass.number
      default: UInt8(0)
      }
    }
    for (ranges, value) in NewCharacters.classes {
      for scalar in ranges.joined()
      where utf8proc_category(utf8proc_int32_t(scalar)) == UTF8PROC_CATEGORY_CN {
        classes[scalar] = value
      }
    }
    for scalar in whiteSpace.joined() { classes[scalar] = CharacterClass.blank }
    for scalar in [0x0A, 0x0D] { classes[scalar] |= CharacterClass.lineBreak }
    return CharacterClassTable(classes)
  }()

  /// White_Space=Yes (Unicode Character Database, PropList.txt), which utf8proc does not carry.
  private static let whiteSpace: [ClosedRange<Int>] = [
    0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A,
    0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ]

  /// `\w` as Hugging Face's `tokenizers` takes it at the ends of an added token: letters, marks, decimal
  /// digits, Roman numerals and the like, letters in circles and squares, underscores, joiners.
  static func isWord(_ scalar: UInt32) -> Bool {
    let classes = classes[scalar]
    if classes & (CharacterClass.letter | CharacterClass.mark) != 0 { return true }
    let category = utf8proc_category(utf8proc_int32_t(scalar))
    // All numbers that are new in 16.0 are decimal digits.
    if classes & CharacterClass.number != 0 { return category != UTF8PROC_CATEGORY_NO }
    if category == UTF8PROC_CATEGORY_PC { return true }
    switch scalar {
    case 0x200C...0x200D, 0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169,
      0x1F170...0x1F189:
      return true
    default: return false
    }
  }

  /// Whether a normal form may join a character with the one before, or bring them into another order:
  /// marks, the vowels and finals of Hangul, and letters that become these.
  ///
  /// Source: Unicode Standard Annex 15, section 9 (NFC_Quick_Check, NFKC_Quick_Check).
  static func mayJoin(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0..<0x300: false
    case 0x1160...0x11FF, 0x3131...0x318E, 0xFF9E...0xFFDC, 0x16D63, 0x16D67...0x16D6A: true
    default: classes[scalar] & CharacterClass.mark != 0
    }
  }

  /// Appends the normal form of `text`, which must be well-formed UTF-8.
  ///
  /// Source: Unicode Standard Annex 15.
  /// - Parameter hasManyMarks: Whether so many marks may follow each other that utf8proc, which brings them
  ///   into order by exchanging neighbours, should find them in order.
  static func appendNormalForm(
    of text: UnsafeBufferPointer<UInt8>, compatibility: Bool, hasManyMarks: Bool,
    to output: inout [UInt8]
  ) {
    var options = UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue
    if compatibility { options |= UTF8PROC_COMPAT.rawValue }
    if hasManyMarks {
      return decomposed(text, utf8proc_option_t(rawValue: options)).withUnsafeBufferPointer {
        appendNormalForm(
          of: $0, compatibility: compatibility, hasManyMarks: false, to: &output)
      }
    }
    var result: UnsafeMutablePointer<UInt8>?
    let count = utf8proc_map(
      text.baseAddress, text.count, &result, utf8proc_option_t(rawValue: options))
    guard let result, count >= 0 else {
      // The text is well formed, so only memory can have run out.
      fatalError("utf8proc: \(String(cString: utf8proc_errmsg(count)))")
    }
    output.append(contentsOf: UnsafeBufferPointer(start: result, count: count))
    free(result)
  }
}

extension UnicodeTables {
  /// The decomposition of a text, its marks in their order.
  private static func decomposed(
    _ text: UnsafeBufferPointer<UInt8>, _ options: utf8proc_option_t
  ) -> [UInt8] {
    var scalars: [utf8proc_int32_t] = []
    var parts = [utf8proc_int32_t](repeating: 0, count: 32)
    var position = 0
    while position < text.count, let base = text.baseAddress {
      let (scalar, length) = UTF8Decoding.character(
        at: base + position, available: text.count - position)
      position += length
      let count = utf8proc_decompose_char(
        utf8proc_int32_t(scalar), &parts, parts.count, options, nil)
      precondition(count >= 0 && count <= parts.count, "U+\(String(scalar, radix: 16))")
      scalars += parts[..<Int(count)]
    }
    func order(_ scalar: utf8proc_int32_t) -> Int16 {
      utf8proc_get_property(scalar).pointee.combining_class
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = 0
    while index < scalars.count {
      var end = index
      while end < scalars.count, order(scalars[end]) != 0 { end += 1 }
      let marks = (index..<end).sorted { (order(scalars[$0]), $0) < (order(scalars[$1]), $1) }
      for place in marks + (end < scalars.count ? [end] : []) {
        bytes += String(Unicode.Scalar(UInt32(scalars[place])) ?? "\u{FFFD}").utf8
      }
      index = end + 1
    }
    return bytes
  }
}

/// A class for every Unicode scalar, in blocks of 256 of which equal ones are stored once.
///
/// It is built once and never changes or goes away, which makes it safe to share.
package struct CharacterClassTable: @unchecked Sendable {
  /// The offset in `classes` of each block of 256 scalars.
  private let blocks: UnsafePointer<Int32>
  private let classes: UnsafePointer<UInt8>

  /// - Parameter all: The class of each scalar, surrogates included.
  init(_ all: [UInt8]) {
    var offsets: [Int32] = []
    var stored: [UInt8] = []
    var known: [ArraySlice<UInt8>: Int32] = [:]
    for start in stride(from: 0, to: all.count, by: 256) {
      let block = all[start..<start + 256]
      // Most blocks are like the one before; only the others are worth hashing.
      if let last = offsets.last, stored[Int(last)..<Int(last) + 256].elementsEqual(block) {
        offsets.append(last)
        continue
      }
      let offset = known[block] ?? Int32(stored.count)
      if offset == stored.count {
        known[block] = offset
        stored += block
      }
      offsets.append(offset)
    }
    blocks = Self.immortal(offsets)
    classes = Self.immortal(stored)
  }

  private static func immortal<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(fromContentsOf: elements)
    return UnsafePointer(buffer.baseAddress!)
  }

  /// The class of a scalar below 0x100.
  @inline(__always) subscript(byte: UInt8) -> UInt8 { classes[Int(byte)] }

  /// The class of a scalar, which must be at most 0x10FFFF.
  @inline(__always) package subscript(scalar: UInt32) -> UInt8 {
    classes[Int(blocks[Int(scalar >> 8)]) + Int(scalar & 0xFF)]
  }
}
