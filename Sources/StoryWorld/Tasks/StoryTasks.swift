/// A story, a question about it and the only right answer.
public struct StoryQuestion: Sendable, Equatable {
  /// What is asked about.
  public let kind: String
  /// The story.
  public let story: String
  /// The question.
  public let question: String
  /// The answer: a few words.
  public let answer: String
}

/// A story with what it is an example of.
public struct LabelledStory: Sendable, Equatable {
  /// The story.
  public let text: String
  /// The class; the same word in every language.
  public let label: String

  package init(text: String, label: String) {
    self.text = text
    self.label = label
  }
}

/// The beginning of a story, and two ways to go on: one agrees with it, the other contradicts it
/// but not itself.
public struct StoryPreference: Sendable, Equatable {
  /// The beginning, with the request to go on.
  public let prompt: String
  /// The continuation that agrees.
  public let chosen: String
  /// The continuation that contradicts the beginning.
  public let rejected: String
  /// What the beginning knows of the wrong one's word: "unknown", "beside" or "absent".
  package let alternative: String
  /// Whether the beginning is that of the changed story.
  package let isSwapped: Bool
}

extension StoryWorld {
  /// A question about story number `index`, or `nil` if all that it could be asked is not in the
  /// text.
  public func question(_ index: Int) -> StoryQuestion? {
    let (world, telling) = world(index)
    let told = tell(world, telling)
    var random = RandomSource(seed: telling, stream: 2)
    let form = QuestionForm(language: language, world: world, told: told)
    var facts = world.facts
    while !facts.isEmpty {
      let fact = facts.remove(at: random.below(facts.count))
      let isDoubted = random.chance(18)
      if isDoubted, let asked = form.askWhether(fact, isTrue: random.chance(50), &random) {
        return StoryQuestion(
          kind: "whether", story: told.text, question: asked.question, answer: asked.answer)
      }
      // Questions for persons would else be too many: every story has persons.
      if fact.isAboutBeing, random.chance(45), !facts.isEmpty { continue }
      if let asked = form.ask(fact) {
        return StoryQuestion(
          kind: fact.name, story: told.text, question: asked.question, answer: asked.answer)
      }
    }
    return nil
  }

  /// Up to four questions about story number `index`, each about something else, in the order in
  /// which they are asked; none if all that could be asked is not in the text.
  ///
  /// A model learns more from them than from one question for each story, for little more: the
  /// story is read once. Further questions are left out where a context of 256 tokens would not keep
  /// the story.
  public func conversation(_ index: Int) -> [StoryQuestion] {
    let (world, telling) = world(index)
    let told = tell(world, telling)
    var random = RandomSource(seed: telling, stream: 4)
    let form = QuestionForm(language: language, world: world, told: told)
    var facts = world.facts
    var turns: [StoryQuestion] = []
    var bytes = told.text.utf8.count
    func add(_ kind: String, _ asked: (question: String, answer: String)) {
      // A chat template puts about eleven tokens around a turn; a token is about four bytes.
      let more = asked.question.utf8.count + asked.answer.utf8.count + 45
      guard turns.isEmpty || bytes + more <= 880 else { return }
      bytes += more
      turns.append(
        StoryQuestion(
          kind: kind, story: told.text, question: asked.question, answer: asked.answer))
    }
    while !facts.isEmpty, turns.count < 4 {
      let fact = facts.remove(at: random.below(facts.count))
      let isDoubted = random.chance(18)
      if isDoubted, let asked = form.askWhether(fact, isTrue: random.chance(50), &random) {
        add("whether", asked)
      } else if let asked = form.ask(fact) {
        add(fact.name, asked)
      }
    }
    return turns
  }

  /// Story number `index` and what it is about.
  public func topic(_ index: Int) -> LabelledStory {
    let (world, telling) = world(index)
    return LabelledStory(text: tell(world, telling).text, label: "\(world.topic)")
  }

  /// A story of two days, and whether its hero is `glad` or `unhappy` at the end.
  ///
  /// Most of the stories hold a success and a failure; which of them comes later decides. As often
  /// as not, it is told first.
  public func sentiment(_ index: Int) -> LabelledStory {
    // Other worlds than those of the stories: the complement is never an index.
    var random = RandomSource(seed: seed, stream: ~UInt64(bitPattern: Int64(index)))
    let telling = random.next()
    let isGlad = random.chance(50)
    let isMixed = random.chance(72)
    var world = World(random: random)
    world.runMoods(earlier: isMixed ? !isGlad : isGlad, later: isGlad)
    return LabelledStory(
      text: tell(world, telling).text, label: isGlad ? "glad" : "unhappy")
  }

