import Corpus
import Evaluation
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization

/// Every parser of files from outside, under damaged inputs. One at a time: each has a time, not a
/// number of inputs.
@Suite(.serialized, .timeLimit(.minutes(30))) struct ParserFuzzTests {
  let fuzzing = Fuzzing()
  let directory = TemporaryDirectory()

  static let tokenizer = Result { () throws -> Tokenizer in
    var trainer = BytePairTrainer(vocabularySize: 275, preTokenizer: .gpt2, normalization: .none)
    trainer.add(Array("some words in some lines, and some more words\n".utf8))
    return try trainer.train()
  }

  @Test func `JSON`() throws {
    let seeds = [
      #"{"a":[1,-2.5e3,true,null,{"b":"\u00e9\ud83d\ude00\n"}],"é":"","c":1e-7}"#, "[[[]]]", "0",
    ].map { Array($0.utf8) }
    try fuzzing.run("JSON", seeds, .json) { bytes, _ in
      let value = try JSONValue(parsing: bytes)
      #expect(try JSONValue(parsing: value.serialized()) == value)
      #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
    }
  }

  @Test(arguments: [false, true]) func `JSON lines`(isStrict: Bool) throws {
    let lines = "{\"text\":\"one\\ntwo é \\ud83d\\ude00\"}\r\n\n{\"id\":[1,{}],\"text\":\"b\"}"
    try fuzzing.run("JSON lines", [Array(lines.utf8)], file: "a.jsonl") { _, path in
      var bytes = 0
      let reader = CorpusReader(paths: [path], isStrict: isStrict)
      let counts = try reader.forEachPiece { piece, _ in
        bytes += piece.bytes.count
        #expect(String(validating: piece.bytes, as: UTF8.self) != nil)
      }.counts
      #expect(bytes == counts.bytes)
    }
  }

  @Test func `plain text`() throws {
    let text = "one\n---\ntwo é 雨 😀\r\n---\n\nthree"
    try fuzzing.run("plain text", [Array(text.utf8), [0xEF, 0xBB, 0xBF, 0x61]]) { _, path in
      for isStrict in [true, false] {
        let reader = CorpusReader(
          paths: [path], separator: Array("---".utf8), isStrict: isStrict)
        try reader.forEachPiece { piece, _ in
          #expect(String(validating: piece.bytes, as: UTF8.self) != nil)
        }
      }
    }
  }

  #if CompressedCorpora
    @Test func `compressed text`() throws {
      // Made with gzip 1.12 and zstd 1.5.4.
      let seeds = [
        "1f8b0800000000000003cbcf4b55c8c9cc4bd551c8c760719594e72b1c5ea9f072f60a850ff36734f07271552b"
          + "95a45694285929956414a5a62ad57201000fe57a5b40000000",
        "28b52ffd0458ad0100e4026f6e65206c696e652c200a74776f20c3a920e99ba820f09f98800d0a0a7b22746578"
          + "74223a227468726565227d0a0100f50a12d783d77d",
      ].map(hexadecimal)
      try fuzzing.run("compressed text", seeds) { _, path in
        try CorpusReader(paths: [path]).forEachPiece { piece, _ in
          #expect(String(validating: piece.bytes, as: UTF8.self) != nil)
        }
      }
    }
  #endif

  @Test func `examples`() throws {
    let seeds = [
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
      #"{"prompt":"a","completion":"b"}"#, #"{"instruction":"a","input":"b","output":"c"}"#,
      #"{"text":"a","label":"b"}"#, #"{"text":"a"}"#,
    ].map { Array($0.utf8) }
    let pair = Array(#"{"prompt":"a","chosen":"b","rejected":"c"}"#.utf8)
    for (form, count) in [(Mutator.Form.json, 1), (.bytes, 3)] {
      func lines(_ line: [UInt8]) -> [UInt8] {
        Array(repeatElement(line + [0x0A], count: count).joined())
      }
      try fuzzing.run("examples", seeds.map(lines), form) { _, path in
        let file = try ConversationFile(path: path)
        #expect(!file.examples.isEmpty && file.badLines.count < 200)
        _ = try ConversationFile(path: path, isStrict: true)
      }
      try fuzzing.run("prompts", seeds.map(lines), form) { _, path in
        let prompts = try PromptFile(path: path).prompts
        #expect(prompts.allSatisfy { $0.messages.last?.role == .user })
      }
      try fuzzing.run("preferences", [lines(pair)], form) { _, path in
        _ = try PreferenceFile(path: path)
        _ = try PreferenceFile(path: path, isStrict: true)
      }
    }
  }

  @Test func `questions, choices, labels`() throws {
    let question =
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"kind":"k"}"#
      + "\n" + #"{"prompt":"a","completion":"b","answer":"c"}"#
    try fuzzing.run("questions", [Array(question.utf8)]) { _, path in
      _ = try QuestionEvaluation(path: path)
    }
    let choice =
      #"{"question":"a","choices":["b","c"],"answer":1}"# + "\n"
      + #"{"prompt":"a","choices":["b","c"],"answer":"c"}"#
    try fuzzing.run("choices", [Array(choice.utf8)]) { _, path in
      let evaluation = try ChoiceEvaluation(path: path)
      #expect(evaluation.count > 0)
    }
    let label = #"{"text":"a","label":"b"}"# + "\n" + #"{"text":"c","label":"d"}"#
    try fuzzing.run("labels", [Array(label.utf8)]) { _, path in
      let evaluation = try ClassificationEvaluation(path: path)
      #expect(evaluation.labels.count > 1)
    }
  }

  @Test func `safetensors`() throws {
    let golden = try Fuzzing.golden(
      "LanguageModelTests/Goldens/adapters/lora/adapter_model.safetensors")
    let small =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
      + #""e":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]}}"#
    let length = withUnsafeBytes(of: UInt64(small.utf8.count).littleEndian) { Array($0) }
    let seeds = [golden, length + small.utf8 + [UInt8](repeating: 1, count: 8)]
    try fuzzing.run("safetensors", seeds, .lengthThenJSON) { bytes, path in
      let file = try SafetensorsFile(path: path)
      for entry in file.entries {
        let sum = try file.withBytes(of: entry.name) { $0.reduce(0) { $0 &+ Int($1) } }
        #expect(sum != nil && file.byteRange(of: entry.name)!.upperBound <= bytes.count)
      }
    }
  }

  @Test func `tokenizer.json`() throws {
    let seeds = [
      try Fuzzing.golden("TokenizationTests/Goldens/huggingface.json"),
      try Self.tokenizer.get().json(), try Self.sentencePiece(),
    ]
    try fuzzing.run("tokenizer.json", seeds, .json) { bytes, _ in
      try Self.use(Tokenizer(json: bytes))
    }
  }

  @Test func `merges, vocabularies, ranks`() throws {
    let tokenizer = try Self.tokenizer.get()
    let (vocabulary, merges) = try tokenizer.vocabularyAndMerges()
    try fuzzing.run("vocab.json", [vocabulary], .json) { bytes, _ in
      try Self.use(Tokenizer(vocabulary: bytes, merges: merges, preTokenizer: .gpt2))
    }
    try fuzzing.run("merges.txt", [merges]) { bytes, _ in
      try Self.use(Tokenizer(vocabulary: vocabulary, merges: bytes, preTokenizer: .gpt2))
    }
    let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var ranks: [UInt8] = []
    for (rank, token) in ((0...255).map { [UInt8($0)] } + Self.longTokens).enumerated() {
      let bits = token.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - token.count))
      for digit in 0..<4 {
        ranks.append(digit > token.count ? 0x3D : base64[Int(bits >> UInt32(18 - 6 * digit)) & 63])
      }
      ranks += Array(" \(rank)\n".utf8)
    }
    // One byte that has no token is enough to refuse a file, so most of it must be other tokens.
    try fuzzing.run("tiktoken", [ranks]) { bytes, _ in
      try Self.use(Tokenizer(tiktoken: bytes, preTokenizer: .gpt2))
    }
  }

  /// All pairs and triples of a few letters.
  private static let longTokens: [[UInt8]] = {
    let letters = Array("abcdefghi".utf8)
    let pairs = letters.flatMap { first in letters.map { [first, $0] } }
    return pairs + pairs.flatMap { pair in letters.map { pair + [$0] } }
  }()

  @Test func `chat templates and their files`() throws {
    let goldens = try JSONValue(
      parsing: Fuzzing.golden("TokenizationTests/Goldens/chat.json"))
    let tokenizer = try Tokenizer(json: (goldens["tokenizer"] ?? .null).serialized())
    let templates = (goldens["templates"]?.object ?? []).compactMap { $0.value.string }
    func use(_ configuration: TokenizerConfiguration) throws {
      var tokenizer = tokenizer
      tokenizer.configuration = configuration
      let messages = [
        Message(.user, "one <|im_end|>\n"), Message(.assistant, "é"), Message(.user, ""),
      ]
      let template = try ChatTemplate(tokenizer)
      _ = try template.text(messages, asksForAnswer: true)
      _ = try template.prompt(messages, limit: 100)
    }
    let known = TokenizerConfiguration(for: tokenizer)
    // Some refuse this conversation, as they should.
    let seeds = templates.filter { template in
      var configuration = known
      configuration.chatTemplate = template
      return (try? use(configuration)) != nil
    }
    #expect(seeds.count > 3)
    try fuzzing.run("chat template", seeds.map { Array($0.utf8) }) { bytes, _ in
      var configuration = known
      configuration.chatTemplate = String(decoding: bytes, as: UTF8.self)
      try use(configuration)
    }
    try fuzzing.run("tokenizer_config.json", [known.json()], .json) { bytes, _ in
      try use(TokenizerConfiguration(json: bytes))
    }
  }

  /// What opens must also work: encode anything, and give it back where nothing is normalized.
  /// A file of Llama 2's kind.
  private static func sentencePiece() throws -> [UInt8] {
    let recorded = try JSONValue(
      parsing: Fuzzing.golden("TokenizationTests/Goldens/sentencepiece.json"))
    func completed(_ value: JSONValue?) -> JSONValue {
      .object(
        (value?.object ?? []).map { member in
          switch member.name {
          case "model": JSONMember(name: "model", value: completed(member.value))
          case "vocab", "merges":
            JSONMember(name: member.name, value: recorded[member.name] ?? .null)
          default: member
          }
        })
    }
    return completed(recorded["cases"]?.array?.first?["file"]).serialized()
  }

  private static func use(_ tokenizer: Tokenizer) throws {
    // The last is longer than what is merged without a queue.
    let long = String(repeating: "<0x41> an é 雨", count: 6)
    for text in ["some words é 雨 <|endoftext|> 12\n\u{0}", long] {
      let ids = tokenizer.encode(text)
      #expect(ids.allSatisfy { $0 < tokenizer.vocabularySize })
      _ = tokenizer.decode(ids)
    }
  }

  @Test func `shards and their manifest`() throws {
    let tokenizer = try Self.tokenizer.get()
    let text = try directory.write("some words in some lines", to: "a.txt")
    _ = try CorpusEncoder.encode(
      CorpusReader(paths: [text]), validation: .none, tokenizer: tokenizer,
      into: directory["out"], threads: 1)
    func read() throws {
      let stream = try TokenStream(directory: directory["out"], split: .train, tokenizer: tokenizer)
      #expect(try stream.ids(0..<stream.count).allSatisfy { (0..<275).contains($0) })
      try stream.verify()
    }
    for (name, form) in [("train-00000.tokens", Mutator.Form.bytes), ("manifest.json", .json)] {
      let good = try FileSystem.readFile(directory["out/" + name])
      try fuzzing.run(name, [good], form, file: name, in: directory["out"]) { _, _ in try read() }
      try directory.write(good, to: "out/" + name)
    }
  }

  @Test func `config.json`() throws {
    let names = ["grouped", "llama", "llama-biased", "qwen2", "gpt2"]
    let seeds = try names.map { try Fuzzing.golden("LanguageModelTests/Goldens/\($0)/config.json") }
    try fuzzing.run("config.json", seeds, .json) { _, path in
      let configuration = try ModelConfiguration(reading: path)
      try configuration.validate()
      #expect(configuration.parameterCount > 0)
    }
  }

  @Test func `adapters`() throws {
    let device = Device(threadCount: 1)
    let goldens = "LanguageModelTests/Goldens"
    for (name, base) in [("lora", "multi-head"), ("dora", "grouped"), ("gpt2-lora", "gpt2")] {
      let config = try directory.write(
        try Fuzzing.golden("\(goldens)/\(base)/config.json"), to: "\(name).json")
      let model = try ModelConfiguration(reading: config)
      var files: [String: [UInt8]] = [:]
      for file in ["adapter_config.json", "adapter_model.safetensors"] {
        files[file] = try Fuzzing.golden("\(goldens)/adapters/\(name)/\(file)")
        try directory.write(files[file]!, to: "\(name)/\(file)")
      }
      for (file, form) in [
        ("adapter_config.json", Mutator.Form.json), ("adapter_model.safetensors", .lengthThenJSON),
      ] {
        try fuzzing.run("\(file) of \(name)", [files[file]!], form, file: file, in: directory[name])
        {
          _, _ in _ = try Adapter(loading: directory[name], for: model, on: device)
        }
        try directory.write(files[file]!, to: "\(name)/\(file)")
      }
    }
  }
}
