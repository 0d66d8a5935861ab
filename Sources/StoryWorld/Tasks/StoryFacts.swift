/// Something about a story that can be asked, and that has one answer.
enum StoryFact: Sendable {
  case helper(Int)
  case giver(Int, thing: Int)
  case companion(Int)
  case destination(Concept)
  case hidingPlace(Concept, thing: Int)
  case lostThing(Int)
  case colour(thing: Int)
  case mishap(Trouble, thing: Int)
  case dish(thing: Int)
  case ingredient(Concept)
  case craft(thing: Int)
  case skill(Concept)
  case sight(Concept)
  case noise(Concept)
  case plant(Plant)
  case pastime(Concept)
  case species(Int)
  case warning(Warning)
  case plight(Plight, Int)

  /// The name of the kind of question.
  var name: String {
    let text = "\(self)"
    return String(text.prefix { $0 != "(" })
  }

  var isAboutBeing: Bool {
    switch self {
    case .helper, .giver, .companion: true
    default: false
    }
  }
}

extension World {
  /// What can be asked about the hero, where events leave only one answer.
  var facts: [StoryFact] {
    var facts: [StoryFact] = []
    func only(_ kinds: EventKind...) -> Event? {
      let found = events.filter { kinds.contains($0.kind) && $0.actor == 0 }
      return found.count == 1 ? found[0] : nil
    }
    if let helper, beings.count > 2 { facts.append(.helper(helper)) }
    // What was lost and is given back is given twice.
    if let gift = events.first(where: { $0.kind == .receives }), let thing = gift.thing,
      !events.contains(where: { $0.kind == .givesBack && $0.thing == thing })
    {
      facts.append(.giver(gift.actor, thing: thing))
    }
    if let way = only(.goes, .goesWith) {
      facts.append(.destination(way.place))
      if let other = way.other, beings.count > 2 { facts.append(.companion(other)) }
    }
    if let found = only(.finds, .comesUpon), let spot = found.spot, let thing = found.thing {
      facts.append(.hidingPlace(spot, thing: thing))
    }
    if let lost = only(.misses)?.thing { facts.append(.lostThing(lost)) }
    for (number, thing) in things.enumerated() where thing.colour != nil {
      if !things.indices.contains(where: { $0 != number && things[$0].kind == thing.kind }) {
        facts.append(.colour(thing: number))
      }
    }
    if let trouble = only(.trouble), let thing = trouble.thing,
      let kind = Trouble(rawValue: trouble.variant), kind != .snatched
    {
      facts.append(.mishap(kind, thing: thing))
    }
    if let dish = only(.wantsToCook)?.thing { facts.append(.dish(thing: dish)) }
    if let missing = only(.lacks)?.detail { facts.append(.ingredient(missing)) }
    if let craft = only(.wantsToBuild)?.thing { facts.append(.craft(thing: craft)) }
    if let skill = only(.wantsToLearn)?.detail { facts.append(.skill(skill)) }
    if let sight = only(.wantsToSee)?.detail { facts.append(.sight(sight)) }
    if let noise = only(.discovers)?.detail { facts.append(.noise(noise)) }
    if let plant = only(.plants).flatMap({ Plant(rawValue: $0.variant) }) {
      facts.append(.plant(plant))
    }
    if let pastime = only(.hasPastime)?.detail { facts.append(.pastime(pastime)) }
    for (number, being) in beings.enumerated() where being.species != nil && being.name != nil {
      facts.append(.species(number))
    }
    if let warned = events.first(where: { $0.kind == .warned }),
      let warning = Warning(rawValue: warned.variant)
    {
      facts.append(.warning(warning))
    }
    if let stuck = only(.seesStuck), let other = stuck.other,
      let plight = Plight(rawValue: stuck.variant)
    {
      facts.append(.plight(plight, other))
    }
    return facts
  }
}
