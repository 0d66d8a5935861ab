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
}
