import ArgumentParser
import Runs
import StrictJSON
import Tokenization

/// `tokenizer decode`: ids back to bytes.
struct TokenizerDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Turn token ids back into text.",
    discussion: """
      Reads ids from standard input, as `tokenizer encode` prints them, with --json,
      with --offsets or without, and writes exactly the bytes that they stand for.
      Special tokens stand for none.

        swiftlet tokenizer decode --tokenizer T.json < ids.txt
      """)

  @Option(help: ArgumentHelp("The tokenizer.json to use.", valueName: "file"))
  var tokenizer: String

  func run() throws {
    let tokenizer = try Tokenizer(reading: self.tokenizer)
    var ids: [UInt32] = []
    var number = 0
    var depth = 0
    try StandardInput.forEachLine { line in
      number += 1
      if depth == 0, line.first == UInt8(ascii: "{") {
        return ids += try Self.ids(ofSpans: line, tokenizer, line: number)
      }
      for byte in line {
        if byte == UInt8(ascii: "[") { depth += 1 }
        if byte == UInt8(ascii: "]") { depth -= 1 }
        guard (0...2).contains(depth) else { throw Self.brackets(line: number) }
      }
      for word in line.split(whereSeparator: Self.divides) {
        ids.append(try id(word, tokenizer, line: number))
      }
    } pause: {
      try Terminal.write(tokenizer.decode(ids))
      ids.removeAll(keepingCapacity: true)
    }
    if depth != 0 { throw Self.brackets(line: number) }
  }

  private static func brackets(line: Int) -> CommandError {
    CommandError(
      "the brackets of the JSON in line \(line) of standard input do not match",
      hint: "it may have been cut; make it again with `swiftlet tokenizer encode --json`")
  }

  /// White space, and what JSON puts between numbers.
  private static func divides(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || "[],".utf8.contains(byte)
  }

  private func id(_ word: ArraySlice<UInt8>, _ tokenizer: Tokenizer, line: Int) throws -> UInt32 {
    let text = String(decoding: word, as: UTF8.self)
    guard word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      let shown = text.unicodeScalars.count > 40 ? "\(text.prefix(40))…" : text
      throw CommandError(
        "line \(line) of standard input holds \"\(shown)\", which is not a token id",
        hint: "ids are numbers divided by spaces, as `swiftlet tokenizer encode` prints them")
    }
    guard let id = UInt32(text), tokenizer.contains(id) else {
      throw Self.unknown("\(text.prefix(40))", tokenizer, line: line)
    }
    return id
  }

  /// The ids of a line that `tokenizer encode --offsets` printed.
  private static func ids(ofSpans line: ArraySlice<UInt8>, _ tokenizer: Tokenizer, line number: Int)
    throws -> [UInt32]
  {
    guard let list = (try? JSONValue(parsing: Array(line)))?["ids"]?.array else {
      throw CommandError(
        "line \(number) of standard input is no JSON object with a list \"ids\"",
        hint: "it may have been cut; make it again with `swiftlet tokenizer encode --offsets`")
    }
    return try list.map { entry in
      guard let id = entry.integer.flatMap({ UInt32(exactly: $0) }), tokenizer.contains(id) else {
        let shown = String(decoding: entry.serialized().prefix(40), as: UTF8.self)
        throw unknown(shown, tokenizer, line: number)
      }
      return id
    }
  }

  private static func unknown(_ id: String, _ tokenizer: Tokenizer, line: Int) -> CommandError {
    CommandError(
      "line \(line) of standard input holds the id \(id), and the tokenizer has ids from 0 to "
        + "\(tokenizer.vocabularySize - 1)",
      hint: "use the tokenizer that made the ids")
  }
}
