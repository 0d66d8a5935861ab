import Testing
import Tokenization

/// Properties that hold for all bytes.
@Suite struct RoundTripTests {
  /// A tokenizer of a few merges, letters of several scripts among them.
  static func tokenizer(
    _ rules: PreTokenizer = .gpt2, size: Int = 290, normalization: Normalization = .none
  ) throws -> Tokenizer {
    var trainer = BytePairTrainer(
      vocabularySize: size, preTokenizer: rules, normalization: normalization)
    let text = "the cat sat on the mat; the cat's hat 😀😀 猫が座った 猫が 123 123  the end\n\n"
    trainer.add(Array(String(repeating: text, count: 3).utf8))
    return try trainer.train()
  }

  /// Random bytes, half of them from pieces of real characters.
  static func randomBytes(_ generator: inout Generator) -> [UInt8] {
    let fragments = ["the", " cat", "猫", "😀", "'s", "\n", "  ", "<|endoftext|>"].map {
      Array($0.utf8)
    }
    return (0..<generator.next(below: 40)).flatMap { _ -> [UInt8] in
      if Bool.random(using: &generator) { return [UInt8.random(in: 0...255, using: &generator)] }
      let fragment = fragments[generator.next(below: fragments.count)]
      return Array(fragment.prefix(1 + generator.next(below: fragment.count)))
    }
  }

  @Test(arguments: PreTokenizer.allCases)
  func `without normalisation any bytes come back`(rules: PreTokenizer) throws {
    let tokenizer = try Self.tokenizer(rules)
    var generator = Generator(seed: 1)
    var cache = EncodingCache()
    for _ in 0..<2000 {
      let bytes = Self.randomBytes(&generator)
      let ids = tokenizer.encode(bytes)
      #expect(tokenizer.decode(ids) == bytes)
      #expect(ids.allSatisfy { $0 >= 3 }, "text became a special token")
      #expect(ids.map(tokenizer.byteCount(of:)).reduce(0, +) == bytes.count)
      var cached: [UInt32] = [7]
      bytes.withUnsafeBytes { tokenizer.encode($0, using: &cache, into: &cached) }
      #expect(cached == [7] + ids)
    }
    #expect(tokenizer.encode("").isEmpty)
    #expect(tokenizer.encode("the cat").count < 7)
  }

  @Test func `normalised text comes back normalised, and special tokens only where allowed`() throws
  {
    let tokenizer = try Self.tokenizer(normalization: .nfc)
    let text = "e\u{301}<|endoftext|>e\u{301}<|im_start|><|endoftext"
    #expect(
      tokenizer.decode(tokenizer.encode(text)) == Normalization.nfc.normalized(Array(text.utf8)))
    let ids = tokenizer.encode(text, allowSpecial: true)
    #expect(ids.filter { $0 < 3 } == [0, 1])
    #expect(tokenizer.decode(ids) == Array("éé<|endoftext".utf8))
  }

  @Test func `one cache serves different tokenizers in turn`() throws {
    let first = try Self.tokenizer(size: 290)
    let second = try Self.tokenizer(.gpt4, size: 262)
    var cache = EncodingCache()
    let bytes = Array("the cat sat on the mat".utf8)
    for tokenizer in [first, second, first] {
      var ids: [UInt32] = []
      bytes.withUnsafeBytes { tokenizer.encode($0, using: &cache, into: &ids) }
      #expect(ids == tokenizer.encode(bytes))
    }
    #expect(first.encode(bytes) != second.encode(bytes))
  }

  @Test func `ids that do not exist stand for nothing`() throws {
    let tokenizer = try Self.tokenizer(size: 270)
    #expect(tokenizer.contains(269) && !tokenizer.contains(270))
    #expect(tokenizer.bytes(of: 270) == nil && tokenizer.bytes(of: .max) == nil)
    #expect(tokenizer.bytes(of: 0) == [] && tokenizer.byteCount(of: 0) == 0)
    #expect(tokenizer.byteCount(of: .max) == 0)
    #expect(tokenizer.decode([270, 36, .max, 0, 37]) == Array("BC".utf8))
    #expect(tokenizer.endOfText == 0)
    #expect(tokenizer.specialTokens.map(\.content) == BytePairTrainer.defaultSpecialTokens)
  }

  @Test(arguments: ["a", " ", "\n", "😀", "1", "!", "\u{301}"], [PreTokenizer.gpt2, .gpt4, .whole])
  func `work grows with the length of a run, not with its square`(
    unit: String, rules: PreTokenizer
  ) throws {
    var trainer = BytePairTrainer(vocabularySize: 290, preTokenizer: rules, specialTokens: [])
    trainer.add(Array(String(repeating: unit, count: 1 << 14).utf8) + Array("abcdefgh".utf8))
    trainer.add((0...255).map { UInt8($0) } + (0...255).map { UInt8($0) })
    let tokenizer = try trainer.train()
    let bytes = Array(String(repeating: unit, count: 1_000_000 / unit.utf8.count).utf8)
    var cache = EncodingCache()
    var ids: [UInt32] = []
    bytes.withUnsafeBytes { tokenizer.encode($0, using: &cache, into: &ids) }
    #expect(tokenizer.decode(ids) == bytes)
    // Every byte enters a queue once, and every merge adds at most two entries.
    #expect(cache.queueEntries <= 3 * bytes.count)
  }

  @Test func `the cache stays within its bound, and never changes what comes out`() throws {
    let tokenizer = try Self.tokenizer(.gpt4)
    var generator = Generator(seed: 12)
    var cache = EncodingCache()
    for _ in 0..<60 {
      // Words that never come again, long ones among them.
      let bytes = (0..<100_000).map { index in
        index % (8 + index % 40) == 0 ? 0x20 : UInt8(ascii: "a") + UInt8(generator.next(below: 26))
      }
      var ids: [UInt32] = []
      bytes.withUnsafeBytes { tokenizer.encode($0, using: &cache, into: &ids) }
      #expect(ids == tokenizer.encode(bytes))
      #expect(tokenizer.decode(ids) == bytes)
    }
    #expect(cache.byteCount > 1 << 20 && cache.byteCount <= 11 << 20)
  }
}
