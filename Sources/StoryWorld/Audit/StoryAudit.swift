/// Counts what a corpus of stories must be: rich in words, varied in its sentences, free of repeats.
package struct StoryAudit: Sendable, CustomStringConvertible {
  package private(set) var stories = 0
  package private(set) var bytes = 0
  package private(set) var words = 0
  package private(set) var sentences = 0
  package private(set) var duplicates = 0
  /// Distinct words apart from names, and those of them that are used at least ten times.
  package private(set) var distinctWords = 0
  package private(set) var frequentWords = 0
  package private(set) var rareWords: [String] = []
  /// Words that the lexicon does not know.
  package private(set) var unknownWords: [String] = []
  /// Distinct sentences after masking names and nouns; the most frequent of them and its share.
  package private(set) var skeletons = 0
  package private(set) var commonestSkeleton = ""
  package private(set) var commonestSkeletonShare = 0.0
  /// The largest share of one story's distinct sentences that another story also has, among the
  /// first 10,000 stories.
  package private(set) var largestOverlap = 0.0

  /// Audits stories; a sentence ends at a full stop, question or exclamation mark, also inside of
  /// quotation marks.
  package init(_ texts: [String], language: StoryLanguage = .english) {
    stories = texts.count
    var counts: [String: Int] = [:]
    var kinds: [String: Int] = [:]
    var seen: Set<String> = []
    // Distinct sentences get numbers; each number knows the stories it is in.
    var numbers: [String: Int32] = [:]
    var storiesOf: [[Int32]] = []
    var sizes: [Int] = []
    var maskedWords: [String: Bool] = [:]

    for (story, text) in texts.enumerated() {
      bytes += text.utf8.count + 1
      if !seen.insert(text).inserted { duplicates += 1 }
      var own: Set<Int32> = []
      for sentence in language.sentences(of: text) {
        sentences += 1
        var skeleton = ""
        for token in language.tokens(of: sentence) {
          guard let first = token.utf8.first, first | 0x20 >= UInt8(ascii: "a"),
            !language.isMark(token)
          else {
            skeleton += token
            continue
          }
          words += 1
          counts[token, default: 0] += 1
          let isMasked: Bool
          if let known = maskedWords[token] {
            isMasked = known
          } else {
            isMasked = language.masks(token)
            maskedWords[token] = isMasked
          }
          skeleton += isMasked ? " #" : " " + token.lowercased()
        }
        kinds[skeleton, default: 0] += 1
        if story < 10_000 {
          let number = numbers[sentence] ?? Int32(storiesOf.count)
          if number == storiesOf.count {
            numbers[sentence] = number
            storiesOf.append([])
          }
          if own.insert(number).inserted { storiesOf[Int(number)].append(Int32(story)) }
        }
      }
      if story < 10_000 { sizes.append(own.count) }
    }
    countWords(counts, language)
    skeletons = kinds.count
    if let commonest = kinds.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) {
      commonestSkeleton = commonest.key
      commonestSkeletonShare = Double(commonest.value) / Double(max(sentences, 1))
    }
    largestOverlap = StoryAudit.overlap(storiesOf, sizes)
  }

  private mutating func countWords(_ counts: [String: Int], _ language: StoryLanguage) {
    var lower: [String: Int] = [:]
    for (word, count) in counts {
      if language.isName(word) { continue }
      lower[word.lowercased(), default: 0] += count
    }
    distinctWords = lower.count
    frequentWords = lower.values.count { $0 >= 10 }
    rareWords = lower.filter { $0.value < 10 }.map(\.key).sorted()
    unknownWords = lower.keys.filter { !language.knows($0) }.sorted()
  }

  /// The largest number of shared sentences over the size of the smaller story, by an inverted index.
  private static func overlap(_ storiesOf: [[Int32]], _ sizes: [Int]) -> Double {
    var partners = [[Int32]](repeating: [], count: sizes.count)
    for stories in storiesOf where stories.count > 1 {
      for (position, first) in stories.enumerated() {
        partners[Int(first)] += stories[(position + 1)...]
      }
    }
    var shared = [Int32](repeating: 0, count: sizes.count)
    var largest = 0.0
    for first in sizes.indices {
      for second in partners[first] {
        shared[Int(second)] += 1
        let share = Double(shared[Int(second)]) / Double(min(sizes[first], sizes[Int(second)]))
        if share > largest { largest = share }
      }
      for second in partners[first] { shared[Int(second)] = 0 }
    }
    return largest
  }

  package static func sentences(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    var sentences: [String] = []
    var start = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: " ") {
      var last = index - 1
      if last > start, bytes[last] == UInt8(ascii: "\"") { last -= 1 }
      guard last >= start, [0x2E, 0x21, 0x3F].contains(bytes[last]) else { continue }
      sentences.append(String(decoding: bytes[start..<index], as: UTF8.self))
      start = index + 1
    }
    if start < bytes.count { sentences.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return sentences
  }

  /// Words without "'s", and marks.
  package static func tokens(of sentence: String) -> [String] {
    var tokens: [String] = []
    var word: [UInt8] = []
    func flush() {
      if word.suffix(2).elementsEqual("'s".utf8) { word.removeLast(2) }
      while word.last == UInt8(ascii: "'") || word.last == UInt8(ascii: "-") { word.removeLast() }
      if !word.isEmpty { tokens.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    for byte in sentence.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "'"), UInt8(ascii: "-"):
        word.append(byte)
      case UInt8(ascii: " "): flush()
      default:
        flush()
        tokens.append(String(decoding: [byte], as: UTF8.self))
      }
    }
    flush()
    return tokens
  }

  package var description: String {
    func few(_ words: [String]) -> String {
      guard !words.isEmpty else { return "" }
      return ": " + words.prefix(5).joined(separator: " ") + (words.count > 5 ? " ..." : "")
    }
    func percent(_ share: Double) -> String { "\(Double(Int(share * 100_000)) / 1000) %" }
    return """
      stories \(stories), bytes \(bytes), words \(words), sentences \(sentences)
      duplicate stories \(duplicates)
      distinct words without names \(distinctWords), used at least ten times \(frequentWords)
      rarer: \(rareWords.count)\(few(rareWords))
      not in the lexicon: \(unknownWords.count)\(few(unknownWords))
      skeletons \(skeletons), the commonest \(percent(commonestSkeletonShare)): \(commonestSkeleton)
      largest overlap of two stories among 10,000: \(percent(largestOverlap)) of the sentences
      """
  }
}

