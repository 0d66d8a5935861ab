import StoryWorld
import Testing

@Suite struct TaskTests {
  @Test(arguments: StoryLanguage.allCases)
  func `answers stand in the story that is asked about`(_ language: StoryLanguage) {
    let world = StoryWorld(seed: 3, language: language)
    var kinds: Set<String> = []
    var yes = 0
    var no = 0
    for index in 0..<3000 {
      guard let asked = world.question(index) else { continue }
      kinds.insert(asked.kind)
      #expect(asked.story == world.story(index).text)
      #expect(!asked.answer.isEmpty && asked.question.hasSuffix(language == .english ? "?" : "？"))
      switch asked.kind {
      case "whether":
        if ["yes", "是"].contains(asked.answer) { yes += 1 } else { no += 1 }
      case "plight":
        // Nearly anything: "on the floor of a dark hole" for "in a hole".
        break
      case "noise", "colour", "companion", "hidingPlace", "sight", "ingredient":
        #expect(asked.story.contains(asked.answer), "\(asked)")
      default:
        // In other words, such as "a rabbit" for "the young rabbit": what it ends in is there.
        #expect(asked.story.contains(Self.core(asked.answer, language)), "\(asked)")
      }
    }
    #expect(kinds.count == 20, "\(kinds.sorted())")
    // Both answers are about as frequent.
    #expect(
      yes > 100 && Double(yes) / Double(yes + no) > 0.4 && Double(no) / Double(yes + no) > 0.4)
  }

  @Test(arguments: StoryLanguage.allCases)
  func `a conversation asks different things about one story`(_ language: StoryLanguage) {
    let world = StoryWorld(seed: 3, language: language)
    var counts = [Int](repeating: 0, count: 5)
    var kinds: Set<String> = []
    for index in 0..<1000 {
      let turns = world.conversation(index)
      counts[turns.count] += 1
      #expect(turns.allSatisfy { $0.story == world.story(index).text })
      #expect(Set(turns.map(\.question)).count == turns.count)
      kinds.formUnion(turns.map(\.kind))
    }
    #expect(kinds.count == 20, "\(kinds.sorted())")
    // In most stories there is room for more than one.
    #expect(counts[2] + counts[3] + counts[4] > 500 && counts[0] < 100, "\(counts)")
  }

  /// The last word, which every form of it begins with, or the last two characters.
  private static func core(_ words: String, _ language: StoryLanguage) -> String {
    guard language == .english else { return String(words.suffix(2)) }
    let last = words.split(separator: " ").last ?? ""
    return String(last.last == "e" ? last.dropLast() : last)
  }

  @Test(arguments: StoryLanguage.allCases)
  func `what is asked about truly is told, and what is asked about falsely is not`(
    _ language: StoryLanguage
  ) throws {
    let world = StoryWorld(seed: 4, language: language)
    var ways = 0
    for index in 0..<3000 {
      guard let asked = world.question(index), asked.kind == "whether" else { continue }
      let isYes = ["yes", "是"].contains(asked.answer)
      let named: Substring
      switch language {
      case .chinese:
        named = try #require(asked.question.firstMatch(of: #/[的事]是(.+)吗？/#), "\(asked)").1
      case .english:
        let match = asked.question.firstMatch(
          of:
            #/^(?:Did \w+ (?:go|want to see|want to make|want to|like to|lose)|Was it) (.+?)(?: that \w+ did not have)?\?$/#
        )
        named = try #require(match, "\(asked)").1
      }
      if isYes {
        #expect(asked.story.contains(Self.core(String(named), language)), "\(asked)")
      } else {
        #expect(!asked.story.contains(named), "\(asked)")
      }
      guard language == .english, asked.question.contains(" go ") else { continue }
      // A way to a place leads there or to a place that is not called by such a word.
      let place = try #require(
        Catalogue.all(.place).filter { named.hasSuffix($0.key) }.max { $0.key < $1.key })
      let way = try #require(
        world.story(index).world.events.first { $0.kind == .goes || $0.kind == .goesWith })
      ways += 1
      #expect((place == way.place) == isYes, "\(asked)")
      #expect(isYes || !place.isNearly(way.place), "\(asked)")
    }
    #expect(language == .chinese || ways > 50)
  }

  @Test func `what is nearly the same is so both ways, and is in the catalogue`() {
    let river = Catalogue.named(.place, "river")
    let stream = Catalogue.named(.place, "stream")
    #expect(river.isNearly(stream) && stream.isNearly(river))
    #expect(!river.isNearly(Catalogue.named(.place, "lake")))
    let keys = Set(Domain.allCases.flatMap { Catalogue.all($0).map(\.key) })
    for group in Catalogue.shared.groups {
      #expect(group.count > 1 && keys.isSuperset(of: group), "\(group)")
    }
  }

  @Test(arguments: StoryLanguage.allCases)
  func `one continuation agrees with the beginning`(_ language: StoryLanguage) {
    let world = StoryWorld(seed: 5, language: language)
    var swapped = 0
    var alternatives: [String: Int] = [:]
    var pairs: [StoryPreference] = []
    for index in 0..<1000 {
      guard let pair = world.preference(index) else { continue }
      pairs.append(pair)
      #expect(pair == world.preference(index))
      #expect(pair.chosen != pair.rejected)
      #expect(pair.chosen.first != " " && pair.rejected.first != " ")
      if pair.isSwapped { swapped += 1 }
      alternatives[pair.alternative, default: 0] += 1
      // Told again with one thing changed, it is still about as long.
      let ratio = Double(pair.chosen.utf8.count) / Double(pair.rejected.utf8.count)
      #expect((0.4...2.5).contains(ratio), "\(pair)")
    }
    #expect(pairs.count > 950)
    // A coin decides whether the beginning is that of the story or of its other version.
    #expect((0.4...0.6).contains(Double(swapped) / Double(pairs.count)), "\(swapped)")
    // Mostly the beginning tells of what the wrong one speaks of.
    #expect(alternatives["beside", default: 0] > 300, "\(alternatives)")
    #expect(alternatives["absent", default: 0] > 150, "\(alternatives)")
    #expect(alternatives["unknown", default: 0] < 250, "\(alternatives)")
    #expect((0.4...0.6).contains(TaskAudit.newWordsAccuracy(of: pairs, language)))
    // Where the alternative is unknown, the same baseline is nearly always right.
    let unknown = pairs.filter { $0.alternative == "unknown" }
    #expect(TaskAudit.newWordsAccuracy(of: unknown, language) > 0.9)
  }

  @Test(arguments: StoryLanguage.allCases)
  func `moods and topics are as the worlds are`(_ language: StoryLanguage) {
    let world = StoryWorld(seed: 6, language: language)
    let topics = (0..<1000).map { world.topic($0) }
    for (index, topic) in topics.enumerated() {
      #expect(topic.label == "\(world.story(index).world.topic)")
      #expect(topic.text == world.story(index).text)
    }
    #expect(Set(topics.map(\.label)).count == 19)
    let moods = (0..<1000).map { world.sentiment($0) }
    #expect(Set(moods.map(\.label)) == ["glad", "unhappy"])
    #expect(Set(moods.map(\.text)).count == 1000)
    #expect(Set(moods.map(\.text)).isDisjoint(with: topics.map(\.text)))
  }

  @Test(arguments: StoryLanguage.allCases)
  func `no shortcut solves the tasks`(_ language: StoryLanguage) throws {
    let audit = TaskAudit(StoryWorld(seed: 1, language: language), examples: 4000)
    func share(_ name: String) throws -> Double { try #require(audit[name]) }
    #expect(try share(TaskAudit.constant) < 0.25, "\(audit)")
    #expect(try share(TaskAudit.firstName) < 0.25, "\(audit)")
    #expect(try share(TaskAudit.lastName) < 0.25, "\(audit)")
    #expect(try share(TaskAudit.secondName) < 0.25, "\(audit)")
    #expect(try share(TaskAudit.preferenceWords) < 0.6, "\(audit)")
    #expect((0.4..<0.6).contains(try share(TaskAudit.preferenceNewWords)), "\(audit)")
    #expect(try share(TaskAudit.sentimentWords) < 0.75, "\(audit)")
    #expect(try share(TaskAudit.sentimentLastWords) < 0.75, "\(audit)")
    #expect(try share(TaskAudit.sentimentLastTwoWords) < 0.75, "\(audit)")
    #expect(try share(TaskAudit.sentimentLastThreeWords) < 0.75, "\(audit)")
    #expect((0.4..<0.6).contains(try share(TaskAudit.preferenceRecent)), "\(audit)")
    // Told what is absent, one knows a third of the pairs, and half of the others.
    #expect(try share(TaskAudit.preferenceRecentTurned) < 0.78, "\(audit)")
    #expect(try share(TaskAudit.sentimentConstant) < 0.55, "\(audit)")
    #expect(audit.sharedTexts == 0)
  }

  @Test func `a bag of words learns what words can tell`() {
    let texts = (0..<400).map { index in
      let label = index * 7919 % 13 < 6
      return LabelledStory(text: label ? "good \(index)" : "bad \(index)", label: "\(label)")
    }
    #expect(TaskAudit.wordsAccuracy(of: texts, positive: "true", language: .english) == 1)
    let noise = (0..<400).map { index in
      LabelledStory(text: "w\(index * 31 % 7)", label: "\(index * 7919 % 13 < 6)")
    }
    #expect(TaskAudit.wordsAccuracy(of: noise, positive: "true", language: .english) < 0.65)
  }

  @Test func `held-out worlds are others`() {
    let world = StoryWorld(seed: 1)
    #expect(world.heldOut.story(0).text != world.story(0).text)
    #expect(world.heldOut.story(0).text == StoryWorld(seed: 1).heldOut.story(0).text)
    #expect(StoryWorld(seed: 2).heldOut.story(0).text != world.heldOut.story(0).text)
  }
}
