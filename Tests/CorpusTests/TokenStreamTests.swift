import Corpus
import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

@Suite struct TokenStreamTests {
  let directory = TemporaryDirectory()
  let tokenizer: Tokenizer
  let shard: [UInt8]
  let manifest: [UInt8]

  init() throws {
    tokenizer = try smallTokenizer()
    let path = try directory.write("some words in some lines", to: "a.txt")
    try CorpusEncoder.encode(
      CorpusReader(paths: [path]), validation: .none, tokenizer: tokenizer, into: directory["out"],
      threads: 1)
    shard = try FileSystem.readFile(directory["out/train-00000.tokens"])
    manifest = try FileSystem.readFile(directory["out/manifest.json"])
  }

  private func open(_ other: Tokenizer? = nil) throws -> TokenStream {
    try TokenStream(
      directory: directory["out"], split: .train, tokenizer: other ?? tokenizer)
  }

  private func complaintAboutShard(_ bytes: [UInt8]) throws -> String {
    try directory.write(bytes, to: "out/train-00000.tokens")
    return complaint {
      let stream = try open()
      _ = try stream.ids(0..<stream.count)
    }
  }

  private func complaintAboutManifest(_ text: String) throws -> String {
    try directory.write(text, to: "out/manifest.json")
    return complaint { _ = try open() }
  }

  @Test func `the header is as documented`() {
    #expect(String(decoding: shard[..<8], as: UTF8.self) == "swtokens")
    #expect(Array(shard[8..<16]) == [1, 0, 0, 0, 2, 0, 0, 0])
    #expect(Array(shard[16..<32]) == [0x22, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    let high = shard[32..<40].reversed().map { String($0, radix: 16) }
    #expect("\(tokenizer.hash)".hasPrefix(high[0]))
    #expect(shard.count == 96 + 2 * (1 + tokenizer.encode("some words in some lines").count))
  }

  @Test func `every damaged byte of header and trailer is one error`() throws {
    for index in Array(0..<64) + Array((shard.count - 32)..<shard.count) {
      var bytes = shard
      bytes[index] ^= 1
      let message = try complaintAboutShard(bytes)
      #expect(message.hasPrefix("the token shard \(directory["out"])/train-00000.tokens "))
      #expect(message.hasSuffix("; encode the corpus again; nothing else is lost"), "\(message)")
    }
  }

  @Test func `every other size is one error`() throws {
    for count in 0..<shard.count {
      let message = try complaintAboutShard(Array(shard[..<count]))
      #expect(message.hasPrefix("the token shard "), "\(count): \(message)")
    }
    #expect(try complaintAboutShard([]).contains("is truncated: it has 0 bytes"))
    #expect(try complaintAboutShard(shard + [0]).contains("is not what its"))
    #expect(try complaintAboutShard(shard + [0, 0]).contains("is not what its"))
    #expect(try complaintAboutShard(manifest).contains("is no token shard"))
  }

  @Test func `ids outside the vocabulary are caught when copied, all damage by the hash`() throws {
    var bytes = shard
    bytes[64 + 2 * 3 + 1] = 0xFF
    let message = try complaintAboutShard(bytes)
    #expect(message.contains("is damaged: id 65"))
    #expect(message.contains("in a vocabulary of 290; encode the corpus again"))
    let stream = try open()
    #expect(try stream.ids(0..<3).count == 3)
    for index in 66..<(shard.count - 32) {
      var bytes = shard
      bytes[index] ^= 1
      try directory.write(bytes, to: "out/train-00000.tokens")
      #expect(complaint { try open().verify() }.contains("its hash is not the manifest's"))
    }
    bytes = shard
    bytes[64] = 5
    #expect(try complaintAboutShard(bytes).contains("does not begin with a document"))
  }

  @Test func `another tokenizer is refused`() throws {
    let other = try smallTokenizer(preTokenizer: .llama3)
    let message = complaint { _ = try open(other) }
    #expect(message.contains("were made with another tokenizer (\(tokenizer.hash))"))
    #expect(message.contains("than this one (\(other.hash)); encode the corpus with this"))
  }

  @Test func `a missing shard or directory is named`() throws {
    try FileSystem.remove(directory["out/train-00000.tokens"])
    #expect(complaint { _ = try open() }.contains("out/train-00000.tokens: no such file"))
    try FileSystem.remove(directory["out"])
    #expect(complaint { _ = try open() }.hasPrefix("there is no directory \(directory["out"]); "))
  }

  @Test func `every malformed manifest is one error`() throws {
    let text = String(decoding: manifest, as: UTF8.self)
    let hash = "\(tokenizer.hash)"
    let cases: [(of: String, to: String, reason: String)] = [
      ("\"version\": 1", "\"version\": 2", "its version is not 1"),
      (hash, "x", "\"tokenizer_hash\" is missing or no hash"),
      ("\"vocabulary_size\": 290", "\"vocabulary_size\": -1", "\"vocabulary_size\" is missing"),
      ("\"vocabulary_size\": 290", "\"vocabulary_size\": 4000000000", "not in the vocabulary"),
      ("\"document_start\": 0", "\"document_start\": 290", "not in the vocabulary"),
      ("\"documents\": 1", "\"documents\": 2", "do not add up"),
      ("train-00000", "../train-00000", "the train shards are out of order"),
      ("\"bytes\": 24", "\"bytes\": 9223372036854775807", "\"bytes\" is missing or no count"),
      ("\"train\": {", "\"training\": {", "\"train\" is missing or has no shards"),
      ("\"corpus_hash\"", "\"corpus\"", "\"corpus_hash\" is missing"),
      ("\"blank_documents\": 0", "\"blank_documents\": \"0\"", "no count"),
      ("{", "", "invalid JSON at byte"),
    ]
    for (old, new, reason) in cases {
      #expect(text.contains(old))
      let message = try complaintAboutManifest(
        text.replacing(old, with: new, maxReplacements: 1))
      #expect(message.hasPrefix("the manifest \(directory["out"])/manifest.json cannot be used: "))
      #expect(message.contains(reason), "\(old) → \(new): \(message)")
    }
    for count in 0..<manifest.count - 1 {
      let message = try complaintAboutManifest(String(text.prefix(count)))
      #expect(message.hasPrefix("the manifest "), "\(count): \(message)")
    }
  }
}
