/// Words for questions about one story. A question is asked only if the story's text holds the
/// answer.
struct QuestionForm {
  let language: StoryLanguage
  let world: World
  let told: Telling

  /// A question and its answer; `nil` if the text does not tell.
  func ask(_ fact: StoryFact) -> (question: String, answer: String)? {
    language == .english ? askInEnglish(fact) : askInChinese(fact)
  }

  /// Asks whether something is so, truly or falsely.
  func askWhether(
    _ fact: StoryFact, isTrue: Bool, _ random: inout RandomSource
  ) -> (question: String, answer: String)? {
    func isTold(_ concept: Concept) -> Bool {
      let forms = Glosses.shared.forms[concept.domain.rawValue][concept.index]
      return told.text.contains(language.noun(concept))
        || language == .english && told.text.contains(String(decoding: forms[0], as: UTF8.self))
    }
    func other(_ concept: Concept) -> Concept? {
      let all = Catalogue.all(concept.domain).filter {
        $0 != concept && (concept.domain == .sight || $0.qualities == concept.qualities)
          && !$0.isNearly(concept) && language.noun($0) != language.noun(concept)
          && !isTold($0)
      }
      return all.isEmpty ? nil : random.pick(all)
    }
    var asked = fact
    var concept: Concept
    switch fact {
    case .destination(let it), .skill(let it), .sight(let it), .pastime(let it),
      .ingredient(let it):
      concept = it
    case .lostThing(let number), .dish(let number), .craft(let number):
      concept = world.things[number].kind
    default: return nil
    }
    // What has no alternative is not asked truly either: its name would give the answer away.
    guard ask(fact) != nil, let wrong = other(concept) else { return nil }
    if !isTrue { concept = wrong }
    switch fact {
    case .destination: asked = .destination(concept)
    case .skill: asked = .skill(concept)
    case .sight: asked = .sight(concept)
    case .pastime: asked = .pastime(concept)
    case .ingredient: asked = .ingredient(concept)
    default: break
    }
    let hero = told.names[0]
    if language == .chinese {
      let noun = language.noun(concept)
      let question: String
      switch asked {
      case .destination: question = "\(hero)去的是\(noun)吗？"
      case .skill: question = "\(hero)想学的是\(noun)吗？"
      case .sight: question = "\(hero)想看的是\(noun)吗？"
      case .pastime: question = "\(hero)喜欢做的事是\(noun)吗？"
      case .ingredient: question = "\(hero)缺的是\(noun)吗？"
      case .lostThing: question = "\(hero)丢的是\(noun)吗？"
      case .dish, .craft: question = "\(hero)想做的是\(noun)吗？"
      default: return nil
      }
      return (question, isTrue ? "是" : "不是")
    }
    let forms = Glosses.shared.forms[concept.domain.rawValue][concept.index]
    let words = String(decoding: forms[0], as: UTF8.self)
    let question: String
    switch asked {
    case .destination:
      question = "Did \(hero) go \(String(decoding: forms[2], as: UTF8.self))?"
    case .skill: question = "Did \(hero) want to \(words)?"
    case .sight: question = "Did \(hero) want to see \(words)?"
    case .pastime: question = "Did \(hero) like to \(words)?"
    case .ingredient: question = "Was it \(words) that \(hero) did not have?"
    case .lostThing: question = "Did \(hero) lose \(indefinite(words))?"
    case .dish, .craft: question = "Did \(hero) want to make \(indefinite(words))?"
    default: return nil
    }
    return (question, isTrue ? "yes" : "no")
  }

  // MARK: English

