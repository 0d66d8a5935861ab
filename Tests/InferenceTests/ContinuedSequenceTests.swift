import Inference
import LanguageModel
import TensorCore
import Testing

@Suite struct ContinuedSequenceTests {
  private let device = Device(threadCount: 2)

  @Test(arguments: GoldenModel.names)
  func `greedy continuations are those of transformers`(_ name: String) throws {
    let golden = try GoldenModel(name, on: device)
    let expected = try golden.integers("greedy").map { UInt32($0) }
    var sequence = ContinuedSequence(Array(try golden.firstRow().prefix(5)), model: golden.model)
    let greedy = Sampler(temperature: 0)
    for position in expected.indices {
      sequence.append(
        greedy.next(sequence.logits, after: sequence.ids, sample: 0, position: position))
    }
    #expect(Array(sequence.ids.dropFirst(5)) == expected)
  }

  @Test(arguments: GoldenModel.names)
  func `the cache changes no logit`(_ name: String) throws {
    let golden = try GoldenModel(name, on: device)
    let ids = try golden.firstRow().dropLast()
    let expected = logitsWithoutCache(ids, golden.model)
    // Prefilled up to a point, then one id at a time.
    for prefill in [1, 7, ids.count - 3] {
      var sequence = ContinuedSequence(Array(ids.prefix(prefill)), model: golden.model)
      var worst = relativeError(sequence.logits, expected[prefill - 1])
      for index in prefill..<ids.count {
        sequence.append(ids[index])
        worst = max(worst, relativeError(sequence.logits, expected[index]))
      }
      #expect(worst < 1e-5, "prefilled \(prefill)")
    }
  }

  @Test func `later ids change nothing before them`() throws {
    let golden = try GoldenModel("grouped", on: device)
    let ids = try golden.firstRow().dropLast()
    let vocabulary = UInt32(golden.model.configuration.vocabularySize)
    let changed = ids.prefix(60) + ids.dropFirst(60).map { ($0 + 1) % vocabulary }
    let (before, after) = (
      logitsWithoutCache(ids, golden.model), logitsWithoutCache(changed, golden.model)
    )
    #expect(before[..<60] == after[..<60])
    #expect(before[60...] != after[60...])
  }

  @Test func `a full context goes on with its last half`() throws {
    let configuration = ModelConfiguration(
      vocabularySize: 50, layers: 2, width: 32, heads: 4, keyValueHeads: 2, feedForwardWidth: 48,
      contextLength: 8)
    let model = Transformer(configuration, seed: 5, on: device)
    let ids = (0..<30).map { UInt32($0 * 7 % 50) }
    var sequence = ContinuedSequence(Array(ids.prefix(3)), model: model)
    // Up to 8 ids are all seen; the 9th begins anew with the last 4, which grow to 8 again.
    var start = 0
    for index in 3..<ids.count {
      sequence.append(ids[index])
      if index - start == 8 { start = index - 3 }
      let seen = ids[start...index]
      let expected = try #require(logitsWithoutCache(seen, model).last)
      #expect(relativeError(sequence.logits, expected) < 1e-5, "after \(index + 1) ids")
    }
    #expect(start > 8)

    // A prompt longer than the context is cut to its last half too.
    let long = ContinuedSequence(ids, model: model)
    let expected = try #require(logitsWithoutCache(ids.suffix(4), model).last)
    #expect(relativeError(long.logits, expected) < 1e-5)
  }
}
