/// All the ways a language has to tell the events, parsed once.
struct PhraseBook: Sendable {
  static let english = PhraseBook(classes: englishWordClasses, sources: englishPhraseSources)
  static let chinese = PhraseBook(classes: chineseWordClasses, sources: chinesePhraseSources)

  private(set) var phrases: [Phrase] = []
  /// For each event kind and variant, the numbers of its phrases.
  private(set) var byEvent: [[[Int]]] = []
  /// Words of each class, most frequent first.
  private var classes: [[[Piece]]] = []
  /// The words of a class in the evening, if others fit then.
  private var evening: [Int: [[Piece]]] = [:]
  /// Ways to frame a statement, a question and an exclamation; then one list for each tone.
  private(set) var sayings: [Int] = []
  private(set) var replies: [Int] = []
  private(set) var askings: [Int] = []
  private(set) var cries: [Int] = []
  private(set) var tones: [[Int]] = []
  /// Openings of the first sentence of the day, and of later ones by manner.
  private(set) var dayOpenings: [Int] = []
  private(set) var nextOpenings: [Int] = []
  private(set) var atOnceOpenings: [Int] = []
  private(set) var suddenOpenings: [Int] = []
  private(set) var finalOpenings: [Int] = []

  static let toneNames = [
    "sad", "kind", "happy", "scared", "sorry", "proud", "angry", "quiet", "firm",
  ]

  private init(classes classLines: String, sources: [String]) {
    var classNumbers: [String: Int] = [:]
    var plain = PhraseParser(classes: [:], tones: [:])
    for line in classLines.split(separator: "\n") {
      let halves = line.split(separator: ":")
      precondition(halves.count == 2, "word class without a colon: \(line)")
      let words = halves[1].split(separator: ",").map { plain.pieces($0.drop { $0 == " " }) }
      if let number = classNumbers[String(halves[0])] {
        classes[number] += words
      } else {
        classNumbers[String(halves[0])] = classes.count
        classes.append(words)
      }
    }
    for (name, number) in classNumbers {
      evening[number] = classNumbers[name + ".evening"].map { classes[$0] }
    }
    var toneNumbers: [String: Int] = [:]
    for (number, name) in PhraseBook.toneNames.enumerated() { toneNumbers[name] = number }

    var parser = PhraseParser(classes: classNumbers, tones: toneNumbers)
    var sections: [String: [Int]] = [:]
    var names: [String] = []
    for source in sources {
      for line in source.split(separator: "\n") {
        if line.hasPrefix("= ") {
          names = line.dropFirst(2).split(separator: ",").map { String($0.drop { $0 == " " }) }
          continue
        }
        let phrase = parser.phrase(line, number: phrases.count)
        for name in names { sections[name, default: []].append(phrase.number) }
        phrases.append(phrase)
      }
    }
    func take(_ name: String) -> [Int] {
      guard let numbers = sections.removeValue(forKey: name) else {
        preconditionFailure("no phrases for \(name)")
      }
      return numbers
    }
    for kind in EventKind.allCases {
      let general = sections.removeValue(forKey: "\(kind)") ?? []
      let variants = kind.variantNames.map {
        general + (sections.removeValue(forKey: "\(kind).\($0)") ?? [])
      }
      byEvent.append(variants)
      for (name, numbers) in zip(kind.variantNames, variants) {
        precondition(!numbers.isEmpty, "no phrases for \(kind).\(name)")
      }
    }
    sayings = take("tag.say")
    replies = take("tag.reply")
    askings = take("tag.ask")
    cries = take("tag.cry")
    tones = PhraseBook.toneNames.map { take("tone.\($0)") }
    dayOpenings = take("open.day")
    nextOpenings = take("open.next")
    atOnceOpenings = take("open.atOnce")
    suddenOpenings = take("open.sudden")
    finalOpenings = take("open.final")
    precondition(sections.isEmpty, "phrases that nothing uses: \(sections.keys.sorted())")
  }

  /// The words of a class that fit the time of day, most frequent first.
  func words(of number: Int, isEvening: Bool) -> [[Piece]] {
    isEvening ? evening[number] ?? classes[number] : classes[number]
  }
}

extension EventKind {
  /// The names of the variants by their numbers; one unnamed variant if the kind has none.
  package var variantNames: [String] {
    func names<Variant: CaseIterable>(_: Variant.Type) -> [String] {
      Variant.allCases.map { "\($0)" }
    }
    switch self {
    case .hasTrait: return names(Trait.self)
    case .feels: return names(Emotion.self)
    case .scenery: return Catalogue.all(.place).map(\.key)
    case .trouble, .triesAlone: return names(Trouble.self)
    case .explains: return names(Trouble.self) + ["lost"]
    case .remedy: return names(Remedy.self)
    case .cookTrouble: return names(KitchenTrouble.self)
    case .buildTrouble, .suggests: return names(BuildTrouble.self)
    case .seesStuck, .cannotReach, .rescues: return names(Plight.self)
    case .obstacle, .overcomes: return names(Obstacle.self)
    case .seesSight: return Catalogue.all(.sight).map(\.key)
    case .hearsNoise, .discovers: return Catalogue.all(.fear).map(\.key)
    case .worksFor: return names(Chore.self)
    case .contestAnnounced, .boasts, .contestStarts, .rivalFalls: return names(Contest.self)
    case .plants, .waits, .grows: return names(Plant.self)
    case .plantTrouble, .plantAdvice, .caresFor: return names(PlantTrouble.self)
    case .warned, .disobeys, .hidesIt, .cleansUp: return names(Warning.self)
    case .cheerTry: return names(Cheer.self)
    case .wandersOff: return names(Lure.self)
    case .learns: return names(Lesson.self)
    case .aside: return names(Aside.self)
    case .endsWithHabit: return names(Topic.self)
    case .hearsFriendSad, .contestEnds, .pulls: return ["0", "1", "2"]
    case .laterInNeed, .repaysKindness: return ["0", "1", "2", "3"]
    case .givesHint, .foundBecause, .isTempted, .wonders, .comesAlong, .comforts, .takeTurns,
      .recalls:
      return ["0", "1"]
    default: return [""]
    }
  }
}
