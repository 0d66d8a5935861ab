/// Tells the events of a world in English.
struct Teller {
  let world: World
  let names: [String]
  var random: RandomSource
  var out: [UInt8] = []

  private let book = PhraseBook.shared
  private let glosses = Glosses.shared
  var mentions: Mentions
  var introducedThings: UInt64 = 0
  var inQuote = false
  /// Whether the family is "Mom" and "Dad" rather than "his mother" and "his father".
  let usesTitles: Bool
  private let familyWords: Int
  private let livesSomewhere: Bool
  private var used: [Int] = []
  private var capitalizesNext = true
  private var sentenceEnded = false
  private var event: Event
  private var pendingOpening: Phrase?
  private var openedLast = false

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

  mutating func tellAll() -> String {
    var index = 0
    while index < world.events.count {
      event = world.events[index]
      let next = index + 1 < world.events.count ? world.events[index + 1] : nil
      index += tellOne(before: next) ? 2 : 1
    }
    return String(decoding: withArticles(out), as: UTF8.self)
  }

  /// Tells the current event; true if the next one was told in the same sentence.
  private mutating func tellOne(before next: Event?) -> Bool {
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
    if phrase.isDeed, !openedLast, let openings = openings(for: event.kind),
      random.chance(30), let opening = choose(openings)
    {
      render(opening.pieces)
      put(" ")
      openedLast = true
    } else {
      openedLast = false
    }
    return finish(phrase, before: next)
  }

