import StoryWorld
import Testing

/// What the stories say, held against what the simulation knows.
@Suite struct ConsistencyTests {
  private static let stories: [Story] = {
    let world = StoryWorld(seed: 3)
    return (0..<4000).map { world.story($0) }
  }()

  @Test func `a pronoun is used only if somebody of its gender is in the story`() {
    for story in Self.stories {
      let words = Set(StoryAudit.tokens(of: story.text).map { $0.lowercased() })
      let genders = story.world.beings.map(\.gender)
      if !genders.contains(.female) {
        #expect(words.isDisjoint(with: ["she", "her", "herself"]), "\(story.text)")
      }
      if !genders.contains(.male) {
        #expect(words.isDisjoint(with: ["he", "him", "his", "himself"]), "\(story.text)")
      }
      if story.text.contains("Her name was") {
        #expect(genders[0] == .female || genders[1] == .female)
      }
    }
  }

  @Test func `every name in a story belongs to somebody in it`() {
    for story in Self.stories {
      let names = Set(story.names)
      for token in StoryAudit.tokens(of: story.text)
      where Lexicon.partsOfSpeech(of: token).contains(.name) {
        #expect(names.contains(token), "\(token): \(story.text)")
      }
      #expect(Set(story.names.filter { !$0.isEmpty }).count == story.names.count { !$0.isEmpty })
    }
  }

  @Test func `a thing keeps its colour`() {
    let colours = [
      "red", "blue", "yellow", "green", "white", "purple", "orange", "pink", "brown", "golden",
      "black", "silver", "gray",
    ]
    var checked = 0
    for story in Self.stories {
      for thing in story.world.things where thing.kind.is(.coloured) {
        for (number, colour) in colours.enumerated()
        where story.text.contains(" \(colour) \(thing.kind.key)") {
          checked += 1
          #expect(thing.colour?.rawValue == number, "\(story.text)")
        }
      }
    }
    #expect(checked > 200)
  }

  @Test func `articles, spaces, capitals and quotation marks are right`() {
    let vowels: Set<Character> = ["a", "e", "i", "o"]
    for story in Self.stories {
      let words = story.text.split(separator: " ", omittingEmptySubsequences: false)
      for (article, next) in zip(words, words.dropFirst()) {
        #expect(!next.isEmpty, "\(story.text)")
        if article == "a" || article == "A" {
          #expect(!vowels.contains(next.first ?? "."), "\(article) \(next): \(story.text)")
        }
        if article == "an" || article == "An" {
          let isVowel = vowels.contains(next.first ?? ".") || next.hasPrefix("u")
          #expect(
            isVowel || next.hasPrefix("hon") || next.hasPrefix("hour"),
            "\(article) \(next): \(story.text)")
        }
        #expect(article != next || article.hasSuffix(","), "\(article): \(story.text)")
      }
      for sentence in StoryAudit.sentences(of: story.text) where !story.text.contains("!\" ") {
        let letters = sentence.utf8.drop { $0 == UInt8(ascii: "\"") }
        if !story.text.contains("?\" ") {
          #expect((65...90).contains(letters.first ?? 0), "\(sentence): \(story.text)")
        }
      }
      #expect(story.text.utf8.count { $0 == UInt8(ascii: "\"") }.isMultiple(of: 2), "\(story.text)")
      for mark in [" .", " ,", " !", " ?", "..", "$", "{", "|", "%", "^"] {
        #expect(!story.text.contains(mark), "\(story.text)")
      }
    }
  }

  @Test func `every story has a wish, an ending and no trouble left unsolved`() {
    var withHelper = 0
    for story in Self.stories {
      let world = story.world
      #expect(world.hero.relation == .hero)
      #expect(world.wish != nil && world.ending != nil, "\(story.text)")
      #expect(world.feelings.allSatisfy { $0.being < world.beings.count })
      if let helper = world.helper {
        withHelper += 1
        #expect(helper != 0)
      }
      for thing in world.things where thing.trouble != nil {
        Issue.record("trouble left unsolved: \(story.text)")
      }
    }
    #expect(withHelper > 2000)
  }

  @Test func `what could not be done alone is done with help, and what is feared is not misnamed`()
  {
    let chinese = StoryWorld(seed: 3, language: .chinese)
    for (index, story) in Self.stories.enumerated() {
      let events = story.world.events
      if events.contains(where: { $0.kind == .cannotReach }) {
        #expect(events.contains { $0.kind == .rescues && $0.third != nil }, "\(story.text)")
      }
      #expect(
        !story.text.contains(#/There was no \w+ at all\. It was /#), "\(story.text)")
      for fault in ["Take as much", "geese will run", "thing they both wanted"] {
        #expect(!story.text.contains(fault), "\(story.text)")
      }
      let text = chinese.story(index).text
      for fault in ["没有什么妖怪", "没有什么强盗", "一连三下敲", "把什么都忘", "一身。", "自己一个", "老老实实"] {
        #expect(!text.contains(fault), "\(text)")
      }
    }
  }

  @Test func `a sight is seen when and where it can be, and nobody learns what they can do`() {
    var sights: Set<String> = []
    var learned = 0
    for story in Self.stories {
      let world = story.world
      let text = story.text
      if let sight = world.events.first(where: { $0.kind == .wantsToSee })?.detail {
        sights.insert(sight.key)
        #expect(sight.is(.night) == (world.daypart == .evening), "\(text)")
        #expect(!sight.is(.afterRain) || world.weather == .rainy, "\(text)")
        let way = world.events.first { $0.kind == .goes || $0.kind == .goesWith }
        if ["sea", "whale", "lighthouse"].contains(sight.key) {
          #expect(["beach", "hill", "mountain"].contains(way?.place.key), "\(text)")
        }
      }
      if let skill = world.events.first(where: { $0.kind == .wantsToLearn })?.detail.map(\.key) {
        learned += 1
        let pastime = world.events.first { $0.kind == .hasPastime }?.detail?.key
        #expect(skill != pastime && !(skill == "climb-tree" && pastime == "climb"), "\(text)")
        let species = world.hero.species
        if species?.is(.swims) == true { #expect(skill != "swim" && skill != "dive", "\(text)") }
        if species?.is(.climbs) == true { #expect(skill != "climb-tree", "\(text)") }
      }
    }
    #expect(sights.count == Catalogue.all(.sight).count && learned > 100)
  }

  @Test func `what lasts does not begin at once, and the evening has no afternoon`() {
    let chinese = StoryWorld(seed: 3, language: .chinese)
    for (index, story) in Self.stories.enumerated() {
      let text = story.text
      #expect(!text.contains(#/(At once|Right away), [^."]*(every day|for hours|week)/#), "\(text)")
      #expect(!text.contains("her her "), "\(text)")
      if story.world.daypart == .evening {
        for fault in ["all afternoon", "until evening", "whole afternoon", "until the sun went"] {
          #expect(!text.contains(fault), "\(text)")
        }
        #expect(!chinese.story(index).text.contains("待了"), "\(index)")
      }
    }
  }
}
