/// A token of a template.
enum TemplateToken: Sendable, Equatable {
  /// Text outside of any tag.
  case data(String)
  /// `{%`, `%}`, `{{`, `}}`.
  case blockBegin, blockEnd, variableBegin, variableEnd
  case name(String)
  case string(String)
  case integer(Int)
  case float(Double)
  case symbol(String)
  case end

  /// What to call it in an error.
  var shown: String {
    switch self {
    case .data: "text"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .variableBegin: "{{"
    case .variableEnd: "}}"
    case .name(let name): ChatTemplateError.printable(name)
    case .string: "a string"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .symbol(let symbol): symbol
    case .end: "the end of the template"
    }
  }
}

/// Cuts a template into tokens, with the white space control of Jinja's `trim_blocks` and
/// `lstrip_blocks`, under which `transformers` renders chat templates.
struct TemplateLexer {
  private static let longest = 1 << 20

  private let source: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var tokens: [(token: TemplateToken, line: Int)] = []

  /// The tokens of a template, the last of them `end`, each with its line.
  ///
  /// - Throws: ``ChatTemplateError``.
  static func tokens(of source: String) throws -> [(token: TemplateToken, line: Int)] {
    guard source.utf8.count <= longest else {
      throw ChatTemplateError("the chat template is larger than 1 MiB")
    }
    var lexer = TemplateLexer(source)
    try lexer.run()
    return lexer.tokens
  }

  private init(_ source: String) {
    var scalars: [Unicode.Scalar] = []
    for scalar in source.unicodeScalars {
      if scalar == "\n", scalars.last == "\r" { scalars.removeLast() }
      scalars.append(scalar)
    }
    scalars = scalars.map { $0 == "\r" ? "\n" : $0 }
    // One line break at the end belongs to the file, not to the template.
    if scalars.last == "\n" { scalars.removeLast() }
    self.source = scalars
  }

  private func has(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { text in
      index + text.count <= source.count
        && text.indices.allSatisfy { source[index + $0].value == UInt32(text[$0]) }
    }
  }

  private mutating func run() throws {
    var isAtLineStart = true
    while true {
      let start = index
      while index < source.count,
        !(source[index] == "{" && index + 1 < source.count
          && "%{#".unicodeScalars.contains(source[index + 1]))
      {
        index += 1
      }
      var data = source[start..<index]
      if index == source.count {
        add(data)
        tokens.append((.end, line))
        return
      }
      let kind = source[index + 1]
      let sign = index + 2 < source.count ? source[index + 2] : " "
      if sign == "-" {
        while let last = data.last, MarkedText.isSpace(last) { data.removeLast() }
      } else if sign != "+", kind != "{" {
        let lineStart = data.lastIndex(of: "\n").map { $0 + 1 }
        if let lineStart = lineStart ?? (isAtLineStart ? data.startIndex : nil),
          data[lineStart...].allSatisfy(MarkedText.isSpace)
        {
          data = data[..<lineStart]
        }
      }
      add(data)
      line += source[start..<index].count { $0 == "\n" } - data.count { $0 == "\n" }
      index += sign == "-" || sign == "+" ? 3 : 2
      if kind == "#" {
        try skipComment()
      } else {
        try readTag(isBlock: kind == "%")
      }
      isAtLineStart = index > 0 && source[index - 1] == "\n"
    }
  }

