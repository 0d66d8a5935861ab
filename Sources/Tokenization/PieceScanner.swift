/// Finds where the pieces of a text end, in one pass over its bytes.
struct PieceScanner {
  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  private let rules: PreTokenizer
  private let classes = UnicodeTables.classes

  private static let space = UInt8(ascii: " ")
  private static let apostrophe = UInt8(ascii: "'")
  /// Letter, number or blank; without the bit that marks line breaks.
  private static let kind: UInt8 = 7

  /// Scans `text`, which must outlive the scanner.
  init(_ text: UnsafeBufferPointer<UInt8>, rules: PreTokenizer) {
    // Never read when the count is 0.
    bytes = text.baseAddress ?? UnsafePointer(bitPattern: 1)!
    count = text.count
    self.rules = rules
  }

  /// The end of the piece that begins at `start`, which must be below the count.
  @inline(__always) func endOfPiece(from start: Int) -> Int {
    switch rules {
    case .gpt2: endOfGPT2Piece(from: start)
    case .gpt4: endOfGPT4Piece(from: start, maximumDigits: 3, joinsFinalBlanks: true)
    case .llama3: endOfGPT4Piece(from: start, maximumDigits: 3, joinsFinalBlanks: false)
    case .qwen2: endOfGPT4Piece(from: start, maximumDigits: 1, joinsFinalBlanks: false)
    case .whole: count
    }
  }

  // MARK: The patterns

  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  private func endOfGPT2Piece(from start: Int) -> Int {
    if bytes[start] == Self.apostrophe,
      let end = endOfContraction(from: start, ignoringCase: false)
    {
      return end
    }
    var (kind, length) = character(at: start)
    var end = start + length
    if bytes[start] == Self.space, end < count {
      let next = character(at: end)
      if next.kind & CharacterClass.blank == 0 {
        kind = next.kind
        end += next.length
      }
    }
    if kind & CharacterClass.blank == 0 { return endOfRun(of: kind, from: end) }
    return endOfBlanks(from: start)
  }

  /// ```
  /// '(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
  /// |\s+$|\s*[\r\n]|\s+(?!\S)|\s
  /// ```
  /// - Parameters:
  ///   - maximumDigits: The upper bound in `\p{N}{1,3}`.
  ///   - joinsFinalBlanks: Whether the alternative `\s+$` exists.
  @inline(__always)
  private func endOfGPT4Piece(
    from start: Int, maximumDigits: Int, joinsFinalBlanks: Bool
  ) -> Int {
    if bytes[start] == Self.apostrophe,
      let end = endOfContraction(from: start, ignoringCase: true)
    {
      return end
    }
    let (kind, length) = character(at: start)
    var end = start + length
    if kind == CharacterClass.letter { return endOfRun(of: CharacterClass.letter, from: end) }
    if kind == CharacterClass.number {
      var digits = 1
      while digits < maximumDigits, end < count {
        let next = character(at: end)
        if next.kind != CharacterClass.number { break }
        end += next.length
        digits += 1
      }
      return end
    }
    if end < count, kind & CharacterClass.lineBreak == 0 {
      let next = character(at: end)
      if next.kind == CharacterClass.letter {
        return endOfRun(of: CharacterClass.letter, from: end + next.length)
      }
      if bytes[start] == Self.space, next.kind == CharacterClass.other {
        return endOfSymbols(from: end + next.length)
      }
    }
    if kind == CharacterClass.other { return endOfSymbols(from: end) }

    var afterLineBreak = kind & CharacterClass.lineBreak != 0 ? end : start
    while end < count {
      let next = character(at: end)
      if next.kind & CharacterClass.blank == 0 { break }
      end += next.length
      if next.kind & CharacterClass.lineBreak != 0 { afterLineBreak = end }
    }
    if joinsFinalBlanks, end == count { return end }
    if afterLineBreak > start { return afterLineBreak }
    return givingBackOneBlank(from: start, to: end)
  }

  // MARK: Their parts

  @inline(__always)
  private func character(at position: Int) -> (kind: UInt8, length: Int) {
    let first = bytes[position]
    if first < 0x80 { return (classes[first], 1) }
    let (scalar, length) = UTF8Decoding.character(
      at: bytes + position, available: count - position)
    if scalar == UTF8Decoding.illFormed { return (CharacterClass.other, 1) }
    return (classes[scalar], length)
  }

  /// The end of the run of characters that are letters, numbers or neither, as `kind` says.
  @inline(__always)
  private func endOfRun(of kind: UInt8, from start: Int) -> Int {
    var end = start
    while end < count {
      let next = character(at: end)
      if next.kind != kind { break }
      end += next.length
    }
    return end
  }

  /// `[^\s\p{L}\p{N}]*[\r\n]*`
  private func endOfSymbols(from start: Int) -> Int {
    var end = endOfRun(of: CharacterClass.other, from: start)
    while end < count, bytes[end] == 0x0A || bytes[end] == 0x0D { end += 1 }
    return end
  }

  /// `\s+(?!\S)|\s+`, where a blank stands at `start`.
  private func endOfBlanks(from start: Int) -> Int {
    var end = start
    while end < count {
      let next = character(at: end)
      if next.kind & CharacterClass.blank == 0 { break }
      end += next.length
    }
    return givingBackOneBlank(from: start, to: end)
  }

  /// Blanks before something else leave the last one to it, unless there is only one.
  private func givingBackOneBlank(from start: Int, to end: Int) -> Int {
    if end == count { return end }
    var last = end - 1
    while bytes[last] & 0xC0 == 0x80 { last -= 1 }
    return last > start ? last : end
  }

  /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at the apostrophe at `start`.
  ///
  /// Ignoring case, ſ (U+017F) is an s.
  private func endOfContraction(from start: Int, ignoringCase: Bool) -> Int? {
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
}
