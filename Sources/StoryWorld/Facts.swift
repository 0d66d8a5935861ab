/// The truth about a story, read off the events.
extension World {
  /// The being that the story is about.
  package var hero: Being { beings[0] }

  /// What the hero wants, or is asked to do; at the least, to have what is the hero's own.
  package var wish: Event? {
    events.first { event in
      switch event.kind {
      case .wantsToCook, .wantsToBuild, .wantsToLearn, .wantsToSee, .seesInShop, .contestAnnounced,
        .plants, .isSent, .playsWith, .bothWant, .watchesOthers, .hearsFriendSad, .isTempted,
        .searches, .hearsCry, .goesToBed, .wandersOff, .seesHungry:
        true
      default: false
      }
    } ?? events.first { $0.kind == .owns || $0.kind == .receives }
  }

  /// What goes wrong.
  package var mishap: Event? {
    events.first { event in
      switch event.kind {
      case .trouble, .misses, .cookTrouble, .buildTrouble, .failsSkill, .seesStuck, .obstacle,
        .hearsNoise, .pulls, .lacksMoney, .rivalFalls, .plantTrouble, .disobeys, .cheerFails,
        .isLost, .laterInNeed:
        true
      default: false
      }
    }
  }

  /// Whoever helps the hero, by number; nil if nobody does.
  package var helper: Int? {
    for event in events {
      switch event.kind {
      case .remedy, .cookRemedy, .suggests, .teaches, .plantAdvice, .walksBack, .repaysKindness,
        .givesHint, .offersHelp, .comforts:
        if event.actor != 0 { return event.actor }
      case .rescues: if let third = event.third { return third }
      default: break
      }
    }
    return nil
  }

  /// Who felt what, in order.
  package var feelings: [(being: Int, emotion: Emotion)] {
    events.filter { $0.kind == .feels }.compactMap { event in
      Emotion(rawValue: event.variant).map { (event.actor, $0) }
    }
  }

  /// How it ends.
  package var ending: Event? { events.last { $0.kind != .theEnd } }
}
