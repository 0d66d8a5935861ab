/// Tells the events of a world in English.
struct Teller {
  let world: World
  let names: [String]
  var random: RandomSource
  var out: [UInt8] = []

  let book = PhraseBook.english
  let glosses = Glosses.shared
  var mentions: Mentions
  var introducedThings: UInt64 = 0
  var inQuote = false
  /// Whether the family is "Mom" and "Dad" rather than "his mother" and "his father".
  let usesTitles: Bool
  let familyWords: Int
  let livesSomewhere: Bool
  var used: [Int] = []
  var capitalizesNext = true
  var sentenceEnded = false
  var event: Event
  var pendingOpening: Phrase?
  var openedLast = false

  init(world: World, random: RandomSource) {
    self.world = world
    self.random = random
    names = world.beings.map { being in
      guard let name = being.name else { return "" }
      return being.gender == .female ? EnglishNames.female[name] : EnglishNames.male[name]
    }
    mentions = Mentions(count: world.beings.count)
    event = world.events[0]
    livesSomewhere = world.events.contains { $0.kind == .livesAt }
    usesTitles = self.random.chance(55)
    familyWords = self.random.below(3)
    out.reserveCapacity(1200)
  }

  // MARK: The story

  mutating func tellAll() -> Telling {
    var index = 0
    var starts: [Int] = []
    while index < world.events.count {
      starts.append(out.count)
      event = world.events[index]
      let next = index + 1 < world.events.count ? world.events[index + 1] : nil
      index += tellOne(before: next) ? 2 : 1
    }
    let parts = zip(starts, starts.dropFirst() + [out.count]).map { start, end in
      String(decoding: withArticles(Array(out[start..<end])), as: UTF8.self)
    }
    return Telling(parts: parts, names: names, labels: world.beings.indices.map(label))
  }

  /// What somebody is called in an answer.
  private func label(_ being: Int) -> String {
    let it = world.beings[being]
    switch it.relation {
    case .mother, .father, .grandmother, .grandfather:
      let word = familyWord(it.relation, title: usesTitles) ?? ""
      return usesTitles ? word : pronoun(world.beings[0].gender, .possessive) + " " + word
    case .aunt, .uncle: return vocative(being)
    case .neighbour: return "the neighbor"
    case .worker, .creature: return "the " + String(decoding: noun(being), as: UTF8.self)
    default: return names[being]
    }
  }

  /// Tells the current event; true if the next one was told in the same sentence.
  mutating func tellOne(before next: Event?) -> Bool {
    let numbers = book.byEvent[event.kind.rawValue][event.variant]
    if event.kind == .day, random.chance(75), let opening = choose(book.dayOpenings) {
      pendingOpening = opening
      return false
    }
    if let opening = pendingOpening, let phrase = choose(numbers, opening: true) {
      pendingOpening = nil
      beginSentence()
      render(opening.pieces)
      put(", ")
      openedLast = true
      return finish(phrase, before: next)
    }
    if pendingOpening != nil {
      pendingOpening = nil
      let told = event
      event = Event(kind: .day, actor: told.actor, place: told.place)
      if let phrase = choose(book.byEvent[EventKind.day.rawValue][0]) {
        beginSentence()
        _ = finish(phrase, before: nil)
      }
      event = told
    }
    guard let phrase = choose(numbers) else {
      preconditionFailure("English cannot tell \(event.kind) number \(event.variant) here")
    }
    beginSentence()
    if phrase.form == .speech {
      speak(phrase)
      openedLast = false
      return false
    }
    if phrase.isDeed, !openedLast, let openings = book.openings(for: event.kind, phrase),
      random.chance(30), let opening = choose(openings)
    {
      render(opening.pieces)
      put(" ")
      openedLast = true
    } else {
      // After "It was Friday." nothing goes on "then".
      openedLast = event.kind == .day
    }
    return finish(phrase, before: next)
  }

  /// Renders a phrase that is not speech, perhaps together with the next event.
  mutating func finish(_ phrase: Phrase, before next: Event?) -> Bool {
    guard phrase.form == .predicate else {
      render(phrase.pieces)
      mentions.endSentence()
      return false
    }
    if let next, next.actor == event.actor, next.kind != event.kind, phrase.isSimple,
      random.chance(55)
    {
      let told = event
      event = next
      let second = choose(
        book.byEvent[next.kind.rawValue][next.variant], predicate: true)
      event = told
      if let second {
        join(phrase, second, next: next)
        return true
      }
    }
    render([.being(.actor, .subject), .text([UInt8(ascii: " ")])])
    render(phrase.pieces)
    put(".")
    mentions.endSentence()
    return false
  }

