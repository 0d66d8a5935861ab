/// A part of a phrase: fixed text, a choice, a word from a class, or somebody or something of the
/// event that is told.
enum Piece: Sendable {
  case text([UInt8])
  case choice([[Piece]])
  /// A word of a class, by the number of the class.
  case word(Int)
  case being(Role, BeingForm)
  /// Actor and other together.
  case both
  case thing(ThingForm)
  case gloss(Domain?, Int)
  /// What is said; `true` if the sentence goes on after it.
  case quote(goesOn: Bool)
  /// The next letter is a capital, though no full stop came before.
  case capital
}

enum Role: Int, Sendable { case actor, other, third, hero }

enum BeingForm: Sendable {
  case subject, object, possessive, name, bareName, noun, trait, most, he, him, his, himself,
    vocative
  /// The measure word of a language that counts with them.
  case count
}

enum ThingForm: Sendable { case definite, indefinite, noun, materials }

/// One way to tell an event.
///
/// Written as a line of text: `$A` `$B` `$C` `$H` are actor, other, third being and hero, with forms
/// after a dot (`.o` object, `.s` possessive, `.n` name, `.name` nothing but the name, `.kind`, `.trait`, `.he .him .his .self`;
/// `$he $him $his $self` are the actor's; `$AB` is actor and other); `$T` is the thing (`.a`
/// indefinite, `.n` bare, `.of` materials); `$P` the place (`.in`, `.to`); `$S` the hiding place;
/// `$D` the detail (`.ing`, `.ed`); `%class` a word of a class; `{a|b}` a choice. A line that begins
/// with `"` is speech, `"(tone)` in a tone; one that begins with `& ` is a predicate without its
/// subject and full stop; `?word,!word ` says when the line can be used.
struct Phrase: Sendable {
  enum Form: Sendable { case sentence, predicate, speech }

  let number: Int
  let form: Form
  let pieces: [Piece]
  let required: UInt64
  let forbidden: UInt64
  /// Number of the tone of a speech.
  let tone: Int?
  /// Whether the opening of a day can be set before it.
  let takesOpening: Bool
  /// Whether it tells of a deed, so that "Then" or "Suddenly," can be set before it.
  let isDeed: Bool
  /// Whether it has only one verb, so that another can be added.
  let isSimple: Bool
  /// Whether what it tells takes hours or days.
  let isLasting: Bool
}

/// What must be true for a phrase to be used.
enum Condition: Int, CaseIterable, Sendable {
  // The world, the weather and the time.
  case human, animal, sunny, windy, rainy, snowy, cloudy, warm, morning, afternoon, evening
  // Who takes part.
  case adultA, childA, hasB, adultB, familyB, hasC
  /// The actor's character is something to be told off for.
  case flaw
  /// A sentence about the hero's home is part of the story.
  case home
  // The thing; `knownT`: it has been mentioned.
  case hasT, knownT, toy, wear

  static func bit(_ name: Substring) -> UInt64 {
    guard let condition = allCases.first(where: { "\($0)" == name }) else {
      preconditionFailure("unknown condition \(name)")
    }
    return 1 << UInt64(condition.rawValue)
  }
}

/// Reads the lines in which phrases are written.
struct PhraseParser {
  let classes: [String: Int]
  let tones: [String: Int]
  private var bytes: [UInt8] = []
  private var position = 0

  init(classes: [String: Int], tones: [String: Int]) {
    self.classes = classes
    self.tones = tones
  }

  mutating func phrase(_ line: Substring, number: Int) -> Phrase {
    var line = line
    var required: UInt64 = 0
    var forbidden: UInt64 = 0
    if line.first == "?" {
      let conditions = line.dropFirst().prefix { $0 != " " }
      for condition in conditions.split(separator: ",") {
        if condition.first == "!" {
          forbidden |= Condition.bit(condition.dropFirst())
        } else {
          required |= Condition.bit(condition)
        }
      }
      line = line.dropFirst(conditions.count + 2)
    }
    var form = Phrase.Form.sentence
    var tone: Int?
    if line.first == "&" {
      form = .predicate
      line = line.dropFirst(2)
    } else if line.first == "\"", !line.dropFirst().contains("\"") {
      form = .speech
      line = line.dropFirst()
      if line.first == "(" {
        let name = line.dropFirst().prefix { $0 != ")" }
        guard let number = tones[String(name)] else {
          preconditionFailure("unknown tone \(name)")
        }
        tone = number
        line = line.dropFirst(name.count + 3)
      }
    }
    bytes = Array(line.utf8)
    position = 0
    let pieces = parsePieces(nested: false)
    required |= needs(pieces)
    var takesOpening: Bool
    switch (form, pieces.first) {
    case (.predicate, _), (.sentence, .being?), (.sentence, .both?): takesOpening = true
    default: takesOpening = false
    }
    if takesOpening, ["had ", "在书上看见过", "做梦都想"].contains(where: fixedStart(pieces).hasPrefix) {
      takesOpening = false
    }
    let isDeed = takesOpening && !PhraseParser.states.contains { fixedStart(pieces).hasPrefix($0) }
    let text = String(line)
    let isSimple = ![
      " and ", ",", " but ", " until ", " so that ", " at once", "right away", " not ", "，",
    ].contains { text.contains($0) }
    return Phrase(
      number: number, form: form, pieces: pieces, required: required, forbidden: forbidden,
      tone: tone, takesOpening: takesOpening, isDeed: isDeed, isSimple: isSimple,
      isLasting: PhraseParser.durations.contains { text.contains($0) })
  }

