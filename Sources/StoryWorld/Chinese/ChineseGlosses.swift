/// Chinese words for the concepts: the forms that phrases ask for.
struct ChineseGlosses: Sendable {
  static let shared = ChineseGlosses()

  /// By domain, concept and form.
  private(set) var forms: [[[String]]] = []
  /// What a craft is made of, by the index of the thing.
  private(set) var materials: [String] = []

  private init() {
    var written: [String: [String]] = [:]
    for line in chineseGlosses.split(separator: "\n") {
      let halves = line.split(separator: "=")
      precondition(halves.count == 2, "gloss without an equals sign: \(line)")
      let key = ChineseGlosses.trimmed(halves[0])
      precondition(written[key] == nil, "two glosses for \(key)")
      written[key] = halves[1].split(separator: "/").map(ChineseGlosses.trimmed)
    }
    for domain in Domain.allCases {
      forms.append(
        Catalogue.all(domain).map { concept in
          guard let given = written["\(domain) \(concept.key)"] else {
            preconditionFailure("no Chinese for \(domain) \(concept.key)")
          }
          return given
        })
    }
    materials = Catalogue.all(.thing).map { thing in
      guard thing.is(.craft) else { return "" }
      guard let made = written["made \(thing.key)"] else {
        preconditionFailure("no materials for \(thing.key)")
      }
      return made[0]
    }
  }

  /// The plain word for a concept.
  func noun(_ concept: Concept) -> String { forms[concept.domain.rawValue][concept.index][0] }

  /// The last form: of things and animals the measure word.
  func measure(_ concept: Concept) -> String {
    forms[concept.domain.rawValue][concept.index].last ?? "个"
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
