import CKernels

extension Tape {
  /// Softmax attention of packed heads to themselves: packed [N, layout.width], result
  /// [N, heads · size]; scores are scaled by 1/√size. Spans must not share rows; rows in none of their
  /// queries are zero in the result.
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
    if spans.reduce(0, { $0 + $1.queries.count }) < rows { device.clear(output) }
    let attention = FlashAttention(
      layout: layout, spans: spans, isCausal: isCausal, device: device,
      kernels: device.bf16?.attention)
    let lse = attention.forward(columns(packed.tensor), into: Matrix(output))
    return record(output, from: [packed]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: packed) else { return }
      let writesAll = attention.writesAll(rows: rows)
      if !adding && !writesAll { device.clear(gradient) }
      attention.backward(
        Matrix(upstream), columns(packed.tensor), output: Matrix(output), lse: lse,
        adding: adding || !writesAll, into: columns(gradient))
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
    let attention = FlashAttention(
      layout: layout, spans: spans, isCausal: isCausal, device: device,
      kernels: device.bf16?.attention)
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
        output: Matrix(output), lse: lse, adding: true,
        into: AttentionMatrices(
          query: Matrix(targets[0]), key: Matrix(targets[1]), value: Matrix(targets[2])))
      withExtendedLifetime(targets) {}
    }
  }
}
