extension TemplateParser {
  /// An expression, or several with commas between them, which are a list.
  mutating func tuple() throws -> TemplateExpression {
    let first = try expression()
    guard token == .symbol(",") else { return first }
    var items = [first]
    while take(",") {
      if token == .variableEnd || token == .blockEnd || token == .symbol(")") { break }
      items.append(try expression())
    }
    return .list(items)
  }

  /// An expression, perhaps `a if b else c`.
  mutating func expression() throws -> TemplateExpression {
    try nested { parser in
      let value = try parser.disjunction()
      guard parser.takeWord("if") else { return value }
      let condition = try parser.disjunction()
      let otherwise = parser.takeWord("else") ? try parser.expression() : nil
      return .conditional(value, if: condition, else: otherwise)
    }
  }

  /// Counts one more operator of the tag. A chain of them is a tree as deep as it is long, and chains
  /// in chains add up, so that only a limit for all bounds how deep a tree is.
  private mutating func countOperator() throws {
    operators += 1
    guard operators <= 512 else {
      throw ChatTemplateError(line: line, "the tag has more than 512 operators")
    }
  }

  mutating func disjunction() throws -> TemplateExpression {
    var left = try conjunction()
    while takeWord("or") {
      try countOperator()
      left = .or(left, try conjunction())
    }
    return left
  }

  private mutating func conjunction() throws -> TemplateExpression {
    var left = try negation()
    while takeWord("and") {
      try countOperator()
      left = .and(left, try negation())
    }
    return left
  }

  private mutating func negation() throws -> TemplateExpression {
    if takeWord("not") { return .not(try nested { try $0.negation() }) }
    return try comparison()
  }

  private mutating func comparison() throws -> TemplateExpression {
    let left = try sum()
    var parts: [(operation: TemplateComparison, right: TemplateExpression)] = []
    let line = line
    while true {
      if case .symbol(let symbol) = token, let operation = TemplateComparison(rawValue: symbol) {
        advance()
        parts.append((operation, try sum()))
      } else if takeWord("in") {
        parts.append((.contained, try sum()))
      } else if token == .name("not"), tokens[index + 1].token == .name("in") {
        advance()
        advance()
        parts.append((.notContained, try sum()))
      } else {
        return parts.isEmpty ? left : .comparison(left, parts, line: line)
      }
    }
  }

  /// Operators of one strength, from left to right.
  private mutating func operations(
    _ symbols: [String], _ operand: (inout Self) throws -> TemplateExpression
  ) throws -> TemplateExpression {
    var left = try operand(&self)
    while case .symbol(let symbol) = token, symbols.contains(symbol) {
      let line = line
      try countOperator()
      advance()
      left = .arithmetic(symbol, left, try operand(&self), line: line)
    }
    return left
  }

  private mutating func sum() throws -> TemplateExpression {
    try operations(["+", "-"]) { try $0.joined() }
  }

  private mutating func joined() throws -> TemplateExpression {
    let line = line
    var parts = [try product()]
    while take("~") { parts.append(try product()) }
    return parts.count == 1 ? parts[0] : .joined(parts, line: line)
  }

  private mutating func product() throws -> TemplateExpression {
    try operations(["*", "/", "//", "%"]) { try $0.unary() }
  }

  private mutating func unary() throws -> TemplateExpression {
    try filtered(try sign())
  }

  private mutating func sign() throws -> TemplateExpression {
    let line = line
    if take("-") { return .negative(try nested { try $0.sign() }, line: line) }
    if take("+") { return try nested { try $0.sign() } }
    let value = try postfix(try primary())
    if token == .symbol("**") { throw ChatTemplateError.unsupported("the operator **", line: line) }
    return value
  }

