/// Learns a byte-level BPE vocabulary from documents.
///
/// The merges, their order and the ids are those of Hugging Face's `BpeTrainer` with the full byte
/// alphabet, where each document is one item of its iterator: the most frequent pair first, of
/// equally frequent ones the one with the smaller ids. Counts have 64 bits. Text that looks like a
/// special token is ordinary text, and no merge ever spells a special token.
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
  private var words = WordCounts()

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
  public init(
    vocabularySize: Int, preTokenizer: PreTokenizer = .gpt2,
    normalization: Normalization = .none,
    specialTokens: [String] = BytePairTrainer.defaultSpecialTokens, minimumFrequency: Int = 0
  ) {
    self.vocabularySize = vocabularySize
    self.preTokenizer = preTokenizer
    self.normalization = normalization
    var seen: Set<[UInt8]> = []
    self.specialTokens = specialTokens.filter { seen.insert(Array($0.utf8)).inserted }
    self.minimumFrequency = minimumFrequency
  }

  /// Counts the pieces of one whole document; pieces do not cross documents.
  public mutating func add(_ document: UnsafeRawBufferPointer) {
    document.withMemoryRebound(to: UInt8.self) { bytes in
      if let normal = normalization.apply(to: bytes) {
        normal.withUnsafeBufferPointer { count($0) }
      } else {
        count(bytes)
      }
    }
  }

  /// Counts the pieces of one whole document; pieces do not cross documents.
  public mutating func add(_ document: [UInt8]) {
    document.withUnsafeBytes { add($0) }
  }

  private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>) {
    let scanner = PieceScanner(bytes, rules: preTokenizer)
    var start = 0
    while start < bytes.count {
      let end = scanner.endOfPiece(from: start)
      words.add(UnsafeBufferPointer(rebasing: bytes[start..<end]))
      start = end
    }
  }

  /// Learns the merges.
  /// - Parameter progress: Called now and then, and once at the end.
  /// - Throws: ``TokenizerTrainingError``.
  public consuming func train(
    progress: (_ mergesDone: Int, _ mergesTotal: Int) -> Void = { _, _ in }
  ) throws -> Tokenizer {
    for content in specialTokens {
      let bytes = ByteAlphabet.bytes(spelledBy: content)
      guard !content.isEmpty, bytes?.count != 1 else {
        throw TokenizerTrainingError.unusableSpecialToken(content)
      }
    }
    let firstMerge = specialTokens.count + 256
    guard vocabularySize >= firstMerge else {
      throw TokenizerTrainingError.vocabularyTooSmall(asked: vocabularySize, minimum: firstMerge)
    }
    guard words.bytes.count + words.count < Int(UInt32.max) else {
      throw TokenizerTrainingError.tooManyDistinctPieces
    }

    var learner = MergeLearner(words, specialTokens: specialTokens)
    let total = vocabularySize - firstMerge
    while learner.tokens.count < vocabularySize {
      guard learner.mergeBestPair(minimumFrequency: minimumFrequency) else {
        throw TokenizerTrainingError.vocabularyTooLarge(
          asked: vocabularySize, supported: learner.tokens.count)
      }
      if learner.tokens.count % 64 == 0 { progress(learner.tokens.count - firstMerge, total) }
    }
    progress(total, total)

    let model = BytePairModel(
      tokens: learner.tokens, merges: learner.merges,
      addedTokens: specialTokens.enumerated().map {
        AddedToken(
          id: UInt32($0), content: $1, isSpecial: true, isNormalized: false, isInVocabulary: true)
      },
      preTokenizer: preTokenizer, normalization: normalization)
    return Tokenizer(model)
  }
}
