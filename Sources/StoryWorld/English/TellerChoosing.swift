extension Teller {
  func conditions() -> UInt64 {
    var bits: UInt64 = 0
    func set(_ condition: Condition, _ holds: Bool) {
      if holds { bits |= 1 << UInt64(condition.rawValue) }
    }
    set(world.isAnimalWorld ? .animal : .human, true)
    let actor = world.beings[event.actor]
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
    set(.home, livesSomewhere)
    set(.flaw, actor.trait.isFlaw)
    set(.adultA, actor.relation.isGrownUp)
    set(.childA, !actor.relation.isGrownUp && actor.relation != .creature)
    if let other = event.other {
      let being = world.beings[other]
      set(.hasB, true)
      set(.adultB, being.relation.isGrownUp)
      set(.familyB, being.relation.isFamily)
    }
    set(.hasC, event.third != nil)
    if let thing = event.thing {
      set(.hasT, true)
      set(.knownT, introducedThings & (1 << UInt64(thing)) != 0)
      let kind = world.things[thing].kind
      set(.toy, kind.is(.toy))
      set(.wear, kind.is(.clothing))
    }
    return bits
  }

  /// A phrase that fits the current event and has not been used in this story, if there is one.
  mutating func choose(_ numbers: [Int], opening: Bool = false, predicate: Bool = false)
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
}
