extension World {
  /// Brings the hero on at home and tells a little about them.
  mutating func begin() -> Int {
    let hero = add(.hero, at: random.pick(homePlaces))
    tell(.introduces, hero)
    let facts = random.chance(25) ? 1 : random.chance(75) ? 2 : 3
    let first = random.below(3)
    for fact in first..<(first + facts) {
      switch fact % 3 {
      case 0: tell(.livesAt, hero)
      case 1: tell(.hasTrait, hero, variant: beings[hero].trait.rawValue)
      default: tell(.hasPastime, hero, detail: pick(.pastime))
      }
    }
    return hero
  }

  /// Brings on two friends, or a brother or sister and the hero, at once.
  mutating func beginWithTwo() -> (hero: Int, friend: Int) {
    let place = random.pick(homePlaces)
    let hero = add(.hero, at: place)
    let friend = add(.friend, at: place)
    tell(.introducesPair, hero, friend)
    return (hero, friend)
  }

  mutating func pick(_ domain: Domain, _ quality: Quality? = nil) -> Concept {
    let concepts = quality.map { Catalogue.all(domain, $0) } ?? Catalogue.all(domain)
    return concepts[random.ranked(concepts.count)]
  }

  /// A place out of doors where such a hero might go.
  mutating func outing(_ quality: Quality? = nil) -> Concept {
    let places = Catalogue.all(.place, .outdoor).filter { place in
      (quality.map(place.is) ?? true)
        && (isAnimalWorld ? !place.is(.busy) && !place.is(.home) : !place.is(.den))
    }
    return random.pick(places)
  }

  /// A place under a roof away from home.
  mutating func indoorsAway() -> Concept {
    if isAnimalWorld { return outing() }
    let places = Catalogue.all(.place, .indoor).filter { !$0.is(.home) && !$0.is(.shop) }
    return places[random.ranked(places.count)]
  }

  /// A hiding place that such a place has.
  mutating func hidingPlace(in place: Concept, not others: Concept...) -> Concept {
    var wanted = place.qualities
    if place.is(.den) {
      wanted = Qualities()
      wanted.insert(.den)
    } else if place.is(.outdoor) {
      wanted.remove(.home)
      wanted.remove(.busy)
      wanted.remove(.wild)
      if place.is(.wild) && !place.is(.water) && !place.is(.sand) { wanted.insert(.grass) }
      if wanted.isDisjoint(with: [.trees, .grass, .water, .sand]) { wanted.insert(.busy) }
    } else {
      wanted = Qualities()
      wanted.insert(place.is(.home) ? .home : .busy)
    }
    let spots = Catalogue.all(.spot).filter { spot in
      !others.contains(spot) && (spot.qualities.shares(wanted))
    }
    if spots.isEmpty { return Catalogue.named(.spot, "behind-rock") }
    return spots[random.below(spots.count)]
  }

  /// The last event or two: what has been learned, how they feel, how the day ends.
  mutating func end(_ hero: Int, with friend: Int? = nil, lesson: Lesson? = nil) {
    let friendIsHere = friend.map { beings[$0].place == beings[hero].place } ?? false
    if let lesson, random.chance(45) {
      tell(.learns, hero, friendIsHere ? friend : nil, variant: lesson.rawValue)
      if random.chance(45) { return finish() }
    }
    switch random.below(12) {
    case 0...2:
      if let friend, friendIsHere, beings[friend].relation.isFamily {
        tell(.endsTogether, hero, friend)
      } else if let friend, friendIsHere, beings[friend].isPlaymate {
        tell(.endsAsFriends, hero, friend)
      } else {
        tell(.endsGlad, hero)
      }
    case 3...4: tell(.endsWithHabit, hero, variant: topic.rawValue)
    case 5...6: tell(.endsAsleep, hero)
    case 7: tell(.endsAtHome, hero)
    case 8...9: tell(.endsGlad, hero)
    default:
      if let friend, friendIsHere, beings[friend].isPlaymate {
        tell(.endsWithPlan, hero, friend)
      } else {
        tell(.endsGlad, hero)
      }
    }
    finish()
  }

  private mutating func finish() {
    if random.chance(4) { tell(.theEnd, 0) }
  }
}
