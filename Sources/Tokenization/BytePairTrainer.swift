import Dispatch
import Synchronization

/// Learns a byte-level BPE vocabulary from documents.
///
/// The merges, their order and the ids are those of Hugging Face's `BpeTrainer` with the full byte
/// alphabet, where each document is one item of its iterator: the most frequent pair first, of
/// equally frequent ones the one with the smaller ids. Counts have 64 bits. Text that looks like a
/// special token is ordinary text. Where what is learned, spelled in byte characters, is a special
/// token (`the` is, as `Ġa`, for " a"), it has that token's id, so text becomes it without being asked:
/// see ``Tokenizer/learnedSpecialTokens``.
///
/// Source: Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword
/// Units" (2016), section 3.2; Radford et al., "Language Models are Unsupervised Multitask
/// Learners" (2019), section 2.2 for bytes as the alphabet.
public struct BytePairTrainer: Sendable {
  private let vocabularySize: Int
  private let preTokenizer: PreTokenizer
  private let normalization: Normalization
  private let specialTokens: [String]
  private let minimumFrequency: Int
  private let maximumTokenLength: Int?
  private let threads: Int
  private let counter: PieceCounter
  private var words = WordCounts()

  /// Documents that wait to be counted, and where each ends.
  private var gathered: [UInt8] = []
  private var ends: [Int] = []
  /// What each thread has counted.
  private var partialWords: [WordCounts] = []
  /// A round with a bound to memory is shorter, since its own counts take memory too.
  private let roundSize: Int

  /// The bound to what distinct pieces, and learning from them, may take.
  private let mostMemory: Int?

  /// With a bound to memory: the counts of pieces may be too low by up to so much, and pieces that
  /// occur no more often may be missing; 0 where nothing had to be forgotten. Look at it after training.
  public private(set) var forgottenUpTo = 0

  /// What the program, and gathering and counting a round, take besides.
  private static let memoryOfRound = 56 << 20
  /// Learning takes more than so many bytes for each byte of distinct pieces, and for each piece.
  private static let leastMemoryPerWordByte = 24

  /// The special tokens that every run of this toolkit expects.
  public static let defaultSpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

  /// Begins without documents.
  /// - Parameters:
  ///   - vocabularySize: How many ids there shall be, special tokens and the 256 bytes included.
  ///   - preTokenizer: How text is cut into pieces that no token crosses.
  ///   - normalization: What is done to text before it is cut.
  ///   - specialTokens: Their ids are 0, 1, … in this order; repetitions are ignored.
  ///   - minimumFrequency: How often a pair must occur to be merged; 0 as in `BpeTrainer` (whose
  ///     wrapper `ByteLevelBPETokenizer` takes 2), which means once.
  ///   - maximumTokenLength: As in `BpeTrainer`, where the length of a token beyond two bytes must
  ///     stay below it; two bytes are always merged.
  ///   - takesLines: Whether each line, with its newline, is a document, as where `BpeTrainer` is
  ///     given files.
  ///   - threads: How many threads count; the result is the same for any number.
  ///   - memory: About how many bytes training may take; at least 64 MiB. Where distinct pieces
  ///     would take more, the rarest are forgotten; see ``forgottenUpTo``. The result is still the
  ///     same for any number of threads.
  public init(
    vocabularySize: Int, preTokenizer: PreTokenizer = .gpt2,
    normalization: Normalization = .none,
    specialTokens: [String] = BytePairTrainer.defaultSpecialTokens, minimumFrequency: Int = 0,
    maximumTokenLength: Int? = nil, takesLines: Bool = false, threads: Int = 1, memory: Int? = nil
  ) {
    precondition(threads > 0, "\(threads) threads")
    self.maximumTokenLength = maximumTokenLength
    self.threads = threads
    counter = PieceCounter(
      preTokenizer: preTokenizer, normalization: normalization, takesLines: takesLines)
    mostMemory = memory.map { max($0 - Self.memoryOfRound, 1 << 24) }
    roundSize = memory == nil ? 1 << 24 : 1 << 21
    self.vocabularySize = vocabularySize
    self.preTokenizer = preTokenizer
    self.normalization = normalization
    var seen: Set<[UInt8]> = []
    self.specialTokens = specialTokens.filter { seen.insert(Array($0.utf8)).inserted }
    self.minimumFrequency = minimumFrequency
  }

