import Files
import StrictJSON
import TestSupport
import Testing

@Suite struct CorpusStatsTests {
  private let directory = TemporaryDirectory()

  @Test func `the report fits 80 columns and shows the dirt`() throws {
    let lines = ["Home | 登录 | 注册", "學(xué)習&nbsp;<b>x</b>", "Home | 登录 | 注册", "a\u{1}b"]
    let path = try directory.write(lines.joined(separator: "\n"), to: "page.txt")
    let result = try swiftlet("corpus", "stats", path)
    #expect(result.status == 0)
    for part in [
      "documents           1\n", "bytes of text       ", "invalid UTF-8       none\n",
      "HTML entities                     1  ", "HTML tags                         2  ",
      "readings in brackets              1", "control characters                1  ",
      "2  Home | 登录 | 注册\n", "most common words\nb 3 · home 2",
    ] {
      #expect(result.text.contains(part), "\(part) in \(result.text)")
    }
    for line in result.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // A control character does not reach the terminal.
    #expect(!result.text.contains("\u{1}"))
    #expect(
      result.errors
        == "next: swiftlet tokenizer train \(path) --vocab-size 2048 --out tokenizer.json\n")
  }

  @Test func `the worst dirt is counted, not refused`() throws {
    let page = directory["page.txt"]
    try AtomicFile.write(Array("a page\n".utf8) + [0, 0xFF, 0xFE] + Array("\nend".utf8), to: page)
    let report = try swiftlet("corpus", "stats", page, "--json").json()
    #expect(report["invalid_sequences"] == 2 && report["unreadable_lines"] == 0)
    let lines = try directory.write(
      "{\"text\":\"one\"}\n{\"text\":1}\nno JSON\n{\"text\":\"two\"}\n", to: "lines.jsonl")
    let counted = try swiftlet("corpus", "stats", lines, "--json").json()
    #expect(counted["documents"] == 2 && counted["unreadable_lines"] == 2)
    #expect(counted["first_unreadable"]?.string?.contains("lines.jsonl:2: the field") == true)
    // What is trained on is still refused.
    for command in ["corpus stats --strict", "tokenizer train --vocab-size 260 --out \(page).json"]
    {
      for path in [page, lines] {
        #expect(try shell("$swiftlet \(command) \(path)").status == 1, "\(command) \(path)")
      }
    }
  }

  @Test func `pipes are read once, named or not`() throws {
    let path = try directory.write(
      (0..<300).map { "{\"text\":\"line \($0) of some text\"}\n" }.joined(), to: "a.jsonl")
    let (pipe, tokenizer) = (directory["pipe"], directory["t.json"])
    #expect(
      try swiftlet("tokenizer", "train", path, "--vocab-size", "280", "--out", tokenizer).status
        == 0)
    #expect(
      try swiftlet(
        "tokenizer", "encode", "--tokenizer", tokenizer, path, "--out", directory["file"]
      )
      .status == 0)
    for (name, line) in [
      ("named", "mkfifo \(pipe); cat \(path) > \(pipe) & COMMAND \(pipe)"),
      ("unnamed", "COMMAND <(cat \(path))"),
    ] {
      let stats = try shell(
        line.replacing("COMMAND", with: "timeout 60 $swiftlet corpus stats --format jsonl --json"))
      #expect(try stats.json()["documents"] == 300, "\(stats.errors)")
      let encode =
        "timeout 60 $swiftlet tokenizer encode --tokenizer \(tokenizer) --format jsonl "
        + "--out \(directory[name])"
      let encoded = try shell("rm -f \(pipe); " + line.replacing("COMMAND", with: encode))
      #expect(encoded.status == 0, "\(encoded.errors)")
      for file in ["manifest.json", "train-00000.tokens"] {
        #expect(
          try FileSystem.readFile(directory["\(name)/\(file)"])
            == FileSystem.readFile(directory["file/\(file)"]))
      }
      #expect(!FileSystem.exists(directory["\(name)/.pipes"]))
    }
  }

  @Test func `JSON has the numbers under names in snake case`() throws {
    let path = try directory.write(
      "{\"body\":\"one two\"}\n{\"body\":\"one two\"}\n{\"body\":\"\"}\n", to: "a.jsonl")
    let result = try swiftlet("corpus", "stats", path, "--field", "body", "--json")
    #expect(result.status == 0 && result.errors == "")
    let json = try result.json()
    #expect(json["documents"]?.integer == 2)
    #expect(json["blank_documents"]?.integer == 1)
    #expect(json["repeated_documents"]?.integer == 1)
    #expect(json["characters_by_class"]?["latin"]?.integer == 12)
    #expect(json["characters_by_class"]?["white_space"]?.integer == 2)
    #expect(json["most_common_words"]?.array?.first?["text"]?.string == "one")
    #expect(json["document_lengths"]?["median"]?.integer == 7)
    #expect(json["is_exact"]?.bool == true)
    for member in try #require(json.object) {
      #expect(member.name.allSatisfy { $0.isLowercase || $0 == "_" })
    }
  }

  @Test func `standard input is read once, and has no sides`() throws {
    let result = try swiftlet("corpus", "stats", "-", "--json", input: "some text\n")
    #expect(result.status == 0)
    let json = try result.json()
    #expect(json["bytes"]?.integer == 10)
    #expect(json["train"] == .null && json["validation"] == .null)
  }

  @Test func `what cannot be read is an error`() throws {
    let missing = try swiftlet("corpus", "stats", directory["none.txt"])
    #expect(missing.status == 1 && missing.errors.hasPrefix("error: cannot read "))
    let wrong = try swiftlet("corpus", "stats", directory["none.txt"], "--top", "0")
    #expect(wrong.status == 64)
  }
}
