public import Corpus
public import LanguageModel
import TensorCore
public import Tokenization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well a model predicts a text.
public struct TextScore: Sendable, Equatable {
  /// −Σ log p over the predicted tokens, in nats.
  public let totalLoss: Double
  /// How many tokens were predicted.
  public let tokens: Int
  /// The bytes of text, as UTF-8, that those tokens stand for.
  public let bytes: Int

  /// Nats for each predicted token.
  public var loss: Double { totalLoss / Double(tokens) }
  /// The number of equally probable tokens that would be as hard to predict.
  public var perplexity: Double { exp(loss) }
  /// Bits for each byte of text: unlike the others it can be compared between tokenizers.
  public var bitsPerByte: Double { totalLoss / (Double(bytes) * log(2)) }

  package init(totalLoss: Double, tokens: Int, bytes: Int) {
    self.totalLoss = totalLoss
    self.tokens = tokens
    self.bytes = bytes
  }
}

/// Scores the text of a token stream.
public struct TextEvaluation: Sendable {
  /// The text. Every document begins with a token that marks it, so each token of text is
  /// predicted, exactly once.
  public let stream: TokenStream
  /// The tokenizer that made the stream.
  public let tokenizer: Tokenizer
  /// The most tokens to predict; `nil` for all.
  public let maximumTokens: Int?

  /// Tokens that go through the model at once.
  private static let budget = 4_096

  /// Describes an evaluation.
  public init(_ stream: TokenStream, tokenizer: Tokenizer, maximumTokens: Int? = nil) {
    precondition(maximumTokens ?? 1 > 0, "an evaluation of at most 0 tokens")
    self.stream = stream
    self.tokenizer = tokenizer
    self.maximumTokens = maximumTokens
  }

  /// How many tokens ``score(_:progress:)`` predicts, if no limit cuts a window.
  public var expectedTokens: Int {
    min(stream.count - stream.documentCount, maximumTokens ?? .max)
  }

  /// Scores `model` on the text: in windows of the model's context, which do not overlap and never
  /// reach into another document.
  ///
  /// Sums run in double precision in the order of the text: the same for any number of threads.
  ///
  /// - Parameters:
  ///   - model: Its vocabulary is the tokenizer's.
  ///   - progress: Is told how many tokens are done; what it throws stops the evaluation.
  /// - Throws: `CorpusError` for a damaged shard.
  public func score(_ model: Transformer, progress: (Int) throws -> Void = { _ in }) throws
    -> TextScore
  {
    precondition(
      tokenizer.vocabularySize <= model.configuration.vocabularySize,
      "\(tokenizer.vocabularySize) tokens for a model of \(model.configuration.vocabularySize)")
    var windows = DocumentWindows(stream, context: model.configuration.contextLength)
    var total = 0.0
    var (tokens, bytes) = (0, 0)
    while tokens < expectedTokens,
      let batch = try windows.nextBatch(budget: min(Self.budget, expectedTokens - tokens))
    {
      let logarithms = Self.logProbabilities(batch, model)
      // A window may be longer than what is left of the limit.
      for (logarithm, target) in zip(logarithms, batch.targets).prefix(expectedTokens - tokens) {
        total -= Double(logarithm)
        tokens += 1
        bytes += tokenizer.byteCount(of: UInt32(bitPattern: target))
      }
      try progress(tokens)
    }
    // Normalisation may have changed the text: of all of it the original size is known.
    let isWhole = tokens == stream.count - stream.documentCount
    return TextScore(
      totalLoss: total, tokens: tokens, bytes: isWhole ? stream.byteCount : bytes)
  }

  private static func logProbabilities(_ batch: DocumentWindows.Batch, _ model: Transformer)
    -> [Float]
  {
    let tape = Tape(on: model.device, isRecording: false)
    let hidden = model.hidden(batch.inputs, lengths: batch.windows.map(\.count), on: tape)
    return tape.linearCrossEntropy(hidden, model.head(on: tape), targets: batch.targets).tensor
      .elements
  }
}
