/// A small simulated world that tells short stories in English.
///
/// Every story is a pure function of the seed and its index: the same on every machine, in any
/// order, from any thread.
public struct StoryWorld: Sendable {
  private let seed: UInt64

  /// A world whose stories are decided by the seed.
  public init(seed: UInt64) { self.seed = seed }

  /// Story number `index`, one paragraph of plain ASCII without a line break.
  public func story(_ index: Int) -> Story {
    var random = RandomSource(seed: seed, stream: UInt64(bitPattern: Int64(index)))
    let telling = random.next()
    var world = World(random: random)
    world.run()
    var teller = Teller(world: world, random: RandomSource(seed: telling, stream: 1))
    let text = teller.tellAll()
    return Story(text: text, names: teller.names, world: world)
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
