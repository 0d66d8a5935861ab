public import LanguageModel
public import Tokenization

/// Continues text with a model.
public struct Generator: Sendable {
  /// The model.
  public let model: Transformer
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  /// The id with which every prompt begins, as every document did in training; when the model
  /// produces it, the text is at its end.
  public let beginToken: UInt32

  /// Pairs a model with its tokenizer.
  /// - Throws: ``InferenceError`` where they do not fit.
  public init(model: Transformer, tokenizer: Tokenizer) throws {
    guard let beginToken = tokenizer.endOfText else {
      throw InferenceError(
        "the tokenizer has no special token <|endoftext|>, with which prompts begin",
        hint: "train one with `swiftlet tokenizer train`")
    }
    let vocabulary = model.configuration.vocabularySize
    guard tokenizer.vocabularySize <= vocabulary else {
      throw InferenceError(
        "the tokenizer has \(tokenizer.vocabularySize) tokens, and the model \(vocabulary)",
        hint: "use the tokenizer that the model was trained with")
    }
    self.model = model
    self.tokenizer = tokenizer
    self.beginToken = beginToken
  }

  /// Continues `prompt`.
  ///
  /// The result depends on the model, the prompt, the settings and `sample` alone: not on the
  /// number of threads, nor on what was generated before.
  ///
  /// - Parameters:
  ///   - prompt: Text; what looks like a special token in it is text too. It may be empty.
  ///   - settings: How; they must be valid.
  ///   - sample: Which of several continuations of the prompt to make.
  ///   - receive: Is handed the text as it becomes certain, whole characters at a time. What it
  ///     throws ends the generation.
  public func generate(
    _ prompt: String, _ settings: GenerationSettings, sample: Int = 0,
    receive: (String) throws -> Void
  ) rethrows -> Generation {
    var sequence = ContinuedSequence([beginToken] + tokenizer.encode(prompt), model: model)
    var decoder = StreamingDecoder(tokenizer)
    var stops = StopStrings(settings.stop)
    var tokens: [UInt32] = []
    var text = ""
    func pass(_ piece: String) throws {
      if piece.isEmpty { return }
      text += piece
      try receive(piece)
    }
    var reason = FinishReason.length
    while tokens.count < settings.maximumTokens {
      // A model may have more rows than the tokenizer has ids; those are never chosen.
      let logits = Array(sequence.logits.prefix(tokenizer.vocabularySize))
      let next = settings.sampler.next(
        logits, after: sequence.ids, sample: sample, position: tokens.count)
      if next == beginToken {
        reason = .endOfText
        break
      }
      tokens.append(next)
      try pass(stops.append(decoder.append(next)))
      if stops.isStopped {
        reason = .stop
        break
      }
      if tokens.count < settings.maximumTokens { sequence.append(next) }
    }
    try pass(stops.append(decoder.finish()))
    try pass(stops.finish())
    return Generation(text: text, tokens: tokens, finishReason: reason)
  }

  /// Continues `prompt`, and gives the text at the end only.
  public func generate(_ prompt: String, _ settings: GenerationSettings, sample: Int = 0)
    -> Generation
  {
    generate(prompt, settings, sample: sample) { _ in }
  }
}

/// How text is generated.
public struct GenerationSettings: Sendable, Equatable {
  /// How each token is chosen.
  public var sampler: Sampler
  /// The most tokens to make.
  public var maximumTokens: Int
  /// Texts that end the generation, and are not part of the result.
  public var stop: [String]

  /// Settings with the given sampler and bounds.
  public init(sampler: Sampler = Sampler(), maximumTokens: Int, stop: [String] = []) {
    self.sampler = sampler
    self.maximumTokens = maximumTokens
    self.stop = stop
  }

  /// Checks the settings.
  /// - Throws: ``InferenceError`` naming the one that has no meaning.
  public func validate() throws {
    try sampler.validate()
    guard maximumTokens >= 1 else {
      throw InferenceError(
        "the number of tokens must be at least 1, not \(maximumTokens)",
        hint: "leave it out for the default")
    }
    guard !stop.contains(where: \.isEmpty) else {
      throw InferenceError("a stop string is empty", hint: "leave it out")
    }
  }
}

/// What was generated.
public struct Generation: Sendable, Equatable {
  /// The text after the prompt, without the stop string.
  public let text: String
  /// The ids that the model produced, those of the stop string included.
  public let tokens: [UInt32]
  /// Why it ends.
  public let finishReason: FinishReason
}

/// Why a generation ended.
public enum FinishReason: String, Sendable, CaseIterable {
  /// The model said that the text is at its end.
  case endOfText = "end_of_text"
  /// A stop string appeared.
  case stop
  /// The most tokens allowed were made.
  case length
}
