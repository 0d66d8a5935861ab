import StrictJSON
import Testing
import Tokenization

/// Against Hugging Face's `BpeTrainer`: the same merges in the same order, and the same ids.
@Suite struct TrainingGoldenTests {
  private static func trainer(
    _ goldens: JSONValue, _ golden: JSONValue, vocabularySize: Int, threads: Int = 1,
    memory: Int? = nil
  ) throws -> BytePairTrainer {
    var trainer = BytePairTrainer(
      vocabularySize: vocabularySize,
      preTokenizer: try #require(
        golden["pre_tokenizer"]?.string.flatMap(PreTokenizer.init(rawValue:))),
      normalization: try #require(
        golden["normalization"]?.string.flatMap(Normalization.init(rawValue:))),
      specialTokens: try #require(golden["specials"]).strings,
      minimumFrequency: try #require(golden["minimum_frequency"]?.integer),
      maximumTokenLength: golden["maximum_token_length"]?.integer,
      takesLines: golden["lines"] == true, threads: threads, memory: memory)
    let documents = try #require(goldens["texts"]?[golden["text"]?.string ?? ""]).strings
    // A file has no documents: its lines go on where one text ends and the next begins.
    let isFile = golden["lines"] == true
    for document in isFile ? [documents.joined()] : documents {
      trainer.add(Array(document.utf8))
    }
    return trainer
  }

  @Test func `merges and ids are those of the recorded runs`() throws {
    let goldens = try JSONValue(parsing: golden("training.json"))
    let samples = try #require(goldens["samples"]).strings
    let cases = try #require(goldens["cases"]?.array)
    #expect(cases.count == 47)
    for golden in cases {
      let name = try #require(golden["name"]?.string)
      let size = try #require(golden["vocabulary_size"]?.integer)
      var first = try Self.trainer(goldens, golden, vocabularySize: size)
      let tokenizer = try first.train()
      #expect(tokenizer.vocabularySize == size)
      for (threads, memory) in [(2, nil), (3, 1 << 30)] {
        var again = try Self.trainer(
          goldens, golden, vocabularySize: size, threads: threads, memory: memory)
        #expect(try again.train().hash == tokenizer.hash, "\(name): \(threads) threads")
      }

      let model = try #require(try JSONValue(parsing: tokenizer.json())["model"])
      var idOfSpelling: [[UInt8]: Int] = [:]
      for member in try #require(model["vocab"]?.object) {
        idOfSpelling[Array(member.name.utf8)] = member.value.integer
      }
      #expect(idOfSpelling.count == size, "\(name): a token is there twice")
      let merges = try #require(model["merges"]?.array).flatMap(\.strings).map {
        try #require(idOfSpelling[Array($0.utf8)])
      }
      #expect(merges == golden["merges"]?.array?.compactMap(\.integer), "\(name): merges")

      let ids = try #require(golden["ids"]?.array).map(\.ids)
      let withSpecial = try #require(golden["with_special"]?.array).map(\.ids)
      #expect(ids.count == samples.count)
      #expect(samples.map { tokenizer.encode($0) } == ids, "\(name): ids")
      #expect(
        samples.map { tokenizer.encode($0, allowSpecial: true) } == withSpecial,
        "\(name): ids with special tokens")
      if let whole = golden["whole_text_ids"]?.ids {
        let text = try #require(goldens["texts"]?[golden["text"]?.string ?? ""]).strings.joined()
        #expect(text.utf8.count >= 1024)
        #expect(tokenizer.encode(text) == whole, "\(name): ids of the whole text")
      }
      let again = try Tokenizer(json: tokenizer.json())
      #expect(samples.map { again.encode($0) } == ids, "\(name): ids after reading the file")
      #expect(again.hash == tokenizer.hash)
    }
  }

  @Test func `a vocabulary that is too large ends at the size at which the peer stops too`() throws
  {
    let goldens = try JSONValue(parsing: golden("training.json"))
    let cases = try #require(goldens["cases"]?.array).filter { $0["supported_size"] != nil }
    #expect(cases.count == 3)
    for golden in cases {
      let supported = try #require(golden["supported_size"]?.integer)
      func trained(_ size: Int) throws -> Tokenizer {
        var trainer = try Self.trainer(goldens, golden, vocabularySize: size)
        return try trainer.train()
      }
      let (largest, asked) = (try trained(supported), try trained(100_000))
      #expect(largest.vocabularySize == supported && asked.hash == largest.hash)
    }
  }

  @Test func `the file is what Hugging Face writes, member for member`() throws {
    let goldens = try JSONValue(parsing: golden("training.json"))
    let theirs = try JSONValue(parsing: golden("huggingface.json"))
    var trainer = BytePairTrainer(vocabularySize: 290, preTokenizer: .gpt4, normalization: .nfc)
    for document in try #require(goldens["texts"]?["mixed"]).strings {
      trainer.add(Array(document.utf8))
    }
    let tokenizer = try trainer.train()
    let ours = try JSONValue(parsing: tokenizer.json())
    #expect(ours.object?.map(\.name) == theirs.object?.map(\.name))
    for name in ["version", "truncation", "padding", "added_tokens", "normalizer", "model"] {
      #expect(ours[name] == theirs[name], "\(name)")
    }
    // The peer was given the same pattern in another spelling; what reads it must agree.
    let read = try Tokenizer(json: golden("huggingface.json"))
    #expect(read.preTokenizer == .gpt4)
    #expect(read.hash == tokenizer.hash)
  }
}
