import Testing
import Tokenization

/// Pieces of long text are found in windows of 64 bytes, those of short text one by one, which is
/// what ``PieceTests`` compares with the regular expressions. Both must be the same.
@Suite struct PieceWindowTests {
  /// In every pattern a piece ends between these, and what is before it does not depend on what is
  /// behind it.
  private static let end = Array("a".utf8)
  private static let tail = Array(String(repeating: "1a", count: 50).utf8)

  private static let cells: [[UInt8]] =
    ["a", "s", "l", "B", "1", "7", " ", " ", "\n", "\r", "\t", "'", "'", "/", "(", "=", "\u{1}"]
    .map { Array($0.utf8) }
  private static let rare: [[UInt8]] =
    ["é", "Ж", "中", "\u{301}", "½", "\u{A0}", "\u{3000}", "ſ", "“", "😀"].map { Array($0.utf8) }
    + [[0xFF], [0xC3]]

  private func check(_ text: [UInt8], _ rules: PreTokenizer) -> Bool {
    let short = text + Self.end
    precondition(short.count < 80, "windows need fewer bytes than this")
    let alone = rules.pieces(of: short)
    return rules.pieces(of: short + Self.tail).prefix(alone.count).elementsEqual(alone)
  }

  @Test(arguments: PreTokenizer.allCases.filter { $0 != .whole })
  func `long text is cut like short text`(rules: PreTokenizer) {
    var generator = Generator(seed: 11)
    var failures: [[UInt8]] = []
    for round in 0..<40_000 {
      var text: [UInt8] = []
      // Few kinds of characters give long runs, many give all neighbours.
      let kinds = 1 + generator.next(below: Self.cells.count)
      let offset = generator.next(below: Self.cells.count)
      for _ in 0..<generator.next(below: 66) {
        let index = (offset + generator.next(below: kinds)) % Self.cells.count
        text += Self.cells[index]
        if round % 3 == 0, generator.next(below: 12) == 0 {
          text += Self.rare[generator.next(below: Self.rare.count)]
        }
      }
      text = Array(text.prefix(70))
      if !check(text, rules) { failures.append(text) }
    }
    #expect(failures.isEmpty, "such as \(failures.first ?? [])")
  }

  @Test(arguments: PreTokenizer.allCases.filter { $0 != .whole })
  func `every short string of ASCII's classes is cut alike in a window`(rules: PreTokenizer) {
    let cells = "aB1 \n\t'(/s".utf8.map { [$0] }
    var strings: [[UInt8]] = [[]]
    var failures: [[UInt8]] = []
    for _ in 0..<5 {
      strings = strings.flatMap { string in cells.map { string + $0 } }
      failures += strings.filter { !check($0, rules) }
    }
    #expect(failures.isEmpty, "such as \(failures.first ?? [])")
  }
}
