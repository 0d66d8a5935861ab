import CKernels

/// Queries that look at the same keys: one sequence, or one request over its cache.
public struct AttentionSpan: Sendable, Hashable {
  /// Rows of the queries.
  public let queries: Range<Int>
  /// Rows of the keys and values.
  public let keys: Range<Int>

  /// Pairs queries with keys. In causal attention the last query sees the last key, the one before
  /// it all keys but the last, and so on: queries continue a cache of `keys.count - queries.count`.
  public init(queries: Range<Int>, keys: Range<Int>) {
    self.queries = queries
    self.keys = keys
  }

  /// A sequence that attends to itself.
  public init(_ rows: Range<Int>) { self.init(queries: rows, keys: rows) }

  /// The keys that the first query sees, less one.
  var offset: Int { keys.count - queries.count }
}

extension Tape {
  /// Softmax attention of packed heads to themselves: packed [N, layout.width], result
  /// [N, heads · size]; scores are scaled by 1/√size. Spans must not share rows.
  ///
  /// Never holds more than a tile of scores. Pullback, with P = softmax(S) recomputed from the
  /// saved log-sum-exp and D = rowsum(dO ∘ O): `dV = Pᵀ dO`, `dS = P ∘ (dO Vᵀ − D)`,
  /// `dQ = dS K / √size`, `dK = dSᵀ Q / √size`.
  /// Sources: Vaswani et al., "Attention Is All You Need", 2017; Dao, "FlashAttention-2", 2023;
  /// Ainslie et al., "GQA", 2023.
  public func attention(
    _ packed: Variable, _ layout: HeadLayout, spans: [AttentionSpan], isCausal: Bool = true
  ) -> Variable {
    precondition(packed.shape.width == layout.width, "rows \(packed.shape) for heads \(layout)")
    let rows = packed.shape.rows
    func columns(_ tensor: Tensor) -> AttentionMatrices {
      let all = Matrix(tensor.floats, rows: rows, columns: layout.width)
      let keys = layout.queryWidth, values = keys + layout.keyWidth
      return AttentionMatrices(
        query: all[0..<rows, 0..<keys], key: all[0..<rows, keys..<values],
        value: all[0..<rows, values..<layout.width])
    }
    let output = Tensor(uninitialized: [rows, layout.queryWidth], on: device)
    let attention = FlashAttention(layout: layout, spans: spans, isCausal: isCausal, device: device)
    let lse = attention.forward(columns(packed.tensor), into: Matrix(output))
    return record(output, from: [packed]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: packed) else { return }
      if !adding { device.clear(gradient) }
      attention.backward(
        Matrix(upstream), columns(packed.tensor), output: Matrix(output), lse: lse,
        into: columns(gradient))
    }
  }

  /// Softmax attention of queries [N, heads · size] to keys and values [M, keyValueHeads · size] of
  /// their own: cached, or of another sequence. See ``attention(_:_:spans:isCausal:)``.
  public func attention(
    query: Variable, key: Variable, value: Variable, _ layout: HeadLayout, spans: [AttentionSpan],
    isCausal: Bool = true
  ) -> Variable {
    precondition(
      query.shape.width == layout.queryWidth && key.shape.width == layout.keyWidth
        && value.shape == key.shape,
      "queries \(query.shape), keys \(key.shape), values \(value.shape) for heads \(layout)")
    let inputs = AttentionMatrices(
      query: Matrix(query.tensor), key: Matrix(key.tensor), value: Matrix(value.tensor))
    let output = Tensor(uninitialized: query.shape, on: device)
    let attention = FlashAttention(layout: layout, spans: spans, isCausal: isCausal, device: device)
    let lse = attention.forward(inputs, into: Matrix(output))
    return record(output, from: [query, key, value]) { [device] upstream, adjoints in
      let targets = [query, key, value].map { variable in
        let target = adjoints.destination(for: variable)
        let tensor = target?.tensor ?? Tensor(uninitialized: variable.shape, on: device)
        if target?.adding != true { device.clear(tensor) }
        return tensor
      }
      attention.backward(
        Matrix(upstream),
        AttentionMatrices(
          query: Matrix(query.tensor), key: Matrix(key.tensor), value: Matrix(value.tensor)),
        output: Matrix(output), lse: lse,
        into: AttentionMatrices(
          query: Matrix(targets[0]), key: Matrix(targets[1]), value: Matrix(targets[2])))
      withExtendedLifetime(targets) {}
    }
  }
}

/// Queries, keys and values, or their gradients, heads side by side in each row.
struct AttentionMatrices {
  let query: Matrix
  let key: Matrix
  let value: Matrix
}

/// Attention in tiles of queries × keys.
struct FlashAttention {
  let layout: HeadLayout
  let spans: [AttentionSpan]
  let isCausal: Bool
  let device: Device

