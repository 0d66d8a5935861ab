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
  /// Where ``bitsPerByte`` of such text is with 95 % confidence, as far as documents differ, or windows
  /// where there are few documents; `nil` if there is only one.
  public let interval: ClosedRange<Double>?

  /// A document, or a window where there are few documents: parts are taken to be independent.
  package struct Part {
    package var loss: Double
    package var bytes: Int
    package var beginsDocument: Bool

    package init(loss: Double, bytes: Int, beginsDocument: Bool) {
      self.loss = loss
      self.bytes = bytes
      self.beginsDocument = beginsDocument
    }
  }

  /// With fewer documents, windows are counted.
  private static let fewestDocuments = 30

  /// Nats for each predicted token.
  public var loss: Double { totalLoss / Double(tokens) }
  /// The number of equally probable tokens that would be as hard to predict.
  public var perplexity: Double { exp(loss) }
  /// Bits for each byte of text: unlike the others it can be compared between tokenizers.
  public var bitsPerByte: Double { totalLoss / (Double(bytes) * log(2)) }

  package init(totalLoss: Double, tokens: Int, bytes: Int, windows: [Part] = []) {
    self.totalLoss = totalLoss
    self.tokens = tokens
    self.bytes = bytes
    let value = totalLoss / (Double(bytes) * log(2))
    interval = Self.relativeDeviation(windows).map { deviation in
      let half = 1.959963984540054 * deviation * value
      return value - half...value + half
    }
  }

  /// The standard deviation of Σ loss / Σ bytes, as a share of it. Source: Cochran, "Sampling Techniques",
  /// 1977, chapter 6, the variance of a ratio.
  private static func relativeDeviation(_ windows: [Part]) -> Double? {
    var parts = windows
    if windows.count(where: \.beginsDocument) >= fewestDocuments {
      parts = []
      for window in windows {
        if window.beginsDocument || parts.isEmpty {
          parts.append(window)
        } else {
          parts[parts.count - 1].loss += window.loss
          parts[parts.count - 1].bytes += window.bytes
        }
      }
    }
    let loss = parts.reduce(0) { $0 + $1.loss }
    let ratio = loss / Double(parts.reduce(0) { $0 + $1.bytes })
    let count = Double(parts.count)
    guard count > 1, loss > 0, ratio.isFinite else { return nil }
    let squares = parts.reduce(0) { sum, part in
      let difference = part.loss - ratio * Double(part.bytes)
      return sum + difference * difference
    }
    return (squares * count / (count - 1)).squareRoot() / loss
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
  /// Tokens from one window to the next, from 1 to the model's context; `nil` for that, so that they do
  /// not overlap.
  public let stride: Int?

  /// Tokens that go through the model at once.
  private static let budget = 4_096

  /// Describes an evaluation.
  public init(
    _ stream: TokenStream, tokenizer: Tokenizer, maximumTokens: Int? = nil, stride: Int? = nil
  ) {
    precondition(maximumTokens ?? 1 > 0, "an evaluation of at most 0 tokens")
    precondition(stride ?? 1 > 0, "windows \(stride ?? 1) apart")
    self.stream = stream
    self.tokenizer = tokenizer
    self.maximumTokens = maximumTokens
    self.stride = stride
  }

  /// How many tokens ``score(_:progress:)`` predicts, if no limit cuts a window.
  public var expectedTokens: Int {
    min(stream.count - stream.documentCount, maximumTokens ?? .max)
  }

  /// Scores `model` on the text: in windows of the model's context, which never reach into another
  /// document. Where they overlap, the first that holds a token predicts it.
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
    var windows = DocumentWindows(
      stream, context: model.configuration.contextLength, stride: stride)
    var total = 0.0
    var (tokens, bytes) = (0, 0)
    var parts: [TextScore.Part] = []
    let documentStart = Int32(truncatingIfNeeded: stream.documentStart)
    while tokens < expectedTokens,
      let batch = try windows.nextBatch(
        budget: min(Self.budget, maximumTokens.map { $0 - tokens } ?? .max))
    {
      var logarithms = Self.logProbabilities(batch, model)[...]
      for window in batch.windows {
        var part = TextScore.Part(
          loss: 0, bytes: 0, beginsDocument: batch.inputs[window.lowerBound] == documentStart)
        // A window may be longer than what is left of the limit.
        for target in batch.targets[window] where target >= 0 && tokens < expectedTokens {
          let loss = -Double(logarithms.removeFirst())
          let count = tokenizer.byteCount(of: UInt32(bitPattern: target))
          total += loss
          part.loss += loss
          part.bytes += count
          tokens += 1
          bytes += count
        }
        parts.append(part)
      }
      try progress(tokens)
    }
    // Normalisation may have changed the text: of all of it the original size is known.
    let isWhole = tokens == stream.count - stream.documentCount
    return TextScore(
      totalLoss: total, tokens: tokens, bytes: isWhole ? stream.byteCount : bytes, windows: parts)
  }

  /// Of the targets that are asked for, in order.
  private static func logProbabilities(_ batch: DocumentWindows.Batch, _ model: Transformer)
    -> [Float]
  {
    let tape = Tape(on: model.device, isRecording: false)
    let asked = batch.targets.indices.filter { batch.targets[$0] >= 0 }
    let hidden = model.hidden(
      batch.inputs, lengths: batch.windows.map(\.count),
      at: asked.count < batch.targets.count ? asked : nil, on: tape)
    return tape.linearCrossEntropy(
      hidden, model.head(on: tape), targets: asked.map { batch.targets[$0] }
    ).tensor.elements
  }
}
