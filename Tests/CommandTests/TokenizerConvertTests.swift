import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// `tokenizer convert`.
@Suite struct TokenizerConvertTests {
  private let commands = TokenizerCommands()
  private var directory: TemporaryDirectory { commands.directory }

  @Test func `other files of tokenizers are told how to be converted`() throws {
    for (name, text, command) in [
      ("merges.txt", "#version: 0.2\nt h\n", "convert vocab.json --merges merges.txt"),
      ("vocab.json", "{\"!\":0,\"a\":1}", "convert vocab.json --merges merges.txt"),
      ("t.tiktoken", "IQ== 0\nIg== 1\n", "convert FILE.tiktoken --pre-tokenizer NAME"),
    ] {
      let path = try directory.write(text, to: name)
      let result = try swiftlet("tokenizer", "inspect", path)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("hint: ") && result.errors.contains(command), "\(result.errors)")
    }
  }

  @Test func `two tokenizers are compared, and files converted there and back`() throws {
    let first = try commands.train(
      "--vocab-size 300 --special '<|endoftext|>' --pre-tokenizer gpt4")
    let text = try directory.write(TokenizerCommands.text, to: "text.txt")
    let (tiktoken, second) = (directory["t.tiktoken"], directory["second.json"])
    let there = try swiftlet("tokenizer", "convert", first, "--out", tiktoken)
    #expect(there.status == 0, "\(there.errors)")
    #expect(
      there.errors.contains(
        "convert \(tiktoken) --pre-tokenizer gpt4 --special '<|endoftext|>=0' --out tokenizer.json"),
      "\(there.errors)")
    let back = try swiftlet(
      "tokenizer", "convert", tiktoken, "--pre-tokenizer", "gpt4", "--out", second)
    #expect(back.status == 0, "\(back.errors)")
    let report = try swiftlet("tokenizer", "compare", first, second, text, "--json").json()
    // The special token comes first in both.
    #expect(report["same_ids"] == true)
    #expect(report["tokenizers"]?.array?.count == 2)
    #expect(
      report["tokenizers"]?.array?[0]["tokens"] == report["tokenizers"]?.array?[1]["tokens"])
    let plain = try swiftlet("tokenizer", "compare", first, first, text).text
    #expect(plain.contains("the ids are the same"))

    let merges = directory["merges.txt"]
    #expect(try swiftlet("tokenizer", "convert", first, "--out", merges).status == 0)
    let third = directory["third.json"]
    let again = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", merges, "--pre-tokenizer",
      "gpt4", "--out", third)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try FileSystem.readFile(third) == FileSystem.readFile(first))
    expectFailure(
      try swiftlet(
        "tokenizer", "convert", text + ".tiktoken", "--pre-tokenizer", "gpt2", "--out", third),
      "cannot read \(text).tiktoken: no such file or directory")
    let unnamed = try swiftlet("tokenizer", "convert", tiktoken, "--out", third)
    #expect(unnamed.status == 64 && unnamed.errors.contains("does not say how text is cut"))
    #expect(unnamed.errors.contains("gpt4 for cl100k_base"))

    // Special tokens behind a gap.
    let placed = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", merges, "--special",
      "<|endoftext|>", "--special", "<a=b>=310", "--special", "<c>=x", "--out", third)
    #expect(placed.status == 0, "\(placed.errors)")
    let read = try Tokenizer(json: FileSystem.readFile(third))
    #expect(read.specialTokens.map(\.id) == [0, 310, 311])
    #expect(read.specialTokens.map(\.content) == ["<|endoftext|>", "<a=b>", "<c>=x"])

    // What such files cannot say is said when they are written.
    #expect(read.hasTokensThatStrip == false)
    let none = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", merges, "--special", "", "--out",
      third)
    #expect(none.status == 0, "\(none.errors)")
    #expect(try Tokenizer(json: FileSystem.readFile(third)).specialTokens.isEmpty)
    let lost = try swiftlet("tokenizer", "convert", third, "--out", directory["none.tiktoken"])
    #expect(
      lost.status == 1
        || lost.errors.contains("--pre-tokenizer gpt2 --special '' --out"), "\(lost.errors)")

    // Merges of nothing, and wrong ones.
    let empty = try directory.write("#version: 0.2\n", to: "empty.txt")
    let lone = try swiftlet(
      "tokenizer", "convert", directory["vocab.json"], "--merges", empty, "--out", third)
    #expect(lone.status == 0)
    #expect(lone.errors.contains("no merge reaches 43 of the 300 tokens"), "\(lone.errors)")
    let wrong = try directory.write("#version: 0.2\n\nqq q\n", to: "wrong.txt")
    expectFailure(
      try swiftlet(
        "tokenizer", "convert", directory["vocab.json"], "--merges", wrong, "--out", third),
      "\(wrong): merges.txt: line 3 needs the token \"qq\", which the vocabulary does not have")
  }

  @Test func `converting changes no configuration that is there`() throws {
    let first = try commands.train("--vocab-size 300")
    try FileSystem.createDirectory(directory["other"])
    let out = directory["other/tokenizer.json"], beside = directory["other/tokenizer_config.json"]
    try FileSystem.createDirectory(directory["source"])
    let source = directory["source/tokenizer.json"]
    let made = try swiftlet("tokenizer", "convert", first, "--out", source)
    #expect(made.status == 0 && made.errors.contains("source/tokenizer_config.json beside it"))
    #expect(try swiftlet("tokenizer", "convert", source, "--out", out).status == 0)
    // What says the same may be written again, anything else may not.
    #expect(try swiftlet("tokenizer", "convert", source, "--out", out).status == 0)
    let own = try directory.write("{\"eos_token\":\"<mine>\"}", to: "other/tokenizer_config.json")
    #expect(own == beside)
    let before = try FileSystem.readFile(out)
    expectFailure(
      try swiftlet("tokenizer", "convert", source, "--out", out),
      "\(beside) is there and says something else")
    #expect(try FileSystem.readFile(out) == before)
    #expect(try FileSystem.readFile(beside) == Array("{\"eos_token\":\"<mine>\"}".utf8))
    // A saved fine-tune, of a name that has no configuration.
    let text = String(decoding: try FileSystem.readFile(source), as: UTF8.self)
    let tuned = try directory.write(
      text.replacing("\"padding\":null", with: "\"padding\":{\"strategy\":\"BatchLongest\"}"),
      to: "tuned.json")
    let kept = try swiftlet("tokenizer", "convert", tuned, "--out", out)
    #expect(kept.status == 0 && kept.errors.contains("the tokenizer.json sets padding"))
    #expect(kept.errors.contains("other/tokenizer_config.json stays as it was"))
  }
}
