/// An error that a person reads: one sentence, and what to do about it.
public protocol HintedError: Error, CustomStringConvertible {
  /// What to do, as one sentence or a command; `nil` where the description says it all.
  var hint: String? { get }
}

extension HintedError {
  /// Text from outside as it may stand in an error: its control characters are escaped, so that the
  /// error stays on one line, and what is behind `limit` characters is left out.
  public static func oneLine(_ text: String, limit: Int = .max) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar {
      case "\n": shown += "\\n"
      case "\t": shown += "\\t"
      case "\r": shown += "\\r"
      case _ where scalar.properties.generalCategory == .control:
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