  private mutating func primary() throws -> TemplateExpression {
    let line = line
    switch token {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return .literal(.bool(true))
      case "false", "False": return .literal(.bool(false))
      case "none", "None": return .literal(.none)
      case "and", "or", "not", "if", "else", "in", "is":
        throw ChatTemplateError(line: line, "there is \(name) where a value should be")
      default: return .name(name, line: line)
      }
    case .string(let first):
      advance()
      var text = first
      while case .string(let next) = token {
        text += next
        advance()
      }
      return .literal(.string(text))
    case .integer(let value):
      advance()
      return .literal(.integer(value))
    case .float(let value):
      advance()
      return .literal(.float(value))
    case .symbol("("):
      advance()
      if take(")") { return .list([]) }
      let value = try nested { try $0.tuple() }
      try expect(")")
      return value
    case .symbol("["):
      advance()
      var items: [TemplateExpression] = []
      while !take("]") {
        if !items.isEmpty { try expect(",") }
        if take("]") { break }
        items.append(try expression())
      }
      return .list(items)
    case .symbol("{"):
      advance()
      var members: [(key: TemplateExpression, value: TemplateExpression)] = []
      while !take("}") {
        if !members.isEmpty { try expect(",") }
        if take("}") { break }
        let key = try expression()
        try expect(":")
        members.append((key, try expression()))
      }
      return .dictionary(members)
    default: throw unexpected(instead: "a value")
    }
  }

  private mutating func postfix(_ first: TemplateExpression) throws -> TemplateExpression {
    var value = first
    while true {
      let line = line
      if take(".") {
        try countOperator()
        if case .integer(let index) = token {
          advance()
          value = .item(value, .literal(.integer(index)), line: line)
          continue
        }
        let name = try expectName()
        guard take("(") else {
          value = .attribute(value, name, line: line)
          continue
        }
        guard let method = TemplateMethod(rawValue: name) else {
          throw ChatTemplateError.unsupported(
            "the method \(ChatTemplateError.printable(name))", line: line)
        }
        value = .method(value, method, try arguments(), line: line)
      } else if take("[") {
        try countOperator()
        value = try subscripted(value, line)
      } else if take("(") {
        guard case .name(let name, _) = value,
          ["range", "namespace", "raise_exception", "strftime_now", "dict"].contains(name)
        else {
          if case .name(let name, _) = value {
            throw ChatTemplateError.unsupported(
              "the function \(ChatTemplateError.printable(name))", line: line)
          }
          throw ChatTemplateError.unsupported("calling a value", line: line)
        }
        value = .call(name, try arguments(), line: line)
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(
    _ value: TemplateExpression, _ line: Int
  ) throws -> TemplateExpression {
    var parts: [TemplateExpression?] = [nil]
    var isSlice = false
    while !take("]") {
      if take(":") {
        isSlice = true
        parts.append(nil)
      } else if parts[parts.count - 1] == nil {
        parts[parts.count - 1] = try expression()
      } else {
        throw unexpected(instead: "]")
      }
    }
    guard isSlice else {
      guard let index = parts[0] else { throw unexpected(instead: "an index") }
      return .item(value, index, line: line)
    }
    guard parts.count <= 3 else { throw unexpected(instead: "a slice") }
    return .slice(
      value, from: parts[0], to: parts[1], step: parts.count > 2 ? parts[2] : nil, line: line)
  }

  /// What stands in the parentheses of a call, the first of which is read.
  private mutating func arguments() throws -> TemplateArguments {
    var arguments = TemplateArguments()
    var isFirst = true
    while !take(")") {
      if !isFirst { try expect(",") }
      isFirst = false
      if take(")") { break }
      if case .name(let name) = token, tokens[index + 1].token == .symbol("=") {
        advance()
        advance()
        arguments.named.append((name, try expression()))
      } else {
        arguments.positional.append(try expression())
      }
    }
    return arguments
  }

  /// A value with the filters and the tests that follow it.
  private mutating func filtered(_ first: TemplateExpression) throws -> TemplateExpression {
    var value = first
    while true {
      let line = line
      if take("|") {
        try countOperator()
        let name = try expectName()
        guard let filter = TemplateFilter(rawValue: name) else {
          throw ChatTemplateError.unsupported(
            "the filter \(ChatTemplateError.printable(name))", line: line)
        }
        value = .filter(value, filter, take("(") ? try arguments() : .init(), line: line)
      } else if takeWord("is") {
        try countOperator()
        let isNegated = takeWord("not")
        let name = try expectName()
        guard let test = TemplateTest(rawValue: name) else {
          throw ChatTemplateError.unsupported(
            "the test \(ChatTemplateError.printable(name))", line: line)
        }
        var given: [TemplateExpression] = []
        if take("(") {
          given = try arguments().positional
        } else if test.takesArgument {
          given = [try postfix(try primary())]
        }
        guard given.count == (test.takesArgument ? 1 : 0) else {
          throw ChatTemplateError(line: line, "the test \(name) has the wrong number of arguments")
        }
        value = .test(value, test, given, line: line)
        if isNegated { value = .not(value) }
      } else {
        return value
      }
    }
  }
}
