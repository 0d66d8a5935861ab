import LanguageModel
import TensorCore

/// Some sequences of token ids that grow side by side, and what the model expects after each.
///
/// What is expected after a sequence does not depend on the others, to the last bit.
struct SequenceBatch: ~Copyable {
  /// All ids so far of each sequence.
  private(set) var ids: [[UInt32]]
  /// The logits of the id after them, one for each id of the model's vocabulary.
  private(set) var logits: [[Float]]
  private let model: Transformer
  private let cache: KeyValueCache

  /// `count` empty sequences, more than one.
  init(_ count: Int, model: Transformer) {
    precondition(count > 1, "a batch of \(count) sequences")
    self.model = model
    ids = Array(repeating: [], count: count)
    logits = ids.map { _ in [] }
    cache = KeyValueCache(for: model, sequences: count)
  }

  /// Makes a sequence empty, so that another can take its place.
  mutating func removeAll(of sequence: Int) {
    ids[sequence] = []
    logits[sequence] = []
    cache.removeAll(of: sequence)
  }

  /// Appends ids, none for sequences that rest, at least one in all.
  mutating func append(_ new: [[UInt32]]) {
    var tokens: [Int32] = []
    var lengths: [Int] = []
    var last: [(sequence: Int, row: Int32)] = []
    for (sequence, added) in new.enumerated() {
      ids[sequence] += added
      let count =
        added.isEmpty
        ? 0 : cache.makeRoom(for: added.count, ofIDs: ids[sequence].count, in: sequence)
      tokens += ids[sequence].suffix(count).map { Int32($0) }
      lengths.append(count)
      if count > 0 { last.append((sequence, Int32(tokens.count - 1))) }
    }
    let hidden = model.hidden(tokens, lengths: lengths, continuing: cache)
    let tape = Tape(on: model.device, isRecording: false)
    // Enough rows for the head, too.
    let padding = Array(
      repeating: Int32(0), count: max(0, Device.independentRows - last.count))
    let rows = tape.logits(
      tape.embedding(last.map(\.row) + padding, hidden), model.head(on: tape))
    let vocabulary = rows.shape.width
    let all = rows.elements
    for (index, place) in last.enumerated() {
      logits[place.sequence] = Array(all[index * vocabulary..<(index + 1) * vocabulary])
    }
  }
}
