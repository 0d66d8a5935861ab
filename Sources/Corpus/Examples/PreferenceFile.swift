package import ContentHashing
import Files
import StrictJSON
public import Tokenization

/// A question with two answers, one better than the other.
public struct PreferencePair: Sendable, Equatable {
  /// What was said before, the question last.
  public let messages: [Message]
  /// The better answer.
  public let chosen: String
  /// The other one.
  public let rejected: String
}

/// The pairs of a JSON Lines file with `prompt`, `chosen` and `rejected`.
public struct PreferenceFile: Sendable {
  /// The file.
  public let path: String
  /// The pairs, in order.
  public let pairs: [PreferencePair]
  /// Lines that could not be used.
  public let badLines: [ConversationFile.BadLine]
  /// Identifies the bytes.
  package let hash: ContentHash

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isStrict: Whether a bad line is an error rather than left out.
  /// - Throws: `FileError`; ``CorpusError`` for a bad line in strict reading, or bad lines only.
  public init(path: String, isStrict: Bool = false) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 31, allowsPipes: true)
    let shown = FileError.printable(path)
    var pairs: [PreferencePair] = []
    var bad: [ConversationFile.BadLine] = []
    try ConversationFile.forEachLine(of: bytes) { number, line in
      do {
        let value = try ConversationFile.object(line)
        let prompt = try value.text("prompt")
        let (chosen, rejected) = (try value.text("chosen"), try value.text("rejected"))
        if chosen.isEmpty || rejected.isEmpty {
          throw LineError("its \"\(chosen.isEmpty ? "chosen" : "rejected")\" is empty")
        }
        if chosen == rejected { throw LineError("both answers are the same") }
        pairs.append(
          PreferencePair(
            messages: [Message(.user, prompt)], chosen: chosen, rejected: rejected))
      } catch let error as LineError {
        guard !isStrict else {
          throw CorpusError(
            "\(shown):\(number): \(error.reason)",
            hint: "mend the line, or leave out --strict to go on without it")
        }
        bad.append(ConversationFile.BadLine(number: number, reason: error.reason))
      }
    }
    guard !pairs.isEmpty else {
      let first = bad.first.map { "; line \($0.number): \($0.reason)" } ?? ""
      throw CorpusError(
        "\(shown) holds no preference\(first)",
        hint: "a line is an object with \"prompt\", \"chosen\" and \"rejected\"")
    }
    self.path = path
    self.pairs = pairs
    badLines = bad
    hash = ContentHash(of: bytes)
  }
}
