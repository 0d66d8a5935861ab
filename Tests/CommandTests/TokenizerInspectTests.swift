import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// `tokenizer inspect` and `compare`.
@Suite struct TokenizerInspectTests {
  private let commands = TokenizerCommands()
  private var directory: TemporaryDirectory { commands.directory }

  @Test func `inspecting shows what it consists of and how a text is cut`() throws {
    let tokenizer = try commands.train()
    let text = try directory.write(TokenizerCommands.text, to: "text.txt")
    let report = try swiftlet("tokenizer", "inspect", tokenizer, text, "--json").json()
    #expect(report["vocabulary_size"]?.integer == 300)
    #expect(report["unreachable_tokens"]?.integer == 0)
    #expect(report["bytes"]?.integer == TokenizerCommands.text.utf8.count)
    #expect(report["kinds"]?["latin"]?["bytes"]?.integer ?? 0 > 50)
    let shown = try swiftlet("tokenizer", "inspect", tokenizer, "--text", "the\ncat\u{7}")
    #expect(shown.status == 0)
    let lines = shown.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && !lines[0].contains("\u{1B}"))
    #expect(lines[0].filter { $0 != "|" } == "the⏎cat<7>")
    #expect(
      try swiftlet(
        "tokenizer", "inspect", tokenizer, "--text", "a", environment: ["FORCE_COLOR": "1"]
      ).text.contains("\u{1B}["))
    #expect(try swiftlet("tokenizer", "inspect", tokenizer, text).text.contains("latin"))
    #expect(report["first_unused"]?.array?.first == "!" && !TokenizerCommands.text.contains("!"))
    let uncut = try commands.train("--vocab-size 300 --pre-tokenizer none")
    let mixed = try directory.write("Words of the text 12 小猫 ", to: "mixed.txt")
    let kinds = try swiftlet("tokenizer", "inspect", uncut, mixed, "--json").json()["kinds"]
    #expect(kinds?["numbers"]?["bytes"] == 2 && kinds?["han"]?["bytes"] == 6)
    #expect(kinds?["latin"]?["bytes"]?.integer ?? 0 > 10)
    let both = try swiftlet("tokenizer", "inspect", tokenizer, text, "--text", "a")
    #expect(both.status == 64 && both.errors.contains("--text is given, and files too"))
  }

  @Test func `the first difference is at one place for both, whatever the ids are called`() throws {
    func tokenizer(_ merges: [String], _ name: String) throws -> String {
      var trainer = BytePairTrainer(vocabularySize: 256, preTokenizer: .gpt2, specialTokens: [])
      var file = try JSONValue(parsing: trainer.train().json())
      var vocabulary = try #require(file["model"]?["vocab"]?.object)
      for (index, merge) in merges.enumerated() {
        let spelling = merge.replacing(" ", with: "")
        vocabulary.append(JSONMember(name: spelling, value: .integer(256 + index)))
      }
      let model = try #require(file["model"]?.object).map { member in
        switch member.name {
        case "vocab": JSONMember(name: "vocab", value: .object(vocabulary))
        case "merges": JSONMember(name: "merges", value: .array(merges.map { .string($0) }))
        default: member
        }
      }
      file = .object(
        try #require(file.object).map {
          $0.name == "model" ? JSONMember(name: "model", value: .object(model)) : $0
        })
      let path = directory[name]
      try AtomicFile.write(file.serialized(), to: path)
      return path
    }
    // 256 is "ab" here and "bc" there.
    let first = try tokenizer(["a b"], "first.json")
    let second = try tokenizer(["b c", "a bc"], "second.json")
    let text = try directory.write("abc abc xyz", to: "text.txt")
    let report = try swiftlet("tokenizer", "compare", first, second, text, "--json").json()
    let difference = try #require(report["first_difference"])
    #expect(difference["byte"] == 0)
    let shown = difference["tokens"]?.array?.map { $0.array?[0]["text"]?.string }
    #expect(shown == ["ab", "abc"])
  }

  @Test func `where two tokenizers differ is shown`() throws {
    let first = try commands.train("--vocab-size 300")
    let second = directory["small.json"]
    let text = try directory.write(TokenizerCommands.text, to: "text.txt")
    #expect(
      try swiftlet("tokenizer", "train", text, "--vocab-size", "265", "--out", second).status == 0)
    let report = try swiftlet("tokenizer", "compare", first, second, text, "--json").json()
    #expect(report["same_ids"] == false && report["differing_documents"] == 1)
    #expect(report["first_difference"]?["document"] == 1)
    let tokens = try #require(report["first_difference"]?["tokens"]?.array)
    #expect(tokens.count == 2 && tokens[0].array?[0]["id"] != tokens[1].array?[0]["id"])
    let shown = try swiftlet("tokenizer", "compare", first, second, text).text
    #expect(shown.contains("the ids differ in 1 of 1 document\nfirst at byte "), "\(shown)")
  }
}
