import Files
import Foundation
import StrictJSON
import TestSupport
import Testing

/// The model in `checkpoints/`, which StoryTests makes in small.
@Suite struct ShippedModelTests {
  private let directory = TemporaryDirectory()
  private let run: String

  /// Works on a copy, since what `evaluate` measures is kept in the run.
  init() throws {
    run = directory["storyteller"]
    let source = DocumentationTests.root.appending(path: "checkpoints/storyteller")
    try FileManager.default.copyItem(at: source, to: URL(filePath: run))
  }

  @Test func `it is small, and tells a story`() throws {
    var size = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: run) {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(run)/\(name)")
      if attributes[.type] as? FileAttributeType == .typeRegular {
        size += attributes[.size] as? Int ?? .max
      }
    }
    #expect(size < 3_000_000)
    let story = try swiftlet("generate", "--run", run, "Once upon a time", "--seed", "3", "-q")
    #expect(story.status == 0, "\(story.errors)")
    let words = story.text.split(separator: " ")
    #expect(words.count > 60 && story.text.hasPrefix("Once upon a time"), "\(story.text)")
    #expect(Set(words).count > 40, "\(story.text)")
  }

  @Test func `it answers most questions about stories that it has not seen`() throws {
    let lines = try lineCount()
    let worlds = try swiftlet(
      "corpus", "synthesize", "--megabytes", "1", "--examples", "300", "--seed", "77", "--out",
      directory["worlds"], "-q")
    #expect(worlds.status == 0, "\(worlds.errors)")
    let result = try swiftlet(
      "evaluate", "--run", run, "--task", "questions", "--data",
      directory["worlds/questions.jsonl"], "--json", "-q")
    #expect(result.status == 0, "\(result.errors)")
    let json = try result.json()
    // 87 % where it was made; other instructions round otherwise.
    #expect(try #require(json["accuracy"]?.number) > 0.8)
    #expect(try #require(json["most_frequent_answer"]?.number) < 0.1)
    #expect(try lineCount() == lines + 1)
  }

  private func lineCount() throws -> Int {
    let path = "\(run)/evaluations.jsonl"
    guard FileSystem.exists(path) else { return 0 }
    return try FileSystem.readFile(path).count { $0 == UInt8(ascii: "\n") }
  }
}
