/// A pattern that cuts text into pieces, as code that gives exactly the pieces of its regular
/// expression.
protocol PieceRules {
  /// The end of the piece that begins at `start`, which must be below the count.
  static func endOfPiece(in text: ScannedText, from start: Int) -> Int

  /// Whether windows are of use where this byte begins a piece.
  static func usesWindow(at byte: UInt8) -> Bool

  /// Where pieces begin in a window, as far as it is certain, but for the first; each ends where
  /// the next begins.
  static func begins(in window: PieceWindow) -> UInt64
}

/// Goes from piece to piece through a text.
struct PieceScanner<Rules: PieceRules> {
  let text: ScannedText
  /// Where the window lies, and where pieces begin in it that have not been reached.
  private var window = 0
  private var begins: UInt64 = 0

  init(_ text: ScannedText, _ rules: Rules.Type) { self.text = text }

  /// The end of the piece that begins at `start`, which must be below the count, and the end of the
  /// piece before unless it is 0.
  @inline(__always)
  mutating func endOfPiece(from start: Int) -> Int {
    if begins == 0 {
      if text.count &- start < PieceWindow.readable || !Rules.usesWindow(at: text.bytes[start]) {
        return endOfOtherPiece(from: start)
      }
      window = start
      begins = Rules.begins(in: PieceWindow(text.bytes + start))
      if begins == 0 { return endOfOtherPiece(from: start) }
    }
    let end = window &+ begins.trailingZeroBitCount
    begins &= begins &- 1
    return end
  }

  @inline(never)
  private func endOfOtherPiece(from start: Int) -> Int {
    Rules.endOfPiece(in: text, from: start)
  }
}

/// Something that is done with a pattern's code, compiled for each pattern.
protocol PieceRulesVisitor {
  mutating func visit<Rules: PieceRules>(_ rules: Rules.Type)
}

extension PreTokenizer {
  /// Has `visitor` work with the code of this pattern.
  func accept(_ visitor: inout some PieceRulesVisitor) {
    switch self {
    case .gpt2: visitor.visit(GPT2Rules<NumbersInText>.self)
    case .gpt2Digits: visitor.visit(GPT2Rules<SingleDigits>.self)
    case .gpt2Numbers: visitor.visit(GPT2Rules<NumbersApart>.self)
    case .gpt4: visitor.visit(LlamaRules<GPT4Variant>.self)
    case .o200k: visitor.visit(O200kRules.self)
    case .llama3, .digits3: visitor.visit(LlamaRules<ThreeDigits>.self)
    case .qwen2, .digits1: visitor.visit(LlamaRules<OneDigit>.self)
    case .digits2: visitor.visit(LlamaRules<TwoDigits>.self)
    case .qwen35: visitor.visit(LlamaRules<Qwen35Variant>.self)
    case .whole: visitor.visit(WholeRules.self)
    }
  }
}

/// No pattern: the whole text is one piece.
enum WholeRules: PieceRules {
  @inline(__always)
  static func endOfPiece(in text: ScannedText, from start: Int) -> Int { text.count }

  static func usesWindow(at byte: UInt8) -> Bool { false }

  static func begins(in window: PieceWindow) -> UInt64 { 0 }
}

/// What GPT-2's pattern does with numbers.
protocol GPT2Variant {
  /// Whether text is cut at numbers before the pattern is run on what is between them.
  static var cutsAtNumbers: Bool { get }
  /// How many digits a piece holds.
  static var maximumDigits: Int { get }
}

enum NumbersInText: GPT2Variant {
  static var cutsAtNumbers: Bool { false }
  static var maximumDigits: Int { .max }
}
enum NumbersApart: GPT2Variant {
  static var cutsAtNumbers: Bool { true }
  static var maximumDigits: Int { .max }
}
enum SingleDigits: GPT2Variant {
  static var cutsAtNumbers: Bool { true }
  static var maximumDigits: Int { 1 }
}

