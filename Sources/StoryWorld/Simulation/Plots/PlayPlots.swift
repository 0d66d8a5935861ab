// Stories about the hero's own things.

extension World {
  /// A toy or a piece of clothing gets into trouble, and somebody helps.
  mutating func playPlot() {
    let hero = begin()
    let kinds = Catalogue.all(.thing).filter {
      $0.is(.toy) || $0.is(.treasure) || ($0.is(.clothing) && !$0.is(.small))
    }
    // The place and the weather must allow something to happen.
    var kind = random.pick(kinds)
    var place = outing()
    while possibleTroubles(of: kind, at: place).isEmpty {
      kind = random.pick(kinds)
      place = outing()
    }
    let thing = add(thing: kind, owner: hero)
    getThing(thing, hero)
    tell(.day, hero)
    var friend: Int?
    if random.chance(40) {
      friend = addCompanion(at: beings[hero].place)
      go(hero, to: place, with: friend)
    } else {
      go(hero, to: place)
    }
    if random.chance(80) { tell(.playsWith, hero, thing: thing) }
    guard let trouble = upset(thing, of: hero) else { return }
    feel(hero, .sad, .worried, .sad, chance: 85)
    if random.chance(80) { tell(.triesAlone, hero, thing: thing, variant: trouble.rawValue) }
    let helper = getHelp(with: thing, for: hero, from: friend)
    showThanks(hero, to: helper)
    if random.chance(70) { tell(.playsTogether, hero, helper, thing: thing) }
    end(hero, with: helper, lesson: random.pick([.askForHelp, .becareful, .teamwork]))
  }

  /// How the hero came to have the thing.
  mutating func getThing(_ thing: Int, _ hero: Int) {
    if random.chance(40) {
      let elder = addElder(at: beings[hero].place)
      things[thing].whereabouts = .heldBy(elder)
      hand(thing, from: elder, to: hero, as: .receives)
    } else {
      tell(.owns, hero, thing: thing)
    }
  }

  /// Something is missing and has to be looked for.
  mutating func losingPlot() {
    topic = .losing
    let hero = begin()
    let kinds = Catalogue.all(.thing).filter {
      ($0.is(.toy) && !$0.is(.big)) || $0.is(.treasure) || $0.is(.clothing)
        || ($0.is(.paper) && $0.is(.coloured))
    }
    let thing = add(thing: random.pick(kinds), owner: hero)
    getThing(thing, hero)
    tell(.day, hero)
    let home = beings[hero].place
    let spot = hidingPlace(in: home)
    let lostOutside = random.chance(50)
    let place = lostOutside ? outing() : home
    let hidden = lostOutside ? hidingPlace(in: place) : spot
    things[thing].whereabouts = .at(place)
    tell(.misses, hero, thing: thing)
    feel(hero, .sad, .worried, chance: 82)
    let wrong = hidingPlace(in: home, not: hidden)
    tell(.searches, hero, thing: thing, spot: wrong)
    if random.chance(35) {
      tell(.searches, hero, thing: thing, spot: hidingPlace(in: home, not: hidden, wrong))
    }
    let helper = random.chance(60) ? addElder(at: home) : addCompanion(at: home)
    tell(.asksSeen, hero, helper, thing: thing)
    tell(.givesHint, helper, hero, thing: thing, place: place, variant: lostOutside ? 0 : 1)
    if lostOutside { go(hero, to: place, with: random.chance(60) ? helper : nil) }
    things[thing].whereabouts = .heldBy(hero)
    tell(.finds, hero, thing: thing, spot: hidden)
    if random.chance(65) { tell(.foundBecause, hero, thing: thing, variant: lostOutside ? 0 : 1) }
    feel(hero, .happy, .relieved, .happy, chance: 72)
    if beings[helper].place == beings[hero].place { showThanks(hero, to: helper) }
    end(hero, with: helper, lesson: random.pick([.tidy, .becareful, .keepTrying, .askForHelp]))
  }

  /// Two friends want one thing at the same time.
  mutating func quarrelPlot() {
    topic = .quarrel
    let (hero, friend) = beginWithTwo()
    tell(.day, hero)
    let place = random.chance(60) ? outing() : beings[hero].place
    if place != beings[hero].place { go(hero, to: place, with: friend) }
    let kinds = Catalogue.all(.thing).filter {
      ($0.is(.toy) && !$0.is(.airy)) || ($0.is(.fragile) && $0.is(.toy)) || $0.is(.instrument)
        || $0.is(.snack)
    }
    let kind = random.pick(kinds)
    let thing = add(thing: kind, at: place)
    tell(.bothWant, hero, friend, thing: thing)
    tell(.argues, hero, friend, thing: thing)
    if random.chance(65) { tell(.argues, friend, hero, thing: thing) }
    let breaks = !kind.is(.snack) && random.chance(60)
    tell(.pulls, hero, friend, thing: thing, variant: kind.is(.snack) ? 2 : (breaks ? 0 : 1))
    feel(random.chance(50) ? hero : friend, .sad, .angry, .ashamed, .sorry, chance: 82)
    if random.chance(35) {
      let elder = isAnimalWorld ? add(.stranger, at: place) : addElder(at: place)
      tell(.comesAlong, hero, elder)
      tell(.comforts, elder, hero, third: friend, variant: 1)
    }
    tell(.apologizes, hero, friend)
    tell(.forgives, friend, hero)
    if breaks { tell(.mends, hero, friend, thing: thing) }
    tell(.takeTurns, hero, friend, thing: thing, variant: kind.is(.snack) ? 1 : 0)
    end(hero, with: friend, lesson: .share)
  }
}
