package import ContentHashing
import Files
package import StrictJSON
package import Tokenization

/// The examples of fine-tuning files, and what was found in them.
///
/// A file is JSON Lines; the first line that is an object with the fields of a format decides the
/// format of the whole file. Directories, text and compressed files hold documents, as corpora do.
public struct ConversationFile: Sendable {
  /// The file.
  public let path: String
  /// How it holds its examples.
  public let format: ConversationFormat
  /// The examples, in order.
  public let examples: [Example]
  /// Lines that could not be used: their number, and why.
  public let badLines: [BadLine]
  /// Identifies the bytes.
  package let hash: ContentHash

  /// A line that could not be used.
  public struct BadLine: Sendable, Equatable {
    /// Its number, from 1.
    public let number: Int
    /// What is wrong with it.
    public let reason: String
  }

  private static let greatestSize = 1 << 31

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isStrict: Whether a bad line is an error rather than left out.
  /// - Throws: `FileError`; ``CorpusError`` for a bad line in strict reading, a file without a known
  ///   format, or one of bad lines only.
  public init(path: String, isStrict: Bool = false) throws {
    if Self.isText(path) {
      let read = try Self.documents(path, isStrict: isStrict)
      self.path = path
      self.format = .text
      self.examples = read.documents.map { .text(String(decoding: $0, as: UTF8.self)) }
      badLines = []
      hash = read.hash
      return
    }
    let bytes = try FileSystem.readFile(path, limit: Self.greatestSize, allowsPipes: true)
    let shown = FileError.printable(path)
    var format: ConversationFormat?
    var examples: [Example] = []
    var bad: [BadLine] = []
    try Self.forEachLine(of: bytes) { number, line in
      do {
        let value = try Self.object(line)
        guard let known = format ?? ConversationFormat(of: value) else {
          throw LineError(
            "it has neither \"messages\", nor \"prompt\" and \"completion\" or \"chosen\", nor \"instruction\" and "
              + "\"output\", nor \"text\", perhaps with \"label\"")
        }
        format = known
        examples.append(try known.example(value))
      } catch let error as LineError {
        guard !isStrict else {
          throw CorpusError(
            "\(shown):\(number): \(error.reason)",
            hint: "mend the line, or leave out --strict to go on without it")
        }
        bad.append(BadLine(number: number, reason: error.reason))
      }
    }
    guard let format, !examples.isEmpty else {
      let first = bad.first.map { "; line \($0.number): \($0.reason)" } ?? ""
      throw CorpusError(
        "\(shown) holds no example\(first)",
        hint: "a line is an object with \"messages\", \"prompt\" and \"completion\" or \"chosen\", "
          + "\"instruction\" and \"output\", \"text\" and \"label\", or \"text\"")
    }
    self.path = path
    self.format = format
    self.examples = examples
    badLines = bad
    hash = ContentHash(of: bytes)
  }

  /// Whether a path holds text rather than examples: a directory, text files, compressed files.
  private static func isText(_ path: String) -> Bool {
    FileSystem.isDirectory(path) || [".txt", ".md", ".gz", ".zst"].contains { path.hasSuffix($0) }
  }

  /// The documents of a path, as corpora have them.
  private static func documents(
    _ path: String, isStrict: Bool
  ) throws -> (documents: [[UInt8]], hash: ContentHash) {
    var documents: [[UInt8]] = []
    var size = 0
    let summary = try CorpusReader(paths: [path], isStrict: isStrict).forEachPiece { piece, _ in
      size += piece.bytes.count
      guard size <= greatestSize else {
        throw CorpusError(
          "\(FileError.printable(path)) holds more than \(greatestSize) bytes of text",
          hint: "examples are held in memory; give less")
      }
      if piece.isFirst { documents.append([]) }
      documents[documents.count - 1] += piece.bytes
    }
    return (documents, summary.hash)
  }

  /// Calls `body` with each line that is not blank, and its number.
  package static func forEachLine(
    of bytes: [UInt8], _ body: (Int, ArraySlice<UInt8>) throws -> Void
  ) rethrows {
    var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let line = rest[rest.startIndex..<end]
      if line.contains(where: { $0 > 0x20 }) { try body(number, line) }
      rest = end < rest.endIndex ? rest[(end + 1)...] : []
    }
  }

  /// The object of a line.
  package static func object(_ line: ArraySlice<UInt8>) throws -> JSONValue {
    let value: JSONValue
    do {
      value = try line.withUnsafeBytes { try JSONValue(parsing: $0) }
    } catch let error as JSONError {
      throw LineError("it is \(error)")
    }
    guard value.object != nil else { throw LineError("it is not an object") }
    return value
  }
}

