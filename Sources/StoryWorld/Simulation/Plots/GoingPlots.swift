// Stories about going somewhere, being afraid, and meeting somebody new.

extension World {
  mutating func journeyPlot() {
    topic = .journey
    let hero = begin()
    let sight = pick(.sight)
    let way = outlook(on: sight)
    tell(.wantsToSee, hero, detail: sight)
    tell(.day, hero)
    let friend = random.chance(55) ? addCompanion(at: beings[hero].place) : nil
    if random.chance(65) { tell(.packs, hero) }
    go(hero, to: way, with: friend)
    let obstacle = random.pick(Obstacle.allCases)
    tell(.obstacle, hero, friend, variant: obstacle.rawValue)
    feel(hero, .worried, .tired, .afraid, .disappointed, chance: 62)
    var helper = friend
    if let friend {
      if random.chance(75) { tell(.encourages, friend, hero) }
    } else if random.chance(60) {
      let somebody = addPasserby(at: way)
      helper = somebody
      tell(random.chance(50) ? .meets : .comesAlong, hero, somebody)
      if random.chance(75) { tell(.offersHelp, somebody, hero) }
    }
    tell(.overcomes, hero, helper, variant: obstacle.rawValue)
    tell(.seesSight, hero, friend, detail: sight, variant: sight.index)
    feel(hero, .happy, .surprised, .excited, chance: 67)
    if random.chance(65) { tell(.staysAwhile, hero, friend, detail: sight) }
    if let helper, friend == nil, random.chance(50) { showThanks(hero, to: helper) }
    end(hero, with: helper, lesson: helper != nil && random.chance(60) ? .teamwork : .keepTrying)
  }

  /// A place where a sight is; the time and the weather become such that it can be seen.
  private mutating func outlook(on sight: Concept) -> Concept {
    if sight.is(.night) {
      daypart = .evening
      weather = random.pick([.sunny, .warm])
    } else if daypart == .evening || sight.is(.dusk) {
      daypart = .afternoon
    }
    if sight.is(.dusk) { weather = random.pick([.sunny, .warm, .windy]) }
    if sight.is(.afterRain) { weather = .rainy }
    switch sight.key {
    case "crystal-cave": return Catalogue.named(.place, "cave")
    case "mountain-top": return Catalogue.named(.place, "mountain")
    default:
      let places = Catalogue.all(.place, .outdoor).filter { place in
        (place.is(.wild) || place.is(.sand) && !isAnimalWorld)
          && !["cave", "island"].contains(place.key) && place.qualities.shares(sight.qualities)
      }
      return random.pick(places)
    }
  }

  mutating func nightPlot() {
    topic = .night
    daypart = .evening
    let hero = begin()
    beings[hero].place =
      isAnimalWorld ? beings[hero].place : Catalogue.named(.place, "bedroom")
    let place = beings[hero].place
    tell(.goesToBed, hero)
    let fears = Catalogue.all(.fear)
    let cause = fears[random.below(fears.count)]
    tell(.hearsNoise, hero, detail: cause, variant: cause.index)
    feel(hero, .afraid, .afraid, .worried, chance: 85)
    tell(.imagines, hero)
    var helper: Int?
    if random.chance(70) {
      let somebody =
        random.chance(50)
        ? addElder(at: place) : add(random.chance(50) ? .olderSibling : .youngerSibling, at: place)
      helper = somebody
      tell(.callsOut, hero, somebody)
      if random.chance(75) { tell(.comforts, somebody, hero) }
    }
    tell(.looksForCause, hero, helper)
    tell(.discovers, hero, helper, detail: cause, variant: cause.index)
    tell(.fearGone, hero, helper)
    if let helper, random.chance(40) { showThanks(hero, to: helper) }
    if random.chance(50) {
      tell(.endsAsleep, hero)
    } else {
      tell(.learns, hero, helper, variant: Lesson.notAfraid.rawValue)
    }
  }

  mutating func friendshipPlot() {
    topic = .friendship
    let hero = begin()
    if random.chance(80) { tell(.movesIn, hero) }
    feel(hero, .lonely, .lonely, .sad, .bored)
    tell(.day, hero)
    let place = outing()
    go(hero, to: place)
    let other = add(.stranger, at: place)
    let game = pick(.game, .outdoor)
    tell(.watchesOthers, hero, other, detail: game)
    if random.chance(50) { feel(hero, .afraid, .worried, .curious, .lonely) }
    if random.chance(50) {
      tell(.greets, hero, other)
      tell(.invites, other, hero, detail: game)
    } else {
      tell(.greets, other, hero)
      tell(.invites, other, hero, detail: game)
    }
    tell(.joinsIn, hero, other, detail: game)
    if random.chance(45) {
      let snacks = Catalogue.all(.thing, .snack)
      let snack = add(thing: snacks[random.below(snacks.count)], owner: hero)
      hand(snack, from: hero, to: other, as: .sharesFood)
    }
    tell(.becomeFriends, hero, other)
    feel(hero, .happy, .happy, .excited, chance: 62)
    end(hero, with: other, lesson: random.pick([.sayHello, .sayHello, .notAfraid]))
  }

  mutating func warningPlot() {
    topic = .warning
    let hero = begin()
    let home = isAnimalWorld ? beings[hero].place : Catalogue.named(.place, "living room")
    beings[hero].place = home
    let elder = addElder(at: home)
    let warnings: [Warning] =
      isAnimalWorld ? [.jumpOnBed, .eatCake, .openGate, .climbShelf, .splash] : Warning.allCases
    let warning = random.pick(warnings)
    tell(.day, hero)
    tell(.warned, elder, hero, variant: warning.rawValue)
    tell(.isTempted, hero, variant: 0)
    tell(.disobeys, hero, variant: warning.rawValue)
    feel(hero, .afraid, .ashamed, .sorry, .worried, chance: 85)
    if random.chance(65) { tell(.hidesIt, hero, variant: warning.rawValue) }
    tell(.comesAlong, hero, elder, variant: 1)
    tell(.confesses, hero, elder)
    tell(.forgives, elder, hero)
    tell(.cleansUp, hero, elder, variant: warning.rawValue)
    if random.chance(55) { tell(.hugs, hero, elder) }
    end(hero, with: elder, lesson: random.pick([.listen, .tellTruth, .becareful]))
  }

  mutating func lostPlot() {
    topic = .lost
    let hero = begin()
    let elder = addElder(at: beings[hero].place)
    let place =
      isAnimalWorld
      ? outing(.wild)
      : Catalogue.named(
        .place, random.pick(["market", "fair", "museum", "station", "square", "beach"]))
    tell(.day, hero)
    go(hero, to: place, with: elder)
    let lures: [Lure] = isAnimalWorld ? [.butterfly, .music] : Lure.allCases
    tell(.wandersOff, hero, variant: random.pick(lures).rawValue)
    tell(.isLost, hero, elder)
    feel(hero, .afraid, .worried, .sad, chance: 85)
    if random.chance(60) { tell(.staysCalm, hero, elder) }
    let helper = isAnimalWorld ? add(.stranger, at: place) : addWorker(at: place)
    tell(.comesAlong, hero, helper)
    tell(.isAsked, helper, hero)
    tell(.explains, hero, helper, third: elder, variant: 11)
    tell(.walksBack, helper, hero, third: elder)
    tell(.reunited, hero, elder)
    feel(random.chance(50) ? hero : elder, .happy, .relieved, chance: 72)
    if random.chance(65) { tell(.thanks, hero, helper) }
    end(hero, with: elder, lesson: random.pick([.askForHelp, .becareful]))
  }
}
