/// What phrases of any language ask of an event.
extension Event {
  /// Who plays a role; the event must have it.
  func being(_ role: Role) -> Int {
    switch role {
    case .actor: return actor
    case .hero: return 0
    case .other:
      guard let other else { preconditionFailure("\(kind) has no other") }
      return other
    case .third:
      guard let third else { preconditionFailure("\(kind) has no third") }
      return third
    }
  }

  /// What a gloss of a domain stands for; the event must have it.
  func concept(_ domain: Domain?) -> Concept {
    let concept: Concept?
    switch domain {
    case .place: concept = place
    case .spot: concept = spot
    default: concept = detail
    }
    guard let concept else { preconditionFailure("\(kind) lacks what its phrase names") }
    return concept
  }
}

extension PhraseBook {
  /// The openings that suit such a deed, if any.
  func openings(for kind: EventKind, _ phrase: Phrase) -> [Int]? {
    switch kind {
    case .trouble, .meets, .comesAlong, .hearsCry, .hearsNoise, .rivalFalls, .isLost, .buildTrouble,
      .cookTrouble, .comesUpon, .obstacle, .wandersOff:
      suddenOpenings
    case .finds, .learnsSkill, .grows, .buildDone, .dishReady, .reunited, .seesSight,
      .becomeFriends,
      .earns, .cheerWorks:
      finalOpenings
    case .triesAlone, .searches, .remedy, .goes, .goesWith, .gathers, .builds, .cooks, .rebuilds,
      .practises, .worksFor, .looksForCause, .walksBack, .caresFor, .mends, .triesSkill, .delivers,
      .buys, .confesses, .cheerTry, .hugs, .givesBack, .returnsHome, .rescues, .overcomes, .joinsIn,
      .cleansUp, .hidesIt, .findsOwner, .takeTurns, .fetchesHelp, .cookRemedy:
      // What takes days is not done at once.
      phrase.isLasting ? nextOpenings : nextOpenings + atOnceOpenings
    default: nil
    }
  }
}
