/// A rough kind of text, by which a tokenizer's economy is looked at.
public enum TextKind: String, CaseIterable, Sendable {
  case latin, greek, cyrillic, hebrew, arabic, indic, thai, hangul, kana, han
  case letters = "other letters"
  case numbers, blanks, emoji
  case symbols = "punctuation and symbols"
  case bytes = "not UTF-8"

  /// The kind of a piece: that of its first character, or of its second where a blank or a symbol
  /// precedes a letter or a number.
  init(piece: UnsafeBufferPointer<UInt8>) {
    guard let base = piece.baseAddress, piece.count > 0 else {
      self = .blanks
      return
    }
    let (scalar, length) = UTF8Decoding.character(at: base, available: piece.count)
    self = TextKind(scalar)
    guard length < piece.count, [.blanks, .symbols].contains(self) else { return }
    let next = TextKind(
      UTF8Decoding.character(at: base + length, available: piece.count - length).scalar)
    if self == .blanks || ![.blanks, .symbols].contains(next) { self = next }
  }

  private init(_ scalar: UInt32) {
    guard scalar != UTF8Decoding.illFormed else {
      self = .bytes
      return
    }
    let classes = UnicodeTables.classes[scalar]
    if classes & CharacterClass.number != 0 {
      self = .numbers
    } else if classes & CharacterClass.blank != 0 {
      self = .blanks
    } else if classes & (CharacterClass.letter | CharacterClass.mark) == 0 {
      self =
        (0x2600...0x27BF).contains(scalar) || scalar >= 0x1F000 && scalar < 0x20000
        ? .emoji : .symbols
    } else {
      // The main blocks of each script (Unicode Character Database, Blocks.txt).
      switch scalar {
      case 0...0x24F, 0x1E00...0x1EFF, 0xFF21...0xFF5A: self = .latin
      case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
      case 0x400...0x52F: self = .cyrillic
      case 0x590...0x5FF: self = .hebrew
      case 0x600...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFF: self = .arabic
      case 0x900...0xDFF: self = .indic
      case 0xE00...0xE7F: self = .thai
      case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7FF: self = .hangul
      case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: self = .kana
      case 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
        self = .han
      default: self = .letters
      }
    }
  }
}
