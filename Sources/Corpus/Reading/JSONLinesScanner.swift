import Files
import StrictJSON

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Reads JSON Lines: each line that is not blank is an object, and its text field is a document.
struct JSONLinesScanner {
  let field: String
  /// The directory that was named instead of the file.
  var directory: String?
  /// The most bytes of a line, which is held in memory whole.
  var longestLine = 1 << 28

  /// Delivers every document of `buffer`.
  func scan(_ buffer: inout InputBuffer, into sink: inout DocumentSink) throws {
    var parser = JSONLineParser(field: field, replacesLoneSurrogates: !sink.isStrict)
    var line = 0
    var searched = 0
    while true {
      let bytes = buffer.bytes
      let found = bytes.baseAddress.flatMap { memchr($0 + searched, 0x0A, bytes.count - searched) }
      if let found, let base = bytes.baseAddress {
        let end = UnsafeRawPointer(found) - base
        line += 1
        try deliver(UnsafeRawBufferPointer(rebasing: bytes[..<end]), line, &parser, &sink)
        buffer.consume(end + 1)
        searched = 0
        continue
      }
      searched = bytes.count
      guard searched <= longestLine else {
        throw CorpusError(
          "\(sink.input.name):\(line + 1): the line is longer than \(longestLine) bytes",
          hint: "cut it into several documents, or read the file as --format plain")
      }
      if try !buffer.fill() { break }
    }
    try deliver(buffer.bytes, line + 1, &parser, &sink)
  }

  private func deliver(
    _ line: UnsafeRawBufferPointer, _ number: Int, _ parser: inout JSONLineParser,
    _ sink: inout DocumentSink
  ) throws {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
    let input = sink.input
    let repaired = try sink.repair(
      line, place: { "\(input.name):\(number), byte \($0) of the line" })
    if let repaired {
      try repaired.withUnsafeBytes { try deliver(valid: $0, number, &parser, &sink) }
    } else {
      try deliver(valid: line, number, &parser, &sink)
    }
  }

  private func deliver(
    valid line: UnsafeRawBufferPointer, _ number: Int, _ parser: inout JSONLineParser,
    _ sink: inout DocumentSink
  ) throws {
    if parser.parse(line) {
      sink.counts.replacedSequences += parser.loneSurrogates
      return try parser.text.withUnsafeBytes { try sink.deliverDocument($0) }
    }
    // Rare shapes and everything that is wrong.
    do {
      var text = try text(in: line, "\(sink.input.name):\(number)")
      try text.withUTF8 { try sink.deliverDocument(UnsafeRawBufferPointer($0)) }
    } catch let error as CorpusError where sink.countsDamage {
      sink.counts.unreadableLines += 1
      sink.counts.firstUnreadable = sink.counts.firstUnreadable ?? error.description
    }
  }

  /// Reads the field through the complete parser, whose errors say what is wrong.
  private func text(in line: UnsafeRawBufferPointer, _ place: String) throws -> String {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: line)
    } catch let error as JSONError {
      throw CorpusError(
        "\(place), byte \(error.offset) of the line: invalid JSON: \(error.reason)",
        hint: "every line must be one JSON object; plain text needs --format plain")
    }
    guard let members = value.object else {
      throw CorpusError(
        "\(place): the line is JSON but no object",
        hint: "every line must be one object such as {\"\(field)\": \"…\"}")
    }
    guard let member = value[field] else {
      let names = members.prefix(8).map { "\"\(CorpusError.oneLine($0.name, limit: 40))\"" }.joined(
        separator: ", ")
      throw CorpusError(
        "\(place): the object has no field \"\(field)\"",
        hint: directory.map(hintOfDirectory)
          ?? (names.isEmpty
            ? "the object is empty" : "choose one with --field; this line has \(names)"))
    }
    guard let text = member.string else {
      throw CorpusError(
        "\(place): the field \"\(field)\" is not a string",
        hint: "choose another with --field, or leave such lines out")
    }
    return text
  }

  /// Such as for what `corpus synthesize` writes: stories to train on, beside tasks and what is
  /// held out, which a reader must not mix with them unasked.
  private func hintOfDirectory(_ directory: String) -> String {
    let stories = (directory.hasSuffix("/") ? directory : directory + "/") + "stories.jsonl"
    return FileSystem.exists(stories)
      ? "name \(FileError.printable(stories)) instead of the directory, which holds tasks too"
      : "name those files of \(FileError.printable(directory)) that hold text to read"
  }
}
