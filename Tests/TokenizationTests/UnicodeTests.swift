import StrictJSON
import Testing
import Tokenization

/// Against Python's `regex` (White_Space) and `unicodedata` (categories and normal forms).
@Suite struct UnicodeTests {
  @Test func `every character has its class`() throws {
    let goldens = try JSONValue(parsing: golden("classes.json"))
    var expected = [UInt8](repeating: 0, count: 0x110000)
    func add(_ name: String, _ classes: UInt8) throws {
      let bounds = try #require(goldens[name]).ids.map(Int.init)
      for index in stride(from: 0, to: bounds.count, by: 2) {
        for scalar in bounds[index]...bounds[index + 1] { expected[scalar] |= classes }
      }
    }
    let (upper, lower) = (CharacterClass.upper, CharacterClass.lower)
    try add("letters", CharacterClass.letter)
    try add("numbers", CharacterClass.number)
    try add("blanks", CharacterClass.blank)
    try add("marks", CharacterClass.mark | upper | lower)
    try add("uppercase", upper)
    try add("lowercase", lower)
    for scalar in expected.indices
    where expected[scalar] == CharacterClass.letter { expected[scalar] |= upper | lower }
    let unknown: UInt8 = 128
    try add("unassigned", unknown)
    expected[0x0A] |= CharacterClass.lineBreak
    expected[0x0D] |= CharacterClass.lineBreak
    let wrong = expected.indices.filter {
      !(0xD800..<0xE000).contains($0) && expected[$0] & unknown == 0
        && expected[$0] != UnicodeTables.classes[UInt32($0)]
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(10).map { String($0, radix: 16) })")
    #expect(expected.count { $0 & CharacterClass.letter != 0 } > 130_000)
  }

  @Test func `the library names its versions`() {
    for version in [UnicodeTables.libraryVersion, UnicodeTables.unicodeVersion] {
      #expect(version.split(separator: ".").compactMap { Int($0) }.count == 3, "\(version)")
    }
  }

  @Test func `normal forms are those of the standard`() throws {
    let forms = try #require(try JSONValue(parsing: golden("normal-forms.json"))["forms"]?.array)
    #expect(forms.count == 168)
    for form in forms.map({ $0.strings.map { Array($0.utf8) } }) {
      #expect(Normalization.none.normalized(form[0]) == form[0])
      #expect(Normalization.nfc.normalized(form[0]) == form[1], "\(form[0])")
      #expect(Normalization.nfkc.normalized(form[0]) == form[2], "\(form[0])")
    }
  }

  @Test func `characters newer than the peer's tables stay as they are, as there`() throws {
    let forms = try #require(try JSONValue(parsing: golden("inert.json"))["forms"]?.array)
    #expect(forms.count == 150)
    for form in forms.map({ $0.strings.map { Array($0.utf8) } }) {
      #expect(Normalization.nfc.normalized(form[0]) == form[1], "\(form[0])")
      #expect(Normalization.nfkc.normalized(form[0]) == form[2], "\(form[0])")
    }
  }

  @Test(arguments: [Normalization.nfc, .nfkc])
  func `many marks are brought into order in time, and into the same order`(form: Normalization) {
    // U+0327 comes before U+0315, and joins the letter; U+0344 becomes two marks.
    func text(_ count: Int) -> [UInt8] {
      Array(("c" + String(repeating: "\u{315}\u{327}\u{344}", count: count) + "x").utf8)
    }
    func expected(_ count: Int) -> [UInt8] {
      Array(
        ("ç" + String(repeating: "\u{327}", count: count - 1)
          + String(repeating: "\u{308}\u{301}", count: count)
          + String(repeating: "\u{315}", count: count) + "x").utf8)
    }
    for count in [3, 10, 11, 12, 40] {
      #expect(form.normalized(text(count)) == expected(count), "\(count)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    #expect(form.normalized(text(100_000)) == expected(100_000))
    // Exchanging neighbours takes hours.
    #expect(clock.now - start < .seconds(60))
  }

  @Test func `bytes that are not UTF-8 pass through normalisation, the text around them does not`()
  {
    let decomposed = Array("e\u{301}".utf8)
    let composed = Array("é".utf8)
    for bytes: [UInt8] in [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0x80, 0x80]] {
      #expect(Normalization.nfc.normalized(bytes) == bytes)
      #expect(
        Normalization.nfc.normalized(decomposed + bytes + decomposed + [0] + decomposed)
          == composed + bytes + composed + [0] + composed)
      // The accent does not reach over them.
      let split = Array("e".utf8) + bytes + Array("\u{301}".utf8)
      #expect(Normalization.nfkc.normalized(split) == split)
    }
  }

  /// `tokenizers` and tiktoken know Unicode 16.0, whatever the installed library does.
  @Test(
    arguments: [
      (0x2EBF0, CharacterClass.letter | CharacterClass.upper | CharacterClass.lower),
      (0x1C89, CharacterClass.letter | CharacterClass.upper),
      (0x1C8A, CharacterClass.letter | CharacterClass.lower),
      (0x10D40, CharacterClass.number),
      (0x897, CharacterClass.mark | CharacterClass.upper | CharacterClass.lower),
      (0x13460, CharacterClass.letter | CharacterClass.upper | CharacterClass.lower),
    ] as [(UInt32, UInt8)])
  func `characters since Unicode 15`(scalar: UInt32, expected: UInt8) {
    #expect(UnicodeTables.classes[scalar] == expected)
  }
}
