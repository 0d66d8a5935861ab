import Foundation
import StrictJSON
import Testing
import Tokenization

/// The files other than `tokenizer.json`.
@Suite struct FormatTests {
  @Test func `a tiktoken file gives the ids of tiktoken under every pattern`() throws {
    let goldens = try JSONValue(parsing: golden("tiktoken.json"))
    let file = Array(try #require(goldens["file"]?.string).utf8)
    let samples = try #require(goldens["samples"]).strings
    let patterns = try #require(goldens["ids"]?.object)
    #expect(patterns.count == PreTokenizer.allCases.count - 1)
    for pattern in patterns {
      let rules = try #require(PreTokenizer(rawValue: pattern.name))
      let tokenizer = try Tokenizer(tiktoken: file, preTokenizer: rules)
      let expected = (pattern.value.array ?? []).map(\.ids)
      #expect(
        samples.map { tokenizer.encode($0, allowSpecial: true) } == expected, "\(pattern.name)")
      // What is written is the same file, and says the same as a tokenizer.json.
      #expect(try tokenizer.tiktoken() == file)
      #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
    }
  }

  @Test(arguments: [
    ("IQ== 0\nIQ== 1\n", "line 2 is there twice"), ("!! 0\n", "line 1 is not a token"),
    ("IQ==\n", "line 1 is not a token"),
    ("IQ== 2\n", "the first rank is 2, and 1 special tokens are named"),
    ("IQ== 0 0\n", "line 1 is not a token"), ("IR== 0\n", "line 1 is not a token"),
    (" 0\n", "line 1 is not a token"), ("IQ== 0\n", "no token for the byte 0"),
    ("IQ== 99999999999999999999\n", "line 1 does not have the rank 0"),
    ("", "no token for the byte 0"),
    (
      String(repeating: "QUFB", count: 1_366) + " 0\n",
      "the token on line 1 is longer than 1024 bytes"
    ),
  ])
  func `a broken tiktoken file gives one sentence that names the line`(
    _ file: String, _ says: String
  ) {
    let error = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(tiktoken: Array(file.utf8), preTokenizer: .gpt4)
    }
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  }

  @Test func `ids stay the same through a tiktoken file whose special tokens come first`() throws {
    let tokenizer = try RoundTripTests.tokenizer(.gpt4, size: 295)
    let special = BytePairTrainer.defaultSpecialTokens
    let read = try Tokenizer(
      tiktoken: tokenizer.tiktoken(), preTokenizer: .gpt4, specialTokens: special)
    let text = "hello hello <|im_start|> the other words 12"
    #expect(read.encode(text) == tokenizer.encode(text))
    #expect(
      read.encode(text, allowSpecial: true) == tokenizer.encode(text, allowSpecial: true))
    #expect(read.vocabularySize == tokenizer.vocabularySize)
    #expect(try read.tiktoken() == tokenizer.tiktoken())
    // One more special token than there are ids before the others goes behind them.
    let more = try Tokenizer(
      tiktoken: tokenizer.tiktoken(), preTokenizer: .gpt4, specialTokens: special + ["<more>"])
    #expect(more.encode("<more>", allowSpecial: true) == [UInt32(tokenizer.vocabularySize)])
  }

  @Test func `vocabulary and merges are read back to the same tokenizer`() throws {
    for rules in [PreTokenizer.gpt2, .o200k] {
      let tokenizer = try RoundTripTests.tokenizer(rules, size: 295)
      let files = try tokenizer.vocabularyAndMerges()
      #expect(files.merges.starts(with: "#version: 0.2\n".utf8))
      let read = try Tokenizer(
        vocabulary: files.vocabulary, merges: files.merges, preTokenizer: rules,
        specialTokens: BytePairTrainer.defaultSpecialTokens)
      #expect(read.hash == tokenizer.hash)
    }
    let files = try RoundTripTests.tokenizer(size: 295).vocabularyAndMerges()
    let error = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(
        vocabulary: files.vocabulary, merges: files.merges + Array("a b c\n".utf8),
        preTokenizer: .gpt2)
    }
    let lines = files.merges.count { $0 == UInt8(ascii: "\n") }
    #expect(error?.description == "merges.txt: line \(lines + 1) is not a pair of tokens")
    let first = try #require(
      String(decoding: files.merges, as: UTF8.self).split(separator: "\n").dropFirst().first)
    let unknown = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(
        vocabulary: files.vocabulary, merges: Array("#version: 0.2\n\n\(first)\nq zz\n".utf8),
        preTokenizer: .gpt2)
    }
    #expect(unknown?.description.hasPrefix("merges.txt: line 4 needs the token \"zz\"") == true)
    let vocabulary = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(vocabulary: Array("{\"a\":-1}".utf8), merges: [], preTokenizer: .gpt2)
    }
    #expect(vocabulary?.description.hasPrefix("vocab.json: the id of \"a\"") == true)
  }

  /// Like the files of OpenAI: so many ranks, and special tokens that leave ids unused.
  @Test(arguments: [
    (
      100_256,
      [
        ("<|endoftext|>", 100_257), ("<|fim_prefix|>", 100_258), ("<|fim_middle|>", 100_259),
        ("<|fim_suffix|>", 100_260), ("<|endofprompt|>", 100_276),
      ]
    ), (199_998, [("<|endoftext|>", 199_999), ("<|endofprompt|>", 200_018)]),
  ])
  func `special tokens get the ids that tiktoken gives them`(
    ranks: Int, special: [(String, UInt32)]
  ) throws {
    var file: [UInt8] = []
    for rank in 0..<ranks {
      // The bytes, then all pairs of them, then triples.
      let bytes: [UInt8] =
        rank < 256
        ? [UInt8(rank)]
        : rank < 65_792
          ? [UInt8((rank - 256) >> 8), UInt8((rank - 256) & 255)]
          : [UInt8((rank - 65_792) >> 16), UInt8((rank - 65_792) >> 8 & 255), UInt8(rank & 255)]
      file += Data(bytes).base64EncodedString().utf8
      file += " \(rank)\n".utf8
    }
    let placed = special.map { SpecialToken(id: $0.1, content: $0.0) }
    let tokenizer = try Tokenizer(
      tiktoken: file, preTokenizer: .gpt4, specialTokens: [], placedTokens: placed)
    #expect(tokenizer.specialTokens == placed)
    #expect(tokenizer.vocabularySize == Int(special.last?.1 ?? 0) + 1)
    #expect(!tokenizer.contains(UInt32(special[0].1 - 1)))
    let text = special.map(\.0).joined()
    #expect(tokenizer.encode(text, allowSpecial: true) == special.map(\.1))
    #expect(tokenizer.decode([UInt32(ranks), 0x61]) == [0x61])
    #expect(try tokenizer.tiktoken() == file)
    let again = try Tokenizer(json: tokenizer.json())
    #expect(again.hash == tokenizer.hash && again.vocabularySize == tokenizer.vocabularySize)
  }

  @Test func `an id for a special token must be free and near`() throws {
    let goldens = try JSONValue(parsing: golden("tiktoken.json"))
    let file = Array(try #require(goldens["file"]?.string).utf8)
    func reading(_ placed: [SpecialToken], _ others: [String] = []) throws -> Tokenizer {
      try Tokenizer(
        tiktoken: file, preTokenizer: .gpt4, specialTokens: others, placedTokens: placed)
    }
    let tokenizer = try reading([SpecialToken(id: 421, content: "<b>")], ["<a>", "<c>"])
    #expect(tokenizer.specialTokens.map(\.content) == ["<a>", "<b>", "<c>"])
    #expect(tokenizer.specialTokens.map(\.id) == [420, 421, 422])
    for (id, says) in [
      (7, "the id 7 of <b> is that of another token"),
      (4_294_967_295, "the id 4294967295 of <b> is too far beyond the 421 tokens"),
      (66_378, "the id 66378 of <b> is too far"),
    ] as [(UInt32, String)] {
      let error = #expect(throws: TokenizerFileError.self) {
        try reading([SpecialToken(id: id, content: "<b>")])
      }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }
    #expect(try reading([SpecialToken(id: 66_377, content: "<b>")]).vocabularySize == 66_378)
    #expect(throws: TokenizerFileError.self) {
      try reading([SpecialToken(id: 430, content: "<b>"), SpecialToken(id: 430, content: "<c>")])
    }
    let files = try RoundTripTests.tokenizer(size: 295).vocabularyAndMerges()
    let pair = try Tokenizer(
      vocabulary: files.vocabulary, merges: files.merges, preTokenizer: .gpt2,
      specialTokens: ["<z>"],
      placedTokens: [SpecialToken(id: 300, content: "<y>")])
    #expect(pair.id(ofSpecial: "<y>") == 300 && pair.id(ofSpecial: "<z>") == 301)
    #expect(pair.vocabularySize == 302 && !pair.contains(299))
    let empty = try Tokenizer(
      vocabulary: try pair.vocabularyAndMerges().vocabulary, merges: [], preTokenizer: .gpt2)
    #expect(empty.unreachableTokens().count > 30)
  }

  @Test func `spans cover the text one after another, special tokens included`() throws {
    let tokenizer = try RoundTripTests.tokenizer()
    var generator = Generator(seed: 30)
    for _ in 0..<300 {
      let text = RoundTripTests.randomBytes(&generator)
      for allowSpecial in [false, true] {
        let spans = tokenizer.spans(of: text, allowSpecial: allowSpecial)
        #expect(spans.map(\.id) == tokenizer.encode(text, allowSpecial: allowSpecial))
        var end = 0
        for span in spans {
          #expect(span.range.lowerBound == end)
          end = span.range.upperBound
          if let special = tokenizer.specialTokens.first(where: { $0.id == span.id }) {
            #expect(text[span.range].elementsEqual(special.content.utf8))
          } else {
            #expect(text[span.range].elementsEqual(tokenizer.bytes(of: span.id) ?? []))
          }
        }
        #expect(end == text.count)
      }
    }
  }

  @Test func `usage counts every byte and token once, by kind, and finds unreachable tokens`()
    throws
  {
    let tokenizer = try RoundTripTests.tokenizer(.gpt4)
    var usage = TokenizerUsage(of: tokenizer)
    let text = "the cat 猫が 😀 123\n\n"
    let ids = Array(text.utf8).withUnsafeBytes { usage.add($0) }
    #expect(ids == tokenizer.encode(text))
    #expect(usage.total.bytes == text.utf8.count)
    #expect(usage.total.tokens == tokenizer.encode(text).count)
    #expect(usage.counts.reduce(0, +) == usage.total.tokens)
    #expect(usage.kinds[.latin]?.bytes == 7 && usage.kinds[.numbers]?.bytes == 3)
    #expect(usage.kinds[.han]?.pieces == 1)
    #expect(tokenizer.unreachableTokens().isEmpty)
    // A token for which no merge exists.
    var file = String(decoding: tokenizer.json(), as: UTF8.self)
    file.replace("},\"merges\":", with: ",\"zq\":290},\"merges\":")
    let tokenizer290 = try Tokenizer(json: Array(file.utf8))
    #expect(tokenizer290.unreachableTokens() == [290])
    // Ranks would merge it.
    #expect(throws: TokenizerFileError.self) { try tokenizer290.tiktoken() }
  }

  @Test func `usage counts added tokens, and the text as it was normalised`() throws {
    var file = try JSONValue(
      parsing: RoundTripTests.tokenizer(.whole, normalization: .nfc).json())
    var added = try #require(file["added_tokens"]?.array)
    let id = try #require(file["model"]?["vocab"]?.object).count
    func token(_ content: String, _ id: Int) -> JSONValue {
      ["id": .integer(id), "content": .string(content), "special": false, "normalized": true]
    }
    added += [token("<think>", id), token("e\u{301}", id + 1)]
    file["added_tokens"] = .array(added)
    for rules in [PreTokenizer.whole, .gpt4] {
      if rules == .gpt4 {
        let other = try JSONValue(parsing: RoundTripTests.tokenizer(.gpt4).json())
        file["pre_tokenizer"] = other["pre_tokenizer"]
      }
      let tokenizer = try Tokenizer(json: file.serialized())
      for text in ["éx", "<think>ab</think>\n", "the <think>\u{e9}"] {
        var usage = TokenizerUsage(of: tokenizer)
        let ids = Array(text.utf8).withUnsafeBytes { usage.add($0) }
        #expect(ids == tokenizer.encode(text), "\(text)")
        #expect(usage.counts.reduce(0, +) == ids.count && usage.total.tokens == ids.count)
        for id in ids { #expect(usage.counts[Int(id)] > 0) }
      }
    }
  }

  @Test func `a file that lists all ways to put tokens together keeps the fast ways of merging`()
    throws
  {
    // "ing" comes of "in" and "g", and its other way has the later "ng"; many of both kinds.
    var random = Generator(seed: 77)
    var trainer = BytePairTrainer(vocabularySize: 700, preTokenizer: .whole, specialTokens: [])
    let syllables = ["in", "ng", "ing", "na", "an", "ang", "ga", "ni"]
    for _ in 0..<400 {
      let text = (0..<40).map { _ in syllables[random.next(below: 8)] }.joined()
      trainer.add(Array(text.utf8))
    }
    let trained = try trainer.train()
    let ranks = try Tokenizer(
      tiktoken: trained.tiktoken(), preTokenizer: .whole, specialTokens: [])
    let merges = try [trained, ranks].map {
      try JSONValue(parsing: $0.json())["model"]?["merges"]?.array?.count ?? 0
    }
    #expect(merges[1] > merges[0])
    var (slow, fast) = (EncodingCache(), EncodingCache())
    for length in [40, 200, 3_000, 60_000] {
      var text: [UInt8] = []
      while text.count < length { text += Array(syllables[random.next(below: 8)].utf8) }
      let (expected, made) = (trained.encode(text), ranks.encode(text))
      #expect(made == expected)
    }
    var ids: [UInt32] = []
    let run = Array(String(repeating: "ing", count: 100_000).utf8)
    run.withUnsafeBytes { trained.encode($0, using: &slow, into: &ids) }
    run.withUnsafeBytes { ranks.encode($0, using: &fast, into: &ids) }
    // One queue for all places takes an entry a byte.
    #expect(fast.queueEntries < run.count / 4 && slow.queueEntries < run.count / 4)
  }
}
