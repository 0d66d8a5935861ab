import Files
import StoryWorld
import StrictJSON
import TestSupport
import Testing

@Suite struct SynthesizeTests {
  private let directory = TemporaryDirectory()

  private func synthesize(_ name: String, seed: String = "7") throws -> [UInt8] {
    let result = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.3", "--seed", seed, "--out", directory[name])
    #expect(result.status == 0)
    #expect(result.text == "")
    #expect(result.errors.contains("wrote \(directory[name])/stories.jsonl: "))
    #expect(result.errors.contains("next: swiftlet tokenizer train "))
    return try FileSystem.readFile(directory[name] + "/stories.jsonl")
  }

  @Test func `the stories of a seed, in order, up to the size`() throws {
    let bytes = try synthesize("a")
    #expect(bytes.last == UInt8(ascii: "\n"))
    let lines = bytes.dropLast().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // The last story is the one that reaches the size.
    #expect(bytes.count >= 300_000)
    #expect(bytes.count - lines[lines.count - 1].count - 1 < 300_000)
    let world = StoryWorld(seed: 7)
    for (index, line) in lines.enumerated() {
      #expect(try JSONValue(parsing: Array(line)) == ["text": .string(world.story(index).text)])
    }
  }

  @Test func `the same seed gives the same bytes, another one others`() throws {
    let first = try synthesize("a")
    // Replaces what is there.
    #expect(try synthesize("a") == first)
    #expect(try synthesize("b") == first)
    #expect(try synthesize("c", seed: "8") != first)
    #expect(try FileSystem.contents(ofDirectory: directory["a"]) == ["stories.jsonl"])
  }

  @Test func `a directory that cannot be made is an error`() throws {
    let file = try directory.write("", to: "file")
    let result = try swiftlet("corpus", "synthesize", "--megabytes", "1", "--out", file + "/d")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error: cannot create \(file)/d: not a directory\nhint: "))
  }
}
