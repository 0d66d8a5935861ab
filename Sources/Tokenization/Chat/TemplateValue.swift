/// A value while a template is rendered.
enum TemplateValue: Sendable {
  case none
  /// What was asked for and is not there; its name.
  case undefined(String)
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(MarkedText)
  case list(TemplateList)
  case dictionary(TemplateDictionary)
  case namespace(Int)
  case loop(TemplateLoopState)

  static func string(_ text: String) -> TemplateValue { .string(MarkedText(text)) }

  /// What Python takes for true.
  var isTrue: Bool {
    switch self {
    case .none, .undefined: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): text.count > 0
    case .list(let list): !list.items.isEmpty
    case .dictionary(let dictionary): !dictionary.members.isEmpty
    case .namespace, .loop: true
    }
  }

  /// The number that it is in arithmetic, where truth is 1.
  var number: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  var integer: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  var text: MarkedText? {
    if case .string(let text) = self { text } else { nil }
  }

  /// How deep lists and dictionaries stand in one another.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .dictionary(let dictionary): dictionary.depth
    default: 0
    }
  }

  /// What to call it in an error.
  var kind: String {
    switch self {
    case .none: "none"
    case .undefined(let name): "the undefined \(ChatTemplateError.printable(name))"
    case .bool: "a truth value"
    case .integer: "an integer"
    case .float: "a number"
    case .string: "a string"
    case .list: "a list"
    case .dictionary: "a mapping"
    case .namespace: "a namespace"
    case .loop: "a loop"
    }
  }
}

/// A list; tuples are lists too.
struct TemplateList: Sendable {
  let items: [TemplateValue]
  let depth: Int

  init(_ items: [TemplateValue]) {
    self.items = items
    depth = 1 + (items.lazy.map(\.depth).max() ?? 0)
  }
}

/// A mapping from texts to values, in the order in which it was made.
struct TemplateDictionary: Sendable {
  private(set) var members: [(key: MarkedText, value: TemplateValue)] = []
  private(set) var depth = 1

  init() {}

  init(_ members: [(String, TemplateValue)]) {
    for (key, value) in members { self[MarkedText(key)] = value }
  }

  /// What finding `key` may cost: it is compared with every key.
  func work(of key: MarkedText) -> Int { members.count * (1 + key.count / 16) }

  subscript(key: MarkedText) -> TemplateValue? {
    get { members.first { $0.key == key }?.value }
    set {
      guard let newValue else { return }
      depth = max(depth, 1 + newValue.depth)
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index].value = newValue
      } else {
        members.append((key, newValue))
      }
    }
  }
}

/// Where a loop stands.
struct TemplateLoopState: Sendable {
  let index: Int
  let items: [TemplateValue]

  func attribute(_ name: String) -> TemplateValue? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(items.count - index)
    case "revindex0": .integer(items.count - index - 1)
    case "first": .bool(index == 0)
    case "last": .bool(index == items.count - 1)
    case "length": .integer(items.count)
    case "previtem": index > 0 ? items[index - 1] : .undefined("loop.previtem")
    case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("loop.nextitem")
    default: nil
    }
  }
}
