/// Renders a conversation by a template.
///
/// A template comes with a model from outside, so it is kept in bounds: it sees nothing but what it
/// is handed, and what it may compute is limited.
struct TemplateInterpreter {
  private var scopes: [[String: TemplateValue]]
  private var namespaces: [[String: TemplateValue]] = []
  private var output: [MarkedText.Character] = []
  private var isGenerated = false
  private var budget: Int

  private enum Flow { case goOn, leaveLoop, nextTurn }

  /// The text of `statements` with these variables.
  ///
  /// - Throws: ``ChatTemplateError``, also where the template raises an exception of its own.
  static func render(
    _ statements: [TemplateStatement], _ variables: [String: TemplateValue], budget: Int
  ) throws -> MarkedText {
    var interpreter = TemplateInterpreter(scopes: [variables], budget: budget)
    _ = try interpreter.run(statements)
    return MarkedText(interpreter.output)
  }

  private init(scopes: [[String: TemplateValue]], budget: Int) {
    self.scopes = scopes
    self.budget = budget
  }

  /// Counts work against what is allowed.
  mutating func spend(_ work: Int, line: Int) throws {
    budget -= work
    guard budget >= 0 else {
      let reason = "the template computes too long or makes too long a text"
      throw line > 0 ? ChatTemplateError(line: line, reason) : ChatTemplateError(reason)
    }
  }

  // MARK: Statements

  private mutating func run(_ statements: [TemplateStatement]) throws -> Flow {
    for statement in statements {
      let flow = try run(statement)
      if flow != .goOn { return flow }
    }
    return .goOn
  }

  private mutating func run(_ statement: TemplateStatement) throws -> Flow {
    switch statement {
    case .text(let text):
      try spend(1 + text.count, line: 0)
      write(text)
    case .output(let expression, let line):
      write(try text(of: try value(of: expression), line: line))
    case .condition(let branches, let otherwise):
      for branch in branches where try value(of: branch.condition).isTrue {
        return try run(branch.body)
      }
      return try run(otherwise)
    case .loop(let loop): try run(loop)
    case .set(let names, let expression, let line):
      try assign(names, try value(of: expression), line: line)
    case .capture(let name, let body):
      let outer = output
      output = []
      let flow = try run(body)
      scopes[scopes.count - 1][name] = .string(MarkedText(output))
      output = outer
      return flow
    case .setAttribute(let name, let attribute, let expression, let line):
      let value = try value(of: expression)
      guard case .namespace(let index) = variable(name) else {
        throw ChatTemplateError(
          line: line,
          "\(ChatTemplateError.printable(name)) is no namespace, whose attributes can be set")
      }
      if case .namespace = value {
        throw ChatTemplateError.unsupported("a namespace in a namespace", line: line)
      }
      namespaces[index][attribute] = value
    case .generation(let body):
      let outer = isGenerated
      isGenerated = true
      let flow = try run(body)
      isGenerated = outer
      return flow
    case .leaveLoop: return .leaveLoop
    case .nextTurn: return .nextTurn
    }
    return .goOn
  }

  private mutating func write(_ text: MarkedText) {
    if isGenerated {
      for var character in text.characters {
        character.isGenerated = true
        output.append(character)
      }
    } else {
      output += text.characters
    }
  }

  private mutating func assign(_ names: [String], _ value: TemplateValue, line: Int) throws {
    if names.count == 1 {
      scopes[scopes.count - 1][names[0]] = value
      return
    }
    guard case .list(let list) = value, list.items.count == names.count else {
      throw ChatTemplateError(
        line: line, "\(value.kind) cannot be taken apart into \(names.count) variables")
    }
    for (name, item) in zip(names, list.items) { scopes[scopes.count - 1][name] = item }
  }

  private mutating func run(_ loop: TemplateLoop) throws {
    var items = try self.items(of: try value(of: loop.sequence), line: loop.line)
    if let condition = loop.condition {
      items = try items.filter { item in
        scopes.append([:])
        defer { scopes.removeLast() }
        try assign(loop.variables, item, line: loop.line)
        return try value(of: condition).isTrue
      }
    }
    if items.isEmpty {
      _ = try run(loop.otherwise)
      return
    }
    for (index, item) in items.enumerated() {
      try spend(1, line: loop.line)
      scopes.append(["loop": .loop(TemplateLoopState(index: index, items: items))])
      defer { scopes.removeLast() }
      try assign(loop.variables, item, line: loop.line)
      if try run(loop.body) == .leaveLoop { break }
    }
  }

  // MARK: Values