  private var size: Int { layout.size }
  private var scale: Float { 1 / Float(size).squareRoot() }
  private var group: Int { layout.heads / layout.keyValueHeads }

  init(layout: HeadLayout, spans: [AttentionSpan], isCausal: Bool, device: Device) {
    precondition(
      spans.allSatisfy { !isCausal || $0.offset >= 0 },
      "causal attention needs at least as many keys as queries in each span")
    precondition(spans.allSatisfy { !$0.keys.isEmpty }, "an attention span without keys")
    self.layout = layout
    self.spans = spans
    self.isCausal = isCausal
    self.device = device
  }

  /// One head's columns.
  private func head(_ index: Int, _ matrix: Matrix) -> Matrix {
    matrix[0..<matrix.rows, index * size..<(index + 1) * size]
  }

  private func tiles(_ range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: Tiling.attention).map {
      $0..<min(range.upperBound, $0 + Tiling.attention)
    }
  }

  /// Row r of a tile sees its columns c ≤ r + diagonal.
  private func diagonal(_ span: AttentionSpan, _ queries: Range<Int>, _ keys: Range<Int>) -> Int {
    guard isCausal else { return Int.max / 2 }
    let position = queries.lowerBound - span.queries.lowerBound + span.offset
    return position - (keys.lowerBound - span.keys.lowerBound)
  }

  /// Fills `output` [N, heads · size]; returns each query's log-sum-exp of scaled scores, [heads, N].
  func forward(_ inputs: AttentionMatrices, into output: Matrix) -> Tensor {
    let rows = inputs.query.rows
    let lse = Tensor(uninitialized: [layout.heads, rows], on: device)
    let lseBase = lse.floats
    let blocks = spans.enumerated().flatMap { index, span in
      tiles(span.queries).map { (index, $0) }
    }
    let edge = Tiling.attention
    // Every key-value head is packed once, for all its queries.
    let pairs = layout.keyValueHeads
    let keys = spans.map { PackedTiles(count: $0.keys.count, heads: pairs, size, .columns, device) }
    let values = spans.map { PackedTiles(count: $0.keys.count, heads: pairs, size, .rows, device) }
    device.workers.forEach(spans.count * pairs) { task in
      let span = spans[task / pairs], pair = task % pairs
      keys[task / pairs].fill(pair, head(pair, inputs.key).rows(span.keys), device)
      values[task / pairs].fill(pair, head(pair, inputs.value).rows(span.keys), device)
    }
    device.workers.forEach(blocks.count * layout.heads) { task in
      let (spanIndex, queries) = blocks[task / layout.heads]
      let span = spans[spanIndex]
      let index = task % layout.heads, pair = index / group
      let q = Factor(head(index, inputs.query).rows(queries))
      let o = head(index, output).rows(queries)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: edge * edge + 2 * edge) { scratch in
        let base = scratch.baseAddress!
        let maxima = base + edge * edge, sums = maxima + edge
        maxima.initialize(repeating: -.infinity, count: edge)
        sums.initialize(repeating: 0, count: edge)
        for row in 0..<queries.count {
          (o.base + row * o.stride).update(repeating: 0, count: size)
        }
        for (tile, keyRows) in tiles(span.keys).enumerated() {
          let diagonal = diagonal(span, queries, keyRows)
          if diagonal + queries.count <= 0 { break }
          let scores = Matrix(base, rows: queries.count, columns: keyRows.count)
          device.kernels.products.multiply(
            q, keys[spanIndex].tile(tile, pair), adding: false, into: scores)
          device.kernels.attention_tile(
            base, keyRows.count, scale, diagonal, maxima, sums, o.base, o.stride, queries.count,
            keyRows.count, size)
          device.kernels.products.multiply(
            Factor(scores), values[spanIndex].tile(tile, pair), adding: true, into: o)
        }
        device.kernels.attention_finish(
          maxima, sums, o.base, o.stride, lseBase + index * rows + queries.lowerBound,
          queries.count, size)
      }
    }
    withExtendedLifetime((keys, values)) {}
    return lse
  }

  /// Whether two spans share keys, whose gradients two tasks would then add to at once.
  private var sharesKeys: Bool {
    let ranges = spans.map(\.keys).sorted { $0.lowerBound < $1.lowerBound }
    return zip(ranges, ranges.dropFirst()).contains { $0.upperBound > $1.lowerBound }
  }

  /// Adds to `gradients`. One task owns a key-value head of a span with all its query heads, and
  /// goes through tiles in a fixed order.
  func backward(
    _ upstream: Matrix, _ inputs: AttentionMatrices, output: Matrix, lse: Tensor,
    into gradients: AttentionMatrices
  ) {
    precondition(!sharesKeys, "the backward pass of attention spans that share keys: \(spans)")
    let rows = inputs.query.rows
    let deltas = Tensor(uninitialized: [layout.heads, rows], on: device)
    let (lseBase, deltaBase) = (lse.floats, deltas.floats)
    let edge = Tiling.attention
    device.workers.forEach(spans.count * layout.keyValueHeads) { task in
      let span = spans[task / layout.keyValueHeads], pair = task % layout.keyValueHeads
      let k = head(pair, inputs.key).rows(span.keys), v = head(pair, inputs.value).rows(span.keys)
      let dk = head(pair, gradients.key), dv = head(pair, gradients.value)
      func packed(_ matrix: Matrix, _ side: PackedTiles.Side) -> PackedTiles {
        let tiles = PackedTiles(count: matrix.rows, heads: 1, size, side, device)
        tiles.fill(0, matrix, device)
        return tiles
      }
      let keyColumns = packed(k, .columns), keyRows = packed(k, .rows)
      let valueColumns = packed(v, .columns)
      for index in pair * group..<(pair + 1) * group {
        let q = head(index, inputs.query), d = head(index, upstream), o = head(index, output)
        let dq = head(index, gradients.query)
        let begin = span.queries.lowerBound
        device.kernels.attention_delta(
          d.base + begin * d.stride, d.stride, o.base + begin * o.stride, o.stride,
          deltaBase + index * rows + begin, span.queries.count, size)
        let queryRows = packed(q.rows(span.queries), .rows)
        let upstreamRows = packed(d.rows(span.queries), .rows)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * edge * edge) { scratch in
          let base = scratch.baseAddress!
          for (keyTile, keys) in tiles(span.keys).enumerated() {
            for (queryTile, queries) in tiles(span.queries).enumerated() {
              let diagonal = diagonal(span, queries, keys)
              if diagonal + queries.count <= 0 { continue }
              let p = Matrix(base, rows: queries.count, columns: keys.count)
              let ds = Matrix(base + edge * edge, rows: queries.count, columns: keys.count)
              device.kernels.products.multiply(
                Factor(q.rows(queries)), keyColumns.tile(keyTile, 0), adding: false, into: p)
              device.kernels.products.multiply(
                Factor(d.rows(queries)), valueColumns.tile(keyTile, 0), adding: false, into: ds)
              let first = index * rows + queries.lowerBound
              device.kernels.attention_tile_backward(
                p.base, ds.base, keys.count, scale, diagonal, lseBase + first, deltaBase + first,
                queries.count, keys.count)
              device.kernels.products.multiply(
                p.transposed, upstreamRows.tile(queryTile, 0), adding: true, into: dv.rows(keys))
              device.kernels.products.multiply(
                ds.transposed, queryRows.tile(queryTile, 0), adding: true, into: dk.rows(keys))
              device.kernels.products.multiply(
                Factor(ds), keyRows.tile(keyTile, 0), adding: true, into: dq.rows(queries))
            }
          }
        }
        withExtendedLifetime((queryRows, upstreamRows)) {}
      }
      withExtendedLifetime((keyColumns, keyRows, valueColumns)) {}
    }
    withExtendedLifetime((deltas, lse)) {}
  }
}