  /// How many ids the special tokens and the bytes take; a special token that is spelled like that of a
  /// byte is both.
  public static func smallestVocabulary(with specialTokens: [String]) -> Int {
    let distinct = Set(specialTokens.map { Array($0.utf8) })
    let bytes = specialTokens.filter { ByteAlphabet.bytes(spelledBy: $0)?.count == 1 }
    return 256 + distinct.count - Set(bytes.map { Array($0.utf8) }).count
  }

  /// Counts the pieces of one whole document; pieces do not cross documents.
  ///
  /// With several threads, or a bound to memory, documents are gathered and counted some mebibytes
  /// at a time.
  public mutating func add(_ document: UnsafeRawBufferPointer) {
    if threads == 1, mostMemory == nil { return counter.count(document, in: &words) }
    gathered.append(contentsOf: document)
    ends.append(gathered.count)
    if gathered.count >= roundSize { countPending() }
  }

  /// Counts the pieces of one whole document; pieces do not cross documents.
  public mutating func add(_ document: [UInt8]) {
    document.withUnsafeBytes { add($0) }
  }

  /// Counts the documents that were gathered; training does so at last in any case.
  ///
  /// Each thread counts some of them, into counts of its own. The rounds are the same for any
  /// number of threads, and what is rare is forgotten only between them, so the result is the same
  /// too.
  public mutating func countPending() {
    guard !ends.isEmpty else { return }
    var parts = (0..<threads).map { _ in WordCounts() }
    if mostMemory == nil { swap(&parts, &partialWords) }
    while parts.count < threads { parts.append(WordCounts()) }
    let next = Atomic(0)
    gathered.withUnsafeBytes { text in
      parts.withUnsafeMutableBufferPointer { parts in
        // Each count belongs to one thread.
        nonisolated(unsafe) let (parts, text) = (parts, text)
        let (counter, ends) = (counter, ends)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          while case let index = next.add(1, ordering: .relaxed).oldValue, index < ends.count {
            let start = index == 0 ? 0 : ends[index - 1]
            counter.count(
              UnsafeRawBufferPointer(rebasing: text[start..<ends[index]]), in: &parts[thread])
          }
        }
      }
    }
    gathered.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    guard let mostMemory else {
      partialWords = parts
      return
    }
    for index in parts.indices {
      words.add(parts[index])
      parts[index] = WordCounts()
    }
    guard memoryOfWords > mostMemory else { return }
    // Down to two thirds, so that it is not soon too much again: each time may cost a piece so much of
    // its count as the rarest that is kept then has more.
    var rare = 0
    repeat {
      rare += 1 + rare / 4
      words.removeRare(upTo: rare)
    } while memoryOfWords > mostMemory / 3 * 2
    forgottenUpTo += rare
    LargeBuffer.giveBackWhatIsFree()
  }

  /// What the words take in the next round, and at least when they are learned from.
  private var memoryOfWords: Int {
    max(
      words.memory(withNew: roundSize / 8),
      (words.byteCount + words.count) * Self.leastMemoryPerWordByte)
  }

  /// Learns the merges: fewer than were asked for where no pair is left that may be merged, as
  /// `BpeTrainer` does. The trainer has no documents afterwards.
  ///
  /// With a bound to memory, learning begins again without the rarest pieces where it would take more.
  /// - Parameter progress: Called now and then, and once at the end; what it throws stops.
  /// - Throws: ``TokenizerTrainingError``.
  public mutating func train(
    progress: (_ mergesDone: Int, _ mergesTotal: Int) throws -> Void = { _, _ in }
  ) throws -> Tokenizer {
    guard !specialTokens.contains("") else { throw TokenizerTrainingError.emptySpecialToken }
    let firstMerge = Self.smallestVocabulary(with: specialTokens)
    guard vocabularySize >= firstMerge else {
      throw TokenizerTrainingError.vocabularyTooSmall(asked: vocabularySize, minimum: firstMerge)
    }
    countPending()
    for part in partialWords { words.add(part) }
    partialWords = []
    guard words.byteCount + words.count < Int(UInt32.max) else {
      throw TokenizerTrainingError.tooManyDistinctPieces
    }

    var learned = WordCounts()
    swap(&learned, &words)
    guard learned.count > 0 || forgottenUpTo == 0 else {
      throw TokenizerTrainingError.tooLittleMemory
    }
    var learner = MergeLearner(
      learned, specialTokens: specialTokens, maximumTokenLength: maximumTokenLength)
    let total = vocabularySize - firstMerge
    let forgotten = forgottenUpTo
    while learner.tokens.count < vocabularySize {
      if let mostMemory, learner.byteCount > mostMemory {
        try forgetRarest(&learner, mostMemory, besides: forgotten)
      }
      guard learner.mergeBestPair(minimumFrequency: max(1, minimumFrequency)) else { break }
      if learner.tokens.count % 64 == 0 { try progress(learner.tokens.count - firstMerge, total) }
    }
    try progress(total, total)

    let model = BytePairModel(
      tokens: learner.tokens, merges: learner.merges,
      addedTokens: specialTokens.enumerated().map {
        AddedToken(special: $1, id: UInt32($0), isInVocabulary: true)
      },
      preTokenizer: preTokenizer, normalization: normalization)
    return Tokenizer(model)
  }

  /// Makes room: without what is gone, and if need be from the beginning, without the rarest words.
  private mutating func forgetRarest(
    _ learner: inout MergeLearner, _ mostMemory: Int, besides forgotten: Int
  ) throws {
    learner.sweep()
    while learner.byteCount > mostMemory / 10 * 9 {
      guard let count = learner.countToLeaveOut(keeping: 0.75) else {
        throw TokenizerTrainingError.tooLittleMemory
      }
      learner.restart(withoutWordsUpTo: count)
      forgottenUpTo = forgotten + count
    }
  }
}

