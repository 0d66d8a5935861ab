public import LanguageModel
public import Tokenization

/// Continues text with a model.
public struct Generator: Sendable {
  /// The model.
  public let model: Transformer
  /// Its tokenizer.
  public let tokenizer: Tokenizer
  /// The id with which every prompt begins, as every document did in training: the model's begin
  /// token, or else the tokenizer's `documentStart`. When the model produces it, the text is at its end.
  public let beginToken: UInt32
  /// Ids below the tokenizer's size that no token has, which the model has rows for: never chosen.
  private let unusedIDs: [UInt32]

  /// Pairs a model with its tokenizer.
  /// - Throws: ``InferenceError`` where they do not fit.
  public init(model: Transformer, tokenizer: Tokenizer) throws {
    let begin = model.configuration.beginToken.map { UInt32($0) } ?? tokenizer.documentStart
    guard let beginToken = begin, tokenizer.contains(beginToken) else {
      throw InferenceError(
        "neither the model nor the tokenizer says with which token prompts begin",
        hint: "set bos_token_id in its config.json, or use a tokenizer with the special token "
          + "<|endoftext|>")
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
    unusedIDs = (0..<UInt32(tokenizer.vocabularySize)).filter { !tokenizer.contains($0) }
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
    var text = growingText(until: ends, settings)
    while true {
      let next = next(sequence.logits, sequence.ids, settings, sample, text.tokens.count)
      guard try text.append(next, receive) else { break }
      sequence.append(next)
    }
    return try text.finish(receive)
  }

  /// Continues many prompts side by side, which is faster than one after the other.
  ///
  /// Each result depends on the model, its prompt, the settings and its place in the list alone. It can
  /// differ in the rounding of logits from ``generate(after:until:_:sample:receive:)``.
  ///
  /// - Parameters:
  ///   - prompts: Ids, at least one each. The place of a prompt is the number of its sample.
  ///   - ends: The ids that end a text.
  ///   - settings: How to go on.
  ///   - progress: Told how many are done; says whether to go on. What it throws ends the generation.
  /// - Returns: The continuations, in the order of the prompts; `nil` for those that were not done when
  ///   `progress` said to stop.
  public func generate(
    after prompts: [[UInt32]], until ends: Set<UInt32>, _ settings: GenerationSettings,
    progress: (Int) throws -> Bool
  ) rethrows -> [Generation?] {
    var batch = SequenceBatch(Self.batchSize, model: model)
    /// What grows in each place of the batch.
    var growing: [(prompt: Int, text: GrowingText)?] = Array(repeating: nil, count: Self.batchSize)
    var results: [Generation?] = Array(repeating: nil, count: prompts.count)
    var (begun, done) = (0, 0)
    while done < prompts.count {
      var new = Array(repeating: [UInt32](), count: Self.batchSize)
      var tokens = 0
      for place in new.indices {
        if let prompt = growing[place]?.prompt, var text = growing[place]?.text {
          // Else both would hold the tokens, and each new one would copy all.
          growing[place] = nil
          let next = next(
            batch.logits[place], batch.ids[place], settings, prompt, text.tokens.count)
          if text.append(next, { _ in }) {
            growing[place] = (prompt, text)
            new[place] = [next]
          } else {
            results[prompt] = text.finish { _ in }
            batch.removeAll(of: place)
            done += 1
          }
        }
        if growing[place] == nil, begun < prompts.count, tokens < Self.batchTokens {
          growing[place] = (begun, growingText(until: ends, settings))
          new[place] = prompts[begun]
          tokens += prompts[begun].count
          begun += 1
        }
      }
      if new.contains(where: { !$0.isEmpty }) { batch.append(new) }
      guard try progress(done) else { break }
    }
    return results
  }

  /// Sequences that grow side by side.
  private static let batchSize = 32
  /// Tokens of prompts that are begun at once, but for the last of them.
  private static let batchTokens = 4_096

  private func growingText(until ends: Set<UInt32>, _ settings: GenerationSettings) -> GrowingText {
    GrowingText(
      decoder: StreamingDecoder(tokenizer), stops: StopStrings(settings.stop),
      ends: ends.union(model.configuration.endTokens.map { UInt32($0) }),
      maximumTokens: settings.maximumTokens)
  }

  private func next(
    _ logits: [Float], _ ids: [UInt32], _ settings: GenerationSettings, _ sample: Int,
    _ position: Int
  ) -> UInt32 {
    // A model may have more rows than the tokenizer has ids; those are never chosen.
    var logits = Array(logits.prefix(tokenizer.vocabularySize))
    for id in unusedIDs { logits[Int(id)] = -.infinity }
    return settings.sampler.next(logits, after: ids, sample: sample, position: position)
  }

  /// Continues `prompt`, and gives the text at the end only.
  public func generate(_ prompt: String, _ settings: GenerationSettings, sample: Int = 0)
    -> Generation
  {
    generate(prompt, settings, sample: sample) { _ in }
  }
}

/// A text that grows token by token.
private struct GrowingText {
  var decoder: StreamingDecoder
  var stops: StopStrings
  let ends: Set<UInt32>
  let maximumTokens: Int
  private(set) var tokens: [UInt32] = []
  private var text = ""
  private var reason = FinishReason.length

  init(
    decoder: StreamingDecoder, stops: StopStrings, ends: Set<UInt32>, maximumTokens: Int
  ) {
    self.decoder = decoder
    self.stops = stops
    self.ends = ends
    self.maximumTokens = maximumTokens
  }

  /// Takes a token; says whether another is wanted.
  mutating func append(_ token: UInt32, _ receive: (String) throws -> Void) rethrows -> Bool {
    if ends.contains(token) {
      reason = .endOfText
      return false
    }
    tokens.append(token)
    try pass(stops.append(decoder.append(token)), receive)
    if stops.isStopped { reason = .stop }
    return !stops.isStopped && tokens.count < maximumTokens
  }

  /// The result, once no further token is wanted.
  mutating func finish(_ receive: (String) throws -> Void) rethrows -> Generation {
    try pass(stops.append(decoder.finish()), receive)
    try pass(stops.finish(), receive)
    return Generation(text: text, tokens: tokens, finishReason: reason)
  }

  private mutating func pass(_ piece: String, _ receive: (String) throws -> Void) rethrows {
    if piece.isEmpty { return }
    text += piece
    try receive(piece)
  }
}