  private func variable(_ name: String) -> TemplateValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return .undefined(name)
  }

  /// A value as Jinja prints it.
  mutating func text(of value: TemplateValue, line: Int) throws -> MarkedText {
    switch value {
    case .undefined: return MarkedText("")
    case .string(let text):
      try spend(text.count, line: line)
      return text
    case .none: return MarkedText("None")
    case .bool(let value): return MarkedText(value ? "True" : "False")
    case .integer(let value): return MarkedText(String(value))
    case .float(let value): return MarkedText("\(value)")
    case .list, .dictionary, .namespace, .loop:
      throw ChatTemplateError.unsupported("printing \(value.kind) without tojson", line: line)
    }
  }

  /// What a loop or a filter goes through.
  mutating func items(of value: TemplateValue, line: Int) throws -> [TemplateValue] {
    switch value {
    case .undefined: return []
    case .list(let list):
      try spend(list.items.count, line: line)
      return list.items
    case .dictionary(let dictionary):
      try spend(dictionary.members.count, line: line)
      return dictionary.members.map { .string($0.key) }
    case .string(let text):
      try spend(text.count * 4, line: line)
      return text.characters.map { .string(MarkedText([$0])) }
    default: throw ChatTemplateError(line: line, "\(value.kind) has no elements")
    }
  }

  mutating func value(of expression: TemplateExpression) throws -> TemplateValue {
    try spend(1, line: 0)
    switch expression {
    case .literal(let value): return value
    case .name(let name, let line):
      try spend(1, line: line)
      return variable(name)
    case .list(let items): return .list(TemplateList(try items.map { try stored($0) }))
    case .dictionary(let members):
      var dictionary = TemplateDictionary()
      for (key, member) in members {
        guard let key = try value(of: key).text else {
          throw ChatTemplateError("the chat template makes a mapping whose names are not strings")
        }
        try spend(dictionary.members.count, line: 0)
        dictionary[key] = try stored(member)
      }
      return .dictionary(dictionary)
    case .attribute(let base, let name, let line):
      let base = try value(of: base)
      try spend(1, line: line)
      return try attribute(MarkedText(name), of: base, line: line)
    case .item(let base, let index, let line):
      let base = try value(of: base)
      return try item(try value(of: index), of: base, line: line)
    case .slice(let base, let from, let to, let step, let line):
      let base = try value(of: base)
      func bound(_ expression: TemplateExpression?) throws -> Int? {
        guard let expression else { return nil }
        let value = try value(of: expression)
        if case .none = value { return nil }
        guard let integer = value.integer else {
          throw ChatTemplateError(line: line, "\(value.kind) is no bound of a slice")
        }
        return integer
      }
      return try slice(base, bound(from), bound(to), bound(step) ?? 1, line: line)
    case .call(let name, let arguments, let line):
      return try call(name, arguments, line: line)
    case .method(let base, let method, let arguments, let line):
      let base = try value(of: base)
      return try apply(method, to: base, try evaluated(arguments), line: line)
    case .filter(let base, let filter, let arguments, let line):
      let base = try value(of: base)
      return try apply(filter, to: base, try evaluated(arguments), line: line)
    case .test(let base, let test, let arguments, let line):
      let base = try value(of: base)
      return .bool(
        try holds(test, base, try arguments.map { try value(of: $0) }.first, line: line))
    case .not(let operand): return .bool(try !value(of: operand).isTrue)
    case .and(let left, let right):
      let left = try value(of: left)
      return left.isTrue ? try value(of: right) : left
    case .or(let left, let right):
      let left = try value(of: left)
      return left.isTrue ? left : try value(of: right)
    case .comparison(let first, let parts, let line):
      var left = try value(of: first)
      for (operation, right) in parts {
        let right = try value(of: right)
        if try !holds(operation, left, right, line: line) { return .bool(false) }
        left = right
      }
      return .bool(true)
    case .arithmetic(let operation, let left, let right, let line):
      let left = try value(of: left)
      return try calculated(operation, left, try value(of: right), line: line)
    case .negative(let operand, let line):
      return try calculated("-", .integer(0), try value(of: operand), line: line)
    case .joined(let parts, let line):
      var joined = MarkedText("")
      for part in parts {
        let text = try text(of: try value(of: part), line: line)
        joined.characters += text.characters
      }
      return .string(joined)
    case .conditional(let value, let condition, let otherwise):
      if try self.value(of: condition).isTrue { return try self.value(of: value) }
      return try otherwise.map { try self.value(of: $0) }
        ?? .undefined("value of an if without else")
    }
  }

  /// A value that goes into a list or a mapping.
  private mutating func stored(_ expression: TemplateExpression) throws -> TemplateValue {
    let value = try value(of: expression)
    switch value {
    case .namespace, .loop:
      throw ChatTemplateError(
        "the chat template puts \(value.kind) into another value, which is not supported")
    default:
      guard value.depth < 32 else {
        throw ChatTemplateError("the chat template's lists stand more than 32 deep in one another")
      }
      return value
    }
  }

  /// Arguments whose values are known.
  struct Arguments {
    var positional: [TemplateValue]
    var named: [(name: String, value: TemplateValue)]
  }

  private mutating func evaluated(_ arguments: TemplateArguments) throws -> Arguments {
    Arguments(
      positional: try arguments.positional.map { try stored($0) },
      named: try arguments.named.map { ($0.name, try stored($0.value)) })
  }

  mutating func attribute(
    _ name: MarkedText, of base: TemplateValue, line: Int
  ) throws -> TemplateValue {
    switch base {
    case .dictionary(let dictionary):
      try spend(dictionary.work(of: name), line: line)
      return dictionary[name] ?? .undefined(name.string)
    case .namespace(let index): return namespaces[index][name.string] ?? .undefined(name.string)
    case .loop(let state):
      if let value = state.attribute(name.string) { return value }
      throw ChatTemplateError.unsupported(
        "loop.\(ChatTemplateError.printable(name.string))", line: line)
    case .undefined(let what):
      throw ChatTemplateError(
        line: line,
        "\(ChatTemplateError.printable(what)) is undefined, so it has no "
          + ChatTemplateError.printable(name.string))
    default: return .undefined(name.string)
    }
  }

  private mutating func item(
    _ index: TemplateValue, of base: TemplateValue, line: Int
  ) throws -> TemplateValue {
    try spend(1, line: line)
    if let name = index.text { return try attribute(name, of: base, line: line) }
    guard let index = index.integer else {
      throw ChatTemplateError(line: line, "\(index.kind) is no index")
    }
    func place(in count: Int) -> Int? {
      let place = index < 0 ? index + count : index
      return (0..<count).contains(place) ? place : nil
    }
    switch base {
    case .list(let list):
      return place(in: list.items.count).map { list.items[$0] } ?? .undefined("element \(index)")
    case .string(let text):
      return place(in: text.count).map { .string(MarkedText([text.characters[$0]])) }
        ?? .undefined("character \(index)")
    case .undefined(let what):
      throw ChatTemplateError(
        line: line, "\(ChatTemplateError.printable(what)) is undefined, so it has no elements")
    default: return .undefined("element \(index)")
    }
  }

  /// What Python's `base[from:to:step]` gives.
  private mutating func slice(
    _ base: TemplateValue, _ from: Int?, _ to: Int?, _ step: Int, line: Int
  ) throws -> TemplateValue {
    guard step != 0, step > Int.min else {
      throw ChatTemplateError(line: line, "the step of a slice is 0")
    }
    func indices(_ count: Int) -> StrideTo<Int> {
      let lowest = step > 0 ? 0 : -1
      func bound(_ value: Int?, _ absent: Int) -> Int {
        guard let value else { return absent }
        let place = value < 0 ? max(value, -count - 1) + count : value
        return min(max(place, lowest), step > 0 ? count : count - 1)
      }
      let start = bound(from, step > 0 ? 0 : count - 1)
      let end = bound(to, step > 0 ? count : -1)
      // Beyond the length a larger step changes nothing, and a smaller one cannot overflow.
      return stride(from: start, to: end, by: min(max(step, -count - 1), count + 1))
    }
    switch base {
    case .list(let list):
      try spend(list.items.count, line: line)
      return .list(TemplateList(indices(list.items.count).map { list.items[$0] }))
    case .string(let text):
      try spend(text.count, line: line)
      return .string(MarkedText(indices(text.count).map { text.characters[$0] }))
    default: throw ChatTemplateError(line: line, "\(base.kind) cannot be sliced")
    }
  }

  // MARK: Functions of the environment

  private mutating func call(
    _ name: String, _ arguments: TemplateArguments, line: Int
  ) throws -> TemplateValue {
    let given = try evaluated(arguments)
    switch name {
    case "namespace":
      guard given.positional.isEmpty, namespaces.count < 1_000 else {
        throw ChatTemplateError.unsupported("such a namespace", line: line)
      }
      namespaces.append(Dictionary(given.named.map { ($0.name, $0.value) }) { $1 })
      return .namespace(namespaces.count - 1)
    case "dict":
      guard given.positional.isEmpty else {
        throw ChatTemplateError.unsupported("such a dict", line: line)
      }
      // Each name is looked for among those before it.
      try spend(given.named.count * given.named.count / 2, line: line)
      return .dictionary(TemplateDictionary(given.named.map { ($0.name, $0.value) }))
    case "raise_exception":
      let reason = try given.positional.first.map { try text(of: $0, line: line).string } ?? ""
      throw ChatTemplateError(
        line: line, "the template refuses the conversation: \(ChatTemplateError.printable(reason))")
    case "range":
      let bounds = given.positional.compactMap(\.integer)
      guard bounds.count == given.positional.count, (1...3).contains(bounds.count) else {
        throw ChatTemplateError(line: line, "range takes one to three integers")
      }
      let (start, end) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
      let step = bounds.count == 3 ? bounds[2] : 1
      let limit = 1 << 40
      guard step != 0, [start, end, step].allSatisfy({ (-limit...limit).contains($0) }) else {
        throw ChatTemplateError(line: line, "range has a step of 0 or too large a bound")
      }
      let count = max(0, (end - start + step - step.signum()) / step)
      try spend(count, line: line)
      return .list(TemplateList(stride(from: start, to: end, by: step).map { .integer($0) }))
    default:
      throw ChatTemplateError.unsupported(
        "the function \(name), which depends on the day,", line: line)
    }
  }
}
