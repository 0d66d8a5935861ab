/// How text is cut into pieces that no token crosses.
///
/// Every pattern is run by a scanner that gives exactly the pieces of its regular expression; the
/// Unicode classes are those of ``UnicodeTables``. Bytes that are not well-formed UTF-8 count as
/// characters that are neither letters, numbers nor blanks.
public enum PreTokenizer: String, CaseIterable, Sendable {
  /// GPT-2's pattern.
  case gpt2
  /// GPT-4's pattern (`cl100k_base`), as tiktoken 0.14 has it: as `llama3`, but blanks at the end
  /// of the text are one piece even with line breaks among them.
  case gpt4
  /// Llama 3's pattern: numbers are cut into threes, a line break ends a run of blanks.
  case llama3
  /// The pattern of Qwen 2, 2.5 and 3: as `llama3`, but every digit is a piece of its own.
  case qwen2
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
    case .gpt4:
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}|"#
        + #" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
    case .llama3: Self.llamaPattern(number: #"\p{N}{1,3}"#)
    case .qwen2: Self.llamaPattern(number: #"\p{N}"#)
    case .whole: nil
    }
  }

  private static func llamaPattern(number: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + number
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Other spellings in use of a pattern with the same meaning.
  private static let aliases: [(pattern: String, name: PreTokenizer)] = [
    // cl100k without the rule for the end of the text, as minbpe and rustbpe write it.
    (
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*"#
        + #"|\s*[\r\n]|\s+(?!\S)|\s+"#, .llama3
    )
  ]

  /// Finds the pre-tokenizer that a regular expression stands for, by its exact spelling.
  init?(pattern: String) {
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
    text.withUnsafeBufferPointer { bytes in
      let scanner = PieceScanner(bytes, rules: self)
      var pieces: [Range<Int>] = []
      var start = 0
      while start < bytes.count {
        let end = scanner.endOfPiece(from: start)
        pieces.append(start..<end)
        start = end
      }
      return pieces
    }
  }
}
