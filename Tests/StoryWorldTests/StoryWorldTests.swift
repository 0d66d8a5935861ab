import StoryWorld
import Testing

@Suite struct StoryWorldTests {
  @Test func `a story depends on nothing but the seed and its index`() {
    let world = StoryWorld(seed: 7)
    let forwards = (0..<200).map { world.story($0).text }
    let backwards = (0..<200).reversed().map { StoryWorld(seed: 7).story($0).text }
    #expect(forwards == backwards.reversed())
    #expect(Set(forwards).count == 200)
    #expect(StoryWorld(seed: 8).story(0).text != forwards[0])
  }

  /// Update both values together with any change of the simulation, the phrases or the names.
  @Test func `stories are the same on every machine`() {
    let world = StoryWorld(seed: 1)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
    for index in 0..<1000 {
      for byte in world.story(index).text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    #expect(hash == 5971878239532133133)
    #expect(
      world.story(0).text == """
        Everyone knew Rita, the hopeful girl. She laughed more than anyone else. Rita loved to \
        dance. She loved her warm teddy bear more than anything else. One day in autumn, she \
        made her way to the cave, and then she laughed and played with her teddy bear. Brown \
        mud splashed up, and her teddy bear got muddy. Rita tried again and again, but nothing \
        worked. All at once, a friendly toymaker saw her face and walked over. He thought hard. \
        He had an idea. The toymaker rinsed the teddy bear carefully, and it looked as good as \
        new. Rita's eyes shone. "I am so lucky to have met you!" Rita and the toymaker laughed \
        and played until the stars came out. She laughed all evening.
        """)
  }

  @Test func `stories are one paragraph of plain ASCII that fits a short context`() {
    let world = StoryWorld(seed: 1)
    var bytes = 0
    for index in 0..<2000 {
      let text = world.story(index).text
      #expect(text.utf8.allSatisfy { (32..<127).contains($0) })
      #expect(text.utf8.count < 1300)
      bytes += text.utf8.count
    }
    #expect((500..<750).contains(bytes / 2000))
  }
}
