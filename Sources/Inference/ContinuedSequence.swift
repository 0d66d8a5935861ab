public import LanguageModel
import TensorCore

/// One sequence of token ids, and what the model expects after it.
///
/// A key-value cache remembers what was computed. Where the context is full, the model goes on with
/// the last half of it, computed anew.
public struct ContinuedSequence: ~Copyable {
  /// All ids so far.
  public private(set) var ids: [UInt32]
  /// The logits of the id after them, one for each id of the model's vocabulary.
  public private(set) var logits: [Float] = []
  private let model: Transformer
  private let cache: KeyValueCache

  /// Begins with `ids`, at least one, all in the model's vocabulary.
  public init(_ ids: [UInt32], model: Transformer) {
    precondition(!ids.isEmpty, "a sequence begins with at least one token")
    self.ids = ids
    self.model = model
    cache = KeyValueCache(for: model)
    feed(ids.count)
  }

  /// Appends `id`, which is in the model's vocabulary.
  public mutating func append(_ id: UInt32) {
    ids.append(id)
    feed(1)
  }

  /// Runs the last `count` ids through the model.
  private mutating func feed(_ count: Int) {
    let count = cache.makeRoom(for: count, ofIDs: ids.count)
    let tokens = ids.suffix(count).map { Int32($0) }
    // Only the last one's logits are wanted, so the others never meet the head.
    if count > 1 { _ = model.hidden(Array(tokens.dropLast()), continuing: cache) }
    let hidden = model.hidden(Array(tokens.suffix(1)), continuing: cache)
    let tape = Tape(on: model.device, isRecording: false)
    logits = tape.logits(hidden, model.head(on: tape)).elements
  }
}
