import Foundation
import Inference
import StrictJSON
import Testing

@Suite struct SamplerTests {
  /// Of probabilities 0.5, 0.25, 0.15 and 0.1.
  private let logits: [Float] = [0.5, 0.25, 0.15, 0.1].map { logf($0) }

  private func probabilities(
    _ sampler: Sampler, _ logits: [Float], after history: [UInt32] = []
  ) -> [UInt32: Double] {
    Dictionary(
      uniqueKeysWithValues: sampler.candidates(logits, after: history).map {
        ($0.id, $0.probability)
      })
  }

  private func expect(
    _ actual: [UInt32: Double], _ expected: [UInt32: Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(actual.keys.sorted() == expected.keys.sorted(), sourceLocation: sourceLocation)
    for (id, probability) in expected {
      #expect(
        abs((actual[id] ?? 0) - probability) < 1e-6, "id \(id)", sourceLocation: sourceLocation)
    }
  }

  @Test func `nothing set draws from the model's own distribution`() {
    expect(probabilities(Sampler(), logits), [0: 0.5, 1: 0.25, 2: 0.15, 3: 0.1])
  }

  @Test func `temperature raises probabilities to its inverse`() {
    expect(
      probabilities(Sampler(temperature: 0.5), logits),
      [0: 0.25 / 0.345, 1: 0.0625 / 0.345, 2: 0.0225 / 0.345, 3: 0.01 / 0.345])
  }

  @Test(arguments: [1e-5, 1e-38, 1e-40, 1e-46, 1e-300])
  func `a tiny temperature or penalty leaves only the most probable`(_ tiny: Double) {
    expect(
      probabilities(Sampler(temperature: tiny), [2, 3, -1, 0]), [0: 0, 1: 1, 2: 0, 3: 0])
    expect(probabilities(Sampler(temperature: tiny), [0, -1]), [0: 1, 1: 0])
    expect(
      probabilities(Sampler(temperature: tiny, topK: 1), [0, 0, -.infinity]), [0: 0.5, 1: 0.5])
    expect(probabilities(Sampler(repetitionPenalty: tiny), [2, 3], after: [0]), [0: 1, 1: 0])
    expect(probabilities(Sampler(repetitionPenalty: tiny), [0, 0], after: [0]), [0: 0.5, 1: 0.5])
  }

  @Test func `top-k keeps the k most probable and what equals the last of them`() {
    expect(probabilities(Sampler(topK: 2), logits), [0: 2 / 3, 1: 1 / 3])
    expect(
      probabilities(Sampler(topK: 2), [1, 0, 1, 1]), [0: 1 / 3, 2: 1 / 3, 3: 1 / 3])
  }

  @Test func `top-p keeps the fewest that reach it`() {
    expect(probabilities(Sampler(topP: 0.7), logits), [0: 2 / 3, 1: 1 / 3])
    expect(
      probabilities(Sampler(topP: 0.76), logits), [0: 0.5 / 0.9, 1: 0.25 / 0.9, 2: 0.15 / 0.9])
    expect(probabilities(Sampler(topP: 1e-9), logits), [0: 1])
    // Of equal ones the first, and no more of them than needed.
    expect(probabilities(Sampler(topP: 0.3), [1, 1, 1, 1]), [0: 0.5, 1: 0.5])
  }

  @Test func `min-p is a share of the greatest probability`() {
    expect(probabilities(Sampler(minP: 0.4), logits), [0: 2 / 3, 1: 1 / 3])
    expect(probabilities(Sampler(minP: 1), logits), [0: 1])
  }

  @Test func `the repetition penalty divides positive logits and multiplies negative ones`() {
    expect(
      probabilities(Sampler(repetitionPenalty: 2), logits, after: [0, 0]),
      [0: 1 / 3, 1: 1 / 3, 2: 0.2, 3: 0.4 / 3])
    expect(
      probabilities(Sampler(repetitionPenalty: 2), [2, 1], after: [0, 77]), [0: 0.5, 1: 0.5])
  }

  @Test func `temperature comes before top-p`() {
    // At temperature 0.5 the first token alone has 0.72.
    expect(probabilities(Sampler(temperature: 0.5, topP: 0.7), logits), [0: 1])
  }

  @Test func `temperature 0 takes the first of the most probable`() {
    let greedy = Sampler(temperature: 0)
    #expect(greedy.next([0, 3, -1, 3], after: [], sample: 0, position: 0) == 1)
    #expect(greedy.next([.nan, -2, .nan, -1], after: [], sample: 0, position: 0) == 3)
    let penalized = Sampler(temperature: 0, repetitionPenalty: 4)
    #expect(penalized.next([0, 3, -1, 2], after: [1], sample: 0, position: 0) == 3)
  }