  /// The beginning of story number `index` and two continuations, or `nil` where nothing in both
  /// halves can be changed.
  ///
  /// The story is told twice, the second time with another name, thing, place, relative, job or
  /// animal in it. A coin decides which of the two the beginning is from: nothing in the
  /// continuations alone can tell which one is right. Mostly the beginning also tells of what the
  /// wrong continuation speaks of, in another role or as absent, so that it does not help either to
  /// look which continuation has words that the beginning lacks.
  public func preference(_ index: Int) -> StoryPreference? {
    let (world, telling) = world(index)
    var random = RandomSource(seed: telling, stream: 3)
    let number = random.below(100)
    let wanted: Alternative = number < 12 ? .unknown : number < 43 ? .absent : .beside
    for alternative in [wanted, .beside, .absent, .unknown] {
      var changes = world.changes
      while !changes.isEmpty {
        let change = changes.remove(at: random.below(changes.count))
        if let pair = preference(world, telling, change, alternative, &random) { return pair }
      }
    }
    return nil
  }

  private func preference(
    _ world: World, _ telling: UInt64, _ change: WorldChange, _ alternative: Alternative,
    _ random: inout RandomSource
  ) -> StoryPreference? {
    guard let (first, second) = world.versions(change, alternative, &random) else { return nil }
    let told = tell(first, telling)
    let retold = tell(second, telling)
    guard retold.parts.count == told.parts.count, told.parts.count > 3 else { return nil }
    let names = (
      told.surface(change, first, language), retold.surface(change, second, language)
    )
    let middle = told.parts.count / 2
    for cut in [middle, middle - 1, middle + 1, middle - 2] where cut > 0 {
      let (begun, rest) = told.split(at: cut)
      let (otherBegun, otherRest) = retold.split(at: cut)
      guard !begun.isEmpty, !rest.isEmpty, rest != otherRest,
        fits(change, alternative, begun, rest, own: names.0, other: names.1),
        fits(change, alternative, otherBegun, otherRest, own: names.1, other: names.0)
      else { continue }
      let request = language == .english ? "Go on with this story." : "请把这个故事讲完。"
      let isSwapped = random.chance(50)
      return StoryPreference(
        prompt: request + "\n\n" + (isSwapped ? otherBegun : begun),
        chosen: isSwapped ? otherRest : rest, rejected: isSwapped ? rest : otherRest,
        alternative: "\(alternative)", isSwapped: isSwapped)
    }
    return nil
  }

  /// Whether a beginning and its continuation name what they must and nothing else.
  private func fits(
    _ change: WorldChange, _ alternative: Alternative, _ begun: String, _ rest: String,
    own: String, other: String
  ) -> Bool {
    func has(_ text: String, _ word: String) -> Bool {
      switch language {
      case .english: text.hasWord(word)
      case .chinese: text.contains(word)
      }
    }
    if case .names = change {
      // Both are in the story: their roles are exchanged.
      return alternative == .beside && has(begun, own) && has(begun, other)
        && (has(rest, own) || has(rest, other))
    }
    guard has(rest, own), !has(rest, other) else { return false }
    switch alternative {
    case .unknown: return has(begun, own) && !has(begun, other)
    case .beside: return has(begun, own) && has(begun, other)
    case .absent: return !has(begun, own) && has(begun, other)
    }
  }
}

extension String {
  /// Whether it has the words, not as a part of a longer word.
  fileprivate func hasWord(_ word: String) -> Bool {
    let text = Array(utf8)
    let word = Array(word.utf8)
    guard !word.isEmpty, text.count >= word.count else { return false }
    func isLetter(_ index: Int) -> Bool {
      text.indices.contains(index) && (97...122).contains(text[index] | 0x20)
    }
    return (0...text.count - word.count).contains { start in
      text[start] == word[0] && text[start..<start + word.count].elementsEqual(word)
        && !isLetter(start - 1) && !isLetter(start + word.count)
    }
  }
}

extension Telling {
  /// The parts before and from `index` on, without a space between them.
  func split(at index: Int) -> (String, String) {
    let rest = parts[index...].joined()
    return (parts[..<index].joined(), String(rest.drop { $0 == " " }))
  }
}
