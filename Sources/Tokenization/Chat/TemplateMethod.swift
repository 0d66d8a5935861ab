/// The methods of strings and mappings that templates use.
enum TemplateMethod: String, Sendable {
  case strip, lstrip, rstrip, startswith, endswith, split, rsplit, replace, upper, lower, title
  case capitalize, removeprefix, removesuffix, join, splitlines, find
  case items, keys, values, get
}

extension TemplateInterpreter {
  /// What a method of a value gives.
  mutating func apply(
    _ method: TemplateMethod, to base: TemplateValue, _ arguments: Arguments, line: Int
  ) throws -> TemplateValue {
    if case .dictionary(let dictionary) = base {
      return try apply(method, to: dictionary, arguments, line: line)
    }
    guard let text = base.text else {
      throw ChatTemplateError(line: line, "\(base.kind) has no method \(method.rawValue)")
    }
    try spend(1 + text.count, line: line)
    let given = arguments.positional
    func wrong() -> ChatTemplateError {
      ChatTemplateError(
        line: line, "the method \(method.rawValue) is called with the wrong arguments")
    }
    guard arguments.named.isEmpty else { throw wrong() }
    func argument(_ index: Int) throws -> MarkedText {
      guard index < given.count, let text = given[index].text else { throw wrong() }
      return text
    }
    func atMost(_ count: Int) throws { if given.count > count { throw wrong() } }
    switch method {
    case .strip, .lstrip, .rstrip:
      try atMost(1)
      var unwanted: MarkedText?
      if let first = given.first {
        if case .none = first {} else { unwanted = try argument(0) }
      }
      try spend(unwanted?.count ?? 0, line: line)
      return .string(
        text.trimmed(unwanted, left: method != .rstrip, right: method != .lstrip))
    case .startswith, .endswith:
      try atMost(1)
      var wanted = [given.first ?? .none]
      if case .list(let list) = given.first { wanted = list.items }
      for one in wanted {
        guard let one = one.text else { throw wrong() }
        try spend(1 + min(one.count, text.count), line: line)
        if method == .startswith ? text.hasPrefix(one) : text.hasSuffix(one) { return .bool(true) }
      }
      return .bool(false)
    case .split:
      try atMost(2)
      try spend(text.count * 2, line: line)
      let limit = given.count > 1 ? given[1].integer : -1
      guard let limit else { throw wrong() }
      if given.isEmpty { return list(text.words()) }
      if case .none = given[0], given.count == 1 { return list(text.words()) }
      let separator = try argument(0)
      guard separator.count > 0 else { throw wrong() }
      return list(text.split(by: separator, limit: limit < 0 ? .max : limit))
    case .rsplit:
      guard given.count == 2, let limit = given[1].integer, limit >= 0 else { throw wrong() }
      let separator = try argument(0)
      guard separator.count > 0 else { throw wrong() }
      let parts = text.split(by: separator)
      let kept = max(parts.count - limit, 1)
      var first = parts[0]
      for part in parts[1..<kept] { first.characters += separator.characters + part.characters }
      return list([first] + parts[kept...])
    case .replace:
      guard given.count == 2 else { throw wrong() }
      let (old, new) = (try argument(0), try argument(1))
      guard old.count > 0 else { throw wrong() }
      try spend(text.count / old.count * new.count, line: line)
      return .string(text.replacing(old, with: new))
    case .upper, .lower, .capitalize, .title:
      try atMost(0)
      return .string(text.changed(method))
    case .removeprefix:
      let prefix = try argument(0)
      return .string(
        text.hasPrefix(prefix) ? MarkedText(text.characters.dropFirst(prefix.count)) : text)
    case .removesuffix:
      let suffix = try argument(0)
      return .string(
        text.hasSuffix(suffix) ? MarkedText(text.characters.dropLast(suffix.count)) : text)
    case .join:
      guard given.count == 1 else { throw wrong() }
      return try joined(try items(of: given[0], line: line), separator: text, line: line)
    case .splitlines:
      try atMost(0)
      var lines = text.split(by: MarkedText("\n"))
      if lines.last?.count == 0 { lines.removeLast() }
      return list(lines)
    case .find:
      try atMost(1)
      let part = try argument(0)
      try spend(text.count / 4 * min(part.count, 16), line: line)
      return .integer(text.firstIndex(of: part) ?? -1)
    case .items, .keys, .values, .get:
      throw ChatTemplateError(line: line, "\(base.kind) has no method \(method.rawValue)")
    }
  }

  private func list(_ texts: some Sequence<MarkedText>) -> TemplateValue {
    .list(TemplateList(texts.map { .string($0) }))
  }

  mutating func joined(
    _ items: [TemplateValue], separator: MarkedText, line: Int
  ) throws -> TemplateValue {
    var result = MarkedText("")
    for (index, item) in items.enumerated() {
      if index > 0 { result.characters += separator.characters }
      result.characters += try text(of: item, line: line).characters
      try spend(1 + separator.count, line: line)
    }
    return .string(result)
  }

  private mutating func apply(
    _ method: TemplateMethod, to dictionary: TemplateDictionary, _ arguments: Arguments, line: Int
  ) throws -> TemplateValue {
    try spend(dictionary.members.count, line: line)
    switch method {
    case .items: return dictionary.items
    case .keys: return list(dictionary.members.map(\.key))
    case .values: return .list(TemplateList(dictionary.members.map(\.value)))
    case .get:
      guard let key = arguments.positional.first?.text, arguments.positional.count <= 2,
        arguments.named.isEmpty
      else { throw ChatTemplateError(line: line, "get takes a name and perhaps a default") }
      return dictionary[key] ?? (arguments.positional.count == 2 ? arguments.positional[1] : .none)
    default:
      throw ChatTemplateError(line: line, "a mapping has no method \(method.rawValue)")
    }
  }
}

extension TemplateDictionary {
  /// Its members, each a list of name and value.
  var items: TemplateValue {
    .list(TemplateList(members.map { .list(TemplateList([.string($0.key), $0.value])) }))
  }
}

extension MarkedText {
  /// With other letters.
  func changed(_ method: TemplateMethod) -> MarkedText {
    switch method {
    case .upper: return uppercased
    case .lower: return lowercased
    case .capitalize: return capitalized
    default:
      var wasLetter = false
      return MarkedText(
        characters.flatMap { character in
          let one = MarkedText([character])
          defer { wasLetter = character.scalar.properties.isCased }
          return wasLetter ? one.lowercased.characters : one.capitalized.characters
        })
    }
  }
}
