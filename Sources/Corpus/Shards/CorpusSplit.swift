import ContentHashing

/// The two sides of a corpus.
public enum CorpusSplit: String, Sendable, CaseIterable {
  /// Text to learn from.
  case train
  /// Text held out to measure with.
  case validation
}

/// Where validation text comes from.
public enum ValidationSource: Sendable {
  /// Nowhere: all text is training text.
  case none
  /// The corpus itself.
  ///
  /// Of a corpus of many documents, those whose hash falls into one hundredth of all hashes: which
  /// side a document is on depends on its bytes alone, and identical documents are on the same
  /// side. Where this finds fewer than ten documents (in a book, or some hundred articles), the end
  /// of the text: its last tenth or last mebibyte, whichever is less, cut behind a line.
  case automatic
  /// Another corpus. Documents of it that also stand in the training corpus are dropped there.
  case corpus(CorpusReader)
}

/// Says for each piece of a corpus, in order, on which side it is.
///
/// Documents are told apart by their ``DocumentPiece/identity``; documents longer than a piece are
/// never chosen by hash.
struct SplitRule {
  /// The rules behind ``ValidationSource``.
  enum Kind {
    case allTraining
    case byHash
    /// From this byte of the delivered text on.
    case end(from: Int)
    case without(Set<ContentHash>)
  }

  /// One of the one or two parts of a piece, with its side; text without one is dropped.
  struct Part {
    let range: Range<Int>
    let split: CorpusSplit?
    let isFirst: Bool
  }

  private let kind: Kind
  /// The side of the document that goes on.
  private var current: CorpusSplit? = .train
  private var position = 0
  private var trained: Set<ContentHash> = []
  /// The document that goes on, and whether it was trained on before.
  private var document: (identity: ContentHash, isCopy: Bool)?
  /// The document that the end of the text cut: its copies hold validation text.
  private var cut: ContentHash?
  /// How many documents were dropped because they are validation text.
  private(set) var dropped = 0

  /// One in so many documents is validation text.
  static let share: UInt64 = 100
  /// The fewest documents that the choice by hash must yield.
  static let fewestDocuments = 10
  /// The most bytes that the end of a text gives.
  static let longestEnd = 1 << 20

  init(_ kind: Kind) { self.kind = kind }

  /// Whether a document is validation text by its hash.
  static func isValidation(_ identity: ContentHash) -> Bool { identity.low % share == 0 }

  /// Finds the rule for ``ValidationSource/automatic`` by reading as much of `reader` as it takes.
  static func automatic(for reader: CorpusReader) throws -> SplitRule {
    struct Enough: Error {}
    var found = 0
    var bytes = 0
    do {
      try reader.forEachPiece { piece, counts in
        bytes = counts.bytes
        guard piece.isFirst, piece.isLast, isValidation(piece.identity) else { return }
        found += 1
        if found == fewestDocuments { throw Enough() }
      }
    } catch is Enough {
      return SplitRule(.byHash)
    }
    return SplitRule(.end(from: bytes - min(bytes / 10, longestEnd)))
  }

  /// The parts of the next piece.
  mutating func parts(of piece: DocumentPiece) -> [Part] {
    let start = position
    let count = piece.bytes.count
    position += count
    switch kind {
    case .allTraining: current = .train
    case .byHash:
      if piece.isFirst {
        current = piece.isLast && SplitRule.isValidation(piece.identity) ? .validation : .train
      }
    case .without(let held):
      if piece.isFirst {
        current = held.contains(piece.identity) ? nil : .train
        if current == nil { dropped += 1 }
      }
    case .end(let end):
      if piece.isFirst {
        let identity = piece.identity
        let isCopy = trained.contains(identity)
        document = (identity, isCopy)
        if identity == cut {
          current = nil
          dropped += 1
          break
        }
        // A document that was trained on, or is about to be, stays there.
        current = start >= end && !isCopy ? .validation : .train
        if current == .train { trained.insert(identity) }
      }
      guard current == .train, document?.isCopy == false, (start..<(start + count)).contains(end)
      else { break }
      let middle = SplitRule.lineStart(in: piece.bytes, from: end - start)
      guard middle > 0, middle < count else { break }
      current = .validation
      cut = document?.identity
      return [
        Part(range: 0..<middle, split: .train, isFirst: piece.isFirst),
        Part(range: middle..<count, split: .validation, isFirst: true),
      ]
    }
    return [Part(range: 0..<count, split: current, isFirst: piece.isFirst)]
  }

  /// The first start of a line at or after `offset`, else of a word, else of a character.
  private static func lineStart(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
    let rest = bytes[max(offset - 1, 0)...]
    for mark: UInt8 in [0x0A, 0x20] {
      if let found = rest.dropLast().firstIndex(of: mark) { return found + 1 }
    }
    return bytes[offset...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
  }
}
