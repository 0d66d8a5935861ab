/// Text that is being cut into pieces, with what all patterns ask about it.
///
/// Runs of ASCII are read eight bytes at a time. A byte that is not part of well-formed UTF-8 is a
/// character without any class.
struct ScannedText {
  let bytes: UnsafePointer<UInt8>
  let count: Int
  private let classes = UnicodeTables.classes

  /// Looks at `text`, which must outlive this.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    // Never read when the count is 0.
    bytes = text.baseAddress ?? UnsafePointer(bitPattern: 1)!
    count = text.count
  }

  /// The classes and the length of the character at `position`, which must be below the count.
  @inline(__always)
  func character(at position: Int) -> (classes: UInt8, length: Int) {
    let first = bytes[position]
    if first < 0x80 { return (classes[first], 1) }
    let (scalar, length) = UTF8Decoding.character(
      at: bytes + position, available: count - position)
    if scalar == UTF8Decoding.illFormed { return (0, 1) }
    return (classes[scalar], length)
  }

  /// The classes of the character at `position`, and 0 at the end of the text.
  @inline(__always)
  func classes(at position: Int) -> UInt8 {
    position < count ? character(at: position).classes : 0
  }

  // MARK: Runs

  /// The end of the run of characters that are in any of `classes`, which hold all letters.
  @inline(__always)
  func endOfLetters(_ classes: UInt8, from start: Int) -> Int {
    var end = start
    while true {
      end = endOfASCIILetters(from: end)
      guard end < count, bytes[end] >= 0x80 else { return end }
      repeat {
        let next = character(at: end)
        if next.classes & classes == 0 { return end }
        end += next.length
      } while end < count && bytes[end] >= 0x80
    }
  }

  @inline(__always)
  private func endOfASCIILetters(from start: Int) -> Int {
    var end = start
    while end + 8 <= count {
      let others = Self.highBits & ~Self.lettersMarked(word(at: end), folding: Self.spaces)
      if others != 0 { return end + others.trailingZeroBitCount / 8 }
      end += 8
    }
    while end < count, (0x61...0x7A).contains(bytes[end] | 0x20) { end += 1 }
    return end
  }

  /// The end of the run of characters that may end a word of the o200k pattern.
  @inline(__always)
  func endOfLowerCase(from start: Int) -> Int {
    var end = start
    while end < count {
      if end + 8 <= count {
        let others = Self.highBits & ~Self.lettersMarked(word(at: end), folding: 0)
        end += others == 0 ? 8 : others.trailingZeroBitCount / 8
        if others == 0 { continue }
      }
      let next = character(at: end)
      if next.classes & CharacterClass.lower == 0 { break }
      end += next.length
    }
    return end
  }

  /// The end of the run of characters that are in none of `classes`.
  @inline(__always)
  func endOfRun(outside classes: UInt8, from start: Int) -> Int {
    var end = start
    while end < count {
      let next = character(at: end)
      if next.classes & classes != 0 { break }
      end += next.length
    }
    return end
  }

  /// The end of at most `limit` numbers.
  @inline(__always)
  func endOfNumbers(from start: Int, limit: Int) -> Int {
    var end = start
    var numbers = 0
    while numbers < limit, end < count {
      let next = character(at: end)
      if next.classes & CharacterClass.number == 0 { break }
      end += next.length
      numbers += 1
    }
    return end
  }

  /// The end of a run of blanks, and of the last line break in it (`start` if there is none).
  @inline(__always)
  func endOfBlanks(from start: Int) -> (end: Int, afterLineBreak: Int) {
    var end = start
    var afterLineBreak = start
    while true {
      while end + 8 <= count {
        let others = word(at: end) ^ Self.spaces
        if others != 0 {
          end += others.trailingZeroBitCount / 8
          break
        }
        end += 8
      }
      guard end < count else { break }
      let next = character(at: end)
      if next.classes & CharacterClass.blank == 0 { break }
      end += next.length
      if next.classes & CharacterClass.lineBreak != 0 { afterLineBreak = end }
    }
    return (end, afterLineBreak)
  }

  /// `\s+(?!\S)|\s+` for a run of blanks: before something else it leaves the last blank to it,
  /// unless there is only one.
  @inline(__always)
  func givingBackOneBlank(from start: Int, to end: Int) -> Int {
    if end == count { return end }
    var last = end - 1
    while bytes[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : end
  }

  /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at the apostrophe at `start`.
  ///
  /// Ignoring case, ſ (U+017F) is an s.
  func endOfContraction(from start: Int, ignoringCase: Bool) -> Int? {
    guard start + 1 < count else { return nil }
    func letter(_ position: Int) -> UInt8 {
      let byte = bytes[position]
      return ignoringCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
    switch letter(start + 1) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 2
    case UInt8(ascii: "r") where start + 2 < count && letter(start + 2) == UInt8(ascii: "e"),
      UInt8(ascii: "v") where start + 2 < count && letter(start + 2) == UInt8(ascii: "e"),
      UInt8(ascii: "l") where start + 2 < count && letter(start + 2) == UInt8(ascii: "l"):
      return start + 3
    case 0xC5 where ignoringCase && start + 2 < count && bytes[start + 2] == 0xBF:
      return start + 3
    default: return nil
    }
  }

  // MARK: Eight bytes at a time

  private static let highBits: UInt64 = 0x8080_8080_8080_8080
  private static let spaces: UInt64 = 0x2020_2020_2020_2020

  /// Eight bytes, the first in the lowest place.
  @inline(__always)
  private func word(at position: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self))
  }

  /// The highest bit of each byte that is a small ASCII letter, after the bits of `folding` were
  /// set, which can turn capitals into small letters; the other bits mean nothing.
  @inline(__always)
  private static func lettersMarked(_ word: UInt64, folding: UInt64) -> UInt64 {
    // Additions below 0x80 + 0x80 do not carry into the next byte.
    let folded = (word | folding) & ~highBits
    let fromA = folded &+ 0x1F1F_1F1F_1F1F_1F1F
    let pastZ = folded &+ 0x0505_0505_0505_0505
    return fromA & ~pastZ & ~word
  }
}
