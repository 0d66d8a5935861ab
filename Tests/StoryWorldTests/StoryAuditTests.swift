import StoryWorld
import Testing

/// The properties of the corpus, counted on 20 MB of it.
@Suite struct StoryAuditTests {
  @Test func `the corpus is rich in words and never repeats itself`() {
    let world = StoryWorld(seed: 1)
    var texts: [String] = []
    var bytes = 0
    while bytes < 20_000_000 {
      let text = world.story(texts.count).text
      bytes += text.utf8.count + 1
      texts.append(text)
    }
    let audit = StoryAudit(texts)
    #expect(audit.frequentWords >= 1900, "\(audit)")
    #expect(audit.rareWords.count <= 10, "\(audit)")
    #expect(audit.unknownWords.isEmpty, "\(audit)")
    #expect(audit.commonestSkeletonShare < 0.005, "\(audit)")
    #expect(audit.largestOverlap < 0.45, "\(audit)")
    #expect(audit.duplicates == 0, "\(audit)")
  }

  @Test func `the audit sees repeats, strange words and a skeleton in common`() {
    let audit = StoryAudit([
      "Tom saw a red ball. It was big. \"Look!\" said Tom.",
      "Mia saw a red kite. It was big. \"Look!\" said Tom.",
      "Mia saw a red kite. It was big. \"Look!\" said Tom.", "Xyzzy ran. He fell.",
    ])
    #expect(audit.stories == 4)
    #expect(audit.sentences == 14)
    #expect(audit.duplicates == 1)
    #expect(audit.unknownWords == ["xyzzy"])
    #expect(audit.largestOverlap == 1)
    #expect(audit.commonestSkeletonShare == 3.0 / 14)
    #expect(audit.frequentWords == 0)
  }

  @Test func `the lexicon knows each word once, and no name is also a word`() {
    let words = Lexicon.words
    #expect(Set(words.map(\.word)).count == words.count)
    for (word, parts) in words {
      #expect(!parts.isEmpty && Lexicon.partsOfSpeech(of: word) == parts)
      if parts.contains(.name) { #expect(Lexicon.partsOfSpeech(of: word.lowercased()).isEmpty) }
    }
    #expect(Lexicon.partsOfSpeech(of: "qwerty").isEmpty)
  }
}
