/// How beings and things are named in Chinese.
extension ChineseTeller {
  mutating func putBeing(_ being: Int, _ form: BeingForm) {
    let it = spoken[being]
    switch form {
    case .subject, .object:
      if inQuote { return put(label(being)) }
      if mentions.isClear(being, among: spoken), mentions.isHere(being) || random.chance(72) {
        mentions.mention(being, byName: false)
        put(pronoun(it.gender))
      } else {
        putName(being)
      }
    case .name: putName(being)
    case .bareName:
      put(label(being))
      if !inQuote { mentions.mention(being, byName: true) }
    case .noun: put(noun(being))
    case .count: put(it.species.map(glosses.measure) ?? "个")
    case .trait, .most: put(chineseTraits[it.trait.rawValue])
    case .he, .him: put(pronoun(it.gender))
    case .his, .possessive: put(pronoun(it.gender) + "的")
    case .himself: put("自己")
    case .vocative: put("，" + label(being))
    }
  }

  func pronoun(_ gender: Gender) -> String { ["她", "他", "它"][gender.rawValue] }

  func noun(_ being: Int) -> String {
    let it = world.beings[being]
    if let species = it.species { return glosses.noun(species) }
    if let job = it.job { return glosses.noun(job) }
    if it.gender == .female { return familyWords < 6 ? "小女孩" : "小姑娘" }
    return "小男孩"
  }

  /// What somebody is called who is known.
  func label(_ being: Int) -> String {
    let it = world.beings[being]
    switch it.relation {
    case .mother: return "妈妈"
    case .father: return "爸爸"
    case .grandmother: return familyWords % 3 == 0 ? "外婆" : "奶奶"
    case .grandfather: return familyWords % 3 == 0 ? "外公" : "爷爷"
    case .aunt: return ["姑姑", "阿姨", "舅妈"][familyWords % 3]
    case .uncle: return ["叔叔", "舅舅", "伯伯"][familyWords % 3]
    case .neighbour:
      return it.gender == .female
        ? ["王奶奶", "李阿姨", "张奶奶", "刘阿姨"][familyWords % 4]
        : ["王爷爷", "李叔叔", "张伯伯", "陈爷爷"][familyWords % 4]
    case .worker, .creature: return noun(being)
    default: return names[being]
    }
  }

  mutating func putName(_ being: Int) {
    let it = world.beings[being]
    let isNew = !mentions.isIntroduced(being) && !inQuote
    switch it.relation {
    case .mother, .father, .grandmother, .grandfather, .aunt, .uncle: put(label(being))
    case .neighbour: put((isNew ? "邻居" : "") + label(being))
    case .worker where isNew:
      put("一位")
      if random.chance(50) {
        put(["和气的", "热心的", "年轻的", "忙碌的", "高个子", "快乐的", "笑眯眯的"][random.below(7)])
      }
      put(noun(being))
    case .creature where isNew: put("一" + (it.species.map(glosses.measure) ?? "只") + noun(being))
    case .creature where !inQuote && random.chance(20):
      put("这" + (it.species.map(glosses.measure) ?? "只") + noun(being))
    case .worker, .creature: put(noun(being))
    default:
      if isNew, being != 0 {
        putIntroduction(being)
      } else if being == 0, !isNew, !inQuote, event.actor == 0, event.other == nil,
        random.chance(6)
      {
        put("这" + (it.species.map(glosses.measure) ?? "个") + noun(being))
      } else {
        put(names[being])
      }
    }
    if !inQuote { mentions.mention(being, byName: true) }
  }

  /// The first mention of somebody with a name.
  private mutating func putIntroduction(_ being: Int) {
    let it = world.beings[being]
    let isFemale = it.gender == .female
    switch it.relation {
    case .friend where event.kind == .introducesPair:
      put((it.species == nil ? "" : noun(being)) + names[being])
    case .friend:
      putHeros()
      put(["朋友", "好朋友", "好朋友", "小伙伴"][random.below(4)])
      put((it.species == nil ? "" : noun(being)) + names[being])
    case .olderSibling:
      putHeros()
      put((isFemale ? "姐姐" : "哥哥") + names[being])
    case .youngerSibling:
      putHeros()
      put((isFemale ? "妹妹" : "弟弟") + names[being])
    default:
      put("一" + (it.species.map(glosses.measure) ?? "个"))
      put("叫" + names[being] + "的" + noun(being))
    }
  }

