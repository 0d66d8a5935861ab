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
    var reader = IDReader(tokenizer: try Tokenizer(reading: self.tokenizer))
    while case let chunk = try StandardInput.nextChunk(), !chunk.isEmpty {
      for byte in chunk { try reader.take(byte) }
      // All that is certain, also where a line goes on.
      try Terminal.write(reader.decoded())
    }
    try reader.finish()
    try Terminal.write(reader.decoded())
  }
}

/// Ids from what `tokenizer encode` prints, byte for byte.
private struct IDReader {
  private let tokenizer: Tokenizer
  private var ids: [UInt32] = []
  /// What has been read of a number, or of a line that is an object.
  private var word: [UInt8] = []
  private var number = 1
  private var depth = 0
  private var isLineEmpty = true
  private var isObject = false

  init(tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// The bytes that the ids stand for which came since.
  mutating func decoded() -> [UInt8] {
    defer { ids.removeAll(keepingCapacity: true) }
    return tokenizer.decode(ids)
  }

  mutating func take(_ byte: UInt8) throws {
    if byte == UInt8(ascii: "\n") {
      try endWord()
      number += 1
      (isLineEmpty, isObject) = (true, false)
    } else if isObject || !Self.divides(byte) {
      isObject = isObject || isLineEmpty && depth == 0 && byte == UInt8(ascii: "{")
      isLineEmpty = false
      word.append(byte)
    } else {
      try endWord()
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") { depth -= 1 }
      if byte != 0x20 { isLineEmpty = false }
      guard (0...2).contains(depth) else { throw Self.brackets(line: number) }
    }
  }

  mutating func finish() throws {
    try endWord()
    if depth != 0 { throw Self.brackets(line: number) }
  }

  private mutating func endWord() throws {
    guard !word.isEmpty else { return }
    if isObject { ids += try ids(ofSpans: word) } else { ids.append(try id(word)) }
    word.removeAll(keepingCapacity: true)
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

  private func id(_ word: [UInt8]) throws -> UInt32 {
    let text = String(decoding: word, as: UTF8.self)
    guard word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      let shown = text.unicodeScalars.count > 40 ? "\(text.prefix(40))…" : text
      throw CommandError(
        "line \(number) of standard input holds \"\(shown)\", which is not a token id",
        hint: "ids are numbers divided by spaces, as `swiftlet tokenizer encode` prints them")
    }
    guard let id = UInt32(text), tokenizer.contains(id) else {
      throw unknown(text)
    }
    return id
  }

  /// The ids of a line that `tokenizer encode --offsets` printed.
  private func ids(ofSpans line: [UInt8]) throws -> [UInt32] {
    guard let list = (try? JSONValue(parsing: line))?["ids"]?.array else {
      throw CommandError(
        "line \(number) of standard input is no JSON object with a list \"ids\"",
        hint: "it may have been cut; make it again with `swiftlet tokenizer encode --offsets`")
    }
    return try list.map { entry in
      guard let id = entry.integer.flatMap({ UInt32(exactly: $0) }), tokenizer.contains(id) else {
        throw unknown(String(decoding: entry.serialized(), as: UTF8.self))
      }
      return id
    }
  }

  private func unknown(_ id: String) -> CommandError {
    let size = tokenizer.vocabularySize
    let reason =
      UInt32(id).map { $0 < size } ?? false
      ? "no token of the tokenizer has it" : "the tokenizer has ids from 0 to \(size - 1)"
    return CommandError(
      "line \(number) of standard input holds the id \(id.prefix(40)), and \(reason)",
      hint: "use the tokenizer that made the ids")
  }
}
