import Foundation
import Inference
import LanguageModel
import TensorCore
import Testing
import Tokenization

/// A tokenizer with some merges.
private func tokenizer(special: [String] = BytePairTrainer.defaultSpecialTokens) throws -> Tokenizer
{
  var trainer = BytePairTrainer(vocabularySize: 280, specialTokens: special)
  trainer.add(Array("the cat sat on the mat, the cat ate the hat. 你好，你好！".utf8))
  return try trainer.train()
}

/// A random model, with rows that no id of the tokenizer stands for if asked.
private func randomGenerator(extraRows: Int = 0, threads: Int = 2) throws -> Generator {
  let tokenizer = try tokenizer()
  let configuration = ModelConfiguration(
    vocabularySize: tokenizer.vocabularySize + extraRows, layers: 2, width: 32, heads: 4,
    feedForwardWidth: 48, contextLength: 32)
  let model = Transformer(configuration, seed: 3, on: Device(threadCount: threads))
  return try Generator(model: model, tokenizer: tokenizer)
}

/// A model that says `text` and then ends, one byte a token; no byte may occur in it twice.
///
/// Its layers add nothing. Token number i of the text is embedded as the i-th unit vector, and the
/// head's row of what follows is that vector too.
private func scriptedGenerator(_ text: String) throws -> Generator {
  let tokenizer = try tokenizer()
  let ids = text.utf8.map { byte in
    (0..<UInt32(tokenizer.vocabularySize)).first { tokenizer.bytes(of: $0) == [byte] }!
  }
  let start = try #require(tokenizer.endOfText)
  let path = [start] + ids + [start]
  let width = 64
  precondition(path.count < width && Set(ids).count == ids.count)
  let configuration = ModelConfiguration(
    vocabularySize: tokenizer.vocabularySize, layers: 1, width: width, heads: 2,
    feedForwardWidth: 8, contextLength: 64, tiesEmbedding: false)
  let model = Transformer(configuration, on: Device(threadCount: 1)) { specification, tensor in
    var values = [Float](repeating: 0, count: tensor.count)
    switch specification.name {
    case "model.embed_tokens.weight":
      for (index, id) in path.dropLast().enumerated() { values[Int(id) * width + index] = 1 }
    case "lm_head.weight":
      for (index, id) in path.dropFirst().enumerated() { values[Int(id) * width + index] = 9 }
    case let name where name.contains("norm"): values = values.map { _ in 1 }
    default: break
    }
    values.withUnsafeBytes { tensor.copyBytes(from: $0) }
  }
  return try Generator(model: model, tokenizer: tokenizer)
}

private func greedy(_ maximumTokens: Int = 60, stop: [String] = []) -> GenerationSettings {
  GenerationSettings(sampler: Sampler(temperature: 0), maximumTokens: maximumTokens, stop: stop)
}

private func sampled(_ maximumTokens: Int, temperature: Double = 1, seed: UInt64 = 0)
  -> GenerationSettings
{
  GenerationSettings(
    sampler: Sampler(temperature: temperature, seed: seed), maximumTokens: maximumTokens)
}

@Suite struct GeneratorTests {
  @Test func `the text ends where the model says so`() throws {
    let generation = try scriptedGenerator("the_cub-sad.").generate("", greedy())
    #expect(generation.text == "the_cub-sad.")
    #expect(generation.tokens.count == 12)
    #expect(generation.finishReason == .endOfText)
  }

  @Test func `the number of tokens is a limit`() throws {
    let generation = try scriptedGenerator("the_cub-sad.").generate("", greedy(3))
    #expect(generation.text == "the")
    #expect(generation.tokens.count == 3)
    #expect(generation.finishReason == .length)
  }

  @Test func `streamed pieces are whole characters and add up to the text`() throws {
    let generator = try scriptedGenerator("a界é🎉z")
    var pieces: [String] = []
    let generation = generator.generate("", greedy()) { pieces.append($0) }
    #expect(pieces == ["a", "界", "é", "🎉", "z"])
    #expect(generation.text == "a界é🎉z")
    // Cut off inside a character.
    #expect(generator.generate("", greedy(9)).text == "a界é\u{FFFD}")
  }

  @Test(arguments: [
    (["cub"], "the_"), (["_c"], "the"), (["the"], ""), (["sad."], "the_cub-"),
    (["sad", "cub-"], "the_"), (["cub-sad", "b-"], "the_cu"), (["cub", "_cub"], "the"),
  ])
  func `stop strings are found across tokens and cut from the text`(
    _ stop: [String], _ expected: String
  ) throws {
    var streamed = ""
    let generation = try scriptedGenerator("the_cub-sad.").generate("", greedy(stop: stop)) {
      streamed += $0
    }
    #expect(generation.text == expected)
    #expect(streamed == expected)
    #expect(generation.finishReason == .stop)
  }

  @Test(arguments: [["xyz"], ["sad!"], ["d..", "cab"]])
  func `text that only begins like a stop string is given out`(_ stop: [String]) throws {
    let generation = try scriptedGenerator("the_cub-sad.").generate("", greedy(stop: stop))
    #expect(generation.text == "the_cub-sad.")
    #expect(generation.finishReason == .endOfText)
  }

