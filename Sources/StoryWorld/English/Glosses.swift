/// English words for the concepts: the forms that phrases ask for, in bytes.
struct Glosses: Sendable {
  static let shared = Glosses()

  /// By domain, concept and form.
  private(set) var forms: [[[[UInt8]]]] = []
  /// What a craft is made of, by the index of the thing.
  private(set) var materials: [[UInt8]] = []

  private init() {
    var written: [String: [String]] = [:]
    for line in englishGlosses.split(separator: "\n") {
      let halves = line.split(separator: "=")
      precondition(halves.count == 2, "gloss without an equals sign: \(line)")
      let forms = halves[1].split(separator: "/").map { trimmed($0) }
      let key = trimmed(halves[0])
      precondition(written[key] == nil, "two glosses for \(key)")
      written[key] = forms
    }
    for domain in Domain.allCases {
      forms.append(
        Catalogue.all(domain).map { concept in
          let given = written["\(domain) \(concept.key)"]
          let key = concept.key
          switch domain {
          case .thing:
            return (given ?? [key, key]).map { Array($0.utf8) }
          case .place:
            return (given ?? ["the \(key)", "in the \(key)", "to the \(key)"]).map {
              Array($0.utf8)
            }
          case .species, .job, .ingredient:
            return (given ?? [key]).map { Array($0.utf8) }
          default:
            guard let given else { preconditionFailure("no English for \(domain) \(key)") }
            return given.map { Array($0.utf8) }
          }
        })
    }
    materials = Catalogue.all(.thing).map { thing in
      guard thing.is(.craft) else { return [] }
      guard let made = written["made \(thing.key)"] else {
        preconditionFailure("no materials for \(thing.key)")
      }
      return Array(made[0].utf8)
    }
  }
}

private func trimmed(_ text: Substring) -> String {
  var text = text
  while text.first == " " { text.removeFirst() }
  while text.last == " " { text.removeLast() }
  return String(text)
}
