import TensorCore

/// Sequences laid end to end. What some have in common with one before them stands only there: the answers
/// to one question are computed behind a single copy of it.
struct SequenceLayout {
  /// Where each row stands in its sequence, [N].
  private(set) var positions: [Int32] = []
  /// The rows that attention reads, sequence after sequence: all of each, with what it shares.
  private(set) var keys: [Int] = []
  /// Where the N rows stand among ``keys``.
  private(set) var queries: [Int] = []
  /// What attends to what, in ``keys``.
  private(set) var spans: [AttentionSpan] = []
  /// Whether any sequence takes rows of another; if not, ``keys`` and ``queries`` are simply all rows.
  private var sharesRows: Bool { keys.count > queries.count }

  /// - Parameters:
  ///   - lengths: How many rows each sequence has to itself; their sum is N.
  ///   - shared: How many rows each takes from the beginning of the last one before it that takes none;
  ///     empty if none takes any.
  ///   - context: No sequence is longer.
  init(lengths: [Int], shared: [Int], context: Int) {
    precondition(
      shared.isEmpty || shared.count == lengths.count,
      "\(shared.count) shared beginnings of \(lengths.count) sequences")
    var trunk = 0..<0
    for (index, length) in lengths.enumerated() {
      let prefix = shared.isEmpty ? 0 : shared[index]
      precondition(
        length > 0 && prefix + length <= context,
        "a sequence of \(prefix + length) tokens in a context of \(context)")
      precondition(
        (0...trunk.count).contains(prefix),
        "\(prefix) tokens shared with a sequence of \(trunk.count)")
      let rows = positions.count..<positions.count + length
      if prefix == 0 { trunk = rows }
      let begin = keys.count
      keys += trunk.prefix(prefix)
      queries += keys.count..<keys.count + length
      keys += rows
      spans.append(
        AttentionSpan(queries: begin + prefix..<keys.count, keys: begin..<keys.count))
      positions += Int32(prefix)..<Int32(prefix + length)
    }
  }

  /// Attention of each sequence to itself: packed [N, layout.width], result [N, heads · size].
  func attention(_ packed: Variable, _ heads: HeadLayout, on tape: Tape) -> Variable {
    guard sharesRows else { return tape.attention(packed, heads, spans: spans) }
    let repeated = tape.rows(keys, of: packed)
    return tape.rows(queries, of: tape.attention(repeated, heads, spans: spans))
  }
}
