/// Every word that the English stories can contain, with its parts of speech, so that words can be
/// counted and masked.
public enum Lexicon {
  /// What a word can be in a sentence.
  public enum PartOfSpeech: String, CaseIterable, Sendable {
    /// People and animals of the stories.
    case name
    /// Things, places, feelings; singular and plural.
    case noun
    /// Every form of a verb.
    case verb
    /// Adjectives, compared ones included.
    case adjective
    /// Adverbs.
    case adverb
    /// Pronouns, possessive ones included.
    case pronoun
    /// Articles and other determiners.
    case determiner
    /// Prepositions.
    case preposition
    /// Conjunctions.
    case conjunction
    /// Numbers.
    case numeral
    /// Exclamations and noises.
    case interjection
  }

  /// The parts of speech of a word, given without "'s"; empty for a word that no story contains.
  /// Names are written with a capital, all other words in small letters.
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

  private static let table: [String: [PartOfSpeech]] = {
    var table: [String: [PartOfSpeech]] = [:]
    for (word, parts) in words { table[word] = parts }
    return table
  }()

  private static func list(of part: PartOfSpeech) -> [String] {
    let text: String
    switch part {
    case .name: return EnglishNames.female + EnglishNames.male
    case .noun: text = LexiconWords.nouns
    case .verb: text = LexiconWords.verbs
    case .adjective: text = LexiconWords.adjectives
    case .adverb: text = LexiconWords.adverbs
    case .pronoun: text = LexiconWords.pronouns
    case .determiner: text = LexiconWords.determiners
    case .preposition: text = LexiconWords.prepositions
    case .conjunction: text = LexiconWords.conjunctions
    case .numeral: text = LexiconWords.numerals
    case .interjection: text = LexiconWords.interjections
    }
    return text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
