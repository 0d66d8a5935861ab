/// The short way to the end of the most frequent pieces: an ASCII word, number or run of symbols,
/// perhaps with a space or another character before it.
///
/// Which of them stands at a place follows from the classes of two bytes, and where a run of up to
/// seven bytes ends from arithmetic on eight of them, so that a piece takes hardly a branch that a
/// processor could mispredict.
struct Shortcut {
  /// A class of bytes.
  enum ByteClass: UInt8, CaseIterable {
    case letter, digit, symbol, apostrophe, space, lineBreak, blank, notASCII
  }

  /// One bit for each pair of classes: whether the run begins at the second byte.
  private var skips: UInt64 = 0
  /// One bit for each pair of classes: whether the pattern's own code must look.
  private var isSlow: UInt64 = 0
  private let maximumDigits: Int
  private let joinsLineBreaks: Bool
  private let classes = Self.byteClasses.values

  /// - Parameters:
  ///   - maximumDigits: The longest number.
  ///   - joinsLineBreaks: Whether line breaks behind symbols belong to them.
  ///   - begins: What stands where a piece begins with these two classes: a run from the first
  ///     byte, one from the second, or something else (`nil`).
  init(
    maximumDigits: Int, joinsLineBreaks: Bool,
    _ begins: (_ first: ByteClass, _ second: ByteClass) -> Int?
  ) {
    self.maximumDigits = maximumDigits
    self.joinsLineBreaks = joinsLineBreaks
    for first in ByteClass.allCases {
      for second in ByteClass.allCases {
        let bit = UInt64(1) << UInt64(first.rawValue << 3 | second.rawValue)
        switch second == .notASCII ? nil : begins(first, second) {
        case nil: isSlow |= bit
        case 0: break
        default: skips |= bit
        }
      }
    }
  }

  /// The end of the piece at `start`, or `nil` where this is not the way to find it.
  @inline(__always)
  func endOfPiece(_ bytes: UnsafePointer<UInt8>, count: Int, from start: Int) -> Int? {
    guard start &+ 10 <= count else { return nil }
    let first = classes[Int(bytes[start])]
    let second = classes[Int(bytes[start &+ 1])]
    let pair = UInt64(first &<< 3 | second)
    if (isSlow &>> pair) & 1 != 0 { return nil }
    let skip = (skips &>> pair) & 1
    let begin = start &+ Int(truncatingIfNeeded: skip)
    let kind = skip != 0 ? second : first

    let word = UInt64(
      littleEndian: UnsafeRawPointer(bytes + begin).loadUnaligned(as: UInt64.self))
    let run = Self.run(of: kind, in: word)
    if run == 8 { return nil }
    var end = begin &+ run
    if bytes[end] >= 0x80 { return nil }
    if kind == ByteClass.digit.rawValue {
      end = begin &+ min(run, maximumDigits)
    } else if joinsLineBreaks, kind != ByteClass.letter.rawValue {
      while end < count, bytes[end] == 0x0A || bytes[end] == 0x0D { end &+= 1 }
    }
    return end
  }

  /// How many of the eight bytes, from the first, are letters, digits or symbols, as `kind` says.
  @inline(__always)
  private static func run(of kind: UInt8, in word: UInt64) -> Int {
    // The highest bit of each byte says whether it belongs; no addition carries into the next.
    let high: UInt64 = 0x8080_8080_8080_8080
    let low = word & ~high
    let folded = low | 0x2020_2020_2020_2020
    let letters = (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505)
    let digits = (low &+ 0x5050_5050_5050_5050) & ~(low &+ 0x4646_4646_4646_4646)
    let controls = (low &+ 0x7777_7777_7777_7777) & ~(low &+ 0x7272_7272_7272_7272)
    let spaces = ~((low ^ 0x2020_2020_2020_2020) &+ 0x7F7F_7F7F_7F7F_7F7F)
    let symbols = ~(letters | digits | controls | spaces)
    let isLetter: UInt64 = kind == ByteClass.letter.rawValue ? .max : 0
    let isDigit: UInt64 = kind == ByteClass.digit.rawValue ? .max : 0
    let belongs = (letters & isLetter) | (digits & isDigit) | (symbols & ~(isLetter | isDigit))
    return (high & ~(belongs & ~word)).trailingZeroBitCount &>> 3
  }

  /// Built once, never changed and never freed, which makes it safe to share.
  private struct ByteClasses: @unchecked Sendable { let values: UnsafePointer<UInt8> }

  private static let byteClasses: ByteClasses = {
    let classes = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for byte in UInt8.min...UInt8.max {
      let kind: ByteClass =
        switch byte {
        case 0x61...0x7A, 0x41...0x5A: .letter
        case 0x30...0x39: .digit
        case 0x27: .apostrophe
        case 0x20: .space
        case 0x0A, 0x0D: .lineBreak
        case 0x09...0x0D: .blank
        case 0x80...0xFF: .notASCII
        default: .symbol
        }
      classes[Int(byte)] = kind.rawValue
    }
    return ByteClasses(values: UnsafePointer(classes))
  }()
}
