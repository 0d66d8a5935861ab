/// An expression of a template.
indirect enum TemplateExpression: Sendable {
  case literal(TemplateValue)
  case name(String, line: Int)
  case list([TemplateExpression])
  case dictionary([(key: TemplateExpression, value: TemplateExpression)])
  case attribute(TemplateExpression, String, line: Int)
  case item(TemplateExpression, TemplateExpression, line: Int)
  case slice(
    TemplateExpression, from: TemplateExpression?, to: TemplateExpression?,
    step: TemplateExpression?, line: Int)
  /// A function of the environment.
  case call(String, TemplateArguments, line: Int)
  /// A method of a value.
  case method(TemplateExpression, TemplateMethod, TemplateArguments, line: Int)
  case filter(TemplateExpression, TemplateFilter, TemplateArguments, line: Int)
  case test(TemplateExpression, TemplateTest, [TemplateExpression], line: Int)
  case not(TemplateExpression)
  case and(TemplateExpression, TemplateExpression)
  case or(TemplateExpression, TemplateExpression)
  /// Comparisons that must all hold, each with the next operand.
  case comparison(
    TemplateExpression, [(operation: TemplateComparison, right: TemplateExpression)], line: Int)
  case arithmetic(String, TemplateExpression, TemplateExpression, line: Int)
  case negative(TemplateExpression, line: Int)
  /// All of them as text, one after another.
  case joined([TemplateExpression], line: Int)
  case conditional(TemplateExpression, if: TemplateExpression, else: TemplateExpression?)
}

/// What a call is given.
struct TemplateArguments: Sendable {
  var positional: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
}

enum TemplateComparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

/// What a template does.
indirect enum TemplateStatement: Sendable {
  case text(MarkedText)
  case output(TemplateExpression, line: Int)
  case condition(
    [(condition: TemplateExpression, body: [TemplateStatement])], else: [TemplateStatement])
  case loop(TemplateLoop)
  case set([String], TemplateExpression, line: Int)
  /// The text of a body becomes a variable.
  case capture(String, [TemplateStatement])
  case setAttribute(String, String, TemplateExpression, line: Int)
  /// What the model is to learn.
  case generation([TemplateStatement])
  case leaveLoop
  case nextTurn
}

struct TemplateLoop: Sendable {
  let variables: [String]
  let sequence: TemplateExpression
  let condition: TemplateExpression?
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]
  let line: Int
}
