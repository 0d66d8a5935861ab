/// The languages that the world tells its stories in.
public enum StoryLanguage: String, CaseIterable, Sendable {
  case english = "en"
  case chinese = "zh"
}

/// A small simulated world that tells short stories in English and in Chinese.
///
/// Every story is a pure function of the seed, its index and the language: the same on every
/// machine, in any order, from any thread.
public struct StoryWorld: Sendable {
  let seed: UInt64
  /// The language that its stories are told in.
  public let language: StoryLanguage

  /// A world whose stories are decided by the seed.
  public init(seed: UInt64, language: StoryLanguage = .english) {
    self.seed = seed
    self.language = language
  }

  /// The world that examples for measuring come from; its seed follows from this one's.
  public var heldOut: StoryWorld {
    var random = RandomSource(seed: seed, stream: 0x4845_4C44)
    return StoryWorld(seed: random.next(), language: language)
  }

  /// Story number `index`, one paragraph without a line break: plain ASCII in English, ideographs
  /// and their marks in Chinese.
  public func story(_ index: Int) -> Story {
    let (world, telling) = world(index)
    let told = tell(world, telling)
    return Story(text: told.text, names: told.names, world: world)
  }

  /// What happens in story number `index`, and the seed of its telling.
  func world(_ index: Int) -> (World, telling: UInt64) {
    var random = RandomSource(seed: seed, stream: UInt64(bitPattern: Int64(index)))
    let telling = random.next()
    var world = World(random: random)
    world.run()
    return (world, telling)
  }

  /// Tells a world; the same seed chooses the same words wherever they fit.
  func tell(_ world: World, _ telling: UInt64) -> Telling {
    let random = RandomSource(seed: telling, stream: 1)
    switch language {
    case .english:
      var teller = Teller(world: world, random: random)
      return teller.tellAll()
    case .chinese:
      var teller = ChineseTeller(world: world, random: random)
      return teller.tellAll()
    }
  }
}

/// A story and the truth about it.
public struct Story: Sendable {
  /// The story as it is told.
  public let text: String
  /// The name of every being of the world, empty for those without one.
  package let names: [String]
  /// The world after the story, with everything that happened in it.
  package let world: World
}

/// What a teller has said.
struct Telling {
  /// The parts of the story, cut where an event begins and a sentence ends.
  let parts: [String]
  /// The name of every being, empty for those without one.
  let names: [String]
  /// What every being is called once it is known, such as "Tom", "the baker" and "his mother".
  let labels: [String]

  /// The whole story.
  var text: String { parts.joined() }
}
