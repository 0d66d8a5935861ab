import StrictJSON
import Testing
import Tokenization

/// Against the `regex` module and Hugging Face, which run the published regular expressions.
@Suite struct PieceTests {
  @Test func `every short string over the classes is cut like by the regular expressions`() throws {
    let goldens = try JSONValue(parsing: golden("pieces.json"))
    let runs = [
      (goldens["cells"]?.strings ?? [], goldens["longest"]?.integer ?? 0),
      (goldens["few_cells"]?.strings ?? [], goldens["longest_of_few"]?.integer ?? 0),
    ]
    for rules in PreTokenizer.allCases where rules != .whole {
      let hashes = try #require(goldens["hashes"]?[rules.rawValue]).strings
      #expect(hashes.count == 57)
      var computed: [String] = []
      for (cells, longest) in runs {
        let cells = cells.map { Array($0.utf8) }
        for first in cells {
          var hash: UInt64 = 0xCBF2_9CE4_8422_2325
          func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
          var strings = [first]
          for length in 1...longest {
            for string in strings {
              for piece in rules.pieces(of: string) { add(UInt8(piece.count)) }
              add(0)
            }
            if length < longest {
              strings = strings.flatMap { string in cells.map { string + $0 } }
            }
          }
          let digits = String(hash, radix: 16)
          computed.append(String(repeating: "0", count: 16 - digits.count) + digits)
        }
      }
      for (index, hash) in hashes.enumerated() {
        let cells = runs[0].0 + runs[1].0
        #expect(computed[index] == hash, "\(rules) on strings that begin with \(cells[index])")
      }
    }
  }

  private func cut(_ text: String, _ rules: PreTokenizer) -> [String] {
    let bytes = Array(text.utf8)
    return rules.pieces(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test func `the patterns differ where they should`() {
    #expect(cut("it's  12345\n\n  ", .gpt2) == ["it", "'s", " ", " 12345", "\n\n  "])
    #expect(cut("it'S  12345\n\n  ", .gpt4) == ["it", "'S", " ", " ", "123", "45", "\n\n  "])
    #expect(cut("it'ſ  12345\n\n  ", .llama3) == ["it", "'ſ", " ", " ", "123", "45", "\n\n", "  "])
    #expect(cut("it's 12", .qwen2) == ["it", "'s", " ", "1", "2"])
    #expect(
      cut("it's  123 \n4a Ⅷ½  x 5", .gpt2Digits)
        == ["it", "'s", "  ", "1", "2", "3", " \n", "4", "a", " ", "Ⅷ", "½", " ", " x", " ", "5"])
    #expect(
      cut("it's  123 \n4a Ⅷ½  x 5", .gpt2Numbers)
        == ["it", "'s", "  ", "123", " \n", "4", "a", " ", "Ⅷ½", " ", " x", " ", "5"])
    #expect(cut("a b", .whole) == ["a b"])
    #expect(cut("", .whole) == [])
    #expect(
      cut("it'S ('hello')\r\nx", .gpt2) == ["it", "'", "S", " ('", "hello", "')", "\r", "\n", "x"])
    #expect(cut("it'S ('hello')\r\nx", .gpt4) == ["it", "'S", " ('", "hello", "')\r\n", "x"])
  }

  @Test(arguments: PreTokenizer.allCases)
  func `pieces cover any bytes, and bytes that are not UTF-8 are symbols`(rules: PreTokenizer) {
    var generator = Generator(seed: 5)
    let fragments: [[UInt8]] = [
      [0xFF], [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0xAF],
      [0xF4, 0x90, 0x80, 0x80], [0x20], [0x61], [0x0A], [0xE4, 0xB8, 0xAD], [0x27], [0x31],
    ]
    for _ in 0..<2000 {
      let text = (0..<generator.next(below: 9)).flatMap { _ in
        fragments[generator.next(below: fragments.count)]
      }
      let pieces = rules.pieces(of: text)
      #expect(pieces.allSatisfy { !$0.isEmpty })
      #expect(pieces.map(\.lowerBound) == [0] + pieces.map(\.upperBound).dropLast() || text.isEmpty)
      #expect(pieces.last?.upperBound ?? 0 == text.count)
    }
    if rules != .whole {
      #expect(rules.pieces(of: [0x61, 0xFF, 0xFE, 0x20, 0x80]) == [0..<1, 1..<3, 3..<5])
      // A cut-off character is no letter; a whole one is.
      #expect(rules.pieces(of: [0x61, 0xE4, 0xB8]) == [0..<1, 1..<3])
      #expect(rules.pieces(of: [0x61, 0xE4, 0xB8, 0xAD]) == [0..<4])
    }
  }

  @Test func `a pattern is found by its exact spelling, and only so`() {
    for rules in PreTokenizer.allCases {
      guard let pattern = rules.pattern else { continue }
      #expect(PreTokenizer(pattern: pattern) == rules || rules == .digits3 || rules == .digits1)
      #expect(PreTokenizer(pattern: pattern + " ") == nil)
    }
    #expect(Set(PreTokenizer.allCases.map(\.pattern)).count == PreTokenizer.allCases.count)
  }
}