/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum GPT2Rules<Variant: GPT2Variant>: PieceRules {
  @inline(__always)
  private static var known: UInt8 {
    CharacterClass.letter | CharacterClass.number | CharacterClass.blank
  }

  @inline(__always)
  static func usesWindow(at byte: UInt8) -> Bool { byte < 0x80 }

  @inline(__always)
  static func begins(in window: PieceWindow) -> UInt64 {
    var window = window
    let words = PieceWindow.begins(window.letters) | PieceWindow.begins(window.symbols)
    let numbers =
      Variant.maximumDigits == 1 ? window.digits : PieceWindow.begins(window.digits)
    let afterSpaces = PieceWindow.after(window.spaces)
    let begins =
      Variant.cutsAtNumbers
      ? words & ~afterSpaces | numbers | window.blankEndsBeforeWords
      : (words | numbers) & ~afterSpaces | window.blankEnds
    window.stopAtContractions(begins)
    return window.certain(begins)
  }

  @inline(__always)
  static func endOfPiece(in text: ScannedText, from start: Int) -> Int {
    let first = text.bytes[start]
    if first == UInt8(ascii: "'"),
      let end = text.endOfContraction(from: start, ignoringCase: false)
    {
      return end
    }
    var (classes, length) = text.character(at: start)
    var end = start + length
    if first == UInt8(ascii: " "), end < text.count {
      let next = text.character(at: end)
      let apart =
        Variant.cutsAtNumbers
        ? CharacterClass.blank | CharacterClass.number : CharacterClass.blank
      if next.classes & apart == 0 {
        (classes, end) = (next.classes, end + next.length)
      }
    }
    if classes & CharacterClass.letter != 0 {
      return text.endOfLetters(CharacterClass.letter, from: end)
    }
    if classes & known == 0 { return text.endOfRun(outside: known, from: end) }
    if classes & CharacterClass.number != 0 {
      return text.endOfNumbers(from: end, limit: Variant.maximumDigits - 1)
    }
    let blanks = text.endOfBlanks(from: start).end
    if Variant.cutsAtNumbers, text.classes(at: blanks) & CharacterClass.number != 0 {
      return blanks
    }
    return text.givingBackOneBlank(from: start, to: blanks)
  }
}

/// What tells apart the patterns that came after GPT-2's.
protocol LlamaVariant {
  /// The upper bound in `\p{N}{1,3}`.
  static var maximumDigits: Int { get }
  /// What stands for letters in the pattern.
  static var letters: UInt8 { get }
  /// Whether the alternative `\s+$` comes before that for line breaks.
  static var joinsFinalBlanks: Bool { get }
}

extension LlamaVariant {
  static var letters: UInt8 { CharacterClass.letter }
  static var joinsFinalBlanks: Bool { false }
}

enum OneDigit: LlamaVariant { static var maximumDigits: Int { 1 } }
enum TwoDigits: LlamaVariant { static var maximumDigits: Int { 2 } }
enum ThreeDigits: LlamaVariant { static var maximumDigits: Int { 3 } }

enum GPT4Variant: LlamaVariant {
  static var maximumDigits: Int { 3 }
  static var joinsFinalBlanks: Bool { true }
}

enum Qwen35Variant: LlamaVariant {
  static var maximumDigits: Int { 1 }
  static var letters: UInt8 { CharacterClass.letter | CharacterClass.mark }
}

/// ```
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
/// |\s+$|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
enum LlamaRules<Variant: LlamaVariant>: PieceRules {
  @inline(__always)
  private static var known: UInt8 {
    Variant.letters | CharacterClass.number | CharacterClass.blank
  }

  @inline(__always)
  static func usesWindow(at byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x80 }

  @inline(__always)
  static func begins(in window: PieceWindow) -> UInt64 {
    var window = window
    let symbols = PieceWindow.begins(window.symbols) & ~PieceWindow.after(window.spaces)
    let words = window.wordsWithPrefix
    window.joinLineBreaks()
    let begins =
      words | window.numbers(limit: Variant.maximumDigits) | symbols | window.blankEnds
    window.stopAtLineBreaks()
    window.stopAtContractions(begins)
    return window.certain(begins)
  }

  @inline(__always)
  static func endOfPiece(in text: ScannedText, from start: Int) -> Int {
    let first = text.bytes[start]
    if first == UInt8(ascii: "'"),
      let end = text.endOfContraction(from: start, ignoringCase: true)
    {
      return end
    }
    let (classes, length) = text.character(at: start)
    let end = start + length
    if classes & Variant.letters != 0 { return text.endOfLetters(Variant.letters, from: end) }
    if classes & CharacterClass.number != 0 {
      return text.endOfNumbers(from: end, limit: Variant.maximumDigits - 1)
    }
    if end < text.count, classes & CharacterClass.lineBreak == 0 {
      let next = text.character(at: end)
      if next.classes & Variant.letters != 0 {
        return text.endOfLetters(Variant.letters, from: end + next.length)
      }
      if first == UInt8(ascii: " "), next.classes & known == 0 {
        return endOfSymbols(in: text, from: end + next.length)
      }
    }
    if classes & known == 0 { return endOfSymbols(in: text, from: end) }

    let blanks = text.endOfBlanks(from: start)
    if Variant.joinsFinalBlanks, blanks.end == text.count { return blanks.end }
    if blanks.afterLineBreak > start { return blanks.afterLineBreak }
    return text.givingBackOneBlank(from: start, to: blanks.end)
  }

