import Files
import TestSupport
import Testing

/// Slips of the hand that would cost something if they were taken at their word.
@Suite struct SlipTests {
  private let directory = TemporaryDirectory()

  @Test func `a tokenizer does not replace the text that it is made from`() throws {
    let text = directory["text.txt"]
    try AtomicFile.write(Array("the cat sat on the mat".utf8), to: text)
    let result = try swiftlet(
      "tokenizer", "train", text, "--vocab-size", "260", "--out", directory.path + "/./text.txt")
    expectFailure(
      result, "--out would replace \(text), which is to be read", hint: "name another file")
    #expect(try FileSystem.readFile(text) == Array("the cat sat on the mat".utf8))
  }

  @Test func `an option without its value does not take the next argument`() throws {
    let result = try swiftlet("generate", "--run=", "Once")
    expectFailure(result, "--run needs a value.", status: 64)
    let other = try swiftlet("generate", "--run", "nowhere", "--stop=", "--json", "Once")
    expectFailure(other, "--stop needs a value.", status: 64)
  }

  @Test func `an argument that is not UTF-8 is refused`() throws {
    let result = try shell("$swiftlet generate --run nowhere $'h\\xff'")
    expectFailure(result, "argument 4 is not valid UTF-8", status: 64)
  }
}
