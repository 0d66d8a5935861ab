// What can go wrong with a thing follows from what it is, where it is and the weather; what can be
// done about it follows from who is there to help.

extension World {
  /// Everything that can go wrong with the thing at the place.
  func possibleTroubles(of kind: Concept, at place: Concept) -> [Trouble] {
    var troubles: [Trouble] = []
    let airy = kind.is(.airy)
    if airy && weather == .windy && place.is(.outdoor) {
      if place.is(.water) { troubles += [.blownIntoWater, .blownIntoWater] }
      if place.is(.trees) || place.is(.grass) { troubles += [.blownIntoTree, .blownIntoTree] }
      if place.is(.home) || place.is(.busy) { troubles.append(.blownOntoRoof) }
    }
    if kind.is(.rolls) && place.is(.outdoor) {
      if place.is(.water) { troubles += [.rolledIntoWater, .rolledIntoWater] }
      if place.is(.grass) || place.is(.high) { troubles.append(.rolledIntoHole) }
      if place.is(.trees) || place.is(.grass) { troubles.append(.stuckInBush) }
    }
    if kind.is(.fragile) { troubles += [.broke, .broke] }
    if kind.is(.cloth) && place.is(.outdoor) {
      troubles.append(.tore)
      if !place.is(.sand) { troubles.append(.gotMuddy) }
    }
    if kind.is(.paper), weather == .rainy, place.is(.outdoor) { troubles.append(.gotSoaked) }
    if kind.is(.small) && place.is(.outdoor) && !kind.is(.rolls) {
      troubles.append(.rolledIntoHole)
    }
    if kind.is(.toy) && !kind.is(.cloth) && !airy && !kind.is(.rolls) && !kind.is(.big) {
      troubles.append(.broke)
    }
    if kind.is(.big) { troubles += [.broke, .gotMuddy] }
    if kind.is(.treasure) || kind.is(.snack) || (kind.is(.clothing) && kind.is(.small)) {
      troubles.append(.snatched)
    }
    if !airy && place.is(.outdoor) && weather == .rainy && !kind.is(.paper) {
      troubles.append(.gotMuddy)
    }
    return troubles
  }

  /// Everything that can go wrong while such a thing is built: what floats is not blown over, and
  /// rain spoils nothing but sand, paper and cloth.
  func possibleTroubles(building craft: Concept) -> [BuildTrouble] {
    BuildTrouble.allCases.filter { trouble in
      switch trouble {
      case .wind, .knockedOver: !["raft", "wooden boat"].contains(craft.key)
      case .rain:
        ["sandcastle", "cardboard castle", "puppet theater", "blanket fort"].contains(craft.key)
      default: true
      }
    }
  }

  /// Whether the helper could put the trouble right, and how.
  func possibleRemedies(for trouble: Trouble, by helper: Int, at place: Concept) -> [Remedy] {
    let being = beings[helper]
    let species = being.species
    let grownUp = being.relation.isGrownUp && !being.isAnimal
    func can(_ quality: Quality) -> Bool { species?.is(quality) ?? false }
    var remedies: [Remedy] = []
    switch trouble {
    case .blownIntoTree, .blownOntoRoof:
      if can(.flies) { return [.flyUp] }
      if can(.climbs) { return [.climbUp] }
      if can(.tall) { return [.reachUp] }
      if can(.strong), trouble == .blownIntoTree { return [.shakeTree] }
      remedies = isAnimalWorld ? [.usePole] : [.useLadder, .usePole]
      if trouble == .blownIntoTree {
        remedies += grownUp ? [.reachUp, .shakeTree] : [.standOnShoulders, .climbUp, .shakeTree]
      }
    case .blownIntoWater, .rolledIntoWater:
      if can(.swims) { return [.swimOut] }
      if can(.flies) { return [.flyUp] }
      remedies = isAnimalWorld ? [.usePole] : [.usePole, .useNet, .rowOut]
    case .rolledIntoHole:
      if can(.digs) { return [.digOut] }
      if can(.tiny) { return [.squeezeIn] }
      remedies = [.usePole, .digOut, .useHook]
    case .broke: remedies = isAnimalWorld ? [.newPart] : [.glue, .newPart]
    case .tore: remedies = isAnimalWorld ? [.sew] : [.sew]
    case .gotMuddy: remedies = [.wash]
    case .gotSoaked: remedies = [.dry]
    case .snatched: remedies = [.trade, .chase]
    case .stuckInBush:
      if can(.tiny) { return [.squeezeIn] }
      remedies = [.reachIntoBush, .usePole]
    }
    return remedies
  }

  /// Lets something go wrong with the thing; returns what, or nil if nothing can.
  mutating func upset(_ thing: Int, of who: Int) -> Trouble? {
    let place = beings[who].place
    let troubles = possibleTroubles(of: things[thing].kind, at: place)
    guard !troubles.isEmpty else { return nil }
    let trouble = random.pick(troubles)
    things[thing].trouble = trouble
    var culprit: Int?
    switch trouble {
    case .snatched:
      let thieves = Catalogue.all(.species, .thief)
      let thief = add(.creature, at: place, species: thieves[random.below(thieves.count)])
      things[thing].whereabouts = .heldBy(thief)
      culprit = thief
    case .broke, .tore, .gotMuddy, .gotSoaked: break
    default: things[thing].whereabouts = .at(place)
    }
    tell(.trouble, who, culprit, thing: thing, variant: trouble.rawValue)
    return trouble
  }

  /// The helper puts the trouble right, and the owner has the thing back.
  mutating func putRight(_ thing: Int, by helper: Int, for owner: Int) {
    guard let trouble = things[thing].trouble else {
      preconditionFailure("there is no trouble to put right")
    }
    let place = beings[helper].place
    let remedy = random.pick(possibleRemedies(for: trouble, by: helper, at: place))
    let culprit = beings.indices.first { beings[$0].relation == .creature }
    tell(
      .remedy, helper, owner, third: trouble == .snatched ? culprit : nil, thing: thing,
      variant: remedy.rawValue)
    things[thing].trouble = nil
    things[thing].whereabouts = .heldBy(helper)
    if helper != owner {
      if random.chance(45) {
        hand(thing, from: helper, to: owner, as: .givesBack)
      } else {
        things[thing].whereabouts = .heldBy(owner)
      }
    }
  }

  /// Somebody notices that the hero is in need and helps: the talk between the two, then the remedy.
  mutating func getHelp(with thing: Int, for hero: Int, from present: Int?) -> Int {
    let place = beings[hero].place
    let helper: Int
    if let present {
      helper = present
    } else {
      helper = addPasserby(at: place)
      tell(random.chance(50) ? .meets : .comesAlong, hero, helper)
    }
    let trouble = things[thing].trouble
    switch random.below(present == nil ? 4 : 6) {
    case 0...1:
      tell(.asksWhy, helper, hero)
      tell(.explains, hero, helper, thing: thing, variant: trouble?.rawValue ?? 0)
    case 2: tell(.asksForHelp, hero, helper, thing: thing)
    default: break
    }
    if random.chance(65) { tell(.offersHelp, helper, hero) }
    putRight(thing, by: helper, for: hero)
    return helper
  }

  /// Thanks, an answer to them, a hug: some of it.
  mutating func showThanks(_ hero: Int, to helper: Int) {
    switch random.below(8) {
    case 0...2: tell(.thanks, hero, helper)
    case 3:
      tell(.thanks, hero, helper)
      tell(.answersThanks, helper, hero)
    case 4...5: tell(.hugs, hero, helper)
    default: feel(hero, .happy, .grateful, .relieved)
    }
  }
}
