import Corpus
import Files
import StrictJSON

/// Lines of evaluation files; one that is bad is an error, for a part of a test is another test.
enum ExampleLines {
  static func read<Item>(_ path: String, _ item: (JSONValue) throws -> Item) throws -> [Item] {
    var items: [Item] = []
    let bytes = try FileSystem.readFile(path, limit: 1 << 31, allowsPipes: true)
    try ConversationFile.forEachLine(of: bytes) { number, line in
      do {
        items.append(try item(ConversationFile.object(line)))
      } catch let error as LineError {
        throw CorpusError(
          "\(FileError.printable(path)):\(number): \(error.reason)", hint: "mend or remove the line"
        )
      }
    }
    return items
  }

  static func oneLabel(_ path: String) -> CorpusError {
    CorpusError(
      "\(FileError.printable(path)) has a single label", hint: "give a file with two or more")
  }

  static func tooFew(_ path: String, _ count: Int, fewShot: Int) -> CorpusError {
    if count == 0 {
      return CorpusError("\(FileError.printable(path)) has no lines", hint: "give a file with some")
    }
    return CorpusError(
      "\(FileError.printable(path)) has \(count) lines, and more than \(fewShot) are needed",
      hint: "give a file with more lines, or a smaller --few-shot")
  }
}
