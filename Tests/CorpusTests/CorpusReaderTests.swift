import Corpus
import Files
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct CorpusReaderTests {
  let directory = TemporaryDirectory()

  @Test func `a directory is its files in byte order, without hidden ones`() throws {
    try directory.write("3", to: "d/b/x.txt")
    try directory.write("1", to: "d/B.txt")
    try directory.write("4", to: "d/b.txt")
    try directory.write("2", to: "d/a")
    try directory.write("{\"text\":\"5\"}", to: "d/c.jsonl")
    try directory.write("hidden", to: "d/.h")
    try directory.write("hidden", to: "d/.git/h")
    // A link back up would never end.
    #expect(symlink("..", directory["d/b/loop"]) == 0)
    #expect(symlink("../B.txt", directory["d/b/y.txt"]) == 0)
    let expected = ["1", "2", "3", "1", "4", "5"]
    #expect(try CorpusReader(paths: [directory["d"]]).documents() == expected)
    #expect(try CorpusReader(paths: [directory["d"] + "/"]).documents() == expected)
    let counts = try CorpusReader(paths: [directory["d"], directory["d/a"]]).counts()
    #expect(counts.documents == 7)
    #expect(counts.bytesRead == 6 + 12)
  }

  @Test func `a byte order mark is dropped, also before JSON`() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = try directory.write(mark + Array("a\u{FEFF}b".utf8), to: "a.txt")
    let json = try directory.write(mark + Array("{\"text\":\"c\"}".utf8), to: "a.jsonl")
    #expect(try CorpusReader(paths: [text, json]).documents() == ["a\u{FEFF}b", "c"])
  }

  @Test func `a file that changes while it is read is refused`() throws {
    let line = "{\"text\":\"\(String(repeating: "x", count: 99_000))\"}\n"
    for change: (String) -> Void in [
      { truncate($0, 3_000_000) }, { truncate($0, 10_000_000) }, { truncate($0, 0) },
      { utimes($0, nil) },
    ] {
      let path = try directory.write(String(repeating: line, count: 60), to: "a.jsonl")
      var hasChanged = false
      #expect {
        try CorpusReader(paths: [path]).forEachPiece { _, _ in
          if !hasChanged { change(path) }
          hasChanged = true
        }
      } throws: { error in
        // What a cut leaves may be no line.
        "\(error)" == "\(path) changed while it was read" || "\(error)".contains("invalid JSON")
      }
    }
  }

  @Test func `the format can be stated`() throws {
    let path = try directory.write("{\"text\":\"c\"}", to: "a.data")
    #expect(try CorpusReader(paths: [path], format: .jsonLines).documents() == ["c"])
    #expect(try CorpusReader(paths: [path]).documents() == ["{\"text\":\"c\"}"])
  }

  /// Swift's own decoder is the judge.
  @Test func `invalid UTF-8 is replaced as Swift replaces it`() throws {
    var generator = SeededGenerator(seed: 2)
    let bytes: [UInt8] = [
      0x41, 0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0xE4, 0xB8, 0xAD,
    ]
    for _ in 0..<300 {
      let text = [0x61] + (0..<50).map { _ in bytes.randomElement(using: &generator)! }
      let reader = try CorpusReader(paths: [directory.write(text, to: "a.txt")])
      let expected = String(decoding: text, as: UTF8.self)
      #expect(try reader.documents() == [expected], "\(text)")
      let replaced = expected.unicodeScalars.count { $0 == "\u{FFFD}" }
      #expect(try reader.counts().replacedSequences == replaced, "\(text)")
    }
  }

  @Test func `strict reading names the first invalid byte`() throws {
    let path = try directory.write(
      [0xEF, 0xBB, 0xBF] + Array("caf".utf8) + [0xE9, 0x20], to: "latin1.txt")
    let message = complaint { _ = try CorpusReader(paths: [path], isStrict: true).documents() }
    #expect(message.hasPrefix("invalid UTF-8 at byte 6 of \(path); convert the text to UTF-8"))
  }

  @Test func `a binary file is refused, text with NUL is not`() throws {
    let binary = try directory.write([0x7F, 0x45, 0x4C, 0x46, 0, 1, 0xFF], to: "a.out")
    #expect(
      complaint { _ = try CorpusReader(paths: [binary]).documents() }
        == "\(binary) is not text: it holds NUL bytes and invalid UTF-8; leave binary files out, "
        + "and convert UTF-16 text to UTF-8 (iconv)")
    let utf16 = try directory.write([0xFF, 0xFE, 0x61, 0, 0x62, 0], to: "utf16.txt")
    #expect(complaint { _ = try CorpusReader(paths: [utf16]).documents() }.contains("iconv"))
    let nul = try directory.write([0x61, 0, 0x62], to: "nul.txt")
    #expect(try CorpusReader(paths: [nul]).documents() == ["a\0b"])
    // What one file replaced says nothing about the next.
    let latin = try directory.write([0x61, 0xE9], to: "latin.txt")
    #expect(try CorpusReader(paths: [latin, nul]).documents() == ["a\u{FFFD}", "a\0b"])
  }

  @Test func `what is missing or empty is one sentence`() throws {
    let missing = directory["missing.txt"]
    #expect(
      complaint { _ = try CorpusReader(paths: [missing]).documents() }
        == "cannot read \(missing): no such file or directory; check the path")
    let empty = try directory.write("", to: "empty.txt")
    #expect(
      complaint { _ = try CorpusReader(paths: [empty]).documents() }
        == "the corpus \(empty) is empty: it holds only white space; name files that hold text")
    let blank = try directory.write("\n \u{3000}\n", to: "blank.txt")
    #expect(complaint { _ = try CorpusReader(paths: [blank]).documents() }.contains("white space"))
    try FileSystem.createDirectory(directory["none"])
    #expect(
      complaint { _ = try CorpusReader(paths: [directory["none"]]).documents() }
        .hasPrefix("the directory \(directory["none"]) holds no files; "))
    let lines = try directory.write("\n\n", to: "empty.jsonl")
    #expect(
      complaint { _ = try CorpusReader(paths: [lines]).documents() }.contains("\(lines) is empty;"))
  }

  @Test func `the hash changes with bytes, order and cutting, not with names`() throws {
    let one = try directory.write("one", to: "1.txt")
    let two = try directory.write("two", to: "2.txt")
    let copy = try directory.write("one", to: "copy.txt")
    let hash = try CorpusReader(paths: [one, two]).hash()
    #expect(try CorpusReader(paths: [one, two]).forEachPiece { _, _ in }.hash == hash)
    #expect(try CorpusReader(paths: [copy, two]).hash() == hash)
    let joined = try directory.write("onetwo", to: "joined.txt")
    let others = [
      CorpusReader(paths: [two, one]), CorpusReader(paths: [joined]), CorpusReader(paths: [one]),
      CorpusReader(paths: [one, two], field: "body"),
      CorpusReader(paths: [one, two], separator: [10]),
      CorpusReader(paths: [one, two], format: .jsonLines),
    ]
    for other in others { #expect(try other.hash() != hash) }
    #expect(try CorpusReader(paths: [one, two]).totalFileSize() == 6)
  }

  @Test func `a dash is standard input, plain text unless the format is stated`() async {
    await #expect(processExitsWith: .success) {
      func feed(_ text: String) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0 && write(ends[1], text, text.utf8.count) > 0)
        close(ends[1])
        precondition(dup2(ends[0], 0) == 0)
      }
      feed("{\"text\":\"a\"}\n")
      let plain = try CorpusReader(paths: ["-"]).documents()
      precondition(plain == ["{\"text\":\"a\"}\n"], "\(plain)")
      feed("{\"text\":\"b\"}\n")
      let lines = try CorpusReader(paths: ["-"], format: .jsonLines).documents()
      precondition(lines == ["b"], "\(lines)")
      feed("{\"text\":3}\n")
      let message = complaint {
        _ = try CorpusReader(paths: ["-"], format: .jsonLines).documents()
      }
      precondition(message.hasPrefix("standard input:1: the field"), "\(message)")
      let size = try CorpusReader(paths: ["-"]).totalFileSize()
      precondition(size == nil)
    }
  }

  @Test func `errors from the caller's body come through`() throws {
    struct Stop: Error {}
    let path = try directory.write("text", to: "a.txt")
    #expect(throws: Stop.self) {
      try CorpusReader(paths: [path]).forEachPiece { _, _ in throw Stop() }
    }
  }
}
