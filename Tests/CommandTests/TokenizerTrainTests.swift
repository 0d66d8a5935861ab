import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// `tokenizer train`.
@Suite struct TokenizerTrainTests {
  private let commands = TokenizerCommands()
  private var directory: TemporaryDirectory { commands.directory }

  @Test func `special tokens come first, then bytes, then merges`() throws {
    let json = try JSONValue(parsing: FileSystem.readFile(commands.train()))
    let vocabulary = try #require(json["model"]?["vocab"]?.object)
    #expect(vocabulary.count == 300)
    #expect(
      json["added_tokens"]?.array?.map { $0["content"]?.string } == [
        "<|endoftext|>", "<|im_start|>", "<|im_end|>",
      ])
  }

  @Test func `options reach the file`() throws {
    let path = try commands.train(
      "--vocab-size 270 --pre-tokenizer gpt4 --normalization nfc --special '<a>' --special '<b>'")
    let json = try JSONValue(parsing: FileSystem.readFile(path))
    #expect(json["added_tokens"]?.array?.map { $0["content"]?.string } == ["<a>", "<b>"])
    #expect(json["normalizer"]?["type"] == "NFC")
    #expect(json["pre_tokenizer"]?["type"] == "Sequence")
  }

  @Test func `training says where text becomes a special token`() throws {
    let file = try directory.write(
      String(repeating: "the cat ", count: 30) + String(repeating: "dog ", count: 5),
      to: "text.txt")
    let path = directory["tokenizer.json"]
    let result = try shell(
      "$swiftlet tokenizer train \(file) --vocab-size 264 --special 'Ġthe' --special '<x>' --out \(path)"
    )
    #expect(result.status == 0)
    #expect(
      result.errors.contains("the special token Ġthe is spelled like a token that was learned"))
    #expect(!result.errors.contains("<x> is spelled"))
    let ids = try commands.encode(path, "cat the cat\n")
    #expect(try commands.decode(path, ids).text == "cat the cat")
    #expect(ids.split(separator: " ").contains("0"))
  }

  @Test func `a bound to memory bounds words, lines and files`() throws {
    let word = String(repeating: "abcdefghij", count: 5_000_000)
    let path = directory["tokenizer.json"]
    let plain = try directory.write(word + " some other words", to: "solid.txt")
    let json = try directory.write("{\"text\":\"\(word)\"}\n", to: "solid.jsonl")
    let train =
      "$swiftlet tokenizer train --vocab-size 259 --memory 128MB -q --out \(path) --threads 2"
    let solid = try shell("\(train) \(plain)")
    #expect(solid.status == 0)
    expectFailure(
      try shell("\(train) \(json)"), "\(json):1: the line is longer than 4000000 bytes",
      hint: "cut it into several documents, or read the file as --format plain")
  }

  @Test func `options of training reach the trainer`() throws {
    let long = try JSONValue(
      parsing: FileSystem.readFile(
        commands.train("--vocab-size 268 --max-token-length 3 --threads 2")))
    let pairs = try #require(long["model"]?["merges"]?.array)
    #expect(pairs.allSatisfy { ($0.array ?? []).reduce(0) { $0 + ($1.string?.count ?? 0) } < 3 })
    let text = try directory.write("ab ab cd", to: "few.txt")
    let few = try swiftlet(
      "tokenizer", "train", text, "--min-frequency", "2", "--out", directory["o.json"])
    #expect(few.status == 0)
    #expect(few.errors.contains("no more pairs to merge: 260 tokens, not 4,096"), "\(few.errors)")
    #expect(try Tokenizer(json: FileSystem.readFile(directory["o.json"])).vocabularySize == 260)
    let lines = try commands.train("--lines --memory 200MB --vocab-size 280")
    #expect(try Tokenizer(json: FileSystem.readFile(lines)).vocabularySize == 280)
    let wrong = try swiftlet("tokenizer", "train", text, "--memory", "2", "--out", "x")
    #expect(wrong.status == 64)
  }

  @Test(arguments: [
    ([0x20, 0x0A, 0x09, 0x0A], "", "the corpus FILE is empty: it holds only white space")
  ])
  func `a corpus that cannot be used is refused`(
    _ bytes: [UInt8], _ arguments: String, _ sentence: String
  ) throws {
    let (file, out) = (directory["bad.txt"], directory["out.json"])
    try AtomicFile.write(bytes, to: file)
    let result = try shell("$swiftlet tokenizer train \(file) \(arguments) --out \(out)")
    expectFailure(result, sentence.replacing("FILE", with: file))
    #expect(!FileSystem.exists(out))
  }

  @Test func `a corpus must be there`() throws {
    expectFailure(
      try swiftlet("tokenizer", "train", "/nonexistent/a.txt", "--out", directory["out.json"]),
      "cannot read /nonexistent/a.txt: no such file or directory", hint: "check the path")
  }

  @Test func `binary files are refused, and invalid text counted or refused`() throws {
    var random = SystemRandomNumberGenerator()
    let noise = [0, 0xFF, 0] + (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
    try AtomicFile.write(noise, to: directory["noise.bin"])
    let binary = try swiftlet(
      "tokenizer", "train", directory["noise.bin"], "--vocab-size", "300", "--out",
      directory["out.json"])
    #expect(binary.status == 1)
    #expect(binary.errors.contains("binary"))
    #expect(!FileSystem.exists(directory["out.json"]))

    try AtomicFile.write(
      Array("the cat ".utf8) + [0xFF] + Array(" the cat".utf8), to: directory["x"])
    let counted = try swiftlet(
      "tokenizer", "train", directory["x"], "--vocab-size", "260", "--out", directory["out.json"])
    #expect(counted.status == 0)
    #expect(
      counted.errors.hasPrefix(
        "warning: 1 invalid UTF-8 sequence was replaced by U+FFFD; --strict refuses them\n"))
    let strict = try swiftlet(
      "tokenizer", "train", directory["x"], "--vocab-size", "260", "--strict", "--out",
      directory["out2.json"])
    #expect(strict.status == 1)
    #expect(strict.errors.contains("UTF-8"))
    #expect(!FileSystem.exists(directory["out2.json"]))
  }

  @Test func `a directory that is not there is named before the work`() throws {
    expectFailure(
      try swiftlet("tokenizer", "train", "/nonexistent/a.txt", "--out", directory["no/t.json"]),
      "cannot write \(directory["no/t.json"]): no such file or directory", hint: "check the path")
  }

  @Test func `a tokenizer_config.json is written beside a tokenizer.json, and others' are kept`()
    throws
  {
    let tokenizer = try commands.train()
    let file = directory["tokenizer_config.json"]
    let written = try JSONValue(parsing: FileSystem.readFile(file))
    #expect(written["eos_token"] == "<|im_end|>" && written["bos_token"] == "<|endoftext|>")
    #expect(written["chat_template"]?.string?.contains("<|im_start|>") == true)
    // What is broken there is named, and nothing else is.
    try AtomicFile.write(Array("{".utf8), to: file)
    let broken = try swiftlet("tokenizer", "encode", "--tokenizer", tokenizer, input: "x")
    #expect(broken.status == 1 && broken.errors.hasPrefix("error: \(file) is invalid JSON"))
    let other = directory["other.json"]
    #expect(try shell("cp \(tokenizer) \(other)").status == 0)
    #expect(try swiftlet("tokenizer", "encode", "--tokenizer", other, input: "x").status == 0)
    // A file of the name that converting did not read stays.
    #expect(
      try swiftlet("tokenizer", "convert", other, "--out", tokenizer).status == 0)
    #expect(try FileSystem.readFile(file) == Array("{".utf8))
  }
}
