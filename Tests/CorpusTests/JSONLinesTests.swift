import Corpus
import StrictJSON
import TestSupport
import Testing

@Suite struct JSONLinesTests {
  let directory = TemporaryDirectory()

  private func reader(
    _ lines: [UInt8], field: String = "text", isStrict: Bool = false
  ) throws -> CorpusReader {
    try CorpusReader(
      paths: [directory.write(lines, to: "a.jsonl")], field: field, isStrict: isStrict)
  }

  private func message(_ lines: String, field: String = "text") -> String {
    complaint { _ = try reader(Array(lines.utf8), field: field).documents() }
  }

  @Test func `a line that is too long is refused by its number`() throws {
    let lines = ["a", String(repeating: "x", count: 3_000_000), "b"].map { "{\"text\":\"\($0)\"}" }
    let path = try directory.write(lines.joined(separator: "\n"), to: "long.jsonl")
    var reader = CorpusReader(paths: [path])
    #expect(try reader.counts().bytes == 3_000_002)
    reader.longestLine = 1_500_000
    #expect {
      try reader.counts()
    } throws: {
      "\($0)" == "\(path):2: the line is longer than 1500000 bytes"
    }
  }

  @Test func `each line is a document, escapes decoded`() throws {
    let lines = #"""
      {"text": "one\ntwo\t\"quoted\" \\ \/ \b\f\r"}
      {"id": 7, "meta": {"text": "inner", "list": [1, -2.5, true, null, {"a": []}]}, "text":"\u00e9\u4E2D\ud83d\ude00é中😀"}

        { "text" : "" , "more" : false }
      {"\u0074ext":"escaped name"}
      """#
    let reader = try reader(Array(lines.utf8))
    let documents = try reader.documents()
    #expect(
      documents == [
        "one\ntwo\t\"quoted\" \\ / \u{8}\u{C}\r", "é中😀é中😀", "escaped name",
      ])
    #expect(try reader.counts().blankDocuments == 1)
    #expect(try reader.counts().documents == 3)
    #expect(try reader.counts().bytes == documents.reduce(0) { $0 + $1.utf8.count })
  }

  @Test func `the last line needs no line feed, and CRLF is fine`() throws {
    let lines = "{\"text\":\"a\"}\r\n{\"text\":\"b\"}"
    #expect(try reader(Array(lines.utf8)).documents() == ["a", "b"])
  }

  @Test func `another field can be chosen`() throws {
    let lines = #"{"text":"no","body":"yes"}"#
    #expect(try reader(Array(lines.utf8), field: "body").documents() == ["yes"])
  }

  @Test func `malformed lines are named`() {
    let good = "{\"text\":\"x\"}\n"
    let path = directory["a.jsonl"]
    #expect(
      message(good + good + "{\"text\":\"x\"") == "\(path):3, byte 11 of the line: invalid JSON: "
        + "',' or '}' is expected in an object; every line must be one JSON object; plain text "
        + "needs --format plain")
    #expect(message(good + "[1]\n").hasPrefix("\(path):2: the line is JSON but no object; "))
    #expect(
      message("{\"body\":\"x\",\"id\":1}\n") == "\(path):1: the object has no field \"text\"; "
        + "choose one with --field; this line has \"body\", \"id\"")
    #expect(message("{\"text\":null}\n").contains(":1: the field \"text\" is not a string; "))
    #expect(message("{\"text\":1}\n").contains("is not a string"))
    #expect(message("{}\n").contains("no field \"text\"; the object is empty"))
    #expect(message(good + good.dropLast() + " x\n").contains(":2, byte 13 of the line"))
    #expect(message("{\"text\":\"a\",\"text\":\"b\"}").contains("a duplicate name \"text\""))
    #expect(message("{\"a\":{\"b\":1,\"b\":2},\"text\":\"b\"}").contains("duplicate name \"b\""))
    #expect(message("{\"text\":\"a\u{1}\"}").contains("a control character in a string"))
    let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
    #expect(message("{\"a\":\(deep),\"text\":\"a\"}").contains("nest too deeply"))
  }

  @Test func `invalid UTF-8 and lone surrogates are replaced and counted, or refused`() throws {
    let lines =
      Array("{\"text\":\"a".utf8) + [0xFF] + Array("b\"}\n{\"text\":\"\\ud800c\\udc00\"}\n".utf8)
      + Array("{\"id\":\"\\ud800\",\"text\":\"d\"}".utf8)
    let reader = try reader(lines)
    #expect(try reader.documents() == ["a\u{FFFD}b", "\u{FFFD}c\u{FFFD}", "d"])
    #expect(try reader.counts().replacedSequences == 3)
    let first = complaint { _ = try self.reader(lines, isStrict: true).documents() }
    #expect(
      first.hasPrefix("invalid UTF-8 at \(directory["a.jsonl"]):1, byte 10 of the line; convert"))
    let second = complaint {
      _ = try self.reader(Array("{\"text\":\"\\ud800\"}".utf8), isStrict: true).documents()
    }
    #expect(second.contains("a lone surrogate in a string"))
  }

  @Test func `many members and big lines are read`() throws {
    let members = (0..<200).map { "\"m\($0)\": \($0)" }.joined(separator: ",")
    #expect(try reader(Array("{\(members),\"text\":\"x\"}".utf8)).documents() == ["x"])
    let big = String(repeating: "word \\n", count: 3_000_000)
    let documents = try reader(Array("{\"text\":\"\(big)\"}\n{\"text\":\"y\"}\n".utf8)).documents()
    #expect(documents.count == 2)
    #expect(documents[0].utf8.count == 6 * 3_000_000)
  }

  /// Lines put together from fragments, right and wrong; `JSONValue` is the judge.
  @Test func `the line parser agrees with the strict JSON reader`() throws {
    let fragments = [
      "{", "}", "[", "]", ",", ":", "\"text\"", "\"a\"", "\"text\":", "\"b\":", "\"\\u0062\":",
      "1", "-0", "01", "2.5", "1e9", "1e999", ".5", "-", "true", "nul", "null", "false", " ",
      "\"\\n\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\q\"", "\"\\u12\"", "\"é\"", "\"", "\\", "\t",
      "x",
      "\"text\":\"found\"", "\"n\":{\"text\":\"inner\"}", "\"l\":[1,\"2\",{}]",
    ]
    var generator = SeededGenerator(seed: 1)
    var accepted = 0
    for _ in 0..<60_000 {
      var line = "{"
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        line += fragments.randomElement(using: &generator)!
        if Bool.random(using: &generator) { line += "," }
      }
      if Int.random(in: 0..<4, using: &generator) > 0 { line += "\"text\":\"t\"}" }
      let expected = (try? JSONValue(parsing: Array(line.utf8)))?["text"]?.string
      var parser = JSONLineParser(field: "text", replacesLoneSurrogates: false)
      let isTaken = Array(line.utf8).withUnsafeBytes { parser.parse($0) }
      let text = isTaken ? String(decoding: parser.text, as: UTF8.self) : nil
      // Numbers with an exponent are left to the other parser.
      #expect(text == expected || !isTaken && line.contains("1e9"), "\(line)")
      if isTaken { accepted += 1 }
    }
    #expect(accepted > 500)
  }
}
