/// How text is cut into pieces that no token crosses.
///
/// Every pattern is run by a scanner that gives exactly the pieces of its regular expression; the
/// Unicode classes are those of ``UnicodeTables``. Bytes that are not well-formed UTF-8 count as
/// characters that are neither letters, numbers nor blanks.
public enum PreTokenizer: String, CaseIterable, Sendable {
  /// GPT-2's pattern.
  case gpt2
  /// The pattern of SmolLM, StarCoder and Command-R: every digit is a piece of its own, and each stretch
  /// between digits is cut by GPT-2's pattern as if it were all there is. A digit is any
  /// character of Unicode's classes Nd, Nl and No; the thirteen that came with Unicode 17, which some
  /// builds of `tokenizers` know, are none.
  case gpt2Digits = "gpt2-digits"
  /// As `gpt2-digits`, but the digits of a number are one piece.
  case gpt2Numbers = "gpt2-numbers"
  /// GPT-4's pattern (`cl100k_base`), as tiktoken 0.14 has it: as `llama3`, but blanks at the end
  /// of the text are one piece even with line breaks among them.
  case gpt4
  /// GPT-4o's pattern (`o200k_base`): words are cut where a capital follows a small letter, and a
  /// contraction belongs to its word.
  case o200k
  /// Llama 3's pattern: numbers are cut into threes, a line break ends a run of blanks.
  case llama3
  /// The pattern of Qwen 2, 2.5 and 3: as `llama3`, but every digit is a piece of its own.
  case qwen2
  /// Qwen 3.5's pattern: as `qwen2`, but accents and other marks count as letters.
  case qwen35 = "qwen3.5"
  /// The pattern of minbpe and nanochat with single digits; it cuts as `qwen2` does.
  case digits1
  /// The pattern of minbpe and nanochat with numbers cut into twos.
  case digits2
  /// The pattern of minbpe and rustbpe with numbers cut into threes; it cuts as `llama3` does.
  case digits3
  /// The whole text is one piece.
  case whole = "none"

  /// The regular expression, in a spelling that Hugging Face's `tokenizers` runs with the same
  /// meaning; `nil` for `whole`.
  ///
  /// Oniguruma, which runs it there, reads `{1,3}+` as a repeated group, not as possessive.
  public var pattern: String? {
    switch self {
    case .gpt2:
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .gpt2Digits: Self.gpt2Pattern(number: #"\p{N}"#)
    case .gpt2Numbers: Self.gpt2Pattern(number: #"\p{N}+"#)
    case .gpt4:
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}|"#
        + #" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
    case .o200k:
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
        + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"#
        + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
        + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"#
        + #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    case .llama3: Self.llamaPattern(number: #"\p{N}{1,3}"#)
    case .qwen2: Self.llamaPattern(number: #"\p{N}"#)
    case .qwen35: Self.llamaPattern(number: #"\p{N}"#, letter: #"[\p{L}\p{M}]"#, marks: #"\p{M}"#)
    case .digits1: Self.minbpePattern(number: #"\p{N}"#)
    case .digits2: Self.minbpePattern(number: #"\p{N}{1,2}"#)
    case .digits3: Self.minbpePattern(number: #"\p{N}{1,3}"#)
    case .whole: nil
    }
  }

  /// GPT-2's between numbers, none of which is behind the end of what it sees.
  private static func gpt2Pattern(number: String) -> String {
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|"# + number
      + #"| ?[^\s\p{L}\p{N}]+|\s+(?![^\s\p{N}])|\s+"#
  }

  private static func llamaPattern(
    number: String, letter: String = #"\p{L}"#, marks: String = ""
  ) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?"# + letter + "+|" + number
      + #"| ?[^\s\p{L}"# + marks + #"\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  private static func minbpePattern(number: String) -> String {
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|"# + number
      + #"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#
  }

  /// Other spellings in use of a pattern with the same meaning.
  private static let aliases: [(pattern: String, name: PreTokenizer)] = [
    // GPT-2's as tiktoken 0.14 has it.
    (
      #"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#, .gpt2
    )
  ]

  /// Finds the pre-tokenizer that a regular expression stands for, by its exact spelling.
  package init?(pattern: String) {
    let spelling = Array(pattern.utf8)
    let known =
      Self.allCases.compactMap { name in name.pattern.map { (pattern: $0, name: name) } }
      + Self.aliases
    guard let match = known.first(where: { $0.pattern.utf8.elementsEqual(spelling) }) else {
      return nil
    }
    self = match.name
  }

  /// Where the pieces of a text lie: ranges of bytes, one after another, that cover all of it.
  public func pieces(of text: [UInt8]) -> [Range<Int>] {
    struct Collector: PieceRulesVisitor {
      let text: ScannedText
      var pieces: [Range<Int>] = []

      mutating func visit<Rules: PieceRules>(_ rules: Rules.Type) {
        var scanner = PieceScanner(text, rules)
        var start = 0
        while start < text.count {
          let end = scanner.endOfPiece(from: start)
          pieces.append(start..<end)
          start = end
        }
      }
    }
    return text.withUnsafeBufferPointer { bytes in
      var collector = Collector(text: ScannedText(bytes))
      accept(&collector)
      return collector.pieces
    }
  }
}
