/// Text in columns, for terminals of 80.
enum Chart {
  static let width = 80

  /// The columns that a text takes up: two for East Asian wide characters and emoji, none for marks.
  static func columns(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns($1) }
  }

  /// The text, cut with `…` where it is wider, and shown on one line.
  static func fitted(_ text: String, _ width: Int) -> String {
    var shown = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let visible = visible(scalar)
      let size = columns(visible)
      if used + size > width {
        while used > width - 1, let last = shown.unicodeScalars.popLast() {
          used -= columns(last)
        }
        return shown + "…"
      }
      shown += visible
      used += size
    }
    return shown
  }

  /// The text with spaces behind it (or before it) up to a width.
  static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - columns(text)))
    return left ? space + text : text + space
  }

  /// A bar of so many cells at most, in eighths; anything above nothing shows.
  static func bar(_ share: Double, cells: Int) -> String {
    let share = min(max(share, 0), 1)
    let eighths = max(Int((share * Double(cells * 8)).rounded()), share > 0 ? 1 : 0)
    return String(repeating: "█", count: eighths / 8)
      + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
  }

  /// A share as `12.3 %`, and `<0.1 %` for what would read as nothing.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "0.0 %" }
    let tenths = (Double(part) / Double(whole) * 1000).rounded()
    if tenths == 0 { return "<0.1 %" }
    return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
  }

  private static func visible(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\t", "\n", "\r": return " "
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "<U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)>"
    default: return String(scalar)
    }
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }
}