  private func askInEnglish(_ fact: StoryFact) -> (question: String, answer: String)? {
    let hero = told.names[0]
    func form(_ concept: Concept, _ index: Int) -> String {
      let forms = Glosses.shared.forms[concept.domain.rawValue][concept.index]
      return String(decoding: forms[min(index, forms.count - 1)], as: UTF8.self)
    }
    func thing(_ number: Int) -> String { form(world.things[number].kind, 1) }
    func if_(_ evidence: String, _ question: String, _ answer: String) -> (String, String)? {
      told.text.contains(evidence) ? (question, answer) : nil
    }
    /// What a label ends in: "baker" of "the baker".
    func core(_ label: String) -> String { String(label.split(separator: " ").last ?? "") }
    switch fact {
    case .helper(let being):
      let label = told.labels[being]
      return if_(core(label), "Who helped \(hero)?", label)
    case .giver(let being, let number):
      let label = told.labels[being]
      guard told.text.contains(thing(number)) else { return nil }
      return if_(core(label), "Who gave \(hero) the \(thing(number))?", label)
    case .companion(let being):
      return if_(told.labels[being], "Who went with \(hero)?", told.labels[being])
    case .destination(let place):
      return if_(place.key, "Where did \(hero) go?", form(place, 2))
    case .hidingPlace(let spot, let number):
      guard told.text.contains(thing(number)) else { return nil }
      return if_(form(spot, 0), "Where was the \(thing(number))?", form(spot, 0))
    case .lostThing(let number):
      return if_(thing(number), "What did \(hero) look for?", "the \(thing(number))")
    case .colour(let number):
      guard let colour = world.things[number].colour else { return nil }
      let word = englishColours[colour.rawValue]
      return if_(
        "\(word) \(form(world.things[number].kind, 0))",
        "What color was the \(thing(number))?", word)
    case .mishap(let trouble, let number):
      return if_(
        thing(number), "What happened to the \(thing(number))?",
        englishTroubles[trouble.rawValue])
    case .dish(let number), .craft(let number):
      let words = form(world.things[number].kind, 0)
      return if_(words, "What did \(hero) want to make?", indefinite(words))
    case .ingredient(let it):
      return if_(form(it, 0), "What did \(hero) not have in the kitchen?", form(it, 0))
    case .skill(let it):
      return if_(form(it, 0), "What did \(hero) want to learn?", "to \(form(it, 0))")
    case .sight(let it):
      return if_(form(it, 0), "What did \(hero) want to see?", form(it, 0))
    case .noise(let it): return if_(form(it, 1), "What made the noise?", form(it, 1))
    case .plant(let plant):
      return if_(
        String(englishPlants[plant.rawValue].split(separator: " ").last ?? ""),
        "What did \(hero) plant?", englishPlants[plant.rawValue])
    case .pastime(let it):
      guard told.text.contains(form(it, 0)) || told.text.contains(form(it, 1)) else { return nil }
      return ("What did \(hero) like to do?", form(it, 0))
    case .species(let being):
      guard let species = world.beings[being].species else { return nil }
      let words = form(species, 0)
      return if_(
        words, "What kind of animal is \(told.names[being])?", indefinite(words))
    case .warning(let warning):
      return ("What was \(hero) told not to do?", englishWarnings[warning.rawValue])
    case .plight(let plight, let being):
      return ("Where did \(hero) find \(told.labels[being])?", englishPlights[plight.rawValue])
    }
  }

  private func indefinite(_ words: String) -> String {
    String(decoding: withArticles(Array("a \(words)".utf8)), as: UTF8.self)
  }

  // MARK: Chinese

