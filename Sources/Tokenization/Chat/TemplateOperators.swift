extension TemplateInterpreter {
  /// Whether two values are equal, as Python compares them.
  mutating func areEqual(_ left: TemplateValue, _ right: TemplateValue, line: Int) throws -> Bool {
    try spend(1, line: line)
    if let left = left.integer, let right = right.integer { return left == right }
    if let left = left.number, let right = right.number { return left == right }
    switch (left, right) {
    case (.none, .none), (.undefined, .undefined): return true
    case (.string(let left), .string(let right)):
      try spend(min(left.count, right.count) / 16, line: line)
      return left == right
    case (.list(let left), .list(let right)):
      guard left.items.count == right.items.count else { return false }
      for (left, right) in zip(left.items, right.items) {
        if try !areEqual(left, right, line: line) { return false }
      }
      return true
    case (.dictionary(let left), .dictionary(let right)):
      guard left.members.count == right.members.count else { return false }
      for (key, value) in left.members {
        try spend(right.work(of: key), line: line)
        guard let other = right[key], try areEqual(value, other, line: line) else { return false }
      }
      return true
    default: return false
    }
  }

  /// Whether a comparison holds.
  mutating func holds(
    _ comparison: TemplateComparison, _ left: TemplateValue, _ right: TemplateValue, line: Int
  ) throws -> Bool {
    switch comparison {
    case .equal: return try areEqual(left, right, line: line)
    case .notEqual: return try !areEqual(left, right, line: line)
    case .contained: return try contains(right, left, line: line)
    case .notContained: return try !contains(right, left, line: line)
    case .less: return try isLess(left, right, line: line)
    case .greater: return try isLess(right, left, line: line)
    case .lessOrEqual: return try !isLess(right, left, line: line)
    case .greaterOrEqual: return try !isLess(left, right, line: line)
    }
  }

  private mutating func isLess(
    _ left: TemplateValue, _ right: TemplateValue, line: Int
  ) throws -> Bool {
    try spend(1, line: line)
    if let left = left.integer, let right = right.integer { return left < right }
    if let left = left.number, let right = right.number { return left < right }
    if let left = left.text, let right = right.text {
      try spend(min(left.count, right.count), line: line)
      return left < right
    }
    throw ChatTemplateError(line: line, "\(left.kind) and \(right.kind) have no order")
  }

  private mutating func contains(
    _ container: TemplateValue, _ value: TemplateValue, line: Int
  ) throws -> Bool {
    switch container {
    case .string(let text):
      guard let part = value.text else {
        throw ChatTemplateError(line: line, "\(value.kind) cannot be in a string")
      }
      try spend(text.count / 4 * min(part.count, 16), line: line)
      return text.firstIndex(of: part) != nil
    case .dictionary(let dictionary):
      try spend(dictionary.members.count, line: line)
      return value.text.map { dictionary[$0] != nil } ?? false
    default:
      for item in try items(of: container, line: line)
      where try areEqual(item, value, line: line) {
        return true
      }
      return false
    }
  }

  /// The result of an operator.
  mutating func calculated(
    _ operation: String, _ left: TemplateValue, _ right: TemplateValue, line: Int
  ) throws -> TemplateValue {
    try spend(1, line: line)
    if operation == "+" {
      if let left = left.text, let right = right.text {
        try spend(left.count + right.count, line: line)
        return .string(left + right)
      }
      if case .list(let left) = left, case .list(let right) = right {
        try spend(left.items.count + right.items.count, line: line)
        return .list(TemplateList(left.items + right.items))
      }
    }
    if let left = left.integer, let right = right.integer, operation != "/" {
      return .integer(try integer(operation, left, right, line: line))
    }
    guard let first = left.number, let second = right.number else {
      throw ChatTemplateError(
        line: line, "\(operation) does not go with \(left.kind) and \(right.kind)")
    }
    if second == 0, "/%".contains(operation.prefix(1)) {
      throw ChatTemplateError(line: line, "something is divided by 0")
    }
    switch operation {
    case "+": return .float(first + second)
    case "-": return .float(first - second)
    case "*": return .float(first * second)
    case "/": return .float(first / second)
    case "//": return .float((first / second).rounded(.down))
    default: return .float(first - second * (first / second).rounded(.down))
    }
  }

  /// Integers, where division rounds down as in Python.
  private func integer(_ operation: String, _ left: Int, _ right: Int, line: Int) throws -> Int {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case "+": result = left.addingReportingOverflow(right)
    case "-": result = left.subtractingReportingOverflow(right)
    case "*": result = left.multipliedReportingOverflow(by: right)
    default:
      guard right != 0 else { throw ChatTemplateError(line: line, "something is divided by 0") }
      let rest = left.remainderReportingOverflow(dividingBy: right).partialValue
      let isBelow = rest != 0 && (rest < 0) != (right < 0)
      if operation == "%" { return isBelow ? rest + right : rest }
      result = left.dividedReportingOverflow(by: right)
      if isBelow { return result.partialValue - 1 }
    }
    guard !result.overflow else { throw ChatTemplateError(line: line, "a number is too large") }
    return result.partialValue
  }
}
