import Testing
import Tokenization

@Suite struct TrainerTests {
  private func train(
    _ text: String, size: Int, specials: [String] = [], rules: PreTokenizer = .whole
  ) throws -> Tokenizer {
    var trainer = BytePairTrainer(
      vocabularySize: size, preTokenizer: rules, specialTokens: specials)
    trainer.add(Array(text.utf8))
    return try trainer.train()
  }

  @Test func `a vocabulary below the bytes and special tokens names the smallest`() throws {
    let error = #expect(throws: TokenizerTrainingError.self) {
      try train("text", size: 257, specials: ["<a>", "<b>", "<a>"])
    }
    #expect(error == .vocabularyTooSmall(asked: 257, minimum: 258))
    #expect(error?.hint == "ask for at least 258")
    #expect(try train("", size: 258, specials: ["<a>", "<b>"]).vocabularySize == 258)
  }

  @Test func `an empty corpus gives the bytes`() throws {
    #expect(try train("", size: 300).vocabularySize == 256)
  }

  @Test func `a special token cannot be empty`() {
    #expect(throws: TokenizerTrainingError.emptySpecialToken) {
      try train("text", size: 300, specials: ["<x>", ""])
    }
  }

  @Test func `a special token that is spelled like a byte has its place`() throws {
    #expect(BytePairTrainer.smallestVocabulary(with: ["a", "<x>", "Ġ", "a"]) == 257)
    let tokenizer = try train("a b", size: 257, specials: ["a", "<x>", "Ġ"])
    #expect(tokenizer.encode("a a<x>").prefix(3) == [0, 2, 0])
    #expect(tokenizer.decode(tokenizer.encode("a a<x>")) == Array("a a<x>".utf8))
    #expect(tokenizer.learnedSpecialTokens.map(\.id) == [0, 2])
    #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
  }

  @Test func `a special token that is spelled like what is learned is its id`() throws {
    let text = String(repeating: "ab ", count: 50) + "cd cd"
    let plain = try train(text, size: 260, rules: .gpt2)
    #expect(
      (256..<260).map { plain.bytes(of: $0) } == ["ab", " ab", "cd", " cd"].map { Array($0.utf8) })
    // Ġ is how a file spells a blank, so Ġcd is the token " cd".
    let tokenizer = try train(text, size: 260, specials: ["ab", "Ġcd"], rules: .gpt2)
    #expect((258..<260).map { tokenizer.bytes(of: $0) } == [" ab", "cd"].map { Array($0.utf8) })
    #expect(tokenizer.learnedSpecialTokens.map(\.content) == ["ab"])
    let ids = tokenizer.encode(text)
    #expect(ids.first == 0)
    #expect(tokenizer.decode(ids) == Array(text.utf8))
    #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
    #expect(throws: TokenizerFileError.self) { try tokenizer.tiktoken() }
  }

  @Test func `counts beyond 32 bits are right`() throws {
    // Each document of blanks is one piece of 2^21 - 1 pairs; 1,030 of them overflow 32 bits.
    var trainer = BytePairTrainer(vocabularySize: 258, preTokenizer: .whole, specialTokens: [])
    let blanks = [UInt8](repeating: 0x20, count: 1 << 21)
    for _ in 0..<1_030 { trainer.add(blanks) }
    trainer.add(Array("abab".utf8))
    #expect(try trainer.train().bytes(of: 256) == [0x20, 0x20])
  }

  @Test func `training twice gives the same bytes, in whatever order the documents came`() throws {
    var generator = Generator(seed: 4)
    let documents = (0..<60).map { _ in RoundTripTests.randomBytes(&generator) }
    func json(_ documents: [[UInt8]]) throws -> [UInt8] {
      var trainer = BytePairTrainer(vocabularySize: 300, preTokenizer: .gpt4)
      for document in documents { trainer.add(document) }
      return try trainer.train().json()
    }
    let first = try json(documents)
    #expect(try json(documents) == first)
    #expect(try json(documents.reversed()) == first)
  }

  @Test func `progress ends with all merges`() throws {
    var trainer = BytePairTrainer(vocabularySize: 400, preTokenizer: .whole, specialTokens: [])
    var generator = Generator(seed: 6)
    trainer.add((0..<4000).map { _ in UInt8(generator.next(below: 4)) })
    var calls: [[Int]] = []
    _ = try trainer.train { calls.append([$0, $1]) }
    #expect(calls.last == [144, 144])
    #expect(calls.count > 2)
    #expect(calls.map { $0[0] } == calls.map { $0[0] }.sorted())
  }

  @Test
  func `a bound to memory forgets the rarest pieces, says up to which count, and is exact above`()
    throws
  {
    // More distinct words than the least memory holds, each once, among words that occur often.
    var generator = Generator(seed: 9)
    var documents: [[UInt8]] = []
    for _ in 0..<40 {
      var text: [UInt8] = []
      while text.count < 1 << 20 {
        text += Array(" common words here".utf8)
        text += [0x20] + (0..<10).map { _ in UInt8(ascii: "a") + UInt8(generator.next(below: 26)) }
      }
      documents.append(text)
    }
    func trained(threads: Int) throws -> (tokenizer: Tokenizer, forgotten: Int) {
      var trainer = BytePairTrainer(
        vocabularySize: 274, threads: threads, memory: 64 << 20)
      for document in documents { trainer.add(document) }
      let tokenizer = try trainer.train()
      return (tokenizer, trainer.forgottenUpTo)
    }
    let one = try trained(threads: 1)
    // Each round, of two documents, forgets what occurs once.
    #expect(one.forgotten >= 1 && one.forgotten <= 20)
    let three = try trained(threads: 3)
    #expect(three.tokenizer.hash == one.tokenizer.hash && three.forgotten == one.forgotten)
    #expect(one.tokenizer.encode(" common words here").count == 3)
  }

  @Test func `where learning needs more than the bound, it begins again without the rarest words`()
    throws
  {
    // The words themselves fit; the pairs of so many merges do not.
    var generator = Generator(seed: 10)
    let words = (0..<60_000).map { _ in
      [0x20] + (0..<8).map { _ in UInt8(ascii: "a") + UInt8(generator.next(below: 26)) }
    }
    func trained(_ memory: Int?, _ threads: Int = 1, repeating kept: Int = 8_000) throws -> (
      tokenizer: Tokenizer, forgotten: Int
    ) {
      var trainer = BytePairTrainer(
        vocabularySize: 2_000, specialTokens: [], threads: threads, memory: memory)
      trainer.add(words.flatMap { $0 })
      for _ in 0..<5 { trainer.add(words[..<kept].flatMap { $0 }) }
      let tokenizer = try trainer.train()
      return (tokenizer, trainer.forgottenUpTo)
    }
    let bound = 64 << 20
    let pruned = try trained(bound)
    #expect(pruned.forgotten >= 1 && pruned.forgotten < 6)
    #expect(try trained(bound, 3).tokenizer.hash == pruned.tokenizer.hash)
    // Without the words that occur once it is the same as if they had never been there.
    var rest = BytePairTrainer(vocabularySize: 2_000, specialTokens: [])
    for _ in 0..<6 { rest.add(words[..<8_000].flatMap { $0 }) }
    #expect(try rest.train().hash == pruned.tokenizer.hash)
    // More memory than is needed changes nothing.
    let whole = try trained(nil)
    let ample = try trained(1 << 30)
    #expect(ample.tokenizer.hash == whole.tokenizer.hash && ample.forgotten == 0)
    #expect(whole.tokenizer.hash != pruned.tokenizer.hash)
  }

  @Test func `one word that does not fit is an error`() throws {
    var trainer = BytePairTrainer(
      vocabularySize: 300, preTokenizer: .whole, specialTokens: [], memory: 64 << 20)
    trainer.add([UInt8](repeating: UInt8(ascii: "a"), count: 4 << 20))
    #expect(throws: TokenizerTrainingError.tooLittleMemory) { _ = try trainer.train() }
  }
}
