/// What a character is: a letter of a script, or something else.
///
/// Letters are told apart by the blocks of The Unicode Standard, which is a little coarser than its
/// Script property.
public enum CharacterClass: Int, CaseIterable, Sendable {
  case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, bengali, tamil, thai, georgian
  case hangul, hiragana, katakana, han
  case otherLetter
  case digit, punctuation, symbol, whiteSpace, control, invisible, privateUse, replacement, other

  /// How people call it.
  public var name: String {
    switch self {
    case .otherLetter: "other letters"
    case .digit: "digits"
    case .punctuation: "punctuation"
    case .symbol: "symbols"
    case .whiteSpace: "white space"
    case .control: "control characters"
    case .invisible: "invisible characters"
    case .privateUse: "private use"
    case .replacement: "U+FFFD"
    case .other: "other"
    default: "\(self)".prefix(1).uppercased() + "\(self)".dropFirst()
    }
  }

  /// Whether it is part of a word.
  var isLetter: Bool { rawValue <= CharacterClass.otherLetter.rawValue }

  /// Whether words of this script are not set apart by spaces, so that each character counts as
  /// one.
  var standsAlone: Bool { self == .han || self == .hiragana || self == .thai }

  /// The class of a character.
  static func of(_ scalar: Unicode.Scalar) -> CharacterClass {
    let value = scalar.value
    if value < 0x80 { return ascii[Int(value)] }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].last < value { low = middle + 1 } else { high = middle }
    }
    if low < ranges.count, ranges[low].first <= value { return ranges[low].kind }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark:
      return .otherLetter
    case .decimalNumber, .letterNumber, .otherNumber: return .digit
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return .punctuation
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .symbol
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return .whiteSpace
    case .control: return .control
    case .format: return .invisible
    case .privateUse: return .privateUse
    default: return .other
    }
  }

  private static let ascii: [CharacterClass] = (0..<128).map { value in
    let scalar = Unicode.Scalar(UInt8(value))
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter: return .latin
    case .decimalNumber: return .digit
    case .control: return (9...13).contains(value) ? .whiteSpace : .control
    case .spaceSeparator: return .whiteSpace
    case .mathSymbol, .currencySymbol, .modifierSymbol: return .symbol
    default: return .punctuation
    }
  }

  /// Blocks that hold letters of one script and nothing else worth telling apart, ascending.
  private static let ranges: [(first: UInt32, last: UInt32, kind: CharacterClass)] = [
    (0xC0, 0xD6, .latin), (0xD8, 0xF6, .latin), (0xF8, 0x24F, .latin), (0x250, 0x2AF, .latin),
    (0x300, 0x36F, .otherLetter), (0x370, 0x373, .greek), (0x376, 0x377, .greek),
    (0x37B, 0x37D, .greek), (0x386, 0x386, .greek), (0x388, 0x3FF, .greek),
    (0x400, 0x481, .cyrillic), (0x483, 0x52F, .cyrillic), (0x531, 0x556, .armenian),
    (0x561, 0x587, .armenian), (0x591, 0x5BD, .hebrew), (0x5D0, 0x5F2, .hebrew),
    (0x620, 0x65F, .arabic), (0x66E, 0x6D3, .arabic), (0x6FA, 0x6FF, .arabic),
    (0x750, 0x77F, .arabic), (0x900, 0x963, .devanagari), (0x980, 0x9E3, .bengali),
    (0xB80, 0xBD7, .tamil), (0xE01, 0xE3A, .thai), (0xE40, 0xE4E, .thai),
    (0x10A0, 0x10FA, .georgian), (0x1100, 0x11FF, .hangul), (0x1E00, 0x1EFF, .latin),
    (0x1F00, 0x1FFF, .greek), (0x3005, 0x3007, .han), (0x3041, 0x3096, .hiragana),
    (0x30A1, 0x30FA, .katakana), (0x30FC, 0x30FE, .katakana), (0x3131, 0x318E, .hangul),
    (0x3400, 0x4DBF, .han), (0x4E00, 0x9FFF, .han), (0xAC00, 0xD7A3, .hangul),
    (0xE000, 0xF8FF, .privateUse), (0xF900, 0xFAFF, .han), (0xFF21, 0xFF3A, .latin),
    (0xFF41, 0xFF5A, .latin), (0xFF66, 0xFF9D, .katakana), (0xFFFD, 0xFFFD, .replacement),
    (0x1F300, 0x1FAFF, .symbol), (0x20000, 0x3FFFF, .han), (0xF0000, 0x10FFFF, .privateUse),
  ]
}
