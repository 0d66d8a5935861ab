/// How beings are named: by name, by pronoun, or by what they are.
extension Teller {
  mutating func putBeing(_ being: Int, _ form: BeingForm) {
    let gender = world.beings[being].gender
    switch form {
    case .subject, .object, .possessive:
      if inQuote { return putName(being, possessive: form == .possessive) }
      let again = mentions.isHere(being)
      if mentions.isClear(being, among: world.beings), gender != .neuter || again,
        again || random.chance(85)
      {
        mentions.mention(being, byName: false)
        put(pronoun(gender, form))
      } else {
        putName(being, possessive: form == .possessive)
      }
    case .name:
      if event.kind == .introducesPair {
        put(names[being])
        if world.beings[being].isAnimal, !mentions.isIntroduced(being) {
          put(" the ")
          put(noun(being))
        }
        mentions.mention(being, byName: true)
      } else {
        putName(being, possessive: false)
      }
    case .bareName:
      put(names[being])
      mentions.mention(being, byName: true)
    case .noun: put(noun(being))
    case .trait: put(englishTraits[world.beings[being].trait.rawValue])
    case .most: put(englishMostTraits[world.beings[being].trait.rawValue])
    case .he: put(pronoun(gender, .subject))
    case .him: put(pronoun(gender, .object))
    case .his: put(pronoun(gender, .possessive))
    case .himself: put(["herself", "himself", "itself"][gender.rawValue])
    case .count: preconditionFailure("English has no measure words")
    case .vocative:
      let words = vocative(being)
      if !words.isEmpty {
        put(", ")
        put(words)
      }
    }
  }

  func pronoun(_ gender: Gender, _ form: BeingForm) -> String {
    switch (gender, form) {
    case (.female, .subject): "she"
    case (.female, _): "her"
    case (.male, .subject): "he"
    case (.male, .object): "him"
    case (.male, _): "his"
    case (.neuter, .possessive): "its"
    case (.neuter, _): "it"
    }
  }

  /// Hero's possessive before a relation: "his" or "Tom's".
  mutating func putHeros() {
    if mentions.isHere(0) || mentions.isClear(0, among: world.beings) {
      put(pronoun(world.beings[0].gender, .possessive))
    } else {
      put(names[0])
      put("'s")
    }
    mentions.mention(0, byName: false)
  }

  func noun(_ being: Int) -> [UInt8] {
    let it = world.beings[being]
    if let species = it.species {
      let forms = glosses.forms[species.domain.rawValue][species.index]
      return forms[forms.count - 1]
    }
    if let job = it.job { return glosses.forms[job.domain.rawValue][job.index][0] }
    return Array((it.gender == .female ? "girl" : "boy").utf8)
  }

  func familyWord(_ relation: Relation, title: Bool) -> String? {
    switch relation {
    case .mother:
      title ? ["Mom", "Mother", "Mama"][familyWords] : ["mom", "mother", "mother"][familyWords]
    case .father:
      title ? ["Dad", "Father", "Papa"][familyWords] : ["dad", "father", "father"][familyWords]
    case .grandmother:
      title
        ? ["Grandma", "Grandma", "Granny"][familyWords]
        : ["grandma", "grandmother", "grandmother"][familyWords]
    case .grandfather:
      title
        ? ["Grandpa", "Grandpa", "Grandpa"][familyWords]
        : ["grandpa", "grandfather", "grandfather"][familyWords]
    default: nil
    }
  }

  func vocative(_ being: Int) -> String {
    let it = world.beings[being]
    if let title = familyWord(it.relation, title: true) { return title }
    switch it.relation {
    case .aunt: return "Aunt " + names[being]
    case .uncle: return "Uncle " + names[being]
    default: return names[being]
    }
  }

  mutating func putName(_ being: Int, possessive: Bool) {
    let it = world.beings[being]
    let isNew = !mentions.isIntroduced(being) && !inQuote
    var byName = true
    switch it.relation {
    case .mother, .father, .grandmother, .grandfather:
      if usesTitles || inQuote {
        put(familyWord(it.relation, title: true) ?? "")
      } else {
        putHeros()
        put(" ")
        put(familyWord(it.relation, title: false) ?? "")
      }
    case .aunt, .uncle: put(vocative(being))
    case .neighbour:
      if isNew {
        putHeros()
        put(" ")
      } else {
        put("the ")
      }
      put("neighbor")
    case .worker, .creature:
      if isNew {
        put("a ")
        if it.relation == .worker, random.chance(50) {
          put(["kind", "friendly", "old", "young", "busy", "tall", "cheerful"][random.below(7)])
          put(" ")
        }
        if let species = it.species {
          put(glosses.forms[species.domain.rawValue][species.index][0])
        } else {
          put(noun(being))
        }
      } else {
        put("the ")
        put(noun(being))
      }
    default:
      if isNew, being != 0 {
        putIntroduction(being)
      } else if being == 0, !inQuote, mentions.isIntroduced(0), random.chance(9),
        !world.beings.indices.contains(where: {
          $0 != 0 && world.beings[$0].gender == it.gender && noun($0) == noun(0)
        })
      {
        put(random.chance(50) ? "the little " : "the ")
        put(noun(0))
        byName = false
      } else {
        put(names[being])
      }
    }
    if possessive { put("'s") }
    if !inQuote { mentions.mention(being, byName: byName) }
  }

  /// The first mention of somebody with a name.
  mutating func putIntroduction(_ being: Int) {
    let it = world.beings[being]
    let female = it.gender == .female
    switch it.relation {
    case .friend:
      putHeros()
      put([" friend ", " friend ", " good friend ", " best friend "][random.below(4)])
      put(names[being])
      if it.species != nil {
        put(" the ")
        put(noun(being))
      }
    case .olderSibling, .youngerSibling:
      putHeros()
      put(
        it.relation == .olderSibling
          ? [" big ", " older "][random.below(2)] : [" little ", " younger "][random.below(2)])
      put(female ? "sister " : "brother ")
      put(names[being])
    default:
      put("a ")
      if random.chance(35) {
        put(["little", "friendly", "kind", "young"][random.below(4)])
        put(" ")
      }
      put(noun(being))
      put(random.chance(70) ? " named " : " called ")
      put(names[being])
    }
  }

  /// Actor and other together, as a subject.
  mutating func putBoth() {
    let first = event.actor
    guard let second = event.other else { preconditionFailure("\(event.kind) has no other") }
    if inQuote {
      put("we")
    } else if mentions.wasBefore(first) || mentions.isHere(first),
      mentions.wasBefore(second) || mentions.isHere(second), random.chance(65)
    {
      let friends = world.beings[second].relation == .friend && random.chance(20)
      put(friends ? "the two friends" : "they")
      mentions.mention(first, byName: false)
      mentions.mention(second, byName: false)
    } else {
      putName(first, possessive: false)
      put(" and ")
      putName(second, possessive: false)
    }
  }
}
