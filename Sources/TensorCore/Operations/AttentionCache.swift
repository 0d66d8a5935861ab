import CKernels

/// The keys and values that one layer has computed for some sequences, so that each further token
/// costs one row. Memory grows by doubling, up to the capacity.
public final class AttentionCache {
  /// How many sequences there are.
  public let sequences: Int
  /// The greatest number of positions of each.
  public let capacity: Int
  fileprivate let layout: HeadLayout
  /// Positions that there is room for, in each sequence.
  fileprivate private(set) var room: Int
  /// [sequences · room, key width].
  fileprivate private(set) var keys: Tensor
  fileprivate private(set) var values: Tensor

  /// For at most `capacity` positions of each of `sequences`.
  public init(sequences: Int = 1, capacity: Int, _ layout: HeadLayout, on device: Device) {
    precondition(sequences > 0, "a cache of \(sequences) sequences")
    self.sequences = sequences
    self.capacity = capacity
    self.layout = layout
    room = min(capacity, 64)
    keys = Tensor(uninitialized: [sequences * room, layout.keyWidth], on: device)
    values = Tensor(uninitialized: [sequences * room, layout.keyWidth], on: device)
  }

  /// Makes room for `rows` positions, and keeps what there is.
  fileprivate func reserve(_ rows: Int, on device: Device) {
    guard rows > room else { return }
    let (old, new) = (room, min(max(rows, 2 * room), capacity))
    func grown(_ tensor: Tensor) -> Tensor {
      let result = Tensor(uninitialized: [sequences * new, layout.keyWidth], on: device)
      for sequence in 0..<sequences {
        (result.floats + sequence * new * layout.keyWidth).update(
          from: tensor.floats + sequence * old * layout.keyWidth, count: old * layout.keyWidth)
      }
      return result
    }
    (keys, values, room) = (grown(keys), grown(values), new)
  }
}

extension Tape {
  /// Causal attention of new rows to themselves and to what `cache` holds of their sequence: of packed
  /// [N, width], the first `lengths[0]` rows are positions `starts[0] …` of sequence 0, and so on; their
  /// keys and values are put into the cache first. Rows after the last sequence's attend to nothing, and
  /// give 0. For inference: it has no pullback.
  public func attention(
    _ packed: Variable, cache: AttentionCache, starts: [Int], lengths: [Int]
  ) -> Variable {
    precondition(!isRecording, "attention through a cache cannot be differentiated")
    let layout = cache.layout
    let rows = packed.shape.rows
    let used = lengths.reduce(0, +)
    precondition(
      packed.shape.width == layout.width && starts.count == cache.sequences
        && lengths.count == cache.sequences && used <= rows
        && zip(starts, lengths).allSatisfy { $0 >= 0 && $1 >= 0 && $0 + $1 <= cache.capacity },
      "rows \(packed.shape), \(lengths) of them at \(starts), for heads \(layout), "
        + "\(cache.sequences) sequences and \(cache.capacity) positions")
    cache.reserve(zip(starts, lengths).reduce(0) { max($0, $1.0 + $1.1) }, on: device)
    let from = packed.tensor.floats
    let (keys, values) = (cache.keys.floats, cache.values.floats)
    var spans: [AttentionSpan] = []
    var row = 0
    for (sequence, (start, length)) in zip(starts, lengths).enumerated() where length > 0 {
      let first = sequence * cache.room
      for index in 0..<length {
        let key = from + (row + index) * layout.width + layout.queryWidth
        let target = (first + start + index) * layout.keyWidth
        (keys + target).update(from: key, count: layout.keyWidth)
        (values + target).update(from: key + layout.keyWidth, count: layout.keyWidth)
      }
      spans.append(
        AttentionSpan(queries: row..<row + length, keys: first..<first + start + length))
      row += length
    }
    let output = Tensor(uninitialized: [rows, layout.queryWidth], on: device)
    (output.floats + used * layout.queryWidth).update(
      repeating: 0, count: (rows - used) * layout.queryWidth)
    let held = cache.sequences * cache.room
    _ = FlashAttention(layout: layout, spans: spans, isCausal: true, device: device).forward(
      AttentionMatrices(
        query: Matrix(from, rows: rows, columns: layout.queryWidth, stride: layout.width),
        key: Matrix(keys, rows: held, columns: layout.keyWidth),
        value: Matrix(values, rows: held, columns: layout.keyWidth)),
      into: Matrix(output))
    return Variable(constant: output)
  }
}
