public import Corpus

/// The batches of pretraining: windows of the context from a token stream, a function of the step.
///
/// A window in which a document begins is moved on to that beginning, so that as many tokens as
/// possible are predicted from all that came before them; and attention does not cross from one
/// document into the next, as it does not when text is scored or generated, unless that is asked for.
public struct TrainingWindows: Sendable {
  private let stream: TokenStream
  private let sampler: WindowSampler
  private let batches: BatchSizeSchedule
  private let crossesDocuments: Bool
  private let documentEnd: Int32
  /// After so many windows, the first ones come again.
  private let period: Int

  /// Tokens of a micro-batch: few, because what the backward pass needs is most of a run's memory, but
  /// enough that adding up gradients costs little.
  static let microBatchTokens = 2_048

  /// Windows of `context` inputs, some of them each step.
  ///
  /// - Parameters:
  ///   - stream: The text.
  ///   - context: Inputs of a window.
  ///   - batches: Windows of each step.
  ///   - seed: Of their order.
  ///   - crossesDocuments: Whether a window is one sequence, however many documents it holds.
  ///   - documentEnd: What is predicted at the end of a document, if not how the next one begins: models from
  ///     outside may have two tokens for that.
  ///   - period: If given, no more than so many different windows, and only those of the first epoch.
  /// - Throws: `CorpusError` if the stream is shorter than one window.
  public init(
    _ stream: TokenStream, context: Int, batches: BatchSizeSchedule, seed: UInt64,
    crossesDocuments: Bool = false, documentEnd: UInt32? = nil, period: Int? = nil
  ) throws {
    self.stream = stream
    self.documentEnd = Int32(truncatingIfNeeded: documentEnd ?? stream.documentStart)
    self.batches = batches
    self.crossesDocuments = crossesDocuments
    let sampler = try WindowSampler(tokenCount: stream.count, context: context, seed: seed)
    self.sampler = sampler
    self.period = period.map { min($0, sampler.windowsPerEpoch) } ?? .max
  }

  /// How many different windows there are, if they come again.
  var distinctWindows: Int { period }

  /// The numbers of the windows of step 0, 1, 2, …, counted from the first one of all.
  func numbers(ofStep step: Int) -> [Int] {
    let first = batches.sequences(before: step)
    return (first..<first + batches.size(at: step)).map { $0 % period }
  }

  /// The micro-batches of step 0, 1, 2, …
  ///
  /// - Throws: `CorpusError` if the stream is damaged.
  public func microBatches(ofStep step: Int) throws -> [TokenBatch] {
    microBatches(of: try windows(numbers(ofStep: step)))
  }

  /// The windows of these numbers: `context` + 1 ids each.
  ///
  /// - Throws: `CorpusError` if the stream is damaged.
  func windows(_ numbers: [Int]) throws -> [[Int32]] {
    try numbers.map { number in
      let start = sampler.start(ofWindow: number)
      let length = sampler.context + 1
      let ids = try stream.ids(start..<min(stream.count, start + 2 * length))
      let first = ids[..<length].firstIndex(of: documentStart) ?? 0
      let begin = min(first, ids.count - length)
      return Array(ids[begin..<begin + length])
    }
  }

  /// Groups windows in order.
  func microBatches(of windows: [[Int32]]) -> [TokenBatch] {
    // No id is negative.
    var batches = Self.microBatches(
      of: windows, context: sampler.context, documentStart: crossesDocuments ? -1 : documentStart)
    if documentEnd == documentStart { return batches }
    for index in batches.indices {
      batches[index].targets = batches[index].targets.map {
        $0 == documentStart ? documentEnd : $0
      }
    }
    return batches
  }

  private var documentStart: Int32 { Int32(truncatingIfNeeded: stream.documentStart) }

  /// Groups windows of at most `context` + 1 ids: the inputs, cut before each `documentStart`, and the
  /// same moved by one.
  static func microBatches(of windows: [[Int32]], context: Int, documentStart: Int32)
    -> [TokenBatch]
  {
    let size = max(1, microBatchTokens / context)
    return stride(from: 0, to: windows.count, by: size).map { begin in
      let part = windows[begin..<min(windows.count, begin + size)]
      return TokenBatch(
        inputs: part.flatMap { $0.dropLast() }, targets: part.flatMap { $0.dropFirst() },
        lengths: part.flatMap { lengths(of: $0.dropLast(), documentStart) })
    }
  }

  /// The lengths of the documents, or parts of them, that `inputs` consist of.
  private static func lengths(of inputs: ArraySlice<Int32>, _ documentStart: Int32) -> [Int] {
    let starts = inputs.indices.dropFirst().filter { inputs[$0] == documentStart }
    return zip([inputs.startIndex] + starts, starts + [inputs.endIndex]).map { $1 - $0 }
  }
}