/// Rows of some heads, packed a tile of ``Tiling/attention`` rows at a time as right factors.
private struct PackedTiles {
  /// What the rows are in the product.
  enum Side {
    /// Columns of the right factor [size, rows]: scores are queries times keys.
    case columns
    /// Its rows, [rows, size]: outputs are probabilities times values.
    case rows
  }

  private let side: Side
  private let size: Int
  private let count: Int
  /// Elements of a tile, and of a head.
  private let tileElements: Int
  private let headElements: Int
  private let storage: Tensor

  init(count: Int, heads: Int, _ size: Int, _ side: Side, _ device: Device) {
    let edge = Tiling.attention
    let panel = device.kernels.products.panel_columns
    precondition(edge % panel == 0, "a tile of \(edge) rows in panels of \(panel)")
    self.side = side
    self.size = size
    self.count = count
    tileElements = edge * (side == .columns ? size : (size + panel - 1) / panel * panel)
    headElements = (count + edge - 1) / edge * tileElements
    storage = Tensor(uninitialized: [heads * headElements], on: device)
  }

  /// Copies one head's rows.
  func fill(_ head: Int, _ matrix: Matrix, _ device: Device) {
    for begin in stride(from: 0, to: count, by: Tiling.attention) {
      let rows = min(Tiling.attention, count - begin)
      let part = matrix.rows(begin..<begin + rows)
      device.kernels.products.pack(
        side == .columns ? part.transposed : Factor(part),
        into: tile(begin / Tiling.attention, head))
    }
  }

  /// Where one tile of one head begins.
  func tile(_ index: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    storage.floats + head * headElements + index * tileElements
  }
}
