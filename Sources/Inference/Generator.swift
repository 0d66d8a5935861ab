public import LanguageModel
public import Tokenization

/// Continues text with a model.
public struct Generator: Sendable {
  /// The model.
  public let model: Transformer
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  /// The id with which every prompt begins, as every document did in training: the model's begin
  /// token, or else `<|endoftext|>`. When the model produces it, the text is at its end.
  public let beginToken: UInt32

  /// Pairs a model with its tokenizer.
  /// - Throws: ``InferenceError`` where they do not fit.
  public init(model: Transformer, tokenizer: Tokenizer) throws {
    let begin = model.configuration.beginToken.map { UInt32($0) } ?? tokenizer.endOfText
    guard let beginToken = begin, tokenizer.contains(beginToken) else {
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
    try generate(
      after: [beginToken] + tokenizer.encode(prompt), until: [beginToken], settings,
      sample: sample, receive: receive)
  }

  /// Continues `ids`, at least one, until one of `ends` or of the model's end tokens; see
  /// ``generate(_:_:sample:receive:)``.
  public func generate(
    after ids: [UInt32], until ends: Set<UInt32>, _ settings: GenerationSettings, sample: Int = 0,
    receive: (String) throws -> Void
  ) rethrows -> Generation {
    var sequence = ContinuedSequence(ids, model: model)
    var decoder = StreamingDecoder(tokenizer)
    var stops = StopStrings(settings.stop)
    var tokens: [UInt32] = []
    var text = ""
    func pass(_ piece: String) throws {
      if piece.isEmpty { return }
      text += piece
      try receive(piece)
    }
    let ends = ends.union(model.configuration.endTokens.map { UInt32($0) })
    var reason = FinishReason.length
    while tokens.count < settings.maximumTokens {
      // A model may have more rows than the tokenizer has ids; those are never chosen.
      let logits = Array(sequence.logits.prefix(tokenizer.vocabularySize))
      let next = settings.sampler.next(
        logits, after: sequence.ids, sample: sample, position: tokens.count)
      if ends.contains(next) {
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
