import Corpus
import Testing

@Suite struct WindowSamplerTests {
  @Test(arguments: [2, 3, 7, 8, 9, 16, 17, 31, 100, 257, 1000, 4099], [1, 2, 3, 7, 8, 16])
  func `an epoch takes every window of its grid once`(tokens: Int, context: Int) throws {
    guard tokens > context else { return }
    let sampler = try WindowSampler(tokenCount: tokens, context: context, seed: 42)
    let count = sampler.windowsPerEpoch
    #expect(count >= max(1, tokens / context - 1))
    for epoch in 0..<20 {
      let starts = (0..<count).map { sampler.start(ofWindow: epoch * count + $0) }.sorted()
      #expect((0..<context).contains(starts[0]))
      #expect(starts == (0..<count).map { starts[0] + $0 * context })
      #expect(starts[count - 1] + context + 1 <= tokens)
    }
  }

  @Test func `epochs and seeds give other orders and other grids`() throws {
    let sampler = try WindowSampler(tokenCount: 100_000, context: 64, seed: 1)
    let other = try WindowSampler(tokenCount: 100_000, context: 64, seed: 2)
    let count = sampler.windowsPerEpoch
    #expect(count == 1561)
    func epoch(_ sampler: WindowSampler, _ index: Int) -> [Int] {
      (0..<count).map { sampler.start(ofWindow: index * count + $0) }
    }
    let orders = [epoch(sampler, 0), epoch(sampler, 1), epoch(other, 0)]
      .map { $0.map { $0 / 64 } }
    for (one, two) in [(0, 1), (0, 2), (1, 2)] {
      // Two random orders agree in one place on average.
      let same = zip(orders[one], orders[two]).count { $0 == $1 }
      #expect(same < 10)
    }
    // Neighbours in time are no neighbours in place.
    #expect(zip(orders[0], orders[0].dropFirst()).count { abs($0 - $1) == 1 } < 12)
    let grids = Set((0..<2000).map { sampler.start(ofWindow: $0 * count) % 64 })
    #expect(grids.count == 64)
  }

  @Test func `each window is equally likely to come first`() throws {
    let sampler = try WindowSampler(tokenCount: 104, context: 8, seed: 3)
    #expect(sampler.windowsPerEpoch == 12)
    var counts = Array(repeating: 0, count: 12)
    for epoch in 0..<12_000 { counts[sampler.start(ofWindow: epoch * 12) / 8] += 1 }
    // 11 degrees of freedom: 31.3 is exceeded once in a thousand.
    let statistic = counts.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(statistic < 31.3, "\(counts)")
  }

  /// Not right or wrong, but never to change: a resumed run must see the windows it would have.
  @Test func `the order stays what it is`() throws {
    let sampler = try WindowSampler(tokenCount: 1000, context: 10, seed: 7)
    #expect((0..<5).map { sampler.start(ofWindow: $0) } == [683, 673, 373, 13, 923])
    #expect((0..<5).map { sampler.start(ofWindow: 1_000_000 + $0) } == [827, 907, 17, 917, 597])
  }

  @Test func `a stream shorter than the context is refused with both numbers`() {
    #expect(
      complaint { _ = try WindowSampler(tokenCount: 256, context: 256, seed: 0) }
        == "the corpus is shorter than the context: it has 256 tokens, and one window of context "
        + "256 needs 257; add text, or train a model of a smaller context")
  }

  @Test func `a stream of one window has that window`() throws {
    let sampler = try WindowSampler(tokenCount: 257, context: 256, seed: 0)
    #expect(sampler.windowsPerEpoch == 1)
    #expect((0..<9).allSatisfy { sampler.start(ofWindow: $0) == 0 })
  }
}
