/// Tells the events of a world in Chinese.
struct ChineseTeller {
  let world: World
  let names: [String]
  var random: RandomSource
  var out: [UInt8] = []

  let book = PhraseBook.chinese
  let glosses = ChineseGlosses.shared
  var mentions: Mentions
  /// The beings as pronouns see them: an animal is "它", whatever its sex.
  let spoken: [Being]
  var introducedThings: UInt64 = 0
  var inQuote = false
  /// Chooses among words for relatives, once for the whole story.
  let familyWords: Int
  let livesSomewhere: Bool
  var used: [Int] = []
  var event: Event
  private var sentenceIsOpen = false
  private var pendingOpening: Phrase?
  private var openedLast = false

  init(world: World, random: RandomSource) {
    self.world = world
    self.random = random
    names = world.beings.map { being in
      guard let name = being.name else { return "" }
      return being.gender == .female ? ChineseNames.female[name] : ChineseNames.male[name]
    }
    spoken = world.beings.map { being in
      guard being.isAnimal else { return being }
      return Being(
        name: being.name, gender: .neuter, relation: being.relation, species: being.species,
        job: being.job, trait: being.trait, place: being.place, feeling: being.feeling)
    }
    mentions = Mentions(count: world.beings.count)
    event = world.events[0]
    livesSomewhere = world.events.contains { $0.kind == .livesAt }
    familyWords = self.random.below(12)
    out.reserveCapacity(1600)
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
      String(decoding: out[start..<end], as: UTF8.self)
    }
    return Telling(parts: parts, names: names, labels: world.beings.indices.map(label))
  }

  /// Tells the current event; true if the next one was told in the same sentence.
  private mutating func tellOne(before next: Event?) -> Bool {
    let numbers = book.byEvent[event.kind.rawValue][event.variant]
    if event.kind == .day, random.chance(75), let opening = choose(book.dayOpenings) {
      pendingOpening = opening
      return false
    }
    if let opening = pendingOpening {
      pendingOpening = nil
      if let phrase = choose(numbers, opening: true) {
        render(opening.pieces)
        openedLast = true
        return finish(phrase, before: next)
      }
      let told = event
      event = Event(kind: .day, actor: told.actor, place: told.place)
      if let phrase = choose(book.byEvent[EventKind.day.rawValue][0]) {
        _ = finish(phrase, before: nil)
      }
      event = told
    }
    guard let phrase = choose(numbers) else {
      preconditionFailure("Chinese cannot tell \(event.kind) number \(event.variant) here")
    }
    if phrase.form == .speech {
      speak(phrase)
      openedLast = false
      return false
    }
    let isOpened = openedLast
    // After "这天是星期五。" nothing goes on "接着".
    openedLast = event.kind == .day
    if phrase.isDeed, !isOpened, let openings = book.openings(for: event.kind, phrase),
      random.chance(30), let opening = choose(openings)
    {
      render(opening.pieces)
      openedLast = true
    }
    return finish(phrase, before: next)
  }

  /// Renders a phrase that is not speech, perhaps together with the next event.
  private mutating func finish(_ phrase: Phrase, before next: Event?) -> Bool {
    guard phrase.form == .predicate else {
      render(phrase.pieces)
      endSentence()
      return false
    }
    render([.being(.actor, .subject)])
    render(phrase.pieces)
    var isJoined = false
    if let next, next.actor == event.actor, next.kind != event.kind, phrase.isSimple,
      random.chance(60)
    {
      let told = event
      event = next
      if let second = choose(
        book.byEvent[next.kind.rawValue][next.variant], predicate: true)
      {
        put(["，", "，", "，", "，然后", "，接着"][random.below(5)])
        render(second.pieces)
        isJoined = true
      }
      event = told
    }
    put("。")
    return isJoined
  }

  private mutating func speak(_ phrase: Phrase) {
    guard case .text(let last)? = phrase.pieces.last else {
      preconditionFailure("speech must end in a mark")
    }
    let isQuestion = last.suffix(3).elementsEqual("？".utf8)
    var frames =
      if isQuestion {
        book.askings
      } else if last.suffix(3).elementsEqual("！".utf8) {
        book.cries
      } else {
        book.sayings
      }
    if let tone = phrase.tone {
      let name = PhraseBook.toneNames[tone]
      // What is said kindly or happily can also be simply said.
      let isPlain = ["kind", "happy", "proud", "firm"].contains(name)
      if !isPlain || isQuestion || random.chance(60) { frames = book.tones[tone] }
    }
    switch event.kind {
    case .explains, .givesHint, .givesIngredient, .forgives, .answersThanks, .promises:
      if !isQuestion, random.chance(25) { frames = book.replies }
    default: break
    }
    guard let frame = choose(frames) else { preconditionFailure("no way to say it") }
    for piece in frame.pieces {
      if case .quote = piece {
        put("“")
        render(phrase.pieces)
        put("”")
      } else {
        render([piece])
      }
    }
    endSentence()
  }

  private mutating func choose(
    _ numbers: [Int], opening: Bool = false, predicate: Bool = false
  ) -> Phrase? {
    let conditions = world.conditions(
      of: event, knownThings: introducedThings, livesSomewhere: livesSomewhere)
    return book.choose(
      numbers, conditions, opening: opening, predicate: predicate, used: &used, &random)
  }

  // MARK: Rendering

  private mutating func render(_ pieces: [Piece]) {
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
      case .capital: preconditionFailure("Chinese has no capitals")
      }
    }
  }

  private mutating func putGloss(_ domain: Domain?, _ form: Int) {
    let concept = event.concept(domain)
    let forms = glosses.forms[concept.domain.rawValue][concept.index]
    put(forms[min(form, forms.count - 1)])
  }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  /// Appends text; keeps track of quotations and of where sentences end.
  private mutating func put(_ bytes: [UInt8]) {
    let start = out.count
    out += bytes
    for index in stride(from: start, to: out.count - 2, by: 1) where out[index] >= 0xE2 {
      switch (out[index], out[index + 1], out[index + 2]) {
      case (0xE2, 0x80, 0x9C): inQuote = true
      case (0xE2, 0x80, 0x9D): inQuote = false
      case (0xE3, 0x80, 0x82), (0xEF, 0xBC, 0x81), (0xEF, 0xBC, 0x9F):  // 。！？
        if !inQuote { endSentence() }
        continue
      case (0xE4, 0xBB, 0x96):  // 他, before 们
        if index + 5 < out.count, out[index + 4] == 0xBB, out[index + 5] == 0xAC {
          out.replaceSubrange(index..<(index + 3), with: they.utf8)
        }
      default: break
      }
      sentenceIsOpen = true
    }
  }

  /// The first character of the word for actor and other together.
  private var they: String {
    if world.isAnimalWorld { return "它" }
    guard let other = event.other else { return "他" }
    let areFemale =
      world.beings[event.actor].gender == .female && world.beings[other].gender == .female
    return areFemale ? "她" : "他"
  }

  private mutating func endSentence() {
    if sentenceIsOpen { mentions.endSentence() }
    sentenceIsOpen = false
  }
}