  /// Words after which a sentence tells of a state and not of a deed.
  private static let states = [
    "was ", "were ", "had ", "did not", "could ", "is ", "felt ", "knew ", "liked ", "would ",
    "must ",
    "never ", "always ", "heard that", "looked at $T", "wanted ", "wished ", "came in last",
    "很", "觉得", "想", "喜欢", "有", "是", "没有", "知道", "听说", "一直", "总是", "不", "最", "的", "简直", "在哪儿", "记得",
    "认得",
  ]

  /// Words for times that are long, or for doing something many times.
  private static let durations = [
    " every ", " week", " days", " hour", " day", " morning", " until ", " again and again",
    "每", "天天", "星期", "一直", "几天", "三天", "日子", "一上午", "一整天", "钟头", "好久", "半天", "一次又一次",
  ]

  /// The fixed text with which a phrase begins after its subject.
  private func fixedStart(_ pieces: [Piece]) -> String {
    for piece in pieces {
      switch piece {
      case .being, .both: continue
      case .text(let bytes):
        return String(String(decoding: bytes, as: UTF8.self).drop { $0 == " " })
      case .choice(let options):
        return options.first.map(fixedStart) ?? ""
      default: return ""
      }
    }
    return ""
  }

  /// What an event must have for its phrase to make sense: whoever and whatever the phrase names.
  private func needs(_ pieces: [Piece]) -> UInt64 {
    var bits: UInt64 = 0
    for piece in pieces {
      switch piece {
      case .being(.other, _), .both: bits |= Condition.bit("hasB")
      case .being(.third, _): bits |= Condition.bit("hasC")
      case .thing: bits |= Condition.bit("hasT")
      case .choice(let options): for option in options { bits |= needs(option) }
      default: break
      }
    }
    return bits
  }

  /// The pieces of a line that is neither speech nor predicate.
  mutating func pieces(_ line: Substring) -> [Piece] {
    bytes = Array(line.utf8)
    position = 0
    return parsePieces(nested: false)
  }

  private mutating func parsePieces(nested: Bool) -> [Piece] {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
    }
    while position < bytes.count {
      let byte = bytes[position]
      if nested && (byte == UInt8(ascii: "|") || byte == UInt8(ascii: "}")) { break }
      position += 1
      switch byte {
      case UInt8(ascii: "{"):
        flush()
        var options: [[Piece]] = []
        repeat {
          options.append(parsePieces(nested: true))
          precondition(position < bytes.count, "unclosed choice: \(describe())")
          position += 1
        } while bytes[position - 1] == UInt8(ascii: "|")
        pieces.append(.choice(options))
      case UInt8(ascii: "$"):
        flush()
        pieces.append(parseReference())
      case UInt8(ascii: "%"):
        flush()
        let name = parseName()
        guard let number = classes[name] else {
          preconditionFailure("unknown word class \(name): \(describe())")
        }
        pieces.append(.word(number))
      case UInt8(ascii: "^"):
        flush()
        pieces.append(.capital)
      default: text.append(byte)
      }
    }
    flush()
    return pieces
  }

  private func describe() -> String { String(decoding: bytes, as: UTF8.self) }

  private mutating func parseName() -> String {
    let start = position
    while position < bytes.count, (bytes[position] | 0x20) >= UInt8(ascii: "a"),
      (bytes[position] | 0x20) <= UInt8(ascii: "z")
    {
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func parseReference() -> Piece {
    let name = parseName()
    var form = ""
    // A dot is a form only if a small letter follows directly.
    if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."),
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[position + 1])
    {
      position += 1
      form = parseName()
    }
    switch name {
    case "A": return .being(.actor, beingForm(form))
    case "B": return .being(.other, beingForm(form))
    case "C": return .being(.third, beingForm(form))
    case "H": return .being(.hero, beingForm(form))
    case "he", "him", "his", "self": return .being(.actor, beingForm(name))
    case "AB": return .both
    case "T":
      switch form {
      case "": return .thing(.definite)
      case "a": return .thing(.indefinite)
      case "n": return .thing(.noun)
      case "of": return .thing(.materials)
      default: break
      }
    case "P": return .gloss(.place, form == "in" ? 1 : form == "to" ? 2 : 0)
    case "S": return .gloss(.spot, 0)
    case "D": return .gloss(nil, form == "ing" ? 1 : form == "ed" ? 2 : 0)
    case "X":
      let goesOn = position < bytes.count && bytes[position] == UInt8(ascii: ",")
      if goesOn { position += 1 }
      return .quote(goesOn: goesOn)
    default: break
    }
    preconditionFailure("unknown reference $\(name).\(form): \(describe())")
  }

  private func beingForm(_ name: String) -> BeingForm {
    switch name {
    case "": .subject
    case "o": .object
    case "s": .possessive
    case "n": .name
    case "name": .bareName
    case "kind": .noun
    case "trait": .trait
    case "most": .most
    case "he": .he
    case "him": .him
    case "his": .his
    case "self": .himself
    case "v": .vocative
    case "count": .count
    default: preconditionFailure("unknown form .\(name): \(describe())")
    }
  }
}
