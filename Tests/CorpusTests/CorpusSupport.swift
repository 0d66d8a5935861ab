import Corpus
import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

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
