/// Reads the tokens of a template as statements; expressions are read in another file.
struct TemplateParser {
  /// How deep tags and expressions may stand in one another.
  private static let deepest = 64

  var tokens: [(token: TemplateToken, line: Int)]
  var index = 0
  private var depth = 0
  /// The operators of the tag that is read.
  var operators = 0
  private var loops = 0
  private(set) var hasGeneration = false

  /// The statements of a template, and whether it marks what is to be learned.
  ///
  /// - Throws: ``ChatTemplateError``.
  static func parse(
    _ source: String
  ) throws -> (statements: [TemplateStatement], hasGeneration: Bool) {
    var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
    let statements = try parser.body(until: [], of: "")
    return (statements, parser.hasGeneration)
  }

  private init(tokens: [(token: TemplateToken, line: Int)]) { self.tokens = tokens }

  var line: Int { tokens[index].line }
  var token: TemplateToken { tokens[index].token }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  /// Takes a symbol if it comes next.
  mutating func take(_ symbol: String) -> Bool {
    guard token == .symbol(symbol) else { return false }
    advance()
    return true
  }

  /// Takes a word if it comes next.
  mutating func takeWord(_ word: String) -> Bool {
    guard token == .name(word) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: String) throws {
    guard take(symbol) else { throw unexpected(instead: symbol) }
  }

  mutating func expectName() throws -> String {
    guard case .name(let name) = token else { throw unexpected(instead: "a name") }
    advance()
    return name
  }

  func unexpected(instead wanted: String) -> ChatTemplateError {
    ChatTemplateError(line: line, "there is \(token.shown) where \(wanted) should be")
  }

  /// Runs `body` one level deeper.
  mutating func nested<Result>(_ body: (inout Self) throws -> Result) throws -> Result {
    guard depth < Self.deepest else {
      throw ChatTemplateError(line: line, "more than \(Self.deepest) levels stand in one another")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func endTag() throws {
    guard token == .blockEnd else { throw unexpected(instead: "%}") }
    advance()
  }

  /// The statements up to a tag that begins with one of `ends`, whose name is not yet read.
  private mutating func body(until ends: [String], of tag: String) throws -> [TemplateStatement] {
    let begin = line
    var statements: [TemplateStatement] = []
    while true {
      switch token {
      case .data(let text):
        statements.append(.text(MarkedText(text)))
        advance()
      case .variableBegin:
        let line = line
        operators = 0
        advance()
        let expression = try tuple()
        guard token == .variableEnd else { throw unexpected(instead: "}}") }
        advance()
        statements.append(.output(expression, line: line))
      case .blockBegin:
        operators = 0
        advance()
        guard case .name(let name) = token else { throw unexpected(instead: "the name of a tag") }
        if ends.contains(name) { return statements }
        advance()
        statements.append(try nested { try $0.statement(name) })
      case .end where ends.isEmpty:
        return statements
      case .end:
        throw ChatTemplateError(line: begin, "the tag \(tag) has no end")
      default:
        throw unexpected(instead: "text or a tag")
      }
    }
  }

  private mutating func statement(_ name: String) throws -> TemplateStatement {
    let line = tokens[index - 1].line
    switch name {
    case "if": return try condition()
    case "for": return try loop(line)
    case "set": return try assignment(line)
    case "generation":
      try endTag()
      let body = try body(until: ["endgeneration"], of: name)
      advance()
      try endTag()
      hasGeneration = true
      return .generation(body)
    case "break", "continue":
      guard loops > 0 else {
        throw ChatTemplateError(line: line, "\(name) stands outside of loops")
      }
      try endTag()
      return name == "break" ? .leaveLoop : .nextTurn
    default:
      if name.hasPrefix("end") || name == "else" || name == "elif" {
        throw ChatTemplateError(
          line: line, "the tag \(ChatTemplateError.printable(name)) ends nothing")
      }
      throw ChatTemplateError.unsupported(
        "the tag \(ChatTemplateError.printable(name))", line: line)
    }
  }

  private mutating func condition() throws -> TemplateStatement {
    var branches: [(TemplateExpression, [TemplateStatement])] = []
    var otherwise: [TemplateStatement] = []
    while true {
      let test = try tuple()
      try endTag()
      branches.append((test, try body(until: ["elif", "else", "endif"], of: "if")))
      if takeWord("elif") { continue }
      if takeWord("else") {
        try endTag()
        otherwise = try body(until: ["endif"], of: "if")
      }
      advance()
      try endTag()
      return .condition(branches, else: otherwise)
    }
  }

  private mutating func loop(_ line: Int) throws -> TemplateStatement {
    var variables = [try expectName()]
    while take(",") { variables.append(try expectName()) }
    guard takeWord("in") else { throw unexpected(instead: "in") }
    // Without `a if b`: there the condition belongs to the loop.
    let sequence = try disjunction()
    let condition = takeWord("if") ? try expression() : nil
    if token == .name("recursive") {
      throw ChatTemplateError.unsupported("a recursive loop", line: line)
    }
    try endTag()
    loops += 1
    let body = try body(until: ["else", "endfor"], of: "for")
    loops -= 1
    var otherwise: [TemplateStatement] = []
    if takeWord("else") {
      try endTag()
      otherwise = try self.body(until: ["endfor"], of: "for")
    }
    advance()
    try endTag()
    return .loop(
      TemplateLoop(
        variables: variables, sequence: sequence, condition: condition, body: body,
        otherwise: otherwise, line: line))
  }

  private mutating func assignment(_ line: Int) throws -> TemplateStatement {
    var names = [try expectName()]
    if take(".") {
      let attribute = try expectName()
      try expect("=")
      let value = try tuple()
      try endTag()
      return .setAttribute(names[0], attribute, value, line: line)
    }
    while take(",") { names.append(try expectName()) }
    if take("=") {
      let value = try tuple()
      try endTag()
      return .set(names, value, line: line)
    }
    if token == .symbol("|") {
      throw ChatTemplateError.unsupported("set with a filter and no value", line: line)
    }
    try endTag()
    let body = try body(until: ["endset"], of: "set")
    advance()
    try endTag()
    return .capture(names[0], body)
  }
}
