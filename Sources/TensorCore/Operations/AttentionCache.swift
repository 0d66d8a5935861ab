import CKernels

/// The keys and values that one layer has computed for one sequence, so that each further token
/// costs one row. Memory grows by doubling, up to the capacity.
public final class AttentionCache {
  /// The greatest number of positions.
  public let capacity: Int
  fileprivate let layout: HeadLayout
  fileprivate private(set) var keys: Tensor
  fileprivate private(set) var values: Tensor

  /// For at most `capacity` positions.
  public init(capacity: Int, _ layout: HeadLayout, on device: Device) {
    self.capacity = capacity
    self.layout = layout
    keys = Tensor(uninitialized: [min(capacity, 64), layout.keyWidth], on: device)
    values = Tensor(uninitialized: [min(capacity, 64), layout.keyWidth], on: device)
  }

  /// Makes room for `rows` positions, and keeps the first `used`.
  fileprivate func reserve(_ rows: Int, keeping used: Int, on device: Device) {
    let room = keys.shape.rows
    guard rows > room else { return }
    func grown(_ old: Tensor) -> Tensor {
      let new = Tensor(
        uninitialized: [min(max(rows, 2 * room), capacity), layout.keyWidth], on: device)
      new.floats.update(from: old.floats, count: used * layout.keyWidth)
      return new
    }
    (keys, values) = (grown(keys), grown(values))
  }
}

extension Tape {
  /// Causal attention of new rows to themselves and to what `cache` holds: packed [N, width] are
  /// positions `start ..< start + N`; their keys and values are put into the cache first. For
  /// inference: it has no pullback.
  public func attention(_ packed: Variable, cache: AttentionCache, start: Int) -> Variable {
    precondition(!isRecording, "attention through a cache cannot be differentiated")
    let layout = cache.layout
    let rows = packed.shape.rows
    precondition(
      packed.shape.width == layout.width && start >= 0 && start + rows <= cache.capacity,
      "rows \(packed.shape) at \(start) for heads \(layout) and \(cache.capacity) positions")
    cache.reserve(start + rows, keeping: start, on: device)
    let from = packed.tensor.floats
    let (keys, values) = (cache.keys.floats, cache.values.floats)
    for row in 0..<rows {
      let key = from + row * layout.width + layout.queryWidth
      let target = (start + row) * layout.keyWidth
      (keys + target).update(from: key, count: layout.keyWidth)
      (values + target).update(from: key + layout.keyWidth, count: layout.keyWidth)
    }
    let output = Tensor(uninitialized: [rows, layout.queryWidth], on: device)
    let span = AttentionSpan(queries: 0..<rows, keys: 0..<start + rows)
    let held = start + rows
    _ = FlashAttention(layout: layout, spans: [span], isCausal: true, device: device).forward(
      AttentionMatrices(
        query: Matrix(from, rows: rows, columns: layout.queryWidth, stride: layout.width),
        key: Matrix(keys, rows: held, columns: layout.keyWidth),
        value: Matrix(values, rows: held, columns: layout.keyWidth)),
      into: Matrix(output))
    return Variable(constant: output)
  }
}
