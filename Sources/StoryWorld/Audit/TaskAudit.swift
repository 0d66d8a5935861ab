/// How far the tasks can be solved without reading: the baselines that a model must beat.
package struct TaskAudit: Sendable, CustomStringConvertible {
  /// Shares of right answers, from 0 to 1, by the name of the baseline.
  package private(set) var shares: [(name: String, share: Double)] = []
  package let examples: Int
  /// Texts that the held-out world shares with the other.
  package private(set) var sharedTexts = 0

  /// Looks at the first examples of each task.
  package init(_ world: StoryWorld, examples: Int) { self.init(world, Array(0..<examples)) }

  /// Looks at the examples with these indices.
  package init(_ world: StoryWorld, _ indices: [Int]) {
    examples = indices.count
    let questions = indices.compactMap { world.question($0) }
    shares.append((TaskAudit.questionYield, share(questions.count, examples)))
    audit(questions, world.language)
    let pairs = indices.compactMap { world.preference($0) }
    shares.append((TaskAudit.preferenceYield, share(pairs.count, examples)))
    audit(pairs, world.language)
    audit(sentiment: indices.map { world.sentiment($0) }, world.language)
    audit(topics: indices.map { world.topic($0) }, world.language)

    let own = Set(indices.map { world.story($0).text })
    sharedTexts = indices.count { own.contains(world.heldOut.story($0).text) }
  }

  /// The share with a name.
  package subscript(name: String) -> Double? { shares.first { $0.name == name }?.share }

  package static let questionYield = "stories from which a question was made"
  package static let preferenceYield = "stories from which a pair of answers was made"
  package static let constant = "questions: always the most common answer"
  package static let firstName = "questions: the first name in the story"
  package static let lastName = "questions: the last name in the story"
  package static let secondName = "questions: the first name that is not the hero's"
  package static let byKind = "questions: the most common answer of the kind"
  package static let preferenceWords = "preferences: a bag of the answer's words"
  package static let preferenceNewWords = "preferences: fewer words that the prompt lacks"
  package static let preferenceRecent = "preferences: what the prompt mentions last"
  package static let preferenceRecentTurned =
    "preferences: what it mentions last, unless absent"
  package static let sentimentLastTwoWords =
    "sentiment: a list of 50 words of the last two sentences"
  package static let sentimentLastThreeWords =
    "sentiment: a list of 50 words of the last three sentences"
  package static let sentimentLastWords = "sentiment: a list of 50 words of the last sentence"
  package static let sentimentWords = "sentiment: a list of 50 words"
  package static let sentimentAllWords = "sentiment: a bag of all words"
  package static let sentimentConstant = "sentiment: always the most common label"
  package static let topicConstant = "topics: always the most common label"
  package static let topicWords = "topics: a bag of all words"

  private mutating func audit(_ questions: [StoryQuestion], _ language: StoryLanguage) {
    var answers: [String: Int] = [:]
    var byKind: [String: [String: Int]] = [:]
    var first = 0
    var last = 0
    var other = 0
    for question in questions {
      answers[question.answer, default: 0] += 1
      byKind[question.kind, default: [:]][question.answer, default: 0] += 1
      let names = language.words(of: question.story).filter(language.isName)
      if names.first == question.answer { first += 1 }
      if names.last == question.answer { last += 1 }
      if names.first(where: { $0 != names.first }) == question.answer { other += 1 }
    }
    shares += [
      (TaskAudit.constant, share(answers.values.max() ?? 0, questions.count)),
      (TaskAudit.firstName, share(first, questions.count)),
      (TaskAudit.lastName, share(last, questions.count)),
      (TaskAudit.secondName, share(other, questions.count)),
      (
        TaskAudit.byKind,
        share(byKind.values.reduce(0) { $0 + ($1.values.max() ?? 0) }, questions.count)
      ),
    ]
  }

  private mutating func audit(_ pairs: [StoryPreference], _ language: StoryLanguage) {
    let sets = pairs.map {
      (chosen: Set(language.words(of: $0.chosen)), rejected: Set(language.words(of: $0.rejected)))
    }
    let half = sets.count / 2
    let model = BagOfWords(
      sets[..<half].flatMap {
        [(words: $0.chosen, label: true), (words: $0.rejected, label: false)]
      })
    let right = sets[half...].count { model.score($0.chosen) > model.score($0.rejected) }
    shares.append((TaskAudit.preferenceWords, share(right, sets.count - half)))
    shares += [
      (TaskAudit.preferenceNewWords, TaskAudit.newWordsAccuracy(of: pairs, language)),
      (TaskAudit.preferenceRecent, TaskAudit.recentAccuracy(of: pairs, turned: false, language)),
      (
        TaskAudit.preferenceRecentTurned,
        TaskAudit.recentAccuracy(of: pairs, turned: true, language)
      ),
    ]
  }

  /// How often that answer is right of whose own words, those that the other lacks, one is the last
  /// in the prompt; if neither has one there, half of the time.
  /// - Parameter turned: Whether it knows where the prompt tells of somebody's or something's
  ///   absence, and takes the other answer there.
  package static func recentAccuracy(
    of pairs: [StoryPreference], turned: Bool, _ language: StoryLanguage
  ) -> Double {
    let points = pairs.reduce(0) { points, pair in
      let chosen = Set(language.words(of: pair.chosen))
      let rejected = Set(language.words(of: pair.rejected))
      let last = language.words(of: pair.prompt).last {
        chosen.contains($0) != rejected.contains($0)
      }
      guard let last else { return points + 1 }
      let isTurned = turned && pair.alternative == "\(Alternative.absent)"
      return points + (chosen.contains(last) != isTurned ? 2 : 0)
    }
    return share(points, 2 * pairs.count)
  }

  /// How often the answer with fewer words that the prompt lacks is the right one; one of two with
  /// as many is right half of the time.
  package static func newWordsAccuracy(
    of pairs: [StoryPreference], _ language: StoryLanguage
  ) -> Double {
    let points = pairs.reduce(0) { points, pair in
      let known = Set(language.words(of: pair.prompt))
      let chosen = Set(language.words(of: pair.chosen)).subtracting(known).count
      let rejected = Set(language.words(of: pair.rejected)).subtracting(known).count
      return points + (chosen < rejected ? 2 : chosen == rejected ? 1 : 0)
    }
    return share(points, 2 * pairs.count)
  }

  private mutating func audit(sentiment: [LabelledStory], _ language: StoryLanguage) {
    let glad = sentiment.count { $0.label == "glad" }
    shares.append(
      (
        TaskAudit.sentimentConstant,
        share(max(glad, sentiment.count - glad), sentiment.count)
      ))
    for (name, number) in [
      (TaskAudit.sentimentWords, 50), (TaskAudit.sentimentAllWords, nil as Int?),
    ] {
      let right = TaskAudit.wordsAccuracy(
        of: sentiment, positive: "glad", words: number, language: language)
      shares.append((name, right))
    }
    for (name, number) in [
      (TaskAudit.sentimentLastWords, 1), (TaskAudit.sentimentLastTwoWords, 2),
      (TaskAudit.sentimentLastThreeWords, 3),
    ] {
      let last = sentiment.map {
        LabelledStory(
          text: language.sentences(of: $0.text).suffix(number).joined(separator: " "),
          label: $0.label)
      }
      let right = TaskAudit.wordsAccuracy(
        of: last, positive: "glad", words: 50, language: language)
      shares.append((name, right))
    }
  }

  /// How often a bag of words that learned from the first half is right about the second.
  /// - Parameter words: How many of the most telling words it may look at; `nil` for all.
  package static func wordsAccuracy(
    of stories: [LabelledStory], positive: String, words: Int? = nil, language: StoryLanguage
  ) -> Double {
    let texts = stories.map {
      (words: Set(language.words(of: $0.text)), label: $0.label == positive)
    }
    let half = texts.count / 2
    let training = Array(texts[..<half])
    let vocabulary = words.map { BagOfWords.mostTelling($0, of: training) }
    let model = BagOfWords(training, vocabulary: vocabulary)
    let right = texts[half...].count { (model.score($0.words) > 0) == $0.label }
    return share(right, texts.count - half)
  }

  private mutating func audit(topics: [LabelledStory], _ language: StoryLanguage) {
    let labels = Set(topics.map(\.label)).sorted()
    let counts = labels.map { label in topics.count { $0.label == label } }
    shares.append((TaskAudit.topicConstant, share(counts.max() ?? 0, topics.count)))
    let half = topics.count / 2
    let words = topics.map { Set(language.words(of: $0.text)) }
    let models = labels.map { label in
      BagOfWords((0..<half).map { (words: words[$0], label: topics[$0].label == label) })
    }
    let right = (half..<topics.count).count { index in
      let scores = models.map { $0.score(words[index]) }
      guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }) else { return false }
      return labels[best] == topics[index].label
    }
    shares.append((TaskAudit.topicWords, share(right, topics.count - half)))
  }

  package var description: String {
    let lines = shares.map { name, share in
      let percent = "\((share * 1000).rounded() / 10) %"
      return name + String(repeating: " ", count: max(1, 58 - name.count)) + percent
    }
    return
      (["\(examples) stories of each task, answered without reading:"] + lines
      + ["stories that the held-out world shares                    \(sharedTexts)"])
      .joined(separator: "\n")
  }
}

private func share(_ part: Int, _ whole: Int) -> Double {
  whole == 0 ? 0 : Double(part) / Double(whole)
}

extension StoryLanguage {
  /// The words of a text, without marks, in small letters apart from names.
  func words(of text: String) -> [String] {
    switch self {
    case .english:
      StoryAudit.tokens(of: text).filter { ($0.utf8.first ?? 0) | 0x20 >= UInt8(ascii: "a") }
        .map { Lexicon.partsOfSpeech(of: $0).contains(.name) ? $0 : $0.lowercased() }
    case .chinese: ChineseLexicon.words(of: text)
    }
  }

  /// Whether a word is somebody's name.
  func isName(_ word: String) -> Bool {
    switch self {
    case .english: Lexicon.partsOfSpeech(of: word).contains(.name)
    case .chinese: ChineseLexicon.partsOfSpeech(of: word).contains(.name)
    }
  }
}