  @Test func `what receives the text can end the generation`() throws {
    struct Enough: Error {}
    var received = ""
    #expect(throws: Enough.self) {
      try scriptedGenerator("the_cub-sad.").generate("", greedy()) {
        received += $0
        if received.utf8.count == 4 { throw Enough() }
      }
    }
    #expect(received == "the_")
  }

  @Test func `ids that no token has are never chosen`() throws {
    var file: [UInt8] = []
    for rank in 0..<256 {
      file += "\(Data([UInt8(rank)]).base64EncodedString()) \(rank)\n".utf8
    }
    let tokenizer = try Tokenizer(
      tiktoken: file, preTokenizer: .gpt2, specialTokens: [],
      placedTokens: [SpecialToken(id: 600, content: "<|endoftext|>")])
    let configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, layers: 1, width: 32, heads: 4,
      feedForwardWidth: 48,
      contextLength: 32)
    let model = Transformer(configuration, seed: 3, on: Device(threadCount: 1))
    let generator = try Generator(model: model, tokenizer: tokenizer)
    let made = (0..<20).flatMap { generator.generate("a", sampled(60), sample: $0).tokens }
    #expect(made.count > 200)
    #expect(made.allSatisfy { $0 < 256 })
  }

  @Test func `ids that the tokenizer lacks are never chosen`() throws {
    let generator = try randomGenerator(extraRows: 400)
    let generation = generator.generate("the", sampled(300, temperature: 50))
    #expect(generation.tokens.allSatisfy { $0 < UInt32(generator.tokenizer.vocabularySize) })
    #expect(Set(generation.tokens).count > 50)
  }

  @Test func `seed and sample decide the result, the number of threads does not`() throws {
    let expected = try randomGenerator(threads: 1).generate("the cat", sampled(80))
    // More than the context holds.
    #expect(expected.tokens.count > 32)
    for threads in [2, 3] {
      let generator = try randomGenerator(threads: threads)
      _ = generator.generate("the hat", sampled(5))
      #expect(generator.generate("the cat", sampled(80)) == expected)
    }
    let generator = try randomGenerator()
    #expect(generator.generate("the cat", sampled(80), sample: 1) != expected)
    #expect(generator.generate("the cat", sampled(80, seed: 1)) != expected)
    #expect(generator.generate("the bat", sampled(80)) != expected)
  }

  @Test func `a prompt may be longer than the context`() throws {
    let prompt = String(repeating: "the mat, ", count: 40)
    let generation = try randomGenerator().generate(prompt, sampled(10))
    #expect(!generation.tokens.isEmpty)
  }

  @Test func `a tokenizer that does not fit is refused`() throws {
    let model = try randomGenerator().model
    #expect(throws: InferenceError.self) {
      try Generator(model: model, tokenizer: tokenizer(special: ["<|end|>"]))
    }
    var trainer = BytePairTrainer(vocabularySize: 285)
    trainer.add(Array("abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz".utf8))
    let larger = try trainer.train()
    #expect(throws: InferenceError.self) { try Generator(model: model, tokenizer: larger) }
  }

  @Test func `settings without a meaning are refused`() {
    for settings in [greedy(0), greedy(-2), greedy(stop: ["a", ""])] {
      #expect(throws: InferenceError.self) { try settings.validate() }
    }
    #expect(throws: Never.self) { try greedy(1, stop: ["\n"]).validate() }
  }
}

@Suite struct StopStringsTests {
  @Test func `the pieces in which text arrives do not matter`() {
    let text = "ab界abcab界cd"
    let bytes = Array(text.unicodeScalars)
    for stop in [["abc"], ["界c", "cab"], ["bca", "abcab"], ["nothing"], ["界"], ["d"], ["dd"]] {
      // Bit i of `cuts` cuts after scalar i.
      var results: Set<String> = []
      for cuts in 0..<(1 << (bytes.count - 1)) {
        var stops = StopStrings(stop)
        var output = ""
        var piece = ""
        for (index, scalar) in bytes.enumerated() {
          piece.unicodeScalars.append(scalar)
          if cuts >> index & 1 == 1 || index == bytes.count - 1 {
            output += stops.append(piece)
            piece = ""
          }
        }
        output += stops.finish()
        results.insert("\(stops.isStopped) \(output)")
      }
      #expect(results.count == 1, "\(stop): \(results)")
    }
  }

  @Test func `prompts side by side are continued as each is alone`() throws {
    let generator = try randomGenerator()
    let settings = GenerationSettings(sampler: Sampler(seed: 4), maximumTokens: 40)
    // More than there are places, of all lengths, some longer than the context.
    let prompts = (0..<70).map { index in
      [generator.beginToken]
        + generator.tokenizer.encode(String(repeating: "the cat ", count: index % 9))
    }
    var done: [Int] = []
    let all = generator.generate(after: prompts, until: [generator.beginToken], settings) {
      done.append($0)
      return true
    }
    #expect(all.count == 70 && done.last == 70 && done == done.sorted())
    #expect(Set(all.map { $0?.tokens }).count > 60)
    for index in [0, 1, 33, 69] {
      let alone = generator.generate(
        after: prompts[index], until: [generator.beginToken], settings, sample: index
      ) { _ in }
      #expect(all[index] == alone, "prompt \(index)")
    }
    let fewer = generator.generate(
      after: Array(prompts[..<3]), until: [generator.beginToken], settings
    ) { _ in true }
    #expect(fewer == Array(all[..<3]))
    // Those that are done when it is stopped are what they are when it is not.
    let some = generator.generate(after: prompts, until: [generator.beginToken], settings) {
      $0 < 5
    }
    #expect((5..<70).contains(some.count { $0 != nil }))
    for (early, late) in zip(some, all) where early != nil { #expect(early == late) }
  }

  @Test func `a text that ends leaves its place to another`() throws {
    let generator = try scriptedGenerator("abcdefg")
    let prompts = (0..<100).map { _ in [generator.beginToken] }
    let all = generator.generate(
      after: prompts, until: [generator.beginToken],
      GenerationSettings(sampler: Sampler(temperature: 0), maximumTokens: 50)
    ) { _ in true }
    #expect(all.count == 100)
    #expect(all.allSatisfy { $0?.text == "abcdefg" && $0?.finishReason == .endOfText })
  }
}
