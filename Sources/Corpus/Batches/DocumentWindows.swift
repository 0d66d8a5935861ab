/// Windows for measuring: goes through a stream document by document, so that every id but those
/// that begin documents is a target exactly once.
///
/// Of a document d of n ids, window k has inputs d[kS ..< kS+T] and targets d[kS+1 ... kS+T], T
/// being the context and S the stride, which is T unless given; the last window is shorter. No window
/// reaches into another document.
public struct DocumentWindows: Sendable {
  /// Some windows to run through a model together.
  public struct Batch: Sendable, Equatable {
    /// The inputs of all windows, one after the other.
    public internal(set) var inputs: [Int32] = []
    /// For each input, the id that follows it, or −1 where an earlier window predicts that.
    public internal(set) var targets: [Int32] = []
    /// The range of each window in ``inputs`` and ``targets``.
    public internal(set) var windows: [Range<Int>] = []
  }

  /// The stream.
  public let stream: TokenStream
  /// The most inputs of a window.
  public let context: Int
  /// Inputs from the beginning of a window to that of the next in the same document.
  public let stride: Int

  /// The position in the stream of the next window's first input.
  private var position = 0
  /// Ids from `blockStart` on, read ahead.
  private var block: [Int32] = []
  private var blockStart = 0
  /// The position after the last target that a window had.
  private var predicted = 0

  /// Begins at the start of the stream.
  ///
  /// - Parameters:
  ///   - stream: The documents.
  ///   - context: The most inputs of a window, above 0.
  ///   - stride: Inputs from one window to the next, from 1 to `context`, which is meant unless given. With
  ///     fewer, windows overlap, and an id that two of them hold is a target of the first.
  public init(_ stream: TokenStream, context: Int, stride: Int? = nil) {
    precondition(context > 0, "a context of \(context)")
    precondition(
      1...context ~= stride ?? 1, "windows \(stride ?? 1) apart in a context of \(context)")
    self.stream = stream
    self.context = context
    self.stride = stride ?? context
  }

  /// The next windows, in order: as many as make up `budget` inputs at most, but at least one;
  /// `nil` at the end.
  /// - Throws: ``CorpusError`` for a damaged shard.
  public mutating func nextBatch(budget: Int) throws -> Batch? {
    var batch = Batch()
    while let window = try nextWindow() {
      if !batch.windows.isEmpty, batch.inputs.count + window.count - 1 > budget { break }
      let start = batch.inputs.count
      let ids = block[(window.lowerBound - blockStart)..<(window.upperBound - blockStart)]
      batch.inputs += ids.dropLast()
      let known = max(0, predicted - window.lowerBound - 1)
      batch.targets += repeatElement(-1, count: known) + ids.dropFirst(1 + known)
      batch.windows.append(start..<batch.inputs.count)
      predicted = window.upperBound
      // Without overlap, the last target is the next window's first input.
      position = window.count > context ? position + stride : window.upperBound - 1
    }
    return batch.windows.isEmpty ? nil : batch
  }

  private var documentStart: Int32 { Int32(truncatingIfNeeded: stream.documentStart) }

  /// The ids of the next window, its last target included; `position` is moved over what has no
  /// target, and the block is made to hold the window.
  private mutating func nextWindow() throws -> Range<Int>? {
    while position + 1 < stream.count {
      try readAhead()
      var end = position + 1
      let limit = min(position + context + 1, stream.count)
      while end < limit, block[end - blockStart] != documentStart { end += 1 }
      if end > max(position + 1, predicted) { return position..<end }
      // Nothing of the document is left to predict.
      position = end
    }
    return nil
  }

  /// Makes the block hold the longest window that can begin at `position`.
  private mutating func readAhead() throws {
    let end = min(position + context + 1, stream.count)
    guard position < blockStart || end > blockStart + block.count else { return }
    blockStart = position
    block = try stream.ids(position..<min(position + max(context + 1, 1 << 16), stream.count))
  }
}
