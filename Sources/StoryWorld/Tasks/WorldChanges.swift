/// Something of a world that could have been otherwise without any other event.
enum WorldChange: Sendable {
  case name(of: Int)
  /// Two beings have each other's names.
  case names(of: Int, and: Int)
  case kind(of: Int)
  case species(of: Int)
  case place(Concept)
  /// Another relative: the grandmother instead of the mother.
  case relation(of: Int)
  case job(of: Int)
}

/// What the beginning of a story knows of the alternative that the wrong continuation takes.
enum Alternative: CaseIterable, Sendable {
  /// Nothing: the wrong one speaks of what was never told.
  case unknown
  /// It is told of beside the story, where it has no part: the wrong one mistakes its role.
  case beside
  /// It cannot take part, and the right one brings on what was never told.
  case absent
}

/// What differs between two worlds.
enum Feature: Sendable {
  case name(Int, Gender)
  case concept(Concept)
  case relation(Relation)
}

extension World {
  /// All that could be changed.
  var changes: [WorldChange] {
    var changes: [WorldChange] = []
    for (number, being) in beings.enumerated() {
      if being.name != nil { changes.append(.name(of: number)) }
      if being.species != nil { changes.append(.species(of: number)) }
      if being.job != nil { changes.append(.job(of: number)) }
      if being.relation.counterpart != nil { changes.append(.relation(of: number)) }
      for other in beings.indices.dropFirst(number + 1)
      where beings[other].gender == being.gender && being.name != nil && beings[other].name != nil
        && haveParts(number, other)
      {
        changes += [.names(of: number, and: other), .names(of: number, and: other)]
      }
    }
    for number in things.indices {
      changes += [.kind(of: number), .kind(of: number), .kind(of: number)]
    }
    for event in events where event.kind == .goes || event.kind == .goesWith {
      changes += [.place(event.place), .place(event.place)]
    }
    return changes
  }

  /// Whether the beginning tells whose part is whose, so that it contradicts an exchange of names:
  /// either of two who quarrel, race or walk together could do what the other does.
  private func haveParts(_ first: Int, _ second: Int) -> Bool {
    if beings[first].relation.isGrownUp != beings[second].relation.isGrownUp { return true }
    switch topic {
    case .learning, .cheering, .honesty, .lost: return first == 0
    default: return false
    }
  }

  /// This world and one with that much changed, both of which tell as much of what the other has
  /// instead; `nil` if there is nothing else of the kind.
  func versions(
    _ change: WorldChange, _ alternative: Alternative, _ random: inout RandomSource
  ) -> (World, World)? {
    guard let (changed, own, other) = changed(change, &random) else { return nil }
    guard alternative != .unknown, let own, let other else { return (self, changed) }
    var first = self
    var second = changed
    guard let index = asidePlace(&random),
      first.tellBeside(other, change, alternative, at: index),
      second.tellBeside(own, change, alternative, at: index)
    else { return nil }
    return (first, second)
  }

  /// Where something can be told beside the story: before the day begins or, as often, as late in
  /// the first half as nobody is interrupted, so that what is told last is not mostly the story's.
  private func asidePlace(_ random: inout RandomSource) -> Int? {
    let isLate = random.chance(60)
    guard let day = events.firstIndex(where: { $0.kind == .day || $0.kind == .goesToBed }) else {
      return nil
    }
    guard isLate, day + 2 < events.count / 2 + 1 else { return day }
    let late = (day + 2...events.count / 2 + 1).last { index in
      switch events[index - 1].kind {
      case .goes, .goesWith, .scenery, .playsWith, .feels, .searches, .misses, .packs, .obstacle,
        .gathers, .builds, .waits, .plantTrouble, .buildTrouble, .watchesOthers, .joinsIn,
        .hearsNoise, .imagines, .seesInShop, .lacksMoney, .promises, .lacks, .cooks, .cookTrouble,
        .comesUpon, .hearsFriendSad, .triesSkill, .failsSkill, .triesAlone, .isLost:
        true
      default: false
      }
    }
    return late ?? day
  }

  /// Adds a sentence about what the story is not about.
  private mutating func tellBeside(
    _ feature: Feature, _ change: WorldChange, _ alternative: Alternative, at index: Int
  ) -> Bool {
    var event = Event(kind: .aside, actor: 0, place: events[index].place)
    let aside: Aside
    let isAbsent = alternative == .absent
    func somebody(
      _ relation: Relation, _ gender: Gender, name: Int? = nil, job: Concept? = nil
    ) -> Being {
      Being(
        name: name, gender: gender, relation: relation,
        species: relation.isFamily ? beings[0].species : nil, job: job, trait: .kind,
        place: event.place, feeling: nil)
    }
    switch (change, feature) {
    case (.name, .name(let name, let gender)):
      aside = isAbsent ? .awayNamed : .cousin
      event.other = beings.count
      beings.append(somebody(.stranger, gender, name: name))
    case (.relation(let being), .relation(let relation)):
      aside = .awayFamily
      event.other = beings.count
      beings.append(somebody(relation, beings[being].gender))
    case (.job(let being), .concept(let job)):
      aside = .awayWorker
      event.other = beings.count
      beings.append(somebody(.worker, beings[being].gender, job: job))
    case (.kind, .concept(let kind)) where !isAbsent:
      aside = .thing
      event.thing = add(thing: kind)
      let thing = things.count - 1
      things[thing] = Thing(
        kind: kind, colour: nil, look: nil, owner: nil, whereabouts: .gone)
    case (.species, .concept(let species)) where !isAbsent:
      aside = .animal
      event.detail = species
    case (.place, .concept(let place)):
      aside = isAbsent ? .closed : .place
      event.place = place
    default: return false
    }
    event.variant = aside.rawValue
    events.insert(event, at: index)
    return true
  }

