import CKernels

/// Queries, keys and values, or their gradients, heads side by side in each row.
struct AttentionMatrices {
  let query: Matrix
  let key: Matrix
  let value: Matrix
}

/// Attention in tiles of queries × keys, by `kernels` if there are some, else in float32.
struct FlashAttention {
  let layout: HeadLayout
  let spans: [AttentionSpan]
  let isCausal: Bool
  let device: Device
  private let kernels: swl_attention_kernels?

  private var size: Int { layout.size }
  private var scale: Float { 1 / Float(size).squareRoot() }
  private var group: Int { layout.heads / layout.keyValueHeads }

  init(
    layout: HeadLayout, spans: [AttentionSpan], isCausal: Bool, device: Device,
    kernels: swl_attention_kernels? = nil
  ) {
    precondition(
      spans.allSatisfy { !isCausal || $0.offset >= 0 },
      "causal attention needs at least as many keys as queries in each span")
    precondition(spans.allSatisfy { !$0.keys.isEmpty }, "an attention span without keys")
    self.layout = layout
    self.spans = spans
    self.isCausal = isCausal
    self.device = device
    self.kernels = kernels
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

  /// The columns of the query heads that share a key-value head.
  private func queries(of pair: Int, _ matrix: Matrix) -> Matrix {
    matrix[0..<matrix.rows, pair * group * size..<(pair + 1) * group * size]
  }

  /// Runs `body` on the workers for each key-value head of each span, with the kernels' scratch
  /// memory.
  private func forEachHead(_ body: (AttentionSpan, Int, UnsafeMutableRawPointer) -> Void) {
    guard let kernels else { return }
    device.workers.forEach(spans.count * layout.keyValueHeads) { task in
      let span = spans[task / layout.keyValueHeads]
      let bytes = kernels.bytes(span.queries.count, span.keys.count, size)
      let scratch = Storage(byteCount: bytes, pool: device.buffers)
      withExtendedLifetime(scratch) { body(span, task % layout.keyValueHeads, scratch.base) }
    }
  }

  private func call(_ span: AttentionSpan, _ pair: Int, _ inputs: AttentionMatrices)
    -> swl_attention
  {
    swl_attention(
      query: queries(of: pair, inputs.query).rows(span.queries).base,
      key: head(pair, inputs.key).rows(span.keys).base,
      value: head(pair, inputs.value).rows(span.keys).base, query_stride: inputs.query.stride,
      key_stride: inputs.key.stride, heads: group, queries: span.queries.count,
      keys: span.keys.count, size: size, offset: isCausal ? span.offset : span.keys.count,
      scale: scale)
  }

  /// Fills `output` [N, heads · size]; returns each query's log-sum-exp of scaled scores, [heads, N].
  func forward(_ inputs: AttentionMatrices, into output: Matrix) -> Tensor {
    let rows = inputs.query.rows
    let lse = Tensor(uninitialized: [layout.heads, rows], on: device)
    let lseBase = lse.floats
    if let kernels {
      forEachHead { span, pair, scratch in
        var call = self.call(span, pair, inputs)
        let output = queries(of: pair, output).rows(span.queries)
        kernels.forward(
          &call, output.base, output.stride,
          lseBase + pair * group * rows + span.queries.lowerBound, rows, scratch)
      }
      return lse
    }
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

  /// Whether the backward pass writes all `rows` of the gradients even if it does not add to them.
  func writesAll(rows: Int) -> Bool {
    kernels != nil && spans.allSatisfy { $0.queries == $0.keys }
      && spans.reduce(0) { $0 + $1.keys.count } == rows
  }

  /// Adds to `gradients`, or overwrites them in the rows of the spans. One task owns a key-value head of a span with all its query heads, and
  /// goes through tiles in a fixed order.
  func backward(
    _ upstream: Matrix, _ inputs: AttentionMatrices, output: Matrix, lse: Tensor,
    adding: Bool, into gradients: AttentionMatrices
  ) {
    precondition(!sharesKeys, "the backward pass of attention spans that share keys: \(spans)")
    precondition(adding || kernels != nil, "float32 attention adds to its gradients")
    let rows = inputs.query.rows
    if let kernels {
      let lseBase = lse.floats
      forEachHead { span, pair, scratch in
        var call = self.call(span, pair, inputs)
        let d = queries(of: pair, upstream).rows(span.queries)
        let o = queries(of: pair, output).rows(span.queries)
        kernels.backward(
          &call, d.base, o.base, o.stride,
          lseBase + pair * group * rows + span.queries.lowerBound, rows,
          queries(of: pair, gradients.query).rows(span.queries).base,
          head(pair, gradients.key).rows(span.keys).base,
          head(pair, gradients.value).rows(span.keys).base, adding ? 1 : 0, scratch)
      }
      withExtendedLifetime(lse) {}
      return
    }
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
