/// The letters, marks and numbers of Unicode 16.0 that 15.0 has not, for a utf8proc library that is older:
/// `tokenizers` and tiktoken know them. Source: Unicode Character Database 16.0, DerivedGeneralCategory.txt;
/// `Tests/TokenizationTests/Goldens/generate_unicode.py` prints the ranges.
enum NewCharacters {
  /// Ranges, and the class of their characters.
  static let classes: [(ranges: [ClosedRange<Int>], class: UInt8)] = [
    (uppers, CharacterClass.letter | CharacterClass.upper),
    (lowers, CharacterClass.letter | CharacterClass.lower),
    (others, CharacterClass.letter | CharacterClass.upper | CharacterClass.lower),
    (marks, CharacterClass.mark | CharacterClass.upper | CharacterClass.lower),
    (numbers, CharacterClass.number),
  ]

  /// Upper-case and title-case letters.
  private static let uppers: [ClosedRange<Int>] = [
    0x1C89...0x1C89, 0xA7CB...0xA7CC, 0xA7DA...0xA7DA, 0xA7DC...0xA7DC, 0x10D50...0x10D65,
  ]

  /// Lower-case letters.
  private static let lowers: [ClosedRange<Int>] = [
    0x1C8A...0x1C8A, 0xA7CD...0xA7CD, 0xA7DB...0xA7DB, 0x10D70...0x10D85,
  ]

  /// Other letters.
  private static let others: [ClosedRange<Int>] = [
    0x105C0...0x105F3, 0x10D4A...0x10D4F, 0x10D6F...0x10D6F, 0x10EC2...0x10EC4,
    0x11380...0x11389, 0x1138B...0x1138B, 0x1138E...0x1138E, 0x11390...0x113B5,
    0x113B7...0x113B7, 0x113D1...0x113D1, 0x113D3...0x113D3, 0x11BC0...0x11BE0,
    0x13460...0x143FA, 0x16100...0x1611D, 0x16D40...0x16D6C, 0x18CFF...0x18CFF,
    0x1E5D0...0x1E5ED, 0x1E5F0...0x1E5F0, 0x2EBF0...0x2EE5D,
  ]

  /// Marks.
  private static let marks: [ClosedRange<Int>] = [
    0x897...0x897, 0x10D69...0x10D6D, 0x10EFC...0x10EFC, 0x113B8...0x113C0, 0x113C2...0x113C2,
    0x113C5...0x113C5, 0x113C7...0x113CA, 0x113CC...0x113D0, 0x113D2...0x113D2,
    0x113E1...0x113E2, 0x11F5A...0x11F5A, 0x1611E...0x1612F, 0x1E5EE...0x1E5EF,
  ]

  /// Numbers.
  private static let numbers: [ClosedRange<Int>] = [
    0x10D40...0x10D49, 0x116D0...0x116E3, 0x11BF0...0x11BF9, 0x16130...0x16139,
    0x16D70...0x16D79, 0x1CCF0...0x1CCF9, 0x1E5F1...0x1E5FA,
  ]
}