  /// Renders a phrase that is not speech, perhaps together with the next event.
  private mutating func finish(_ phrase: Phrase, before next: Event?) -> Bool {
    guard phrase.form == .predicate else {
      render(phrase.pieces)
      mentions.endSentence()
      return false
    }
    if let next, next.actor == event.actor, phrase.isSimple, random.chance(55) {
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
  private mutating func join(_ first: Phrase, _ second: Phrase, next: Event) {
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

  private mutating func speak(_ phrase: Phrase) {
    guard case .text(let last)? = phrase.pieces.last, let mark = last.last else {
      preconditionFailure("speech must end in a mark")
    }
    var frames =
      switch mark {
      case UInt8(ascii: "?"): book.askings
      case UInt8(ascii: "!"): book.cries
      default: book.sayings
      }
    if let tone = phrase.tone, mark == UInt8(ascii: "?") || random.chance(60) {
      frames = book.tones[tone]
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

  private func openings(for kind: EventKind) -> [Int]? {
    switch kind {
    case .trouble, .meets, .comesAlong, .hearsCry, .hearsNoise, .rivalFalls, .isLost, .buildTrouble,
      .cookTrouble, .comesUpon, .obstacle, .wandersOff:
      book.suddenOpenings
    case .finds, .learnsSkill, .grows, .buildDone, .dishReady, .reunited, .seesSight,
      .becomeFriends,
      .earns, .cheerWorks:
      book.finalOpenings
    case .triesAlone, .searches, .remedy, .goes, .goesWith, .gathers, .builds, .cooks, .rebuilds,
      .practises, .worksFor, .looksForCause, .walksBack, .caresFor, .mends, .triesSkill, .delivers,
      .buys, .confesses, .cheerTry, .hugs, .givesBack, .returnsHome, .rescues, .overcomes, .joinsIn,
      .plants, .cleansUp, .hidesIt, .findsOwner, .takeTurns, .fetchesHelp, .cookRemedy:
      book.nextOpenings
    default: nil
    }
  }

  // MARK: Choosing

  private func conditions() -> UInt64 {
    var bits: UInt64 = 0
    func set(_ condition: Condition, _ holds: Bool) {
      if holds { bits |= 1 << UInt64(condition.rawValue) }
    }
    set(world.isAnimalWorld ? .animal : .human, true)
    let actor = world.beings[event.actor]
    set(.girl, actor.gender == .female)
    set(.boy, actor.gender == .male)
    switch world.weather {
    case .sunny: set(.sunny, true)
    case .windy: set(.windy, true)
    case .rainy: set(.rainy, true)
    case .snowy: set(.snowy, true)
    case .cloudy: set(.cloudy, true)
    case .warm: set(.warm, true)
    }
    switch world.daypart {
    case .morning: set(.morning, true)
    case .afternoon: set(.afternoon, true)
    case .evening: set(.evening, true)
    }
    set(event.place.is(.outdoor) ? .outdoor : .indoor, true)
    set(.water, event.place.is(.water))
    set(.trees, event.place.is(.trees))
    set(.home, livesSomewhere)
    set(.flaw, actor.trait.isFlaw)
    set(.aHero, event.actor == 0)
    set(.adultA, actor.relation.isGrownUp)
    set(.petA, actor.relation == .creature || actor.relation == .pet)
    set(.childA, !actor.relation.isGrownUp && actor.relation != .creature)
    if let other = event.other {
      let being = world.beings[other]
      set(.hasB, true)
      set(.bHero, other == 0)
      set(.adultB, being.relation.isGrownUp)
      set(.petB, being.relation == .creature || being.relation == .pet)
      set(.childB, !being.relation.isGrownUp && being.relation != .creature)
      set(.familyB, being.relation.isFamily)
      set(.workerB, being.relation == .worker)
      set(.friendB, being.relation == .friend)
      set(.namedB, being.name != nil)
    }
    set(.hasC, event.third != nil)
    if let thing = event.thing {
      set(.hasT, true)
      set(.knownT, introducedThings & (1 << UInt64(thing)) != 0)
      let kind = world.things[thing].kind
      set(.toy, kind.is(.toy))
      set(.wear, kind.is(.clothing))
      set(.food, kind.is(.snack) || kind.is(.dish))
      set(.big, kind.is(.big))
    }
    return bits
  }

  /// A phrase that fits the current event and has not been used in this story, if there is one.
  private mutating func choose(_ numbers: [Int], opening: Bool = false, predicate: Bool = false)
    -> Phrase?
  {
    let conditions = conditions()
    var best: Phrase?
    var count = 0
    var count2 = 0
    for number in numbers {
      let phrase = book.phrases[number]
      if phrase.required & ~conditions != 0 || phrase.forbidden & conditions != 0 { continue }
      if opening && !phrase.takesOpening { continue }
      if predicate && phrase.form != .predicate { continue }
      if used.contains(number) {
        // Only if nothing else fits.
        if count == 0 {
          count2 += 1
          if random.below(count2) == 0 { best = phrase }
        }
        continue
      }
      count += 1
      if random.below(count) == 0 { best = phrase }
    }
    if let best { used.append(best.number) }
    return best
  }

  // MARK: Rendering

  private mutating func beginSentence() {
    if !out.isEmpty { out.append(UInt8(ascii: " ")) }
    capitalizesNext = true
    sentenceEnded = false
  }

  private mutating func render(_ pieces: [Piece]) {
    for piece in pieces {
      switch piece {
      case .text(let bytes): put(bytes)
      case .choice(let options): render(options[random.below(options.count)])
      case .word(let number):
        let words = book.classes[number]
        render(words[random.ranked(words.count)])
      case .being(let role, let form): putBeing(being(role), form)
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

  private func being(_ role: Role) -> Int {
    switch role {
    case .actor: return event.actor
    case .hero: return 0
    case .other:
      guard let other = event.other else { preconditionFailure("\(event.kind) has no other") }
      return other
    case .third:
      guard let third = event.third else { preconditionFailure("\(event.kind) has no third") }
      return third
    }
  }

  private mutating func putGloss(_ domain: Domain?, _ form: Int) {
    let concept: Concept?
    switch domain {
    case .place: concept = event.place
    case .spot: concept = event.spot
    default: concept = event.detail
    }
    guard let concept else { preconditionFailure("\(event.kind) lacks what its phrase names") }
    put(glosses.forms[concept.domain.rawValue][concept.index][form])
  }

  mutating func put(_ text: String) { put(Array(text.utf8)) }

  mutating func put(_ bytes: [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"): sentenceEnded = true
      case UInt8(ascii: " "):
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

  // MARK: Beings

  private mutating func putBeing(_ being: Int, _ form: BeingForm) {
    let gender = world.beings[being].gender
    switch form {
    case .subject, .object, .possessive:
      if inQuote { return putName(being, possessive: form == .possessive) }
      let again = mentions.isHere(being)
      if mentions.isClear(being, among: world.beings), gender != .neuter || again,
        again || random.chance(85)
      {
        mentions.mention(being, byName: false)
        put(pronoun(gender, form))
      } else {
        putName(being, possessive: form == .possessive)
      }
    case .name: putName(being, possessive: false)
    case .noun: put(noun(being))
    case .trait: put(englishTraits[world.beings[being].trait.rawValue])
    case .most: put(englishMostTraits[world.beings[being].trait.rawValue])
    case .he: put(pronoun(gender, .subject))
    case .him: put(pronoun(gender, .object))
    case .his: put(pronoun(gender, .possessive))
    case .himself: put(["herself", "himself", "itself"][gender.rawValue])
    case .vocative:
      let words = vocative(being)
      if !words.isEmpty {
        put(", ")
        put(words)
      }
    }
  }

  private func pronoun(_ gender: Gender, _ form: BeingForm) -> String {
    switch (gender, form) {
    case (.female, .subject): "she"
    case (.female, _): "her"
    case (.male, .subject): "he"
    case (.male, .object): "him"
    case (.male, _): "his"
    case (.neuter, .possessive): "its"
    case (.neuter, _): "it"
    }
  }

  /// Hero's possessive before a relation: "his" or "Tom's".
  private mutating func putHeros() {
    if mentions.isHere(0) || mentions.isClear(0, among: world.beings) {
      put(pronoun(world.beings[0].gender, .possessive))
    } else {
      put(names[0])
      put("'s")
    }
    mentions.mention(0, byName: false)
  }

  private func noun(_ being: Int) -> [UInt8] {
    let it = world.beings[being]
    if let species = it.species {
      let forms = glosses.forms[species.domain.rawValue][species.index]
      return forms[forms.count - 1]
    }
    if let job = it.job { return glosses.forms[job.domain.rawValue][job.index][0] }
    return Array((it.gender == .female ? "girl" : "boy").utf8)
  }

  private func familyWord(_ relation: Relation, title: Bool) -> String? {
    switch relation {
    case .mother:
      title ? ["Mom", "Mother", "Mama"][familyWords] : ["mom", "mother", "mother"][familyWords]
    case .father:
      title ? ["Dad", "Father", "Papa"][familyWords] : ["dad", "father", "father"][familyWords]
    case .grandmother:
      title
        ? ["Grandma", "Grandma", "Granny"][familyWords]
        : ["grandma", "grandmother", "grandmother"][familyWords]
    case .grandfather:
      title
        ? ["Grandpa", "Grandpa", "Grandpa"][familyWords]
        : ["grandpa", "grandfather", "grandfather"][familyWords]
    default: nil
    }
  }

  private func vocative(_ being: Int) -> String {
    let it = world.beings[being]
    if let title = familyWord(it.relation, title: true) { return title }
    switch it.relation {
    case .aunt: return "Aunt " + names[being]
    case .uncle: return "Uncle " + names[being]
    default: return names[being]
    }
  }

  private mutating func putName(_ being: Int, possessive: Bool) {
    let it = world.beings[being]
    let isNew = !mentions.isIntroduced(being) && !inQuote
    var byName = true
    switch it.relation {
    case .mother, .father, .grandmother, .grandfather:
      if usesTitles || inQuote {
        put(familyWord(it.relation, title: true) ?? "")
      } else {
        putHeros()
        put(" ")
        put(familyWord(it.relation, title: false) ?? "")
      }
    case .aunt, .uncle: put(vocative(being))
    case .neighbour:
      if isNew {
        putHeros()
        put(" ")
      } else {
        put("the ")
      }
      put("neighbor")
    case .worker, .creature, .pet:
      if isNew {
        put("a ")
        if it.relation == .worker, random.chance(50) {
          put(["kind", "friendly", "old", "young", "busy", "tall", "cheerful"][random.below(7)])
          put(" ")
        }
        if let species = it.species {
          put(glosses.forms[species.domain.rawValue][species.index][0])
        } else {
          put(noun(being))
        }
      } else {
        put("the ")
        put(noun(being))
      }
    default:
      if isNew, being != 0 {
        putIntroduction(being)
      } else if being == 0, !inQuote, mentions.isIntroduced(0), random.chance(9),
        !world.beings.indices.contains(where: {
          $0 != 0 && world.beings[$0].gender == it.gender && noun($0) == noun(0)
        })
      {
        put(random.chance(50) ? "the little " : "the ")
        put(noun(0))
        byName = false
      } else {
        put(names[being])
      }
    }
    if possessive { put("'s") }
    if !inQuote { mentions.mention(being, byName: byName) }
  }

  /// The first mention of somebody with a name.
  private mutating func putIntroduction(_ being: Int) {
    let it = world.beings[being]
    let female = it.gender == .female
    switch it.relation {
    case .friend:
      putHeros()
      put([" friend ", " friend ", " good friend ", " best friend "][random.below(4)])
      put(names[being])
      if it.species != nil {
        put(" the ")
        put(noun(being))
      }
    case .olderSibling, .youngerSibling:
      putHeros()
      put(
        it.relation == .olderSibling
          ? [" big ", " older "][random.below(2)] : [" little ", " younger "][random.below(2)])
      put(female ? "sister " : "brother ")
      put(names[being])
    default:
      put("a ")
      if random.chance(35) {
        put(["little", "friendly", "kind", "young"][random.below(4)])
        put(" ")
      }
      put(noun(being))
      put(random.chance(70) ? " named " : " called ")
      put(names[being])
    }
  }

  /// Actor and other together, as a subject.
  private mutating func putBoth() {
    let first = event.actor
    guard let second = event.other else { preconditionFailure("\(event.kind) has no other") }
    if inQuote {
      put("we")
    } else if mentions.wasBefore(first) || mentions.isHere(first),
      mentions.wasBefore(second) || mentions.isHere(second), random.chance(65)
    {
      let friends = world.beings[second].relation == .friend && random.chance(20)
      put(friends ? "the two friends" : "they")
      mentions.mention(first, byName: false)
      mentions.mention(second, byName: false)
    } else {
      putName(first, possessive: false)
      put(" and ")
      putName(second, possessive: false)
    }
  }

  // MARK: Things

  private mutating func putThing(_ form: ThingForm) {
    guard let index = event.thing else { preconditionFailure("\(event.kind) has no thing") }
    let thing = world.things[index]
    let forms = glosses.forms[thing.kind.domain.rawValue][thing.kind.index]
    let bit: UInt64 = 1 << UInt64(index)
    let isNew = introducedThings & bit == 0
    switch form {
    case .noun: put(forms[1])
    case .materials: put(glosses.materials[thing.kind.index])
    case .indefinite:
      put("a ")
      putLooks(thing, definite: false)
      put(forms[0])
      introducedThings |= bit
    case .definite:
      if inQuote {
        if isNew, thing.kind.is(.gift) || thing.kind.is(.dish) {
          put("this ")
          putLooks(thing, definite: true)
          put(forms[0])
          introducedThings |= bit
          return
        }
        if thing.owner == event.actor {
          put("my ")
        } else if let owner = thing.owner, owner == event.other {
          put("your ")
        } else {
          put("the ")
        }
        put(forms[1])
        return
      }
      let owner = thing.owner
      if let owner, mentions.isIntroduced(owner),
        mentions.isHere(owner) || mentions.isClear(owner, among: world.beings),
        isNew || random.chance(35), isAlone(owner)
      {
        put(pronoun(world.beings[owner].gender, .possessive))
        put(" ")
        if isNew || random.chance(12) { putLooks(thing, definite: true) }
        put(isNew ? forms[0] : forms[1])
      } else if isNew {
        put("a ")
        putLooks(thing, definite: false)
        put(forms[0])
      } else {
        put("the ")
        if random.chance(12) { putLooks(thing, definite: true) }
        put(forms[1])
      }
      introducedThings |= bit
    }
  }

  /// Whether "his" in this sentence can only be this being's.
  private func isAlone(_ owner: Int) -> Bool {
    for other in world.beings.indices where other != owner {
      if mentions.isHere(other), world.beings[other].gender == world.beings[owner].gender {
        return false
      }
    }
    return true
  }

  private mutating func putLooks(_ thing: Thing, definite: Bool) {
    if let look = thing.look, definite || look != .favourite {
      put(englishLooks[look.rawValue])
      put(" ")
    }
    if let colour = thing.colour {
      put(englishColours[colour.rawValue])
      put(" ")
    }
  }
}

/// Turns "a" into "an" before a vowel that is heard.
private func withArticles(_ text: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.count + 16)
  for index in text.indices {
    let byte = text[index]
    result.append(byte)
    guard byte | 0x20 == UInt8(ascii: "a"), index + 2 < text.count,
      text[index + 1] == UInt8(ascii: " "),
      index == 0 || text[index - 1] == UInt8(ascii: " ") || text[index - 1] == UInt8(ascii: "\"")
    else { continue }
    switch text[index + 2] | 0x20 {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"):
      result.append(UInt8(ascii: "n"))
    case UInt8(ascii: "u"):
      // "an umbrella" but "a useful", "a unicorn".
      if text.count > index + 3,
        text[index + 3] == UInt8(ascii: "m") || text[index + 3] == UInt8(ascii: "g")
          || text[index + 3] == UInt8(ascii: "n") && text[index + 4] != UInt8(ascii: "i")
      {
        result.append(UInt8(ascii: "n"))
      }
    case UInt8(ascii: "h"):
      if text.count > index + 5, text[(index + 2)..<(index + 6)].elementsEqual(Array("hour".utf8)) {
        result.append(UInt8(ascii: "n"))
      }
    default: break
    }
  }
  return result
}