  private mutating func putHeros() {
    if mentions.isHere(0) || mentions.isClear(0, among: spoken) {
      put(pronoun(spoken[0].gender) + "的")
    } else {
      put(names[0] + "的")
    }
    mentions.mention(0, byName: false)
  }

  /// Actor and other together, as a subject.
  mutating func putBoth() {
    let first = event.actor
    guard let second = event.other else { preconditionFailure("\(event.kind) has no other") }
    if inQuote { return put("我们") }
    if mentions.wasBefore(first) || mentions.isHere(first),
      mentions.wasBefore(second) || mentions.isHere(second), random.chance(65)
    {
      let areFriends = world.beings[second].relation == .friend && random.chance(25)
      put(areFriends ? "两个好朋友" : random.chance(50) ? "他们俩" : "他们")
      mentions.mention(first, byName: false)
      mentions.mention(second, byName: false)
    } else {
      putName(first)
      put("和")
      putName(second)
    }
  }

  // MARK: Things

  mutating func putThing(_ form: ThingForm) {
    guard let index = event.thing else { preconditionFailure("\(event.kind) has no thing") }
    let thing = world.things[index]
    let bit: UInt64 = 1 << UInt64(index)
    let isNew = introducedThings & bit == 0
    let noun = glosses.noun(thing.kind)
    let one = "一" + glosses.measure(thing.kind)
    switch form {
    case .noun: return put(noun)
    case .materials: return put(glosses.materials[thing.kind.index])
    case .indefinite: put(one + looks(thing, owned: false) + noun)
    case .definite:
      let ownerIsKnown = thing.owner.map { mentions.isIntroduced($0) } ?? false
      if inQuote {
        if thing.owner == event.actor {
          put(random.chance(70) ? "我的" : "")
        } else if let owner = thing.owner, owner == event.other {
          put(random.chance(70) ? "你的" : "")
        } else if isNew {
          put("这" + glosses.measure(thing.kind))
        }
        put(noun)
      } else if let owner = thing.owner, ownerIsKnown, isNew || random.chance(15) {
        let isClear = mentions.isHere(owner) || mentions.isClear(owner, among: spoken)
        let others = world.beings.indices.contains {
          $0 != owner && mentions.isHere($0) && spoken[$0].gender == spoken[owner].gender
        }
        if isClear && !others {
          put(pronoun(spoken[owner].gender) + "的")
        } else {
          put(label(owner) + "的")
        }
        put((isNew ? looks(thing, owned: true) : "") + noun)
      } else if isNew {
        put(one + looks(thing, owned: false) + noun)
      } else {
        put(random.chance(18) ? "这" + glosses.measure(thing.kind) + noun : noun)
      }
      if inQuote && !isNew { return }
    }
    introducedThings |= bit
  }

  private func looks(_ thing: Thing, owned: Bool) -> String {
    var text = ""
    let noun = glosses.noun(thing.kind)
    // "小小的小水桶" says it twice.
    let isSaid: [Look: String] = [.small: "小", .tiny: "小", .little: "小", .big: "大", .new: "新"]
    // "一壶大大的热茶": what fills a vessel has no size of its own.
    let isSize = thing.look.map { [.small, .tiny, .little, .big].contains($0) } ?? false
    let isMeasuredByVessel = "壶碗罐盘篮盒束袋锅摞杯瓶".contains(glosses.measure(thing.kind))
    if let look = thing.look, owned || look != .favourite,
      !(isSaid[look].map(noun.hasPrefix) ?? false), !isSize || !isMeasuredByVessel
    {
      let isFood = thing.kind.is(.snack) || thing.kind.is(.dish)
      text = look == .warm && isFood ? "热乎乎的" : chineseLooks[look.rawValue]
      if thing.kind.is(.fruit), look == .warm { text = "" }
    }
    if let colour = thing.colour {
      text += chineseColours[colour.rawValue] + (text.isEmpty ? "的" : "")
    }
    return text
  }
}
