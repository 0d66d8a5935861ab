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

  @Test func `stories are one paragraph of plain ASCII`() {
    let world = StoryWorld(seed: 1)
    for index in 0..<500 {
      let text = world.story(index).text
      #expect(text.utf8.allSatisfy { (32..<127).contains($0) })
      #expect(!text.contains("  "))
    }
  }
}
