/// The state of one small world and the record of what has happened in it.
///
/// Plots pursue a wish by calling the actions below; every action checks that the state allows it,
/// changes the state, and records an event.
package struct World: Sendable {
  var random: RandomSource
  /// In this world the animals talk, and there are no people.
  package let isAnimalWorld: Bool
  package internal(set) var weather: Weather
  package internal(set) var daypart: Daypart
  package internal(set) var topic: Topic
  package internal(set) var beings: [Being] = []
  package internal(set) var things: [Thing] = []
  package internal(set) var events: [Event] = []

  init(random: RandomSource) {
    var random = random
    isAnimalWorld = random.chance(36)
    weather = random.pick([.sunny, .sunny, .warm, .windy, .windy, .cloudy, .rainy])
    daypart = random.pick([.morning, .morning, .afternoon, .afternoon, .evening])
    topic = .play
    self.random = random
  }

  // MARK: Recording

  /// Records an event; what is said must be said to somebody who is there.
  mutating func tell(
    _ kind: EventKind, _ actor: Int, _ other: Int? = nil, third: Int? = nil, thing: Int? = nil,
    place: Concept? = nil, spot: Concept? = nil, detail: Concept? = nil, variant: Int = 0
  ) {
    if let other, kind.needsPresence {
      precondition(
        beings[actor].place == beings[other].place,
        "\(kind): \(beings[actor].place.key) is not \(beings[other].place.key)")
    }
    events.append(
      Event(
        kind: kind, variant: variant, actor: actor, other: other, third: third, thing: thing,
        place: place ?? beings[actor].place, spot: spot, detail: detail))
  }

  // MARK: Beings

  /// Places where a story's hero is at home.
  var homePlaces: [Concept] {
    isAnimalWorld
      ? Catalogue.all(.place, .den) : Catalogue.all(.place, .indoor, .home).filter { !$0.is(.den) }
  }

  /// Brings a new being into the world at a place; nothing is told yet.
  mutating func add(
    _ relation: Relation, at place: Concept, gender: Gender? = nil, species: Concept? = nil,
    job: Concept? = nil
  ) -> Int {
    var species = species
    var gender = gender ?? (random.chance(50) ? .female : .male)
    switch relation {
    case .mother, .grandmother, .aunt: gender = .female
    case .father, .grandfather, .uncle: gender = .male
    default: break
    }
    if isAnimalWorld, species == nil, relation != .creature {
      if relation.isFamily, let hero = beings.first {
        species = hero.species
      } else {
        let taken = beings.compactMap(\.species)
        let free = Catalogue.all(.species, .folk).filter { !taken.contains($0) }
        species = free[random.ranked(free.count)]
      }
    }
    var named = true
    switch relation {
    case .mother, .father, .grandmother, .grandfather, .worker, .creature, .neighbour:
      named = false
    default: break
    }
    if relation == .creature { gender = .neuter }
    var name: Int?
    if named {
      let taken = beings.filter { $0.gender == gender }.compactMap(\.name)
      repeat { name = random.ranked(Being.nameCount) } while taken.contains(name!)
    }
    beings.append(
      Being(
        name: name, gender: gender, relation: relation, species: species, job: job,
        trait: random.pick(Trait.allCases), place: place, feeling: nil))
    return beings.count - 1
  }

  /// A friend or, sometimes, a brother or sister of the hero.
  mutating func addCompanion(at place: Concept) -> Int {
    let relation: Relation = random.pick([
      .friend, .friend, .friend, .olderSibling, .youngerSibling,
    ])
    return add(relation, at: place)
  }

  /// A grown-up of the hero's family.
  mutating func addElder(at place: Concept) -> Int {
    let relation: Relation = random.pick([
      .mother, .mother, .father, .father, .grandmother, .grandfather, .aunt, .uncle,
    ])
    return add(relation, at: place)
  }

  /// Somebody who works, of the right gender for the job.
  mutating func addWorker(at place: Concept) -> Int {
    if isAnimalWorld { return add(.stranger, at: place) }
    let jobs = Catalogue.all(.job)
    let job = jobs[random.ranked(jobs.count)]
    return add(.worker, at: place, gender: job.is(.man) ? .male : .female, job: job)
  }

  /// Somebody who might come along: anybody but an animal that does not talk.
  mutating func addPasserby(at place: Concept, child: Bool = false) -> Int {
    if isAnimalWorld || child { return add(random.chance(60) ? .friend : .stranger, at: place) }
    switch random.below(10) {
    case 0...2: return add(.friend, at: place)
    case 3: return add(.olderSibling, at: place)
    case 4: return add(.stranger, at: place)
    case 5: return add(.neighbour, at: place)
    case 6...7: return addElder(at: place)
    default: return addWorker(at: place)
    }
  }

  // MARK: Things

  /// A new thing of a kind, with a look that its kind can have.
  mutating func add(thing kind: Concept, owner: Int? = nil, at place: Concept? = nil) -> Int {
    var colour: Colour?
    var look: Look?
    if kind.is(.coloured), random.chance(55) {
      colour = Colour.allCases[random.ranked(Colour.allCases.count)]
    }
    if random.chance(colour == nil ? 65 : 25) { look = pickLook(kind) }
    var whereabouts = Whereabouts.gone
    if let place { whereabouts = .at(place) } else if let owner { whereabouts = .heldBy(owner) }
    things.append(
      Thing(kind: kind, colour: colour, look: look, owner: owner, whereabouts: whereabouts))
    return things.count - 1
  }

  private mutating func pickLook(_ kind: Concept) -> Look {
    if kind.is(.fruit) { return random.pick([.ripe, .sweet, .round, .fresh, .big, .tasty]) }
    if kind.is(.snack) { return random.pick([.warm, .sweet, .fresh, .tasty, .big]) }
    if kind.is(.dish) { return random.pick([.big, .special, .lovely, .warm, .tasty]) }
    if kind.is(.gift) { return random.pick([.lovely, .big, .pretty, .special, .small, .fine]) }
    if kind.is(.craft) { return random.pick([.big, .fine, .special, .small, .lovely, .beautiful]) }
    if kind.is(.cloth) {
      return random.pick([.new, .old, .soft, .cozy, .striped, .spotted, .warm, .favourite])
    }
    if kind.is(.treasure) {
      return random.pick([.shiny, .small, .old, .pretty, .strange, .tiny, .beautiful])
    }
    if kind.is(.paper) { return random.pick([.new, .beautiful, .special, .pretty, .favourite]) }
    if kind.is(.toy) || kind.is(.instrument) {
      return random.pick([.new, .old, .small, .little, .shiny, .wooden, .favourite, .fine])
    }
    return random.pick([.new, .old, .big, .small, .shiny, .pretty, .lovely, .fine])
  }

  // MARK: Actions

  mutating func go(_ who: Int, to place: Concept, with other: Int? = nil) {
    beings[who].place = place
    if let other {
      beings[other].place = place
      tell(.goesWith, who, other, place: place)
    } else {
      tell(.goes, who, place: place)
    }
    // What is told of places belongs to the warm seasons.
    if random.chance(65), weather != .snowy {
      tell(.scenery, who, place: place, variant: place.index)
    }
  }

  mutating func feel(_ who: Int, _ emotions: Emotion..., chance: Int = 100) {
    guard random.chance(chance) else { return }
    let emotion = random.pick(emotions)
    beings[who].feeling = emotion
    tell(.feels, who, variant: emotion.rawValue)
  }

  /// Hands a thing over; the giver must have it and both must be in one place.
  mutating func hand(_ thing: Int, from giver: Int, to taker: Int, as kind: EventKind) {
    precondition(things[thing].whereabouts == .heldBy(giver), "giving away what one does not have")
    things[thing].whereabouts = .heldBy(taker)
    tell(kind, giver, taker, thing: thing)
  }
}

extension Being {
  /// How many names each language must have for girls, and for boys.
  package static let nameCount = 56
}

extension EventKind {
  /// Whether actor and other must be in the same place for it to happen.
  var needsPresence: Bool {
    switch self {
    case .hearsFriendSad, .wantsToCook, .isSent, .owns, .hearsCry, .fetchesHelp, .wandersOff,
      .aside:
      false
    default: true
    }
  }
}
