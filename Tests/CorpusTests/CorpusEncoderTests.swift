import Corpus
import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct CorpusEncoderTests {
  let directory = TemporaryDirectory()
  let tokenizer: Tokenizer

  init() throws { tokenizer = try smallTokenizer() }

  private func ids(_ split: CorpusSplit, in name: String) throws -> [Int32] {
    let stream = try TokenStream(directory: directory[name], split: split, tokenizer: tokenizer)
    try stream.verify()
    return try stream.ids(0..<stream.count)
  }

  private func expected(_ documents: some Sequence<String>) -> [Int32] {
    documents.flatMap { [tokenizer.endOfText!] + tokenizer.encode($0) }.map { Int32($0) }
  }

  /// The documents of a split, decoded.
  private func texts(_ split: CorpusSplit, in name: String) throws -> [String] {
    let start = Int32(tokenizer.endOfText!)
    return try ids(split, in: name).split(separator: start, omittingEmptySubsequences: false)
      .dropFirst().map { String(decoding: tokenizer.decode($0.map { UInt32($0) }), as: UTF8.self) }
  }

  private func bytes(_ name: String) throws -> [UInt8] { try FileSystem.readFile(directory[name]) }

  @Test
  func `every document begins with the end of text, its look-alike in the text does not count`()
    throws
  {
    let documents = ["some words", "a <|endoftext|> b", "雨\n"]
    let path = try directory.write(jsonLines(documents + [" "]), to: "a.jsonl")
    let manifest = try CorpusEncoder.encode(
      CorpusReader(paths: [path]), validation: .none, tokenizer: tokenizer,
      into: directory["out/deep"], threads: 2)
    #expect(try ids(.train, in: "out/deep") == expected(documents))
    #expect(try ids(.validation, in: "out/deep").isEmpty)
    #expect(manifest.train.documents == 3)
    #expect(manifest.train.tokens == expected(documents).count)
    #expect(manifest.train.bytes == 10 + 17 + 4)
    #expect(manifest.blankDocuments == 1)
    #expect(manifest.corpusHash == (try CorpusReader(paths: [path]).hash()))
    #expect(try ShardManifest(directory: directory["out/deep"]) == manifest)
    let stream = try TokenStream(
      directory: directory["out/deep"], split: .train, tokenizer: tokenizer)
    #expect(stream.documentCount == 3)
    #expect(stream.byteCount == 31)
    #expect(stream.vocabularySize == 290)
  }

  @Test func `shards of any size make one stream`() throws {
    // Few: each shard is forced to the disk.
    let documents = randomDocuments(5, seed: 4)
    let path = try directory.write(jsonLines(documents), to: "a.jsonl")
    let whole = expected(documents)
    #expect(whole.count > 200)
    for size in [7, 100, whole.count, 100_000] {
      let manifest = try CorpusEncoder.encode(
        CorpusReader(paths: [path]), validation: .none, tokenizer: tokenizer,
        into: directory["out"], threads: 2, tokensPerShard: size)
      let names = try FileSystem.contents(ofDirectory: directory["out"])
      #expect(names.count == 1 + (whole.count + size - 1) / size)
      #expect(manifest.train.documents == 5)
      let stream = try TokenStream(directory: directory["out"], split: .train, tokenizer: tokenizer)
      #expect(try stream.ids(0..<whole.count) == whole)
      var generator = SeededGenerator(seed: 5)
      for _ in 0..<200 {
        let start = Int.random(in: 0...whole.count, using: &generator)
        let end = Int.random(in: start...whole.count, using: &generator)
        #expect(try stream.ids(start..<end) == Array(whole[start..<end]))
      }
    }
  }

  @Test func `large vocabularies take four bytes an id`() throws {
    // Every pair of bytes is a token.
    var trainer = BytePairTrainer(vocabularySize: 3 + 256 + 65_536, preTokenizer: .whole)
    for pair in 0..<65_536 { trainer.add([UInt8(pair >> 8), UInt8(pair & 255)]) }
    let large = try trainer.train()
    let path = try directory.write("words", to: "a.txt")
    for (tokenizer, width) in [(tokenizer, 2), (large, 4)] {
      try CorpusEncoder.encode(
        CorpusReader(paths: [path]), validation: .none, tokenizer: tokenizer,
        into: directory["out"], threads: 1)
      let stream = try TokenStream(directory: directory["out"], split: .train, tokenizer: tokenizer)
      let ids = [tokenizer.endOfText!] + tokenizer.encode("words")
      #expect(try stream.ids(0..<stream.count) == ids.map { Int32($0) })
      #expect(
        try FileSystem.fileSize(directory["out/train-00000.tokens"]) == 96 + width * ids.count)
    }
  }

  @Test func `the files are the same for any number of threads`() throws {
    let documents = randomDocuments(30_000, seed: 6)
    let path = try directory.write(jsonLines(documents), to: "a.jsonl")
    var progress: [CorpusEncoder.Progress] = []
    for threads in 1...3 {
      let manifest = try CorpusEncoder.encode(
        CorpusReader(paths: [path]), tokenizer: tokenizer, into: directory["\(threads)"],
        threads: threads, tokensPerShard: 300_000
      ) { progress.append($0) }
      #expect(manifest.train.tokens > 900_000)
    }
    let names = try FileSystem.contents(ofDirectory: directory["1"])
    for threads in ["2", "3"] {
      #expect(try FileSystem.contents(ofDirectory: directory[threads]) == names)
      for name in names { #expect(try bytes("1/\(name)") == bytes("\(threads)/\(name)")) }
    }
    let size = try FileSystem.fileSize(path)
    // One each time at the end; on the way once something is written.
    #expect(progress.count >= 3)
    #expect(progress.allSatisfy { $0.totalBytes == size && $0.bytesRead <= size && $0.tokens > 0 })
  }

  @Test func `the choice by hash depends on the document alone`() throws {
    let documents = randomDocuments(4000, seed: 7, words: 3...9)
    let first = try directory.write(jsonLines(documents), to: "1.jsonl")
    let more = try directory.write(jsonLines(randomDocuments(3000, seed: 8)), to: "0.jsonl")
    try CorpusEncoder.encode(
      CorpusReader(paths: [first]), tokenizer: tokenizer, into: directory["a"], threads: 2)
    try CorpusEncoder.encode(
      CorpusReader(paths: [more, first, first]), tokenizer: tokenizer, into: directory["b"],
      threads: 2)
    let held = try texts(.validation, in: "a")
    #expect((15...80).contains(held.count), "\(held.count) of 4000")
    let train = try texts(.train, in: "a")
    #expect(Set(held).isDisjoint(with: train))
    #expect((held + train).sorted() == documents.sorted())
    let heldLater = try texts(.validation, in: "b")
    #expect(Set(held).isSubset(of: heldLater))
    #expect(Set(heldLater).isDisjoint(with: try texts(.train, in: "b")))
    #expect(Set(train).isSubset(of: try texts(.train, in: "b")))
  }

  @Test func `of a book, the last tenth is held out, from the start of a line`() throws {
    let book = randomDocuments(1, seed: 9, words: 20_000...20_000)[0]
    let path = try directory.write(book, to: "book.txt")
    var reader = CorpusReader(paths: [path])
    for pieceSize in [1 << 20, 500] {
      reader.pieceSize = pieceSize
      let manifest = try CorpusEncoder.encode(
        reader, tokenizer: tokenizer, into: directory["out"], threads: 2)
      let train = try texts(.train, in: "out")
      let held = try texts(.validation, in: "out")
      #expect(train.count == 1 && held.count == 1)
      #expect(train[0] + held[0] == book)
      #expect(train[0].hasSuffix("\n"))
      let tenth = book.utf8.count / 10
      #expect((tenth - 100...tenth).contains(held[0].utf8.count))
      #expect(manifest.train.bytes + manifest.validation.bytes == book.utf8.count)
    }
  }

  @Test func `the end of text without lines begins with a word, else with a character`() throws {
    for (text, last) in [
      (String(repeating: "word ", count: 103), "word "), (String(repeating: "雨", count: 106), "雨"),
    ] {
      let path = try directory.write(text, to: "a.txt")
      try CorpusEncoder.encode(
        CorpusReader(paths: [path]), tokenizer: tokenizer, into: directory["out"], threads: 1)
      let held = try texts(.validation, in: "out")
      #expect(held == [String(repeating: last, count: 10)])
      #expect(try (texts(.train, in: "out") + held).joined() == text)
    }
  }

  @Test func `of some documents, the last are held out unless they repeat earlier ones`() throws {
    let repeated = "a document that comes again and again\n"
    var documents = randomDocuments(95, seed: 10, words: 30...30)
    for index in [3, 90, 93] { documents[index] = repeated }
    let path = try directory.write(jsonLines(documents), to: "a.jsonl")
    try CorpusEncoder.encode(
      CorpusReader(paths: [path]), tokenizer: tokenizer, into: directory["out"], threads: 1)
    let train = try texts(.train, in: "out")
    let held = try texts(.validation, in: "out")
    #expect((8...11).contains(held.count), "\(held.count)")
    #expect(!held.contains(repeated))
    #expect(train.count { $0 == repeated } == 3)
    #expect(Set(train).isDisjoint(with: held))
    let all = (train + held).joined().utf8.sorted()
    #expect(all == documents.joined().utf8.sorted())
  }

  @Test(arguments: [1 << 20, 300])
  func `a copy of the document that the end of the text cuts is dropped`(pieceSize: Int) throws {
    let lines = (0..<40).map { "line \($0) of a document that is cut\n" }.joined()
    let first = (0..<950).map { "line \($0) of the first document\n" }.joined()
    let path = try directory.write(jsonLines([first, lines, lines, lines]), to: "a.jsonl")
    var reader = CorpusReader(paths: [path])
    reader.pieceSize = pieceSize
    let manifest = try CorpusEncoder.encode(
      reader, tokenizer: tokenizer, into: directory["out"], threads: 1)
    let train = try texts(.train, in: "out")
    let held = try texts(.validation, in: "out")
    #expect(train.count == 2 && held.count == 1 && train[1] + held[0] == lines)
    #expect(manifest.droppedDocuments == 2)
  }

  @Test func `documents of a validation corpus are dropped from training`() throws {
    let documents = randomDocuments(50, seed: 11)
    let train = try directory.write(jsonLines(documents), to: "a.jsonl")
    let other = try directory.write(jsonLines([documents[7], "new", documents[20]]), to: "v.jsonl")
    let manifest = try CorpusEncoder.encode(
      CorpusReader(paths: [train]), validation: .corpus(CorpusReader(paths: [other])),
      tokenizer: tokenizer, into: directory["out"], threads: 2)
    #expect(try texts(.validation, in: "out") == [documents[7], "new", documents[20]])
    let kept = documents.filter { $0 != documents[7] && $0 != documents[20] }
    #expect(try texts(.train, in: "out") == kept)
    #expect(manifest.droppedDocuments == 50 - kept.count)
    #expect(manifest.validationHash == (try CorpusReader(paths: [other]).hash()))
    #expect(
      complaint {
        try CorpusEncoder.encode(
          CorpusReader(paths: [other]), validation: .corpus(CorpusReader(paths: [other])),
          tokenizer: tokenizer, into: directory["out"], threads: 2)
      }.hasPrefix("nothing is left to train on"))
  }

  @Test func `a long document that begins like a validation document is dropped whole`() throws {
    let long = randomDocuments(1, seed: 12, words: 1000...1000)[0]
    let train = try directory.write(jsonLines(["first", long, "last"]), to: "a.jsonl")
    let other = try directory.write(jsonLines([long]), to: "v.jsonl")
    var (reader, validation) = (CorpusReader(paths: [train]), CorpusReader(paths: [other]))
    reader.pieceSize = 300
    validation.pieceSize = 300
    try CorpusEncoder.encode(
      reader, validation: .corpus(validation), tokenizer: tokenizer, into: directory["out"],
      threads: 1)
    #expect(try texts(.train, in: "out") == ["first", "last"])
    #expect(try texts(.validation, in: "out") == [long])
  }

  @Test func `text too short or too uniform to split is an error`() throws {
    for documents in [["x"], Array(repeating: "the same", count: 5000)] {
      let path = try directory.write(jsonLines(documents), to: "a.jsonl")
      let message = complaint {
        try CorpusEncoder.encode(
          CorpusReader(paths: [path]), tokenizer: tokenizer, into: directory["out"], threads: 1)
      }
      #expect(message.contains("to hold out validation text; add text, or give"), "\(message)")
    }
  }

  @Test func `what stood in the directory is replaced, and a failure leaves it as it was`() throws {
    let good = try directory.write(jsonLines(randomDocuments(50, seed: 13)), to: "a.jsonl")
    let bad = try directory.write(jsonLines(["x"]) + Array("{".utf8), to: "b.jsonl")
    try CorpusEncoder.encode(
      CorpusReader(paths: [good]), tokenizer: tokenizer, into: directory["out"], threads: 1,
      tokensPerShard: 100)
    try directory.write("mine", to: "out/notes.txt")
    try CorpusEncoder.encode(
      CorpusReader(paths: [good]), validation: .none, tokenizer: tokenizer,
      into: directory["out"], threads: 1)
    #expect(
      try FileSystem.contents(ofDirectory: directory["out"])
        == ["manifest.json", "notes.txt", "train-00000.tokens"])
    let message = complaint {
      try CorpusEncoder.encode(
        CorpusReader(paths: [bad]), validation: .none, tokenizer: tokenizer,
        into: directory["out"], threads: 1)
    }
    #expect(message.hasPrefix("\(bad):2, byte 1 of the line: invalid JSON"))
    #expect(
      try FileSystem.contents(ofDirectory: directory["out"])
        == ["manifest.json", "notes.txt", "train-00000.tokens"])
    #expect(try !ids(.train, in: "out").isEmpty)
    _ = complaint {
      try CorpusEncoder.encode(
        CorpusReader(paths: [bad]), validation: .none, tokenizer: tokenizer,
        into: directory["new"], threads: 1)
    }
    #expect(!FileSystem.exists(directory["new"]))
  }

  @Test func `progress can stop the encoding`() throws {
    struct Stop: Error {}
    let path = try directory.write(jsonLines(randomDocuments(30_000, seed: 6)), to: "a.jsonl")
    #expect(throws: Stop.self) {
      try CorpusEncoder.encode(
        CorpusReader(paths: [path]), tokenizer: tokenizer, into: directory["out"], threads: 1
      ) { _ in throw Stop() }
    }
  }

  @Test func `a tokenizer without end of text is refused`() throws {
    var trainer = BytePairTrainer(vocabularySize: 257, specialTokens: ["<pad>"])
    trainer.add(Array("a".utf8))
    let other = try trainer.train()
    let path = try directory.write("text", to: "a.txt")
    #expect(
      complaint {
        try CorpusEncoder.encode(
          CorpusReader(paths: [path]), tokenizer: other, into: directory["out"], threads: 1)
      }.hasPrefix("the tokenizer has no special token <|endoftext|>"))
  }

  @Test func `compressed standard input has the identity of its file, and keeps its name`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let tokenizer = try smallTokenizer()
      // 50 times "some words in a line\n".
      let packed = hexadecimal(
        "1f8b08000000000002032bcecf4d5528cf2f4a2956c8cc534854c8c9cc4be52a1e151c151c151cd98200"
          + "565426cd1a040000")
      func encode(_ bytes: [UInt8]) throws -> ShardManifest {
        let path = try directory.write(bytes, to: "a.txt.gz")
        let file = open(path, O_RDONLY)
        precondition(dup2(file, 0) == 0)
        return try CorpusEncoder.encode(
          CorpusReader(paths: ["-"]), tokenizer: tokenizer, into: directory["out"], threads: 1)
      }
      let manifest = try encode(packed)
      precondition(manifest.train.bytes + manifest.validation.bytes == 1050)
      let hash = try CorpusReader(paths: [directory["a.txt.gz"]]).hash()
      precondition(manifest.corpusHash == hash)
      let text = complaint { _ = try encode(packed.dropLast(9)) }
      precondition(text.hasPrefix("the gzip data of standard input is truncated"), text)
    }
  }

  @Test func `standard input is kept to be read twice, and then removed`() async {
    await #expect(processExitsWith: .success) {
      let directory = TemporaryDirectory()
      let tokenizer = try smallTokenizer()
      let text = String(repeating: "some words in a line\n", count: 50)
      let path = try directory.write(text, to: "a.txt")
      let file = open(path, O_RDONLY)
      precondition(dup2(file, 0) == 0)
      let manifest = try CorpusEncoder.encode(
        CorpusReader(paths: ["-"]), tokenizer: tokenizer, into: directory["out"], threads: 1)
      precondition(manifest.train.bytes + manifest.validation.bytes == text.utf8.count)
      let names = try FileSystem.contents(ofDirectory: directory["out"])
      precondition(
        names == ["manifest.json", "train-00000.tokens", "validation-00000.tokens"], "\(names)")
    }
  }
}
