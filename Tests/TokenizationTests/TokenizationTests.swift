import Testing
import Tokenization

@Suite struct RoundTripTests {
  @Test func `what is encoded decodes to the same bytes, and the file form is the same tokenizer`()
    throws
  {
    let text = "the cat sat on the mat; the cat's hat. 猫が座った 123 456\n\n  the end\u{0}\u{FFFD}"
    var trainer = BytePairTrainer(vocabularySize: 270, preTokenizer: .gpt2)
    trainer.add(Array(text.utf8))
    let tokenizer = try trainer.train()
    let bytes = Array(text.utf8) + [0xFF, 0xC3, 0x28, 0xE2, 0x82]
    #expect(tokenizer.encode(bytes).count < bytes.count)
    #expect(tokenizer.decode(tokenizer.encode(bytes)) == bytes)
    let again = try Tokenizer(json: tokenizer.json())
    #expect(again.hash == tokenizer.hash)
    #expect(again.encode(bytes) == tokenizer.encode(bytes))
  }
}
