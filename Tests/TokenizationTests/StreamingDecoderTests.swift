import Testing
import Tokenization

@Suite struct StreamingDecoderTests {
  @Test func `the pieces add up to the text, and no character is ever cut`() throws {
    let tokenizer = try RoundTripTests.tokenizer()
    var generator = Generator(seed: 2)
    for _ in 0..<3000 {
      let bytes = RoundTripTests.randomBytes(&generator)
      var decoder = StreamingDecoder(tokenizer)
      var text = ""
      var decoded = 0
      for id in tokenizer.encode(bytes) {
        decoded += tokenizer.byteCount(of: id)
        text += decoder.append(id)
        // What is held back is the start of a character: 3 bytes at most.
        let shown = String(decoding: bytes[..<decoded], as: UTF8.self).unicodeScalars
        let missing = shown.count - text.unicodeScalars.count
        #expect(missing == 0 || missing == 1)
        #expect(text.unicodeScalars.elementsEqual(shown.prefix(shown.count - missing)))
      }
      text += decoder.finish()
      #expect(text.utf8.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8))
    }
  }

  @Test func `a character is given out when its last byte arrives, and not before`() throws {
    let tokenizer = try RoundTripTests.tokenizer(size: 259)
    var decoder = StreamingDecoder(tokenizer)
    let ids = tokenizer.encode("a😀é")
    #expect(ids.count == 7)
    #expect(ids.map { decoder.append($0) } == ["a", "", "", "", "😀", "", "é"])
    #expect(decoder.finish() == "")
    // Special tokens and unknown ids show nothing and disturb nothing.
    #expect(
      [ids[1], 0, 9999, ids[2], ids[3], ids[4]].map { decoder.append($0) }
        == ["", "", "", "", "", "😀"])
  }

  @Test func `what is not UTF-8 becomes U+FFFD as soon as it is certain`() throws {
    let tokenizer = try RoundTripTests.tokenizer(size: 259)
    func shown(_ bytes: [UInt8]) -> [String] {
      var decoder = StreamingDecoder(tokenizer)
      let ids = tokenizer.encode(bytes)
      return ids.map { decoder.append($0) } + [decoder.finish()]
    }
    #expect(shown([0xFF, 0x61]) == ["\u{FFFD}", "a", ""])
    #expect(shown([0xE2, 0x82]) == ["", "", "\u{FFFD}"])
    #expect(shown([0xE2, 0x82, 0x61]) == ["", "", "\u{FFFD}a", ""])
    #expect(shown([0xED, 0xA0, 0x80]) == ["", "\u{FFFD}\u{FFFD}", "\u{FFFD}", ""])
    #expect(shown([0xF0, 0x9F, 0x98]) == ["", "", "", "\u{FFFD}"])
    #expect(shown([0xC0, 0xAF, 0xF5]) == ["\u{FFFD}", "\u{FFFD}", "\u{FFFD}", ""])
  }
}
