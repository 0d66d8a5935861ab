import Corpus
import TestSupport
import Testing

@Suite struct PlainTextTests {
  let directory = TemporaryDirectory()

  private func reader(_ text: String, separator: String? = nil) throws -> CorpusReader {
    try CorpusReader(
      paths: [directory.write(text, to: "a.txt")], separator: separator.map { Array($0.utf8) })
  }

  @Test func `a file is one document, its line ends untouched`() throws {
    #expect(try reader("one\r\ntwo\n\nthree").documents() == ["one\r\ntwo\n\nthree"])
  }

  @Test func `a separator cuts documents and takes the line breaks around it`() throws {
    let text =
      "one\n<|endoftext|>\ntwo<|endoftext|>three\r\n<|endoftext|>\r\n\nfour\n<|endoftext|>\n"
    let reader = try reader(text, separator: "<|endoftext|>")
    #expect(try reader.documents() == ["one", "two", "three", "four"])
    #expect(try reader.counts().blankDocuments == 0)
  }

  @Test func `blank lines can separate`() throws {
    let reader = try reader("a\nb\n\nc\n\n\nd\n\n\n\ne\n", separator: "\n\n")
    #expect(try reader.documents() == ["a\nb", "c", "d", "e\n"])
    #expect(try reader.counts().blankDocuments == 0)
  }

  @Test func `documents between separators are blank, not missing`() throws {
    let reader = try reader("##a## ##\u{3000}\u{A0}##b####", separator: "##")
    #expect(try reader.documents() == ["a", "b"])
    #expect(try reader.counts().blankDocuments == 4)
  }

  @Test func `separators are found across every chunk of the input`() throws {
    // Most of the text is separators, so that the ends of the chunks fall into them.
    let separator = "<" + String(repeating: "=-", count: 400) + ">"
    let documents = (0..<4000).map { String(repeating: "x", count: 100 + $0 % 57) }
    let reader = try reader(documents.joined(separator: separator), separator: separator)
    #expect(try reader.documents() == documents)
  }

  @Test func `the start of a separator alone cuts nothing`() throws {
    #expect(try reader("a---b--", separator: "----").documents() == ["a---b--"])
    #expect(try reader("a-----b", separator: "----").documents() == ["a", "-b"])
  }

  @Test func `long documents come in pieces that join to the whole`() throws {
    let line = "It was a line, the twelfth one.\r\n"
    let text = String(repeating: line, count: 3000)
    var reader = try reader(text)
    reader.pieceSize = 1000
    let pieces = try reader.pieces()
    #expect(pieces.count > 90)
    #expect(pieces.allSatisfy { $0.count < 1100 })
    #expect(try reader.documents() == [text])
    var flags: [[Bool]] = []
    try reader.forEachPiece { piece, _ in flags.append([piece.isFirst, piece.isLast]) }
    #expect(flags.first == [true, false])
    #expect(flags.last == [false, true])
    #expect(flags.dropFirst().dropLast().allSatisfy { $0 == [false, false] })
  }

  @Test func `pieces do not depend on the format that holds the document`() throws {
    let text = String(repeating: "春眠不覺曉，處處聞啼鳥。\n夜來風雨聲，花落知多少。\n", count: 500)
    var plain = try reader(text)
    plain.pieceSize = 300
    let json = text.replacing("\n", with: "\\n")
    var lines = try CorpusReader(paths: [directory.write("{\"text\":\"\(json)\"}\n", to: "a.jsonl")]
    )
    lines.pieceSize = 300
    let pieces = try plain.pieces()
    #expect(pieces.count > 80)
    #expect(try lines.pieces() == pieces)
  }

  @Test func `text without any place to cut is cut between characters at the limit`() throws {
    let text = String(repeating: "。", count: 2000)
    var reader = try reader(text)
    reader.pieceSize = 10
    let pieces = try reader.pieces()
    #expect(pieces.dropLast().allSatisfy { $0.count == 639 })
    #expect(pieces.allSatisfy { String(validating: $0, as: UTF8.self) != nil })
    #expect(try reader.documents() == [text])
  }

  @Test func `separators are found in documents of many pieces`() throws {
    let documents = (1...9).map { String(repeating: "some words ", count: 97 * $0) + "end" }
    var reader = try reader(documents.joined(separator: "words words"), separator: "words words")
    reader.pieceSize = 64
    #expect(try reader.documents() == documents)
  }
}
