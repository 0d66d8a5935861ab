// Stories about making something.

extension World {
  mutating func cookingPlot() {
    topic = .cooking
    let hero = begin()
    let kitchen = isAnimalWorld ? beings[hero].place : Catalogue.named(.place, "kitchen")
    beings[hero].place = kitchen
    let dishes = Catalogue.all(.thing, .dish)
    let dish = add(thing: dishes[random.ranked(dishes.count)], owner: hero)
    let guest = random.chance(55) ? addElder(at: kitchen) : addCompanion(at: outing())
    tell(.day, hero)
    tell(.wantsToCook, hero, guest, thing: dish)
    let helper: Int
    let guestHelps = beings[guest].place == kitchen && random.chance(30)
    if random.chance(70) {
      let kind = things[dish].kind
      let fitting = Catalogue.all(.ingredient).filter {
        kind.is(.cold)
          ? $0.is(.cold) || $0.key == "honey" : $0.is(kind.is(.sweet) ? .sweet : .savory)
      }
      let ingredient = random.pick(fitting)
      tell(.lacks, hero, thing: dish, detail: ingredient)
      helper = isAnimalWorld ? add(.friend, at: kitchen) : add(.neighbour, at: kitchen)
      let place = isAnimalWorld ? outing() : Catalogue.named(.place, "street")
      beings[hero].place = place
      beings[helper].place = place
      tell(.asksIngredient, hero, helper, detail: ingredient)
      tell(.givesIngredient, helper, hero, detail: ingredient)
      beings[hero].place = kitchen
      beings[helper].place = kitchen
      if random.chance(65) { tell(.returnsHome, hero) }
    } else {
      helper =
        guestHelps ? guest : (isAnimalWorld ? add(.friend, at: kitchen) : addElder(at: kitchen))
      if !guestHelps { tell(.comesAlong, hero, helper) }
    }
    tell(.cooks, hero, thing: dish)
    let isCold = things[dish].kind.is(.cold)
    let trouble = random.pick(KitchenTrouble.allCases.filter { !isCold || $0 != .burnt })
    tell(.cookTrouble, hero, thing: dish, variant: trouble.rawValue)
    feel(hero, .sad, .disappointed, .worried, .sad, chance: 77)
    if random.chance(60) { tell(.encourages, helper, hero) }
    tell(.cookRemedy, helper, hero, thing: dish)
    tell(.dishReady, hero, thing: dish)
    beings[guest].place = kitchen
    tell(.eatTogether, hero, guest, thing: dish)
    if random.chance(70) { tell(.praisesFood, guest, hero, thing: dish) }
    feel(hero, .proud, .happy, chance: 62)
    end(hero, with: guest, lesson: random.pick([.keepTrying, .teamwork]))
  }

  mutating func buildingPlot() {
    topic = .building
    let hero = begin()
    let crafts = Catalogue.all(.thing, .craft)
    var kind = crafts[random.ranked(crafts.count)]
    if isAnimalWorld {
      kind = Catalogue.named(
        .thing, random.pick(["raft", "swing", "little bridge", "wooden boat", "tent", "nest box"]))
    }
    let craft = add(thing: kind, owner: hero)
    tell(.day, hero)
    if kind.key == "snowman" { weather = .snowy }
    let place =
      kind.key == "sandcastle"
      ? Catalogue.named(.place, "beach")
      : kind.key == "raft" || kind.key == "wooden boat"
        ? outing(.water) : isAnimalWorld ? outing() : Catalogue.named(.place, "garden")
    tell(.wantsToBuild, hero, thing: craft)
    if random.chance(45) { go(hero, to: place) } else { beings[hero].place = place }
    if random.chance(80) { tell(.gathers, hero, thing: craft) }
    tell(.builds, hero, thing: craft)
    let trouble = random.pick(possibleTroubles(building: kind))
    tell(.buildTrouble, hero, thing: craft, variant: trouble.rawValue)
    feel(hero, .sad, .angry, .disappointed, chance: 77)
    let helper = addPasserby(at: place)
    tell(random.chance(50) ? .meets : .comesAlong, hero, helper)
    if random.chance(55) { tell(.asksWhy, helper, hero) }
    tell(.suggests, helper, hero, thing: craft, variant: trouble.rawValue)
    tell(.rebuilds, hero, helper, thing: craft)
    tell(.buildDone, hero, thing: craft)
    feel(hero, .proud, .happy, chance: 67)
    if random.chance(60) { showThanks(hero, to: helper) }
    end(hero, with: helper, lesson: random.pick([.teamwork, .keepTrying, .askForHelp]))
  }

  mutating func gardenPlot() {
    topic = .garden
    let hero = begin()
    let garden = isAnimalWorld ? outing(.grass) : Catalogue.named(.place, "garden")
    beings[hero].place = garden
    let plant = random.pick(Plant.allCases)
    tell(.day, hero)
    tell(.plants, hero, variant: plant.rawValue)
    tell(.waits, hero, variant: plant.rawValue)
    let trouble = random.pick(PlantTrouble.allCases)
    tell(.plantTrouble, hero, variant: trouble.rawValue)
    feel(hero, .sad, .worried, chance: 77)
    let helper = random.chance(50) ? addElder(at: garden) : addPasserby(at: garden)
    if !beings[helper].relation.isFamily { tell(.comesAlong, hero, helper) }
    if random.chance(55) { tell(.asksWhy, helper, hero) }
    tell(.plantAdvice, helper, hero, variant: trouble.rawValue)
    tell(.caresFor, hero, variant: trouble.rawValue)
    tell(.grows, hero, variant: plant.rawValue)
    feel(hero, .happy, .proud, chance: 67)
    if random.chance(55) { showThanks(hero, to: helper) }
    end(hero, with: helper, lesson: random.pick([.patience, .patience, .listen]))
  }

