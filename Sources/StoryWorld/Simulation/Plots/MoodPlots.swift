// Two short episodes of one hero, each of which ends well or badly. What is told of an episode
// depends on nothing but its kind and how it ends, never on whether it comes first or last; and a
// coin decides whether the earlier or the later day is told first.

extension World {
  /// Lets the episodes happen; the hero's mood at the end is the outcome of the later one.
  mutating func runMoods(earlier: Bool, later: Bool) {
    let hero = begin()
    let home = beings[hero].place
    var kinds = Episode.allCases.filter { !isAnimalWorld || $0 != .cooking }
    let goesBack = random.chance(50)
    let outcomes = goesBack ? [later, earlier] : [earlier, later]
    for (number, isGood) in outcomes.enumerated() {
      beings[hero].place = home
      if number > 0 { tell(goesBack ? .dayBefore : .nextDay, hero) }
      let start = events.count
      let kind = kinds.remove(at: random.below(kinds.count))
      switch kind {
      case .looking: lookFor(hero, isGood)
      case .learning: learn(hero, isGood)
      case .playing: playWithToy(hero, isGood)
      case .cooking: cook(hero, isGood)
      case .building: build(hero, isGood)
      case .planting: plant(hero, isGood)
      }
      if number == 0 {
        // The day begins after what is always so.
        let begin = events[start...].firstIndex { $0.kind != .owns && $0.kind != .wantsToLearn }
        events.insert(Event(kind: .day, actor: hero, place: home), at: begin ?? start)
      }
      let chance = number == 0 ? 100 : 85
      if isGood {
        feel(hero, .happy, .proud, .happy, .relieved, chance: chance)
      } else {
        feel(hero, .sad, .disappointed, .sad, .worried, chance: chance)
      }
    }
    // What is told last is mostly something else, so that the last sentence does not decide: it
    // looks back at another day, or at others, and knows nothing of how it ended.
    if random.chance(50) { tell(.recalls, hero, variant: random.below(2)) }
    if random.chance(50) { tell(.afterwards, hero) }
  }

  private enum Episode: CaseIterable {
    case looking, learning, playing, cooking, building, planting
  }

  private mutating func lookFor(_ hero: Int, _ isGood: Bool) {
    let kinds = Catalogue.all(.thing).filter { ($0.is(.toy) && !$0.is(.big)) || $0.is(.clothing) }
    let thing = add(thing: random.pick(kinds), owner: hero)
    tell(.owns, hero, thing: thing)
    tell(.misses, hero, thing: thing)
    let hidden = hidingPlace(in: beings[hero].place)
    let wrong = hidingPlace(in: beings[hero].place, not: hidden)
    tell(.searches, hero, thing: thing, spot: wrong)
    if isGood {
      tell(.finds, hero, thing: thing, spot: hidden)
    } else {
      tell(.searches, hero, thing: thing, spot: hidingPlace(in: beings[hero].place, not: wrong))
    }
  }

  private mutating func learn(_ hero: Int, _ isGood: Bool) {
    // On the other day, the hero may ride a bike.
    let skill = random.pick(
      lackingSkills(of: hero).filter { $0.key != "ride-bike" })
    tell(.wantsToLearn, hero, detail: skill)
    tell(.triesSkill, hero, detail: skill)
    if isGood {
      tell(.learnsSkill, hero, detail: skill)
    } else {
      tell(.failsSkill, hero, detail: skill)
    }
  }

  private mutating func playWithToy(_ hero: Int, _ isGood: Bool) {
    let kinds = Catalogue.all(.thing).filter { $0.is(.toy) && !$0.is(.airy) }
    let place = outing(.grass)
    let kind = random.pick(kinds.filter { !possibleTroubles(of: $0, at: place).isEmpty })
    let thing = add(thing: kind, owner: hero)
    tell(.owns, hero, thing: thing)
    go(hero, to: place)
    if isGood {
      tell(.playsWith, hero, thing: thing)
    } else {
      let troubles = possibleTroubles(of: kind, at: place).filter { $0 != .snatched }
      let trouble = random.pick(troubles)
      tell(.trouble, hero, thing: thing, variant: trouble.rawValue)
      tell(.triesAlone, hero, thing: thing, variant: trouble.rawValue)
    }
  }

  private mutating func cook(_ hero: Int, _ isGood: Bool) {
    beings[hero].place = Catalogue.named(.place, "kitchen")
    let elder = addElder(at: beings[hero].place)
    let dishes = Catalogue.all(.thing, .dish)
    let dish = add(thing: dishes[random.ranked(dishes.count)], owner: hero)
    tell(.wantsToCook, hero, elder, thing: dish)
    tell(.cooks, hero, thing: dish)
    if isGood {
      tell(.dishReady, hero, thing: dish)
    } else {
      let troubles = KitchenTrouble.allCases.filter {
        !things[dish].kind.is(.cold) || $0 != .burnt
      }
      tell(.cookTrouble, hero, thing: dish, variant: random.pick(troubles).rawValue)
    }
  }

  private mutating func build(_ hero: Int, _ isGood: Bool) {
    let keys =
      isAnimalWorld
      ? ["raft", "swing", "little bridge", "wooden boat", "tent"]
      : ["birdhouse", "raft", "blanket fort", "wooden boat", "tent", "swing", "scarecrow"]
    let craft = add(thing: Catalogue.named(.thing, random.pick(keys)), owner: hero)
    tell(.wantsToBuild, hero, thing: craft)
    tell(.builds, hero, thing: craft)
    if isGood {
      tell(.buildDone, hero, thing: craft)
    } else {
      let trouble: BuildTrouble = random.pick([.tooHeavy, .fellApart, .crooked, .missingPart])
      tell(.buildTrouble, hero, thing: craft, variant: trouble.rawValue)
    }
  }

  private mutating func plant(_ hero: Int, _ isGood: Bool) {
    let plant = random.pick(Plant.allCases)
    tell(.plants, hero, variant: plant.rawValue)
    tell(.waits, hero, variant: plant.rawValue)
    if isGood {
      tell(.grows, hero, variant: plant.rawValue)
    } else {
      tell(.plantTrouble, hero, variant: random.pick(PlantTrouble.allCases).rawValue)
    }
  }
}
