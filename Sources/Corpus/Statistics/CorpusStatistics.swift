public import ContentHashing

/// What a corpus consists of, counted in one pass.
///
/// Memory does not grow with the corpus: at most about 250 MB for the counts (one million distinct
/// documents, a quarter of a million distinct lines and words, beyond which
/// ``isExact`` is false and the rest estimated), and what a ``CorpusReader`` holds.
public struct CorpusStatistics {
  /// One side of the corpus.
  public struct Side: Sendable, Equatable {
    /// Documents; one that the end of the text is cut from counts on both sides.
    public internal(set) var documents = 0
    /// Bytes of text.
    public internal(set) var bytes = 0
  }

  /// Something that occurs more than once, or seldom.
  public struct Occurrences: Sendable, Equatable {
    /// The line or word; the beginning of a long one.
    public let text: String
    /// How often.
    public let count: Int
    /// By how much the count may be too low.
    public let error: Int
  }

  /// Documents, bytes, and what reading replaced.
  public private(set) var counts = CorpusCounts()
  /// The identity of the corpus.
  public private(set) var hash: ContentHash?
  /// How many characters (Unicode scalars) of each class, by its number.
  public internal(set) var characters = [Int](repeating: 0, count: CharacterClass.allCases.count)
  /// Lengths of the documents in characters.
  public internal(set) var documentLengths = LengthHistogram()
  /// Lengths of the lines in characters, without blank ones.
  public internal(set) var lineLengths = LengthHistogram()
  /// Lines with nothing but white space.
  public internal(set) var blankLines = 0
  /// Characters that only traditional Chinese writing has, among 80 frequent ones.
  public internal(set) var traditionalCharacters = 0
  /// Characters that only simplified Chinese writing has, among 80 frequent ones.
  public internal(set) var simplifiedCharacters = 0
  /// The two sides, as ``ValidationSource/automatic`` cuts them; `nil` for standard input, which
  /// cannot be read twice.
  public private(set) var sides: [CorpusSplit: Side]?

  var signCounts = TextSign.allCases.map { TextSignCount(sign: $0) }
  var documents: OccurrenceCounter
  var lines: OccurrenceCounter
  var words: OccurrenceCounter

  init(capacity: Int) {
    documents = OccurrenceCounter(capacity: 4 * capacity, textLimit: 0)
    lines = OccurrenceCounter(capacity: capacity, textLimit: 120)
    words = OccurrenceCounter(capacity: capacity, textLimit: 48)
  }

  /// Reads a corpus and counts.
  /// - Parameters:
  ///   - reader: The corpus.
  ///   - progress: Is told now and then how many bytes of the files were read.
  /// - Throws: ``CorpusError``, `FileError`, and what `progress` throws.
  public init(
    of reader: CorpusReader, progress: (Int) throws -> Void = { _ in }
  ) throws {
    try self.init(of: reader, capacity: 1 << 18, progress: progress)
  }

  package init(
    of reader: CorpusReader, capacity: Int, progress: (Int) throws -> Void = { _ in }
  ) throws {
    self.init(capacity: capacity)
    let isReadTwice = reader.pipes.isEmpty
    var rule = isReadTwice ? try SplitRule.automatic(for: reader) : SplitRule(.allTraining)
    var train = Side()
    var validation = Side()
    var scanner = TextScanner()
    var total = self
    let summary = try reader.forEachPiece { piece, counts in
      scanner.scan(piece, into: &total)
      for part in rule.parts(of: piece) {
        let size = Side(documents: part.isFirst ? 1 : 0, bytes: part.range.count)
        switch part.split {
        case .train: train += size
        case .validation: validation += size
        case nil: break
        }
      }
      try progress(counts.bytesRead)
    }
    self = total
    counts = summary.counts
    hash = summary.hash
    // What reading replaced is counted as that.
    let sign = TextSign.replacement.rawValue
    signCounts[sign].count = max(0, signCounts[sign].count - counts.replacedSequences)
    if isReadTwice { sides = [.train: train, .validation: validation] }
  }

  /// Characters in all.
  public var characterCount: Int { characters.reduce(0, +) }

  /// Whether nothing had to be estimated.
  public var isExact: Bool { documents.isExact && lines.isExact && words.isExact }

  /// Whether ``duplicateDocuments`` is no estimate.
  public var areDocumentsExact: Bool { documents.isExact }

  /// Whether ``duplicateLines`` is no estimate.
  public var areLinesExact: Bool { lines.isExact }

  /// Whether ``distinctWords`` and ``singleWords`` are no estimates.
  public var areWordsExact: Bool { words.isExact }

  /// Lines that are not blank.
  public var lineCount: Int { lines.total }

  /// Documents that stand in the corpus before, byte for byte.
  public var duplicateDocuments: Int { documents.repeats }

  /// Lines that are not blank and stand in the corpus before, white space at both ends aside.
  public var duplicateLines: Int { lines.repeats }

  /// Words in all. A word is a run of letters and digits with a letter among them, in small
  /// letters; where writing sets no spaces (ideographs, hiragana, Thai), each character is one.
  public var wordCount: Int { words.total }

  /// Different words.
  public var distinctWords: Int { words.distinct }

  /// Words that occur only once.
  public var singleWords: Int { words.distinct(occurring: 1) }

  /// The lines that are repeated most.
  public func mostRepeatedLines(_ number: Int) -> [Occurrences] { show(lines.most(number), lines) }

  /// The most frequent words.
  public func mostCommonWords(_ number: Int) -> [Occurrences] { show(words.most(number), words) }

  /// Some of the rarest words.
  public func leastCommonWords(_ number: Int) -> [Occurrences] {
    show(words.least(number), words)
  }

  /// The signs of dirt that were seen, most frequent first.
  public var signs: [TextSignCount] {
    signCounts.filter { $0.count > 0 }.sorted {
      ($1.count, $0.sign.rawValue) < ($0.count, $1.sign.rawValue)
    }
  }

  private func show(
    _ entries: [OccurrenceCounter.Entry], _ counter: OccurrenceCounter
  ) -> [Occurrences] {
    entries.map { Occurrences(text: counter.text(of: $0), count: $0.count, error: $0.error) }
  }
}

extension CorpusStatistics.Side {
  fileprivate static func += (side: inout Self, other: Self) {
    side.documents += other.documents
    side.bytes += other.bytes
  }
}
