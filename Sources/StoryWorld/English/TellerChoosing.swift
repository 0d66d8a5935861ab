extension World {
  /// What is true of an event, for phrases that ask.
  func conditions(of event: Event, knownThings: UInt64, livesSomewhere: Bool) -> UInt64 {
    var bits: UInt64 = 0
    func set(_ condition: Condition, _ holds: Bool) {
      if holds { bits |= 1 << UInt64(condition.rawValue) }
    }
    set(isAnimalWorld ? .animal : .human, true)
    let actor = beings[event.actor]
    switch weather {
    case .sunny: set(.sunny, true)
    case .windy: set(.windy, true)
    case .rainy: set(.rainy, true)
    case .snowy: set(.snowy, true)
    case .cloudy: set(.cloudy, true)
    case .warm: set(.warm, true)
    }
    switch daypart {
    case .morning: set(.morning, true)
    case .afternoon: set(.afternoon, true)
    case .evening: set(.evening, true)
    }
    set(.home, livesSomewhere)
    set(.flaw, actor.trait.isFlaw)
    set(.adultA, actor.relation.isGrownUp)
    set(.childA, !actor.relation.isGrownUp && actor.relation != .creature)
    if let other = event.other {
      let being = beings[other]
      set(.hasB, true)
      set(.adultB, being.relation.isGrownUp)
      set(.familyB, being.relation.isFamily)
    }
    set(.hasC, event.third != nil)
    if let thing = event.thing {
      set(.hasT, true)
      set(.knownT, knownThings & (1 << UInt64(thing)) != 0)
      let kind = things[thing].kind
      set(.toy, kind.is(.toy))
      set(.wear, kind.is(.clothing))
    }
    return bits
  }
}

extension PhraseBook {
  /// A phrase that fits and has not been used in this story, if there is one; else one that fits.
  func choose(
    _ numbers: [Int], _ conditions: UInt64, opening: Bool, predicate: Bool, used: inout [Int],
    _ random: inout RandomSource
  ) -> Phrase? {
    var best: Phrase?
    var count = 0
    var count2 = 0
    for number in numbers {
      let phrase = phrases[number]
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

extension Teller {
  /// A phrase for the current event.
  mutating func choose(_ numbers: [Int], opening: Bool = false, predicate: Bool = false)
    -> Phrase?
  {
    let conditions = world.conditions(
      of: event, knownThings: introducedThings, livesSomewhere: livesSomewhere)
    return book.choose(
      numbers, conditions, opening: opening, predicate: predicate, used: &used, &random)
  }
}
