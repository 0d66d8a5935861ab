/// How things are named.
extension Teller {
  mutating func putThing(_ form: ThingForm) {
    guard let index = event.thing else { preconditionFailure("\(event.kind) has no thing") }
    let thing = world.things[index]
    let forms = glosses.forms[thing.kind.domain.rawValue][thing.kind.index]
    let bit: UInt64 = 1 << UInt64(index)
    let isNew = introducedThings & bit == 0
    switch form {
    case .noun: put(forms[1])
    case .materials: put(glosses.materials[thing.kind.index])
    case .indefinite:
      put("a ")
      putLooks(thing, owned: false)
      put(forms[0])
      introducedThings |= bit
    case .definite:
      if inQuote {
        if isNew, thing.kind.is(.gift) || thing.kind.is(.dish) {
          put("this ")
          putLooks(thing, owned: true)
          put(forms[0])
          introducedThings |= bit
          return
        }
        if thing.owner == event.actor {
          put("my ")
        } else if let owner = thing.owner, owner == event.other {
          put("your ")
        } else {
          put("the ")
        }
        put(forms[1])
        return
      }
      let owner = thing.owner
      if let owner, mentions.isIntroduced(owner),
        mentions.isHere(owner) || mentions.isClear(owner, among: world.beings),
        isNew || random.chance(35), isAlone(owner), !out.suffix(4).elementsEqual("her ".utf8)
      {
        put(pronoun(world.beings[owner].gender, .possessive))
        put(" ")
        if isNew || random.chance(12) { putLooks(thing, owned: true) }
        put(isNew ? forms[0] : forms[1])
      } else if isNew {
        put("a ")
        putLooks(thing, owned: false)
        put(forms[0])
      } else {
        put("the ")
        if random.chance(12) { putLooks(thing, owned: false) }
        put(forms[1])
      }
      introducedThings |= bit
    }
  }

  /// Whether "his" in this sentence can only be this being's.
  func isAlone(_ owner: Int) -> Bool {
    for other in world.beings.indices where other != owner {
      if mentions.isHere(other), world.beings[other].gender == world.beings[owner].gender {
        return false
      }
    }
    return true
  }

  mutating func putLooks(_ thing: Thing, owned: Bool) {
    if let look = thing.look, owned || look != .favourite {
      put(englishLooks[look.rawValue])
      put(" ")
    }
    if let colour = thing.colour {
      put(englishColours[colour.rawValue])
      put(" ")
    }
  }
}
