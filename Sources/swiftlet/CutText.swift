import Tokenization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tokens as people read them: each in a colour, or divided by bars.
enum CutText {
  /// `NO_COLOR` (no-color.org) wins over `FORCE_COLOR`; else a terminal decides.
  private static var usesColor: Bool {
    if Terminal.environment("NO_COLOR")?.isEmpty == false { return false }
    if Terminal.environment("FORCE_COLOR")?.isEmpty == false { return true }
    return isatty(STDOUT_FILENO) == 1 && Terminal.environment("TERM") != "dumb"
  }

  /// The tokens on one line.
  static func line(_ ids: some Sequence<UInt32>, _ tokenizer: Tokenizer) -> String {
    let usesColor = usesColor
    return ids.enumerated().map { index, id in
      let shown = tokenizer.shown(id)
      return usesColor
        ? "\u{1B}[30;4\(2 + index % 5)m\(shown)\u{1B}[0m" : (index > 0 ? "|" : "") + shown
    }.joined()
  }
}

extension Tokenizer {
  /// A token as people can read it on one line: its text with a visible sign for line feeds and
  /// tabs, and what is no text as bytes.
  func shown(_ id: UInt32) -> String {
    let special = specialTokens.first { $0.id == id }
    let bytes = special.map { Array($0.content.utf8) } ?? bytes(of: id) ?? []
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return bytes.map { "<\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))>" }
        .joined()
    }
    return text.unicodeScalars.map { scalar in
      switch scalar {
      case "\n": "⏎"
      case "\t": "⇥"
      case "\r": "␍"
      case " ": "␣"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator:
          "<\(String(scalar.value, radix: 16))>"
        default: "\(scalar)"
        }
      }
    }.joined()
  }
}
