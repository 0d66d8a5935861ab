extension TemplateInterpreter {
  /// A value as Python's `json.dumps` writes it with `ensure_ascii=False`, which is what `tojson` is
  /// in `transformers`.
  mutating func json(_ value: TemplateValue, indent: Int?, line: Int) throws -> MarkedText {
    var output = MarkedText("")
    try writeJSON(value, indent, 0, line, to: &output)
    return output
  }

  private mutating func writeJSON(
    _ value: TemplateValue, _ indent: Int?, _ depth: Int, _ line: Int, to output: inout MarkedText
  ) throws {
    try spend(4 + (indent ?? 0) * depth, line: line)
    func add(_ text: String) { output.characters += MarkedText(text).characters }
    func breakLine(_ depth: Int) {
      if let indent { add("\n" + String(repeating: " ", count: indent * depth)) }
    }
    func separate(_ isFirst: Bool) {
      if !isFirst { add(indent == nil ? ", " : ",") }
      breakLine(depth + 1)
    }
    switch value {
    case .none: add("null")
    case .bool(let value): add(value ? "true" : "false")
    case .integer(let value): add(String(value))
    case .float(let value) where value.isFinite: add("\(value)")
    case .string(let text): try writeJSON(text, line, to: &output)
    case .list(let list):
      add("[")
      for (index, item) in list.items.enumerated() {
        separate(index == 0)
        try writeJSON(item, indent, depth + 1, line, to: &output)
      }
      if !list.items.isEmpty { breakLine(depth) }
      add("]")
    case .dictionary(let dictionary):
      add("{")
      for (index, member) in dictionary.members.enumerated() {
        separate(index == 0)
        try writeJSON(member.key, line, to: &output)
        add(": ")
        try writeJSON(member.value, indent, depth + 1, line, to: &output)
      }
      if !dictionary.members.isEmpty { breakLine(depth) }
      add("}")
    case .float, .undefined, .namespace, .loop:
      throw ChatTemplateError(line: line, "\(value.kind) cannot be written as JSON")
    }
  }

  private mutating func writeJSON(
    _ text: MarkedText, _ line: Int, to output: inout MarkedText
  ) throws {
    try spend(text.count, line: line)
    let escaped = text.mapped { scalar in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case "\r": return "\\r"
      case "\t": return "\\t"
      case "\u{8}": return "\\b"
      case "\u{C}": return "\\f"
      default:
        guard scalar.value < 0x20 else { return String(scalar) }
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    output.characters +=
      MarkedText("\"").characters + escaped.characters
      + MarkedText("\"").characters
  }
}