  @Test func `broken logits still give an id of the vocabulary`() {
    let settings = [
      Sampler(), Sampler(topK: 1), Sampler(topP: 0.5), Sampler(minP: 0.5),
      Sampler(temperature: 1e-40), Sampler(temperature: 0, repetitionPenalty: 1e30),
    ]
    let broken: [[Float]] = [
      [.nan, .nan], [-.infinity, -.infinity], [.infinity, 0], [.infinity, .infinity],
      [3e38, -3e38], [.nan, .infinity],
    ]
    for sampler in settings {
      for logits in broken {
        #expect(sampler.next(logits, after: [0, 1, 9], sample: 1, position: 2) < 2)
      }
    }
  }

  @Test func `the same distributions as transformers`() throws {
    let url = try #require(
      Bundle.module.url(forResource: "sampler", withExtension: "json", subdirectory: "Goldens"))
    let file = try JSONValue(parsing: Array(Data(contentsOf: url)))
    let cases = try #require(file["cases"]?.array)
    #expect(cases.count == 20)
    for golden in cases {
      let settings = try #require(golden["settings"])
      let sampler = Sampler(
        temperature: settings["temperature"]?.number ?? 1, topK: settings["top_k"]?.integer ?? 0,
        topP: settings["top_p"]?.number ?? 1, minP: settings["min_p"]?.number ?? 0,
        repetitionPenalty: settings["repetition_penalty"]?.number ?? 1)
      let logits = try #require(golden["logits"]?.array).compactMap(\.number).map { Float($0) }
      let history = try #require(golden["history"]?.array).compactMap(\.integer).map { UInt32($0) }
      let candidates = sampler.candidates(logits, after: history)
      let name = String(decoding: settings.serialized(), as: UTF8.self)
      #expect(
        candidates.map { Int($0.id) } == golden["ids"]?.array?.compactMap(\.integer), "\(name)")
      let expected = golden["probabilities"]?.array?.compactMap(\.number) ?? []
      for (candidate, probability) in zip(candidates, expected) {
        #expect(abs(candidate.probability - probability) < 1e-6, "\(name)")
      }
    }
  }

  @Test func `draws have the probabilities of the candidates`() {
    let count = 40_000
    let sampler = Sampler(temperature: 0.9, topK: 3, seed: 11)
    var drawn: [UInt32: Int] = [:]
    for position in 0..<count {
      drawn[sampler.next(logits, after: [], sample: 2, position: position), default: 0] += 1
    }
    let expected = probabilities(sampler, logits)
    #expect(drawn.keys.sorted() == expected.keys.sorted())
    for (id, probability) in expected {
      let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
      #expect(abs(Double(drawn[id] ?? 0) / Double(count) - probability) < 4 * deviation)
    }
  }

  @Test func `seed, sample and position decide the draw, and nothing else does`() {
    func draws(_ seed: UInt64, _ sample: Int) -> [UInt32] {
      (0..<64).map { Sampler(seed: seed).next(logits, after: [], sample: sample, position: $0) }
    }
    #expect(draws(1, 0) == draws(1, 0))
    #expect(draws(1, 0) != draws(2, 0))
    #expect(draws(1, 0) != draws(1, 1))
    let backwards = (0..<64).reversed().map {
      Sampler(seed: 1).next(logits, after: [], sample: 0, position: $0)
    }
    #expect(Array(backwards.reversed()) == draws(1, 0))
  }

  @Test(arguments: [
    (Sampler(temperature: -1), "the temperature must be 0 or more, not -1.0"),
    (Sampler(temperature: .nan), "the temperature must be 0 or more, not nan"),
    (Sampler(topK: -3), "top-k must be 0 (all tokens) or more, not -3"),
    (Sampler(topP: 0), "top-p must be above 0 and at most 1, not 0.0"),
    (Sampler(topP: 1.5), "top-p must be above 0 and at most 1, not 1.5"),
    (Sampler(minP: -0.1), "min-p must be from 0 to 1, not -0.1"),
    (Sampler(repetitionPenalty: 0), "the repetition penalty must be above 0, not 0.0"),
  ])
  func `settings without a meaning are refused`(_ sampler: Sampler, _ sentence: String) {
    let error = #expect(throws: InferenceError.self) { try sampler.validate() }
    #expect(error?.description == sentence)
  }
}
