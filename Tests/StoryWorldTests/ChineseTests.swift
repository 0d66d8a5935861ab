import StoryWorld
import Testing

@Suite struct ChineseTests {
  private static let world = StoryWorld(seed: 1, language: .chinese)
  private static let stories = (0..<3000).map { world.story($0) }

  @Test func `a Chinese story depends on nothing but the seed and its index`() {
    let again = StoryWorld(seed: 1, language: .chinese)
    for index in (0..<200).reversed() {
      #expect(again.story(index).text == Self.stories[index].text)
    }
    #expect(StoryWorld(seed: 2, language: .chinese).story(0).text != Self.stories[0].text)
    // The same happens in both languages.
    #expect(StoryWorld(seed: 1).story(5).world.topic == Self.stories[5].world.topic)
  }

  /// Update both values together with any change of the simulation, the phrases or the names.
  @Test func `Chinese stories are the same on every machine`() {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
    for story in Self.stories.prefix(1000) {
      for byte in story.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    #expect(hash == 7186534092552246024)
    #expect(
      Self.stories[0].text == """
        村子里有个小女孩叫悦悦，谁都知道她乐观。她从早到晚笑个不停。她最喜欢跳舞。悦悦有一只\
        暖和的玩具熊，谁也不许碰。六月里的一天，她迫不及待地来到山洞里。她怎么看这只玩具熊也\
        看不够。就在这时，她一脚踩进了泥坑，玩具熊沾满了泥。悦悦想自己想办法，可是怎么也\
        办不到。没想到，一位热心的玩具匠在她身边停了下来。他对她说：“你并不孤单，让我看看能\
        做点什么。”玩具匠帮她一起洗干净了玩具熊。悦悦高兴得谢了又谢他。他们一起玩了很久很久。\
        从此，大家都快快乐乐地生活着。
        """)
  }

  @Test func `stories are one paragraph of ideographs and full-width marks`() {
    for story in Self.stories {
      var open = false
      var before: Unicode.Scalar = "。"
      for scalar in story.text.unicodeScalars {
        let isMark = "，。！？：；、“”".unicodeScalars.contains(scalar)
        #expect(isMark || (0x4E00...0x9FFF).contains(scalar.value), "\(scalar): \(story.text)")
        if scalar == "“" {
          #expect(!open, "\(story.text)")
          open = true
        } else if scalar == "”" {
          #expect(open, "\(story.text)")
          open = false
        }
        // No mark follows another but a quotation mark.
        let isStop = "，。！？：；、".unicodeScalars.contains(scalar)
        let follows = "，。！？：；、“".unicodeScalars.contains(before)
        #expect(!(isStop && follows), "\(before)\(scalar): \(story.text)")
        before = scalar
      }
      #expect(!open, "\(story.text)")
      #expect("。！”".unicodeScalars.contains(before), "\(story.text)")
      #expect(story.text.utf8.count < 1500)
    }
  }

  @Test func `pronouns fit: animals are neuter, people he or she`() {
    for story in Self.stories {
      let text = story.text
      if story.world.isAnimalWorld {
        for word in ["他们", "她们", "她", "小女孩", "小男孩", "小姑娘"] {
          #expect(!text.contains(word), "\(word): \(text)")
        }
      }
      let people = story.world.beings.filter { !$0.isAnimal }
      if !people.contains(where: { $0.gender == .female }) {
        #expect(!text.contains("她"), "\(text)")
      }
      for word in ["的的", "了了", "一一", "在在", "把把", "她她", "他他"] {
        #expect(!text.contains(word), "\(word): \(text)")
      }
    }
  }

  @Test func `everybody who is named in a story is in its world`() {
    let names = Set(
      ChineseLexicon.words.filter { $0.partsOfSpeech.contains(.name) }.map(\.word))
    #expect(names.count == 112)
    for story in Self.stories {
      for word in ChineseLexicon.words(of: story.text) where names.contains(word) {
        #expect(story.names.contains(word), "\(word): \(story.text)")
      }
      #expect(story.text.contains(story.names[0]), "\(story.text)")
    }
  }

  @Test func `the corpus is rich in words and never repeats itself`() {
    var texts: [String] = []
    var bytes = 0
    while bytes < 20_000_000 {
      let text = Self.world.story(texts.count).text
      bytes += text.utf8.count + 1
      texts.append(text)
    }
    let audit = StoryAudit(texts, language: .chinese)
    #expect(audit.frequentWords >= 1900, "\(audit)")
    #expect(audit.rareWords.count <= 10, "\(audit)")
    #expect(audit.unknownWords.isEmpty, "\(audit)")
    #expect(audit.commonestSkeletonShare < 0.005, "\(audit)")
    #expect(audit.largestOverlap < 0.45, "\(audit)")
    #expect(audit.duplicates == 0, "\(audit)")
  }

  @Test func `text is divided into the fewest words`() {
    #expect(ChineseLexicon.words(of: "小松鼠喜欢唱歌。") == ["小松鼠", "喜欢", "唱歌"])
    #expect(ChineseLexicon.words(of: "") == [])
    #expect(ChineseLexicon.words(of: "龘a龘") == ["龘", "龘"])
    #expect(ChineseLexicon.partsOfSpeech(of: "龘").isEmpty)
    let words = ChineseLexicon.words
    #expect(Set(words.map(\.word)).count == words.count)
    for (word, parts) in words where parts.contains(.name) { #expect(parts.count == 1, "\(word)") }
  }
}