  /// Two things that one being did, in one sentence.
  mutating func join(_ first: Phrase, _ second: Phrase, next: Event) {
    let actor: [Piece] = [.being(.actor, .subject), .text([UInt8(ascii: " ")])]
    let way =
      second.isSimple
      ? random.below(openedLast ? 5 : 8) : openedLast ? 4 : 4 + random.below(4)
    if way >= 5 { put(["After ", "When ", "As soon as "][way - 5]) }
    render(actor)
    render(first.pieces)
    switch way {
    case 0...2: put(" and ")
    case 3: put(" and then ")
    case 4:
      put(", and then ")
      render([.being(.actor, .he)])
      put(" ")
    default:
      put(", ")
      render([.being(.actor, .he)])
      put(" ")
    }
    event = next
    render(second.pieces)
    put(".")
    mentions.endSentence()
  }

  mutating func speak(_ phrase: Phrase) {
    guard case .text(let last)? = phrase.pieces.last, let mark = last.last else {
      preconditionFailure("speech must end in a mark")
    }
    var frames =
      switch mark {
      case UInt8(ascii: "?"): book.askings
      case UInt8(ascii: "!"): book.cries
      default: book.sayings
      }
    if let tone = phrase.tone {
      // What is said kindly or happily can also be simply said.
      let isPlain = ["kind", "happy", "proud", "firm"].contains(PhraseBook.toneNames[tone])
      let isCalm = PhraseBook.toneNames[tone] == "kind" && mark != UInt8(ascii: ".")
      if !isPlain || isCalm || mark == UInt8(ascii: "?") || random.chance(60) {
        frames = book.tones[tone]
      }
    }
    switch event.kind {
    case .explains, .givesHint, .givesIngredient, .forgives, .answersThanks, .promises:
      if mark == UInt8(ascii: "."), random.chance(25) { frames = book.replies }
    default: break
    }
    guard let frame = choose(frames) else { preconditionFailure("no way to say it") }
    for piece in frame.pieces {
      if case .quote(let goesOn) = piece {
        put("\"")
        render(phrase.pieces)
        if goesOn, out.last == UInt8(ascii: ".") { out[out.count - 1] = UInt8(ascii: ",") }
        put("\"")
      } else {
        render([piece])
      }
    }
    mentions.endSentence()
  }

  // MARK: Rendering

  mutating func beginSentence() {
    if !out.isEmpty { out.append(UInt8(ascii: " ")) }
    capitalizesNext = true
    sentenceEnded = false
  }

  mutating func render(_ pieces: [Piece]) {
    for piece in pieces {
      switch piece {
      case .text(let bytes): put(bytes)
      case .choice(let options): render(options[random.below(options.count)])
      case .word(let number):
        let words = book.words(of: number, isEvening: world.daypart == .evening)
        render(words[random.ranked(words.count)])
      case .being(let role, let form): putBeing(event.being(role), form)
      case .both: putBoth()
      case .thing(let form): putThing(form)
      case .gloss(let domain, let form): putGloss(domain, form)
      case .quote: preconditionFailure("a quotation outside of a saying")
      case .capital:
        capitalizesNext = true
        mentions.endSentence()
      }
    }
  }

  mutating func putGloss(_ domain: Domain?, _ form: Int) {
    let concept = event.concept(domain)
    let forms = glosses.forms[concept.domain.rawValue][concept.index]
    put(forms[min(form, forms.count - 1)])
  }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  mutating func put(_ bytes: [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ","):
        // A choice that ended in nothing leaves a space behind.
        if out.last == UInt8(ascii: " ") { out.removeLast() }
        sentenceEnded = byte != UInt8(ascii: ",")
      case UInt8(ascii: " "):
        if out.last == UInt8(ascii: " ") { continue }
        if sentenceEnded {
          capitalizesNext = true
          sentenceEnded = false
          if !inQuote { mentions.endSentence() }
        }
      case UInt8(ascii: "\""):
        inQuote.toggle()
        sentenceEnded = false
        capitalizesNext = inQuote
      default:
        if capitalizesNext {
          capitalizesNext = false
          out.append((97...122).contains(byte) ? byte - 32 : byte)
          continue
        }
      }
      out.append(byte)
    }
  }
}