/// Cuts documents into pieces and counts them.
private struct PieceCounter: Sendable {
  let preTokenizer: PreTokenizer
  let normalization: Normalization
  let takesLines: Bool

  func count(_ document: UnsafeRawBufferPointer, in words: inout WordCounts) {
    guard takesLines else { return countWhole(document, in: &words) }
    var start = 0
    while start < document.count {
      let rest = UnsafeRawBufferPointer(rebasing: document[start...])
      let length = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.count
      countWhole(UnsafeRawBufferPointer(rebasing: rest[..<length]), in: &words)
      start += length
    }
  }

  private func countWhole(_ document: UnsafeRawBufferPointer, in words: inout WordCounts) {
    document.withMemoryRebound(to: UInt8.self) { bytes in
      if let normal = normalization.apply(to: bytes) {
        normal.withUnsafeBufferPointer { countNormal($0, in: &words) }
      } else {
        countNormal(bytes, in: &words)
      }
    }
  }

  private func countNormal(_ bytes: UnsafeBufferPointer<UInt8>, in words: inout WordCounts) {
    struct Visitor: PieceRulesVisitor {
      let text: ScannedText
      let words: UnsafeMutablePointer<WordCounts>

      func visit<Rules: PieceRules>(_ rules: Rules.Type) {
        words.pointee.add(piecesOf: text, rules)
      }
    }
    withUnsafeMutablePointer(to: &words) {
      var visitor = Visitor(text: ScannedText(bytes), words: $0)
      preTokenizer.accept(&visitor)
    }
  }
}
