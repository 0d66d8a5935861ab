import Files
import Foundation
import Runs
import TestSupport
import Testing

/// `make story` in small.
@Suite struct StoryTests {
  private let script = DocumentationTests.root.path + "/.ci/story"

  @Test func `a hundredth of the story goes through all stages, and again costs nothing`() throws {
    let directory = TemporaryDirectory()
    let line = "PERCENT=1 SWIFTLET=$swiftlet \(script) \(directory["story"])"
    let first = try shell(line)
    try #require(first.status == 0, "\(first.errors)")
    let rows = first.text.split(separator: "\n")
    #expect(rows.count == 7)
    let guessing = rows[6]
    #expect(
      guessing.contains(#/^the most frequent answer; a coin +[0-9.]+ % +50\.0 %$/#), "\(guessing)")
    for row in rows[1...5] {
      #expect(row.contains(#/ [0-9]+\.[0-9] +[0-9]\.[0-9]{3} +[0-9.]+ % +[0-9.]+ %$/#), "\(row)")
    }
    let model = directory["story/storyteller/step-000000/model.safetensors"]
    let types = try Set(SafetensorsFile(path: model).entries.map(\.elementType))
    #expect(types == [.bfloat16])
    let again = try shell(line)
    #expect(again.status == 0 && again.text == first.text)
    #expect(!again.errors.contains("pretrained"))
  }
}
