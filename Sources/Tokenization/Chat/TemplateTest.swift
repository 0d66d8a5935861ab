/// What can stand after `is`.
enum TemplateTest: String, Sendable {
  case defined, undefined, none, string, number, integer, float, boolean, mapping, sequence
  case iterable, odd, even, equalto, eq, ne, divisibleby
  case isTrue = "true"
  case isFalse = "false"
  case isIn = "in"

  var takesArgument: Bool {
    switch self {
    case .equalto, .eq, .ne, .divisibleby, .isIn: true
    default: false
    }
  }
}

extension TemplateInterpreter {
  /// Whether a test holds.
  mutating func holds(
    _ test: TemplateTest, _ value: TemplateValue, _ argument: TemplateValue?, line: Int
  ) throws -> Bool {
    func integer(_ value: TemplateValue) throws -> Int {
      guard let integer = value.integer else {
        throw ChatTemplateError(line: line, "\(value.kind) is neither odd nor even, nor divisible")
      }
      return integer
    }
    switch test {
    case .defined: if case .undefined = value { return false } else { return true }
    case .undefined: if case .undefined = value { return true } else { return false }
    case .none: if case .none = value { return true } else { return false }
    case .string: return value.text != nil
    case .number: return value.number != nil
    case .integer: if case .integer = value { return true } else { return false }
    case .float: if case .float = value { return true } else { return false }
    case .boolean: if case .bool = value { return true } else { return false }
    case .isTrue: if case .bool(true) = value { return true } else { return false }
    case .isFalse: if case .bool(false) = value { return true } else { return false }
    case .mapping: if case .dictionary = value { return true } else { return false }
    case .sequence, .iterable:
      switch value {
      case .string, .list, .dictionary: return true
      // Jinja's undefined is empty, and that can be gone through.
      case .undefined: return true
      default: return false
      }
    case .odd: return try integer(value) % 2 != 0
    case .even: return try integer(value) % 2 == 0
    case .divisibleby:
      let divisor = try integer(argument ?? .none)
      guard divisor != 0 else { throw ChatTemplateError(line: line, "something is divided by 0") }
      return try integer(value).remainderReportingOverflow(dividingBy: divisor).partialValue == 0
    case .equalto, .eq: return try areEqual(value, argument ?? .none, line: line)
    case .ne: return try !areEqual(value, argument ?? .none, line: line)
    case .isIn: return try holds(.contained, value, argument ?? .none, line: line)
    }
  }
}
