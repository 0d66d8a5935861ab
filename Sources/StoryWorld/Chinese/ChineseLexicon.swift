/// Every word that the Chinese stories and questions can contain, with its part of speech. Text is
/// divided into the fewest of them.
public enum ChineseLexicon {
  /// What a word is in a sentence.
  public enum PartOfSpeech: String, CaseIterable, Sendable {
    /// People and animals of the stories.
    case name
    /// Things, places, times and positions.
    case noun
    /// Actions and states.
    case verb
    /// Qualities.
    case adjective
    /// Manner, degree and time.
    case adverb
    /// Persons, pointers and questions.
    case pronoun
    /// Numbers.
    case numeral
    /// What is counted with.
    case measure
    /// Words before a noun that bind it to a verb.
    case preposition
    /// Words that join.
    case conjunction
    /// Words without a meaning of their own.
    case particle
    /// Exclamations and noises.
    case interjection
    /// Fixed phrases.
    case idiom
  }

  /// The parts of speech of a word; empty for one that no story contains.
  public static func partsOfSpeech(of word: String) -> [PartOfSpeech] { table[word] ?? [] }

  /// All words with their parts of speech, in a fixed order.
  public static let words: [(word: String, partsOfSpeech: [PartOfSpeech])] = {
    var words: [(word: String, partsOfSpeech: [PartOfSpeech])] = []
    var position: [String: Int] = [:]
    for part in PartOfSpeech.allCases {
      for word in list(of: part) {
        if let known = position[word] {
          words[known].partsOfSpeech.append(part)
        } else {
          position[word] = words.count
          words.append((word, [part]))
        }
      }
    }
    return words
  }()

  /// The words of a text without its marks: of all ways to divide it the one with the fewest words,
  /// of these the one whose first word is longest. A character of no word stands alone.
  public static func words(of text: String) -> [String] {
    wordsAndMarks(of: text).filter {
      (0x4E00...0x9FFF).contains($0.unicodeScalars.first?.value ?? 0)
    }
  }

  /// The same with the marks between the words.
  static func wordsAndMarks(of text: String) -> [String] {
    var found: [String] = []
    var run: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if (0x4E00...0x9FFF).contains(scalar.value) {
        run.append(scalar)
      } else {
        divide(run, into: &found)
        run.removeAll(keepingCapacity: true)
        found.append(String(scalar))
      }
    }
    divide(run, into: &found)
    return found
  }

  private static func divide(_ run: [Unicode.Scalar], into words: inout [String]) {
    guard !run.isEmpty else { return }
    // From the end: the fewest words that the rest takes, and how long the first of them is.
    var fewest = [Int](repeating: 0, count: run.count + 1)
    var length = [Int](repeating: 1, count: run.count)
    for start in run.indices.reversed() {
      // A character that is no word costs more than any word.
      fewest[start] = fewest[start + 1] + (singles.contains(run[start]) ? 1 : 100)
      var word = String.UnicodeScalarView()
      word.append(run[start])
      for end in (start + 1)..<max(start + 1, min(run.count, start + longest)) {
        word.append(run[end])
        guard fewest[end + 1] + 1 <= fewest[start], table[String(word)] != nil else { continue }
        fewest[start] = fewest[end + 1] + 1
        length[start] = end - start + 1
      }
    }
    var start = 0
    while start < run.count {
      var word = String.UnicodeScalarView()
      word.append(contentsOf: run[start..<(start + length[start])])
      words.append(String(word))
      start += length[start]
    }
  }

  private static let table: [String: [PartOfSpeech]] = {
    var table: [String: [PartOfSpeech]] = [:]
    for (word, parts) in words { table[word] = parts }
    return table
  }()

  private static let singles: Set<Unicode.Scalar> = Set(
    words.compactMap { $0.word.unicodeScalars.count == 1 ? $0.word.unicodeScalars.first : nil })

  private static let longest = words.map(\.word.unicodeScalars.count).max() ?? 1

  private static func list(of part: PartOfSpeech) -> [String] {
    let text: String
    switch part {
    case .name: return ChineseNames.female + ChineseNames.male
    case .noun: text = ChineseLexiconWords.nouns
    case .verb: text = ChineseLexiconWords.verbs
    case .adjective: text = ChineseLexiconWords.adjectives
    case .adverb: text = ChineseLexiconWords.adverbs
    case .pronoun: text = ChineseLexiconWords.pronouns
    case .numeral: text = ChineseLexiconWords.numerals
    case .measure: text = ChineseLexiconWords.measures
    case .preposition: text = ChineseLexiconWords.prepositions
    case .conjunction: text = ChineseLexiconWords.conjunctions
    case .particle: text = ChineseLexiconWords.particles
    case .interjection: text = ChineseLexiconWords.interjections
    case .idiom: text = ChineseLexiconWords.idioms
    }
    return text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
