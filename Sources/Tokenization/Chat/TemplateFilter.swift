/// The filters that templates use.
enum TemplateFilter: String, Sendable {
  case trim, tojson, length, count, `default`, d, upper, lower, capitalize, title, first, last
  case join, list, string, int, replace, reverse, items, safe, map, selectattr, rejectattr
}

extension TemplateInterpreter {
  /// What a filter makes of a value.
  mutating func apply(
    _ filter: TemplateFilter, to base: TemplateValue, _ arguments: Arguments, line: Int
  ) throws -> TemplateValue {
    try spend(1, line: line)
    func wrong() -> ChatTemplateError {
      ChatTemplateError(
        line: line, "the filter \(filter.rawValue) is used with the wrong arguments")
    }
    /// One argument by place or by name; the names that a filter does not know are refused.
    func argument(_ index: Int, _ name: String) -> TemplateValue? {
      index < arguments.positional.count
        ? arguments.positional[index] : arguments.named.first { $0.name == name }?.value
    }
    func allow(_ names: [String]) throws {
      guard arguments.positional.count <= names.count,
        arguments.named.allSatisfy({ names.contains($0.name) })
      else { throw wrong() }
    }
    switch filter {
    case .trim:
      try allow(["chars"])
      let text = try text(of: base, line: line)
      guard let unwanted = argument(0, "chars") else { return .string(text.trimmed()) }
      guard let unwanted = unwanted.text else { throw wrong() }
      try spend(unwanted.count, line: line)
      return .string(text.trimmed(unwanted))
    case .tojson:
      try allow(["indent"])
      guard let indent = argument(0, "indent") else {
        return .string(try json(base, indent: nil, line: line))
      }
      if case .none = indent { return .string(try json(base, indent: nil, line: line)) }
      guard let width = indent.integer, (0...16).contains(width) else { throw wrong() }
      return .string(try json(base, indent: width, line: line))
    case .length, .count:
      try allow([])
      switch base {
      case .string(let text): return .integer(text.count)
      case .list(let list): return .integer(list.items.count)
      case .dictionary(let dictionary): return .integer(dictionary.members.count)
      case .undefined: return .integer(0)
      default: throw ChatTemplateError(line: line, "\(base.kind) has no length")
      }
    case .default, .d:
      try allow(["default_value", "boolean"])
      let substitute = argument(0, "default_value") ?? .string("")
      if case .undefined = base { return substitute }
      return argument(1, "boolean")?.isTrue == true && !base.isTrue ? substitute : base
    case .upper, .lower, .capitalize, .title:
      try allow([])
      let text = try text(of: base, line: line)
      return .string(text.changed(TemplateMethod(rawValue: filter.rawValue) ?? .lower))
    case .first, .last:
      try allow([])
      let items = try items(of: base, line: line)
      return (filter == .first ? items.first : items.last)
        ?? .undefined("\(filter.rawValue) element")
    case .join:
      try allow(["d", "attribute"])
      if argument(1, "attribute") != nil { throw wrong() }
      let separator = try argument(0, "d").map { try text(of: $0, line: line) }
      return try joined(
        try items(of: base, line: line), separator: separator ?? MarkedText(""), line: line)
    case .list:
      try allow([])
      return .list(TemplateList(try items(of: base, line: line)))
    case .string, .safe:
      try allow([])
      return .string(try text(of: base, line: line))
    case .int:
      try allow(["default"])
      if let integer = base.integer { return .integer(integer) }
      if case .float(let value) = base, let integer = Int(exactly: value.rounded(.towardZero)) {
        return .integer(integer)
      }
      if let text = base.text {
        try spend(text.count, line: line)
        if let integer = Int(text.trimmed().string) { return .integer(integer) }
      }
      return argument(0, "default") ?? .integer(0)
    case .replace:
      try allow(["old", "new"])
      guard let old = argument(0, "old"), let new = argument(1, "new") else { throw wrong() }
      return try apply(
        TemplateMethod.replace, to: .string(try text(of: base, line: line)),
        Arguments(positional: [old, new], named: []), line: line)
    case .reverse:
      try allow([])
      if let text = base.text {
        try spend(text.count, line: line)
        return .string(MarkedText(text.characters.reversed()))
      }
      return .list(TemplateList(try items(of: base, line: line).reversed()))
    case .items:
      try allow([])
      if case .undefined = base { return .list(TemplateList([])) }
      guard case .dictionary(let dictionary) = base else { throw wrong() }
      try spend(dictionary.members.count, line: line)
      return dictionary.items
    case .map:
      guard arguments.positional.isEmpty, arguments.named.count == 1,
        let name = argument(0, "attribute")?.text
      else { throw ChatTemplateError.unsupported("map without attribute=", line: line) }
      return .list(
        TemplateList(
          try items(of: base, line: line).map { try attribute(name, of: $0, line: line) }))
    case .selectattr, .rejectattr:
      guard arguments.named.isEmpty, let name = arguments.positional.first?.text,
        arguments.positional.count <= 3
      else { throw wrong() }
      var test: TemplateTest?
      if arguments.positional.count > 1 {
        let word = arguments.positional[1].text?.string ?? ""
        test = TemplateTest(rawValue: word == "==" ? "eq" : word == "!=" ? "ne" : word)
        guard let test, test.takesArgument == (arguments.positional.count == 3) else {
          throw ChatTemplateError.unsupported(
            "the test \(ChatTemplateError.printable(word)) in \(filter.rawValue)", line: line)
        }
      }
      let kept = try items(of: base, line: line).filter { item in
        let value = try attribute(name, of: item, line: line)
        let isChosen =
          try test.map { try holds($0, value, arguments.positional.dropFirst(2).first, line: line) }
          ?? value.isTrue
        return isChosen == (filter == .selectattr)
      }
      return .list(TemplateList(kept))
    }
  }
}
