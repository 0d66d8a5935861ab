public import Corpus

/// The batches of pretraining: windows of the context from a token stream, a function of the step.
public struct TrainingWindows: Sendable {
  private let stream: TokenStream
  private let sampler: WindowSampler
  private let batchSize: Int

  /// Tokens of a micro-batch: few enough that what the backward pass needs stays near the caches.
  static let microBatchTokens = 4_096

  /// Windows of `context` inputs, `batchSize` of them each step.
  ///
  /// - Throws: `CorpusError` if the stream is shorter than one window.
  public init(_ stream: TokenStream, context: Int, batchSize: Int, seed: UInt64) throws {
    self.stream = stream
    self.batchSize = batchSize
    sampler = try WindowSampler(tokenCount: stream.count, context: context, seed: seed)
  }

  /// Inputs of all windows of a step.
  public var tokensPerStep: Int { batchSize * sampler.context }

  /// The micro-batches of step 0, 1, 2, …
  ///
  /// - Throws: `CorpusError` if the stream is damaged.
  public func microBatches(ofStep step: Int) throws -> [TokenBatch] {
    let windows = try (0..<batchSize).map { index in
      let start = sampler.start(ofWindow: step * batchSize + index)
      return try stream.ids(start..<start + sampler.context + 1)
    }
    return Self.microBatches(of: windows, context: sampler.context)
  }

  /// Groups windows of `context` + 1 ids: the inputs, and the same moved by one.
  static func microBatches(of windows: [[Int32]], context: Int) -> [TokenBatch] {
    let size = max(1, microBatchTokens / context)
    return stride(from: 0, to: windows.count, by: size).map { begin in
      let part = windows[begin..<min(windows.count, begin + size)]
      return TokenBatch(
        inputs: part.flatMap { $0.dropLast() }, targets: part.flatMap { $0.dropFirst() },
        lengths: part.map { _ in context })
    }
  }
}
