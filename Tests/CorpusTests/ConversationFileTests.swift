import Corpus
import Files
import TestSupport
import Testing
import Tokenization

@Suite struct ConversationFileTests {
  private let directory = TemporaryDirectory()

  private func read(_ text: String, strict: Bool = false) throws -> ConversationFile {
    try AtomicFile.write(Array(text.utf8), to: directory["a.jsonl"])
    return try ConversationFile(path: directory["a.jsonl"], isStrict: strict)
  }

  @Test(arguments: [
    (
      ##"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}"##,
      ConversationFormat.messages,
      Example.conversation([
        Message(.system, "s"), Message(.user, "u"), Message(.assistant, "a"),
      ])
    ),
    (
      ##"{"prompt":"u","chosen":"a","rejected":"b"}"##, .promptChosen,
      .conversation([Message(.user, "u"), Message(.assistant, "a")])
    ),
    (
      ##"{"prompt":"u","completion":"a"}"##, .promptCompletion,
      .conversation([Message(.user, "u"), Message(.assistant, "a")])
    ),
    (
      ##"{"instruction":"do","input":"it","output":"a"}"##, .alpaca,
      .conversation([Message(.user, "do\n\nit"), Message(.assistant, "a")])
    ),
    (
      ##"{"instruction":"do","input":"","output":"a"}"##, .alpaca,
      .conversation([Message(.user, "do"), Message(.assistant, "a")])
    ),
    (
      ##"{"system":"s","instruction":"do","input":"","output":"a"}"##, .alpaca,
      .conversation([Message(.system, "s"), Message(.user, "do"), Message(.assistant, "a")])
    ),
    (##"{"text":"t"}"##, .text, .text("t")),
    (
      ##"{"text":"t","label":"l"}"##, .classification,
      .conversation([Message(.user, "t"), Message(.assistant, "l")])
    ),
  ])
  func `the format is told from the first line`(
    line: String, format: ConversationFormat, example: Example
  ) throws {
    let file = try read(line + "\n")
    #expect(file.format == format)
    #expect(file.examples == [example])
  }

  @Test func `bad lines are named, and left out or refused`() throws {
    let good = ##"{"prompt":"u","completion":"a"}"##
    let text = [
      good, "nonsense", "", ##"{"prompt":"u"}"##, ##"{"text":"t"}"##,
      ##"{"prompt":"u","completion":3}"##, good,
    ].joined(separator: "\r\n")
    let file = try read(text)
    #expect(file.examples.count == 2)
    #expect(file.badLines.map(\.number) == [2, 4, 5, 6])
    #expect(file.badLines[1].reason == ##"it has no "completion""##)
    #expect(file.badLines[3].reason == ##"its "completion" is not a string"##)
    let error = #expect(throws: CorpusError.self) { try read(text, strict: true) }
    #expect(error?.description.contains("a.jsonl:2: ") == true)
  }

  @Test(arguments: [
    "[]", ##"[{"role":"user","content":"u"}]"##,
    ##"[{"role":"assistant","content":"a"}]"##, ##"[{"role":"tool","content":"a"}]"##,
    ##"[{"role":"user","content":"u"},{"role":"user","content":"u"},{"role":"assistant","content":"a"}]"##,
    "3",
  ])
  func `messages out of turn are refused`(messages: String) {
    #expect(throws: CorpusError.self) {
      try read("{\"messages\":\(messages)}\n", strict: true)
    }
  }

  @Test(arguments: [
    (
      ##"{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a","reasoning_content":"r"}]}"##,
      ##"message 2 has "reasoning_content", which is not supported"##
    ),
    (
      ##"{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a","weight":0}]}"##,
      ##"message 2 has "weight", which is not supported"##
    ),
  ])
  func `what would be learned without a part of it is refused`(line: String, reason: String) throws
  {
    let good =
      ##"{"messages":[{"role":"user","content":"u","name":"n"},{"role":"assistant","content":"a","tool_calls":null}]}"##
    let file = try read(good + "\n" + line)
    #expect(file.examples.count == 1)
    #expect(file.badLines.map(\.reason) == [reason])
  }

  @Test func `a label behind plain text is not lost`() throws {
    let file = try read(##"{"text":"t"}"## + "\n" + ##"{"text":"t","label":"l"}"##)
    #expect(file.examples == [.text("t")])
    #expect(file.badLines.map(\.number) == [2])
  }

  @Test func `directories and text files are documents`() throws {
    try FileSystem.createDirectory(directory["books"])
    try AtomicFile.write(Array("one\ntwo".utf8), to: directory["books/a.txt"])
    try AtomicFile.write(Array(##"{"text":"three"}"##.utf8), to: directory["books/b.jsonl"])
    let files = try ["books", "books/a.txt"].map { try ConversationFile(path: directory[$0]) }
    #expect(files.map(\.format) == [.text, .text])
    #expect(files[0].examples == [.text("one\ntwo"), .text("three")])
    #expect(files[1].examples == [.text("one\ntwo")])
    #expect(throws: (any Error).self) {
      try AtomicFile.write([0xFF, 0x61], to: directory["c.txt"])
      return try ConversationFile(path: directory["c.txt"], isStrict: true)
    }
  }
}
