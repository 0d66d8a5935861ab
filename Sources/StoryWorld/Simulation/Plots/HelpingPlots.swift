// Stories about looking after others.

extension World {
  mutating func rescuePlot() {
    topic = .rescue
    let hero = begin()
    let plight = random.pick(Plight.allCases)
    if plight == .onIce { weather = .snowy }
    let place =
      switch plight {
      case .inPond, .onIce, .inNet: outing(.water)
      case .inTree: outing(.trees)
      case .onRoof, .underFence, .inBarrel:
        isAnimalWorld ? Catalogue.named(.place, "farm") : Catalogue.named(.place, "yard")
      default: outing(.grass)
      }
    tell(.day, hero)
    let friend = random.chance(30) ? addCompanion(at: beings[hero].place) : nil
    go(hero, to: place, with: friend)
    let pets = Catalogue.all(.species, .pet).filter { pet in
      switch plight {
      case .inTree, .onRoof: pet.is(.climbs) || pet.is(.flies)
      case .inPond: !pet.is(.swims)
      default: true
      }
    }
    let animal = add(.creature, at: place, species: pets[random.below(pets.count)])
    tell(.hearsCry, hero, animal)
    tell(.seesStuck, hero, animal, variant: plight.rawValue)
    if random.chance(60) { feel(animal, .afraid) }
    // Who could not do it alone does not do it alone.
    let isHelped = friend != nil || random.chance(70)
    if isHelped, random.chance(80) {
      tell(.cannotReach, hero, animal, variant: plight.rawValue)
    }
    var helper = friend
    if helper == nil && isHelped {
      helper = isAnimalWorld ? add(.stranger, at: place) : addElder(at: place)
      tell(.fetchesHelp, hero, helper, third: animal)
    }
    tell(.rescues, hero, animal, third: helper, variant: plight.rawValue)
    tell(.rescuedThanks, animal, hero)
    if random.chance(60) { tell(.bringsHome, hero, animal) }
    feel(hero, .happy, .proud, chance: 62)
    end(hero, with: helper, lesson: helper != nil && random.chance(50) ? .teamwork : .kindness)
  }

  mutating func cheeringPlot() {
    topic = .cheering
    let hero = begin()
    let home = beings[hero].place
    let friend = random.chance(70) ? add(.friend, at: home) : addCompanion(at: home)
    tell(.day, hero)
    tell(.hearsFriendSad, hero, friend, variant: random.below(3))
    feel(hero, .worried, .sad, chance: 52)
    var ways = Cheer.allCases
    let tries = 1 + random.below(2)
    for _ in 0..<tries {
      let way = ways.remove(at: random.below(ways.count))
      tell(.cheerTry, hero, friend, variant: way.rawValue)
      tell(.cheerFails, friend, hero)
    }
    let way = ways[random.below(ways.count)]
    if random.chance(65) { tell(.wonders, hero, friend, variant: 1) }
    tell(.cheerTry, hero, friend, variant: way.rawValue)
    tell(.cheerWorks, friend, hero)
    if random.chance(75) { tell(.thanks, friend, hero) }
    feel(hero, .happy, chance: 62)
    if random.chance(55) { tell(.playsTogether, hero, friend) }
    end(hero, with: friend, lesson: .kindness)
  }

  mutating func honestyPlot() {
    topic = .honesty
    let hero = begin()
    let place = outing()
    tell(.day, hero)
    go(hero, to: place)
    let kinds = Catalogue.all(.thing).filter {
      $0.is(.treasure) || ($0.is(.clothing) && !$0.is(.small)) || ($0.is(.toy) && !$0.is(.big))
    }
    let owner = addPasserby(at: place)
    let thing = add(thing: random.pick(kinds), owner: owner, at: place)
    let spot = hidingPlace(in: place)
    things[thing].whereabouts = .heldBy(hero)
    tell(.comesUpon, hero, thing: thing, spot: spot)
    tell(.isTempted, hero, thing: thing, variant: 1)
    if random.chance(75) { tell(.wonders, hero, thing: thing) }
    tell(.findsOwner, hero, owner, thing: thing)
    feel(owner, .sad, .worried, chance: 52)
    hand(thing, from: hero, to: owner, as: .givesToOwner)
    tell(.thanks, owner, hero)
    if random.chance(65) { tell(.rewards, owner, hero) }
    feel(hero, .happy, .proud, chance: 62)
    end(hero, with: owner, lesson: .tellTruth)
  }