  /// Learning to do something.
  mutating func learningPlot() {
    topic = .learning
    let hero = begin()
    let skill = random.pick(lackingSkills(of: hero))
    // Nobody rides there on the bike.
    let isAway = skill.is(.outdoor) && skill.key != "ride-bike"
    let place =
      skill.is(.water) ? outing(.water) : isAway ? outing(.grass) : beings[hero].place
    let friend = random.chance(50) ? addCompanion(at: beings[hero].place) : nil
    tell(.wantsToLearn, hero, friend, detail: skill)
    tell(.day, hero)
    if place != beings[hero].place {
      go(hero, to: place, with: friend)
    }
    tell(.triesSkill, hero, detail: skill)
    tell(.failsSkill, hero, detail: skill)
    feel(hero, .sad, .angry, .ashamed, .disappointed, chance: 72)
    if random.chance(60) { tell(.givesUp, hero, detail: skill) }
    let teacher = friend ?? addPasserby(at: place)
    if friend == nil { tell(.comesAlong, hero, teacher) }
    tell(.teaches, teacher, hero, detail: skill)
    tell(.practises, hero, detail: skill)
    tell(.learnsSkill, hero, detail: skill)
    if random.chance(70) { tell(.cheers, teacher, hero, detail: skill) }
    feel(hero, .proud, .happy, .excited, chance: 67)
    end(hero, with: teacher, lesson: random.pick([.keepTrying, .keepTrying, .patience]))
  }

  /// What the hero cannot do yet: nothing that such an animal is born with, and nothing that the
  /// story has told that the hero likes to do.
  func lackingSkills(of hero: Int) -> [Concept] {
    let species = beings[hero].species
    func isBorn(_ quality: Quality) -> Bool { species?.is(quality) ?? false }
    var known: [String] = []
    if isBorn(.swims) { known += ["swim", "dive", "float"] }
    if isBorn(.climbs) { known += ["climb-tree", "balance-log"] }
    if isBorn(.flies) {
      known += ["climb-tree", "balance-log", "hop", "jump-far", "sing", "whistle"]
    }
    if isBorn(.tall) || isBorn(.strong) { known += ["climb-tree", "balance-log"] }
    if ["frog", "rabbit", "kangaroo", "deer", "goat"].contains(species?.key) {
      known += ["hop", "jump-far"]
    }
    for event in events {
      switch (event.kind, event.detail?.key) {
      case (.hasPastime, "climb"): known += ["climb-tree"]
      case (.hasPastime, "swim"): known += ["swim", "dive", "float"]
      case (.hasPastime, "paint-pictures"), (.hasPastime, "draw-maps"):
        known += ["paint", "draw-horse"]
      case (.hasPastime, "count-stars"): known += ["count"]
      case (.hasPastime, let key?): known += [key]
      // Somebody who sings all day can sing.
      case (.hasTrait, _)
      where [.cheerful, .merry, .playful, .lively, .funny, .hopeful]
        .contains(beings[hero].trait):
        known += ["sing", "whistle"]
      default: break
      }
    }
    let animals = [
      "swim", "climb-tree", "jump-far", "hop", "dive", "whistle", "sing", "balance-log", "count",
      "dance", "somersault",
    ]
    return Catalogue.all(.skill).filter {
      !known.contains($0.key) && (!isAnimalWorld || animals.contains($0.key))
    }
  }

  mutating func contestPlot() {
    topic = .contest
    let hero = begin()
    let contest = random.pick(
      isAnimalWorld ? [.race, .swimming, .singing, .sleds] : Contest.allCases)
    let place =
      contest == .swimming || contest == .boats ? outing(.water) : outing(.grass)
    let rival = add(random.chance(50) ? .friend : .stranger, at: place)
    tell(.contestAnnounced, hero, place: place, variant: contest.rawValue)
    tell(.day, hero)
    go(hero, to: place)
    tell(.boasts, rival, hero, variant: contest.rawValue)
    feel(hero, .worried, .excited, .afraid, chance: 62)
    tell(.contestStarts, hero, rival, variant: contest.rawValue)
    let kind = random.chance(60)
    tell(.rivalFalls, rival, hero, variant: contest.rawValue)
    if kind {
      tell(.stopsToHelp, hero, rival)
      if random.chance(65) { tell(.thanks, rival, hero) }
    } else {
      tell(.goesOn, hero, rival)
    }
    tell(.contestEnds, hero, rival, variant: kind ? random.below(2) : 2)
    if kind && random.chance(50) { tell(.sharesPrize, hero, rival) }
    feel(hero, .proud, .happy, chance: 62)
    end(hero, with: rival, lesson: kind ? .kindness : .keepTrying)
  }
}