  /// `[^\s\p{L}\p{N}]*[\r\n]*`
  @inline(__always)
  private static func endOfSymbols(in text: ScannedText, from start: Int) -> Int {
    var end = text.endOfRun(outside: known, from: start)
    while end < text.count, text.bytes[end] == 0x0A || text.bytes[end] == 0x0D { end += 1 }
    return end
  }
}

/// ```
/// [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|…|'d)?
/// |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|…|'d)?
/// |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// ```
enum O200kRules: PieceRules {
  private static let known = CharacterClass.letter | CharacterClass.number | CharacterClass.blank
  private static let inWord = CharacterClass.upper | CharacterClass.lower

  @inline(__always)
  static func usesWindow(at byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x80 }

  @inline(__always)
  static func begins(in window: PieceWindow) -> UInt64 {
    var window = window
    window.joinLineBreaks(withSlashes: true)
    let symbols = PieceWindow.begins(window.symbols) & ~PieceWindow.after(window.spaces)
    let small = window.letters & ~window.capitals
    let words = window.wordsWithPrefix | window.capitals & PieceWindow.after(small)
    let begins = words | window.numbers(limit: 3) | symbols | window.blankEnds
    window.stopAtLineBreaks()
    window.stopAtWordsWithContractions(begins)
    return window.certain(begins)
  }

  @inline(__always)
  static func endOfPiece(in text: ScannedText, from start: Int) -> Int {
    let (classes, length) = text.character(at: start)
    let end = start + length
    if classes & CharacterClass.letter != 0 { return endOfWord(in: text, from: start) }
    if classes & CharacterClass.number != 0 { return text.endOfNumbers(from: end, limit: 2) }
    if classes & CharacterClass.lineBreak == 0 {
      let next = text.classes(at: end)
      if classes & CharacterClass.mark != 0 {
        // A mark is what may come before a word, and also a letter of one. Before capitals alone
        // the first alternative fails, and is tried again with the mark as the whole word.
        if next & inWord == 0 { return endOfWord(in: text, from: start) }
        return endOfWord(in: text, from: end, takesCapitalsAlone: false)
      }
      if next & inWord != 0 { return endOfWord(in: text, from: end) }
      if end < text.count, text.bytes[start] == UInt8(ascii: " "), next & known == 0 {
        return endOfSymbols(in: text, from: end)
      }
    }
    if classes & known == 0 { return endOfSymbols(in: text, from: start) }
    let blanks = text.endOfBlanks(from: start)
    if blanks.afterLineBreak > start { return blanks.afterLineBreak }
    return text.givingBackOneBlank(from: start, to: blanks.end)
  }

  /// The end of the word at `start`, where one of its letters stands.
  ///
  /// Capitals, then small letters. Where no small letter follows the capitals, they are given back
  /// up to the last that is both (a mark, or a letter without case), unless there is none.
  /// - Parameter takesCapitalsAlone: Whether capitals without anything behind them are a word.
  @inline(__always)
  private static func endOfWord(
    in text: ScannedText, from start: Int, takesCapitalsAlone: Bool = true
  ) -> Int {
    var end = start
    var afterLower = start
    while end < text.count {
      let next = text.character(at: end)
      if next.classes & CharacterClass.upper == 0 { break }
      end += next.length
      if next.classes & CharacterClass.lower != 0 { afterLower = end }
    }
    let afterUpper = end
    end = text.endOfLowerCase(from: end)
    if end == afterUpper, afterLower > start || !takesCapitalsAlone { end = afterLower }
    if end < text.count, text.bytes[end] == UInt8(ascii: "'"),
      let contraction = text.endOfContraction(from: end, ignoringCase: true)
    {
      return contraction
    }
    return end
  }

  /// `[^\s\p{L}\p{N}]+[\r\n/]*`
  @inline(__always)
  private static func endOfSymbols(in text: ScannedText, from start: Int) -> Int {
    var end = text.endOfRun(outside: known, from: start)
    while end < text.count {
      let byte = text.bytes[end]
      if byte != 0x0A && byte != 0x0D && byte != UInt8(ascii: "/") { break }
      end += 1
    }
    return end
  }
}