  private mutating func add(_ data: ArraySlice<Unicode.Scalar>) {
    if data.isEmpty { return }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: data)
    tokens.append((.data(String(text)), line))
    line += data.count { $0 == "\n" }
  }

  private mutating func skipComment() throws {
    let begin = line
    while index < source.count, !has("#}", at: index) {
      if source[index] == "\n" { line += 1 }
      index += 1
    }
    guard index < source.count else {
      throw ChatTemplateError(line: begin, "the comment has no end")
    }
    let sign = source[index - 1]
    index += 2
    endTag(sign: sign, trims: true)
  }

  /// Skips white space after a tag as far as its sign, or `trim_blocks`, asks for it.
  private mutating func endTag(sign: Unicode.Scalar, trims: Bool) {
    if sign == "-" {
      while index < source.count, MarkedText.isSpace(source[index]) { skip() }
    } else if trims, sign != "+", index < source.count, source[index] == "\n" {
      skip()
    }
  }

  private mutating func skip() {
    if source[index] == "\n" { line += 1 }
    index += 1
  }

  private static let symbols: [String] = [
    "==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "+", "-",
    "*", "/", "%", "~", "<", ">", "=",
  ]

  private mutating func readTag(isBlock: Bool) throws {
    let begin = line
    tokens.append((isBlock ? .blockBegin : .variableBegin, line))
    // A brace that was opened inside has to close before the tag can.
    var depth = 0
    while index < source.count {
      let scalar = source[index]
      if MarkedText.isSpace(scalar) {
        skip()
        continue
      }
      if depth == 0 {
        let signed = scalar == "-" || scalar == "+" ? 1 : 0
        if isBlock ? has("%}", at: index + signed) : has("}}", at: index + signed) {
          tokens.append((isBlock ? .blockEnd : .variableEnd, line))
          index += signed + 2
          return endTag(sign: signed == 1 ? scalar : " ", trims: isBlock)
        }
      }
      if scalar == "\"" || scalar == "'" {
        try readString()
      } else if scalar.properties.isXIDStart || scalar == "_" {
        let start = index
        while index < source.count, source[index].properties.isXIDContinue { index += 1 }
        guard index - start <= 256 else {
          throw ChatTemplateError(line: line, "a name is longer than 256 characters")
        }
        tokens.append((.name(text(start..<index)), line))
      } else if ("0"..."9").contains(scalar) {
        try readNumber()
      } else if let symbol = Self.symbols.first(where: { symbol in
        let scalars = Array(symbol.unicodeScalars)
        return index + scalars.count <= source.count
          && source[index..<index + scalars.count].elementsEqual(scalars)
      }) {
        if "([{".contains(symbol) { depth += 1 }
        if ")]}".contains(symbol) { depth -= 1 }
        tokens.append((.symbol(symbol), line))
        index += symbol.unicodeScalars.count
      } else {
        throw ChatTemplateError(
          line: line,
          "the character \(ChatTemplateError.printable(String(scalar))) is not expected in a tag")
      }
    }
    throw ChatTemplateError(line: begin, "the tag has no end")
  }

  private func text(_ range: Range<Int>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: source[range])
    return String(text)
  }

  private mutating func readNumber() throws {
    let start = index
    func digits(_ index: inout Int) {
      while index < source.count, ("0"..."9").contains(source[index]) || source[index] == "_" {
        index += 1
      }
    }
    digits(&index)
    var isFloat = false
    if index + 1 < source.count, source[index] == ".", ("0"..."9").contains(source[index + 1]) {
      isFloat = true
      index += 1
      digits(&index)
    }
    let text = text(start..<index).filter { $0 != "_" }
    if isFloat, let value = Double(text) {
      tokens.append((.float(value), line))
    } else if let value = Int(text) {
      tokens.append((.integer(value), line))
    } else {
      throw ChatTemplateError(line: line, "the number does not fit 64 bits")
    }
  }

  private mutating func readString() throws {
    let (quote, begin) = (source[index], line)
    var value = String.UnicodeScalarView()
    index += 1
    while index < source.count, source[index] != quote {
      if source[index] != "\\" {
        value.append(source[index])
        skip()
        continue
      }
      guard index + 1 < source.count else { break }
      let escaped = source[index + 1]
      switch escaped {
      case "n": value.append("\n")
      case "t": value.append("\t")
      case "r": value.append("\r")
      case "\\", "'", "\"": value.append(escaped)
      case "u", "x":
        let length = escaped == "u" ? 4 : 2
        let end = index + 2 + length
        guard end <= source.count, let code = UInt32(text(index + 2..<end), radix: 16),
          let scalar = Unicode.Scalar(code)
        else { throw ChatTemplateError(line: line, "the escape \\\(escaped) is not complete") }
        value.append(scalar)
        index += length
      case "\n": line += 1
      case "N", "U", "0"..."7", "a", "b", "f", "v":
        throw ChatTemplateError.unsupported("the escape \\\(escaped)", line: line)
      default:
        // As in Python, a backslash that escapes nothing stands for itself.
        value.append("\\")
        value.append(escaped)
      }
      index += 2
    }
    guard index < source.count else {
      throw ChatTemplateError(line: begin, "the string has no end")
    }
    index += 1
    tokens.append((.string(String(value)), begin))
  }
}