/// Why a line cannot be used.
package struct LineError: Error {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

extension JSONValue {
  /// The text in a field.
  package func text(_ name: String) throws -> String {
    guard let value = self[name] else { throw LineError("it has no \"\(name)\"") }
    guard let text = value.string else { throw LineError("its \"\(name)\" is not a string") }
    return text
  }
}

extension ConversationFormat {
  /// The format of an object with the fields of one.
  fileprivate init?(of value: JSONValue) {
    let has = { (name: String) in value[name] != nil }
    if has("messages") {
      self = .messages
    } else if has("prompt"), has("completion") {
      self = .promptCompletion
    } else if has("prompt"), has("chosen") {
      self = .promptChosen
    } else if has("instruction"), has("output") {
      self = .alpaca
    } else if has("text"), has("label") {
      self = .classification
    } else if has("text") {
      self = .text
    } else {
      return nil
    }
  }

  /// An instruction with its input, if it has one.
  static func question(_ instruction: String, _ input: String) -> String {
    input.isEmpty ? instruction : "\(instruction)\n\n\(input)"
  }

  /// The example of a line of this format.
  fileprivate func example(_ value: JSONValue) throws -> Example {
    switch self {
    case .messages: return .conversation(try Message.list(value["messages"]))
    case .promptCompletion, .promptChosen:
      return .conversation([
        Message(.user, try value.text("prompt")),
        Message(
          .assistant, try value.text(self == .promptChosen ? "chosen" : "completion")),
      ])
    case .alpaca:
      let input = try value["input"].map { _ in try value.text("input") } ?? ""
      let instruction = try value.text("instruction")
      let system = try value["system"].map { _ in try value.text("system") } ?? ""
      return .conversation(
        (system.isEmpty ? [] : [Message(.system, system)]) + [
          Message(.user, Self.question(instruction, input)),
          Message(.assistant, try value.text("output")),
        ])
    case .classification:
      return .conversation([
        Message(.user, try value.text("text")), Message(.assistant, try value.text("label")),
      ])
    case .text:
      guard value["label"] == nil else {
        throw LineError("it has a \"label\", which the first line has not")
      }
      return .text(try value.text("text"))
    }
  }
}

extension Message {
  /// The messages of a list: perhaps the system's, then the user's and the assistant's in turn, the
  /// assistant's last.
  package static func list(_ value: JSONValue?) throws -> [Message] {
    let messages = try turns(value)
    guard messages.last?.role == .assistant else { throw notInTurn(", the assistant's last") }
    return messages
  }

  /// The messages of a list, whoever is the last.
  static func turns(_ value: JSONValue?) throws -> [Message] {
    guard let values = value?.array else { throw LineError("its \"messages\" are not a list") }
    let messages = try values.enumerated().map { index, value in
      guard let role = value["role"]?.string.flatMap(Role.init),
        let content = value["content"]?.string
      else {
        throw LineError(
          "message \(index + 1) has no \"role\" of \(Role.allCases.map(\.rawValue).joined(separator: ", ")) "
            + "with a \"content\" that is a string")
      }
      // To learn the rest without them would be to learn something else.
      if let field = unsupported.first(where: { (value[$0] ?? .null) != .null }) {
        throw LineError("message \(index + 1) has \"\(field)\", which is not supported")
      }
      return Message(role, content)
    }
    let turns = messages.first?.role == .system ? messages.dropFirst() : messages[...]
    let isInTurn = turns.enumerated().allSatisfy { index, message in
      message.role == (index % 2 == 0 ? .user : .assistant)
    }
    guard isInTurn, !turns.isEmpty else { throw notInTurn("") }
    return messages
  }

  /// Fields that change what is said, or what of it is to be learned.
  private static let unsupported = [
    "tool_calls", "function_call", "reasoning_content", "reasoning", "thinking", "weight",
  ]

  private static func notInTurn(_ end: String) -> LineError {
    LineError("its messages are not the user's and the assistant's in turn\(end)")
  }
}