  /// The world with that much changed and, if they can be told of beside the story, what this world
  /// has and what the other one has.
  private func changed(
    _ change: WorldChange, _ random: inout RandomSource
  ) -> (world: World, own: Feature?, other: Feature?)? {
    var other = self
    /// A concept with the same qualities; what is nearly the same does not contradict.
    func alternative(to concept: Concept, except: [Concept]) -> Concept? {
      let all = Catalogue.all(concept.domain).filter {
        $0.qualities == concept.qualities && !except.contains($0) && !$0.isNearly(concept)
      }
      return all.isEmpty ? nil : random.pick(all)
    }
    switch change {
    case .name(let number):
      let being = beings[number]
      guard let old = being.name else { return nil }
      let taken = beings.filter { $0.gender == being.gender }.compactMap(\.name)
      var name: Int
      repeat { name = random.ranked(Being.nameCount) } while taken.contains(name)
      other.beings[number] = being.with(name: name)
      return (other, .name(old, being.gender), .name(name, being.gender))
    case .names(let first, let second):
      other.beings[first] = beings[first].with(name: beings[second].name)
      other.beings[second] = beings[second].with(name: beings[first].name)
      return (other, nil, nil)
    case .species(let number):
      let being = beings[number]
      guard let species = being.species,
        let new = alternative(to: species, except: beings.compactMap(\.species))
      else { return nil }
      // A family is of one kind.
      for index in beings.indices where beings[index].species == species {
        other.beings[index] = beings[index].with(name: beings[index].name, species: new)
      }
      return (other, .concept(species), .concept(new))
    case .job(let number):
      let being = beings[number]
      guard let job = being.job, let new = alternative(to: job, except: beings.compactMap(\.job))
      else { return nil }
      other.beings[number] = being.with(name: being.name, job: new)
      return (other, .concept(job), .concept(new))
    case .relation(let number):
      let being = beings[number]
      guard let relation = being.relation.counterpart,
        !beings.contains(where: { $0.relation == relation })
      else { return nil }
      other.beings[number] = being.with(name: being.name, relation: relation)
      return (other, .relation(being.relation), .relation(relation))
    case .kind(let number):
      let thing = things[number]
      guard let new = alternative(to: thing.kind, except: things.map(\.kind)) else { return nil }
      other.things[number] = Thing(
        kind: new, colour: thing.colour, look: thing.look, owner: thing.owner,
        whereabouts: thing.whereabouts)
      return (other, .concept(thing.kind), .concept(new))
    case .place(let place):
      let known = beings.map(\.place) + events.map(\.place)
      guard let new = alternative(to: place, except: known) else { return nil }
      for index in events.indices where events[index].place == place {
        other.events[index].place = new
        if events[index].kind == .scenery { other.events[index].variant = new.index }
      }
      return (other, .concept(place), .concept(new))
    }
  }
}

extension Relation {
  /// The relative of the same gender who could stand in the same place.
  fileprivate var counterpart: Relation? {
    switch self {
    case .mother: .grandmother
    case .grandmother: .mother
    case .father: .grandfather
    case .grandfather: .father
    default: nil
    }
  }
}

extension Being {
  fileprivate func with(
    name: Int?, species: Concept? = nil, relation: Relation? = nil, job: Concept? = nil
  ) -> Being {
    Being(
      name: name, gender: gender, relation: relation ?? self.relation,
      species: species ?? self.species, job: job ?? self.job, trait: trait, place: place,
      feeling: feeling)
  }
}

extension Telling {
  /// How the changeable part of a world reads in its text: the last word, which has no "his" or
  /// "the" before it.
  func surface(_ change: WorldChange, _ world: World, _ language: StoryLanguage) -> String {
    switch change {
    case .name(let number), .names(let number, _): names[number]
    case .species(let number): world.beings[number].species.map(language.noun) ?? ""
    case .job(let number): world.beings[number].job.map(language.noun) ?? ""
    case .relation(let number):
      language == .chinese
        ? labels[number] : String(labels[number].split(separator: " ").last ?? "")
    case .kind(let number): language.noun(world.things[number].kind)
    case .place(let place):
      // The place may have been replaced: it is where its event is now.
      language.noun(
        world.events.first { $0.kind == .goes || $0.kind == .goesWith }.map(\.place) ?? place)
    }
  }
}

extension StoryLanguage {
  /// The plain word for a concept, as it stands within sentences.
  func noun(_ concept: Concept) -> String {
    switch self {
    case .english:
      let forms = Glosses.shared.forms[concept.domain.rawValue][concept.index]
      let text = String(decoding: forms[forms.count > 1 ? 1 : 0], as: UTF8.self)
      guard concept.domain == .place else { return text }
      return concept.key
    case .chinese: return ChineseGlosses.shared.noun(concept)
    }
  }
}