  mutating func kindnessPlot() {
    topic = .kindness
    let hero = begin()
    let snacks = Catalogue.all(.thing, .snack)
    let snack = add(thing: snacks[random.below(snacks.count)], owner: hero)
    tell(.day, hero)
    let place = outing()
    go(hero, to: place)
    let stranger =
      isAnimalWorld
      ? add(.stranger, at: place)
      : random.chance(50) ? add(.stranger, at: place) : addWorker(at: place)
    tell(.seesHungry, hero, stranger, thing: snack)
    feel(hero, .sad, .curious, chance: 37)
    hand(snack, from: hero, to: stranger, as: .sharesFood)
    things[snack].whereabouts = .gone
    tell(.thanks, stranger, hero)
    tell(.laterInNeed, hero, variant: random.below(4))
    feel(hero, .afraid, .worried, .sad, chance: 67)
    tell(.comesAlong, hero, stranger, variant: 1)
    let need = events.last { $0.kind == .laterInNeed }?.variant ?? 0
    tell(.repaysKindness, stranger, hero, variant: need)
    showThanks(hero, to: stranger)
    end(hero, with: stranger, lesson: .kindness)
  }

  mutating func errandPlot() {
    topic = .errand
    let hero = begin()
    let home = beings[hero].place
    let elder = addElder(at: home)
    let gifts = Catalogue.all(.thing, .gift)
    let gift = add(thing: gifts[random.below(gifts.count)], owner: elder)
    let goal = isAnimalWorld ? outing() : random.chance(50) ? outing() : indoorsAway()
    let receiver =
      isAnimalWorld
      ? add(.friend, at: goal) : random.chance(50) ? add(.neighbour, at: goal) : addWorker(at: goal)
    tell(.day, hero)
    things[gift].whereabouts = .heldBy(hero)
    tell(.isSent, elder, hero, third: receiver, thing: gift, place: goal)
    if random.chance(70) { tell(.promises, hero, elder) }
    let way = outing()
    beings[hero].place = way
    let obstacle = random.pick(Obstacle.allCases)
    tell(.obstacle, hero, place: way, variant: obstacle.rawValue)
    feel(hero, .worried, .tired, .afraid, chance: 57)
    var helper: Int?
    if random.chance(55) {
      let somebody = addPasserby(at: way)
      helper = somebody
      tell(random.chance(50) ? .meets : .comesAlong, hero, somebody)
      if random.chance(75) { tell(.offersHelp, somebody, hero) }
    }
    tell(.overcomes, hero, helper, place: way, variant: obstacle.rawValue)
    beings[hero].place = goal
    hand(gift, from: hero, to: receiver, as: .delivers)
    tell(.thanks, receiver, hero)
    if random.chance(70) { tell(.rewards, receiver, hero) }
    feel(hero, .proud, .happy, chance: 62)
    end(
      hero, with: receiver,
      lesson: random.chance(40) ? .kindness : helper == nil ? .keepTrying : .teamwork)
  }

  mutating func earningPlot() {
    topic = .earning
    let hero = begin()
    let shops = Catalogue.all(.place, .shop)
    let kinds = Catalogue.all(.thing).filter {
      $0.is(.toy) || $0.is(.instrument) || ($0.is(.clothing) && !$0.is(.small))
        || ($0.is(.paper) && $0.is(.coloured))
    }
    let toyShop = random.chance(70) ? Catalogue.named(.place, "toy shop") : shops[0]
    let thing = add(thing: random.pick(kinds), at: toyShop)
    tell(.day, hero)
    beings[hero].place = Catalogue.named(.place, "street")
    tell(.seesInShop, hero, thing: thing)
    tell(.lacksMoney, hero, thing: thing)
    feel(hero, .sad, .disappointed, chance: 62)
    let place = Catalogue.named(.place, "street")
    let boss = random.chance(50) ? add(.neighbour, at: place) : addElder(at: place)
    let chore = random.pick(Chore.allCases)
    tell(.worksFor, hero, boss, variant: chore.rawValue)
    if random.chance(50) {
      var second = random.pick(Chore.allCases)
      while second == chore { second = random.pick(Chore.allCases) }
      tell(.worksFor, hero, addWorker(at: place), variant: second.rawValue)
    }
    tell(.earns, hero, boss)
    things[thing].owner = hero
    things[thing].whereabouts = .heldBy(hero)
    tell(.buys, hero, thing: thing)
    feel(hero, .proud, .happy, .excited, chance: 82)
    if random.chance(55) { tell(.playsWith, hero, thing: thing) }
    end(hero, lesson: random.pick([.patience, .keepTrying]))
  }
}