  private func askInChinese(_ fact: StoryFact) -> (question: String, answer: String)? {
    let hero = told.names[0]
    let glosses = ChineseGlosses.shared
    func thing(_ number: Int) -> String { glosses.noun(world.things[number].kind) }
    func if_(_ evidence: String, _ question: String, _ answer: String) -> (String, String)? {
      told.text.contains(evidence) ? (question, answer) : nil
    }
    switch fact {
    case .helper(let being): return if_(told.labels[being], "谁帮助了\(hero)？", told.labels[being])
    case .giver(let being, let number):
      guard told.text.contains(thing(number)) else { return nil }
      return if_(told.labels[being], "是谁给了\(hero)\(thing(number))？", told.labels[being])
    case .companion(let being):
      return if_(told.labels[being], "谁和\(hero)一起去的？", told.labels[being])
    case .destination(let place):
      return if_(glosses.noun(place), "\(hero)去了哪里？", glosses.noun(place))
    case .hidingPlace(let spot, let number):
      guard told.text.contains(thing(number)) else { return nil }
      return if_(glosses.noun(spot), "\(thing(number))在哪里？", glosses.noun(spot))
    case .lostThing(let number):
      return if_(thing(number), "\(hero)在找什么？", thing(number))
    case .colour(let number):
      guard let colour = world.things[number].colour else { return nil }
      let word = chineseColours[colour.rawValue]
      let isTold =
        told.text.contains(word + thing(number)) || told.text.contains(word + "的" + thing(number))
      return isTold ? ("\(thing(number))是什么颜色的？", word) : nil
    case .mishap(let trouble, let number):
      return if_(thing(number), "\(thing(number))怎么了？", chineseTroubles[trouble.rawValue])
    case .dish(let number), .craft(let number):
      return if_(thing(number), "\(hero)想做什么？", thing(number))
    case .ingredient(let it):
      return if_(glosses.noun(it), "\(hero)家里缺什么？", glosses.noun(it))
    case .skill(let it): return if_(glosses.noun(it), "\(hero)想学会什么？", glosses.noun(it))
    case .sight(let it): return if_(glosses.noun(it), "\(hero)想看什么？", glosses.noun(it))
    case .noise(let it):
      let cause = glosses.forms[it.domain.rawValue][it.index][1]
      return if_(cause, "那声音是怎么来的？", cause)
    case .plant(let plant):
      return if_(chinesePlants[plant.rawValue], "\(hero)种了什么？", chinesePlants[plant.rawValue])
    case .pastime(let it): return if_(glosses.noun(it), "\(hero)喜欢做什么？", glosses.noun(it))
    case .species(let being):
      guard let species = world.beings[being].species else { return nil }
      return if_(
        glosses.noun(species), "\(told.names[being])是什么动物？", glosses.noun(species))
    case .warning(let warning):
      return ("大人不让\(hero)做什么？", chineseWarnings[warning.rawValue])
    case .plight(let plight, let being):
      return (
        "\(hero)是在哪里发现\(told.labels[being])的？", chinesePlights[plight.rawValue]
      )
    }
  }
}

// By the numbers of `Trouble`, `Plant`, `Warning` and `Plight`.

private let englishTroubles = [
  "it was blown into a tree", "it landed on a roof", "it was blown into the water",
  "it fell into the water", "it fell into a hole", "it broke", "it tore", "it got muddy",
  "it was stolen", "it got wet", "it got stuck in a bush",
]

private let englishPlants = [
  "a sunflower", "a pumpkin", "a bean", "a tomato", "a tulip", "a carrot", "a strawberry",
  "an apple tree", "a rosebush", "corn",
]

private let englishWarnings = [
  "jump on the bed", "touch the vase", "play ball in the house", "eat the cake", "open the gate",
  "paint on the wall", "climb on the shelf", "run with a full cup", "play with the clock",
  "splash water on the floor",
]

private let englishPlights = [
  "in a tree", "in the water", "in a hole", "in a net", "in a bush", "in the mud", "under a fence",
  "on a roof", "in a barrel", "on the ice",
]

private let chineseTroubles = [
  "被风吹到了树上", "落在了屋顶上", "被风吹进了水里", "掉进了水里", "掉进了洞里", "坏了", "破了", "沾满了泥", "被抢走了", "湿了",
  "卡在了灌木丛里",
]

private let chinesePlants = [
  "向日葵", "南瓜", "豆", "西红柿", "郁金香", "胡萝卜", "草莓", "苹果树", "玫瑰", "玉米",
]

private let chineseWarnings = [
  "在床上跳", "碰花瓶", "在屋里踢球", "吃蛋糕", "打开院门", "在墙上画画", "爬到架子上去", "端着满满的杯子跑",
  "拿钟玩", "往地上泼水",
]

private let chinesePlights = [
  "树上", "水里", "洞里", "网里", "灌木丛里", "泥里", "篱笆底下", "屋顶上", "木桶里", "冰上",
]
