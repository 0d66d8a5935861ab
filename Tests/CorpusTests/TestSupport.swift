import Corpus
import Files
import StrictJSON
import Testing
import Tokenization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A directory that goes away with this object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/swiftlet-tests-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileSystem.remove(path) }

  /// The path of `name` in here.
  subscript(name: String) -> String { path + "/" + name }

  /// Writes a file, creating the directories above it, and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    if let slash = name.lastIndex(of: "/") {
      try FileSystem.createDirectory(self[String(name[..<slash])])
    }
    // Nothing here needs to survive a crash: a plain write spares the disk.
    let file = try #require(fopen(self[name], "w"))
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    #expect(fclose(file) == 0)
    return self[name]
  }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    try write(Array(text.utf8), name)
  }
}

extension CorpusReader {
  /// Every document, its pieces joined.
  func documents() throws -> [String] {
    var documents: [[UInt8]] = []
    try forEachPiece { piece, _ in
      if piece.isFirst { documents.append([]) }
      documents[documents.count - 1] += Array(piece.bytes)
    }
    return documents.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Every piece.
  func pieces() throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    try forEachPiece { piece, _ in pieces.append(Array(piece.bytes)) }
    return pieces
  }

  func counts() throws -> CorpusCounts { try forEachPiece { _, _ in }.counts }
}

/// What `body` complains about, as the user reads it: sentence and hint.
func complaint(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as any HintedError {
    return "\(error)" + (error.hint.map { "; \($0)" } ?? "")
  } catch {
    return "an error without a sentence: \(error)"
  }
}

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Decodes hexadecimal digits.
func hexadecimal(_ digits: String) -> [UInt8] {
  let digits = Array(digits.utf8)
  return stride(from: 0, to: digits.count, by: 2).map {
    UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)!
  }
}

/// A tokenizer that learned a few merges from `text`.
func smallTokenizer(
  of text: String =
    "a poem of some words: spring sleep knows no dawn, birds are heard everywhere\n",
  vocabularySize: Int = 290, preTokenizer: PreTokenizer = .gpt2,
  normalization: Normalization = .none
) throws -> Tokenizer {
  var trainer = BytePairTrainer(
    vocabularySize: vocabularySize, preTokenizer: preTokenizer, normalization: normalization)
  trainer.add(Array(text.utf8))
  return try trainer.train()
}

/// Documents of random words, some alike.
func randomDocuments(_ count: Int, seed: UInt64, words: ClosedRange<Int> = 1...40) -> [String] {
  let vocabulary = ["some", "words", "in", "other", "lines", "of", "text", "and", "a", "poem", "雨"]
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    (0..<Int.random(in: words, using: &generator)).map { _ in
      vocabulary.randomElement(using: &generator)!
        + [" ", ", ", "\n", ".\n\n", " "].randomElement(using: &generator)!
    }.joined()
  }
}

/// JSON Lines with one document a line.
func jsonLines(_ documents: [String]) -> [UInt8] {
  documents.flatMap {
    JSONValue.object([JSONMember(name: "text", value: .string($0))]).serialized() + [10]
  }
}
