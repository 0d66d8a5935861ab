/// Something of a world that could have been otherwise without any other event.
enum WorldChange: Sendable {
  case name(of: Int)
  case kind(of: Int)
  case species(of: Int)
  case place(Concept)
}

extension World {
  /// All that could be changed.
  var changes: [WorldChange] {
    var changes: [WorldChange] = []
    for (number, being) in beings.enumerated() {
      if being.name != nil { changes.append(.name(of: number)) }
      if being.species != nil { changes.append(.species(of: number)) }
    }
    for number in things.indices {
      changes += [.kind(of: number), .kind(of: number), .kind(of: number)]
    }
    for event in events where event.kind == .goes || event.kind == .goesWith {
      changes += [.place(event.place), .place(event.place)]
    }
    return changes
  }

  /// The world with that much changed; `nil` if there is nothing else of the kind.
  func changed(_ change: WorldChange, _ random: inout RandomSource) -> World? {
    var other = self
    /// A concept with the same qualities.
    func alternative(to concept: Concept, except: [Concept]) -> Concept? {
      let all = Catalogue.all(concept.domain).filter {
        $0.qualities == concept.qualities && !except.contains($0)
      }
      return all.isEmpty ? nil : random.pick(all)
    }
    switch change {
    case .name(let number):
      let being = beings[number]
      let taken = beings.filter { $0.gender == being.gender }.compactMap(\.name)
      var name: Int
      repeat { name = random.ranked(Being.nameCount) } while taken.contains(name)
      other.beings[number] = being.with(name: name, species: being.species)
    case .species(let number):
      let being = beings[number]
      guard let species = being.species,
        let new = alternative(to: species, except: beings.compactMap(\.species))
      else { return nil }
      // A family is of one kind.
      for index in beings.indices where beings[index].species == species {
        other.beings[index] = beings[index].with(name: beings[index].name, species: new)
      }
    case .kind(let number):
      guard let new = alternative(to: things[number].kind, except: things.map(\.kind)) else {
        return nil
      }
      let thing = things[number]
      other.things[number] = Thing(
        kind: new, colour: thing.colour, look: thing.look, owner: thing.owner,
        whereabouts: thing.whereabouts)
    case .place(let place):
      let known = beings.map(\.place) + events.map(\.place)
      guard let new = alternative(to: place, except: known) else { return nil }
      for index in events.indices where events[index].place == place {
        other.events[index].place = new
        if events[index].kind == .scenery { other.events[index].variant = new.index }
      }
    }
    return other
  }
}

extension Being {
  fileprivate func with(name: Int?, species: Concept?) -> Being {
    Being(
      name: name, gender: gender, relation: relation, species: species, job: job, trait: trait,
      place: place, feeling: feeling)
  }
}

extension Telling {
  /// How the changeable part of a world reads in its text.
  func surface(_ change: WorldChange, _ world: World, _ language: StoryLanguage) -> String {
    switch change {
    case .name(let number): names[number]
    case .species(let number): world.beings[number].species.map(language.noun) ?? ""
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