extension StoryLanguage {
  /// The sentences of a story.
  func sentences(of text: String) -> [String] {
    self == .english ? StoryAudit.sentences(of: text) : StoryAudit.chineseSentences(of: text)
  }

  /// Words and marks.
  fileprivate func tokens(of sentence: String) -> [String] {
    self == .english ? StoryAudit.tokens(of: sentence) : ChineseLexicon.wordsAndMarks(of: sentence)
  }

  fileprivate func isMark(_ token: String) -> Bool {
    guard self == .chinese, let scalar = token.unicodeScalars.first else { return false }
    return !(0x4E00...0x9FFF).contains(scalar.value)
  }

  /// Whether the lexicon has the word.
  fileprivate func knows(_ word: String) -> Bool {
    switch self {
    case .english: !Lexicon.partsOfSpeech(of: word).isEmpty
    case .chinese: !ChineseLexicon.partsOfSpeech(of: word).isEmpty
    }
  }

  /// Names and nouns, which skeletons leave out.
  fileprivate func masks(_ word: String) -> Bool {
    switch self {
    case .english:
      Lexicon.partsOfSpeech(of: word).contains(.name)
        || Lexicon.partsOfSpeech(of: word.lowercased()).contains(.noun)
    case .chinese:
      ChineseLexicon.partsOfSpeech(of: word).contains { $0 == .name || $0 == .noun }
    }
  }
}

extension StoryAudit {
  /// Sentences of Chinese: up to 。！？ and the quotation mark behind it.
  package static func chineseSentences(of text: String) -> [String] {
    var sentences: [String] = []
    var sentence = String.UnicodeScalarView()
    var isEnded = false
    for scalar in text.unicodeScalars {
      if isEnded, scalar != "”" {
        sentences.append(String(sentence))
        sentence = String.UnicodeScalarView()
        isEnded = false
      }
      sentence.append(scalar)
      if scalar == "。" || scalar == "！" || scalar == "？" { isEnded = true }
    }
    if !sentence.isEmpty { sentences.append(String(sentence)) }
    return sentences
  }
}
