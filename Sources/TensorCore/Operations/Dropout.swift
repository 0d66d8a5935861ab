import CKernels

extension Tape {
  /// Zeroes each element with probability `rate` and divides the others by 1 − rate. Element i's
  /// fate is a function of `source` and i alone.
  ///
  /// Pullback: the same mask on dy. Source: Srivastava et al., "Dropout", 2014, inverted form.
  public func dropout(_ x: Variable, rate: Float, _ source: RandomSource) -> Variable {
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    let output = Tensor(uninitialized: x.shape, on: device)
    device.dropout(x.tensor, rate, source, into: output, adding: false)
    return record(output, from: [x]) { [device] upstream, adjoints in
      guard let (gradient, adding) = adjoints.destination(for: x) else { return }
      device.dropout(upstream, rate, source, into: gradient, adding: adding)
    }
  }
}

extension Device {
  fileprivate func dropout(
    _ x: Tensor, _ rate: Float, _ source: RandomSource, into output: Tensor, adding: Bool
  ) {
    let (from, y) = (x.floats, output.floats)
    forEachTile(of: x.count, Tiling.elements) { range in
      let begin = range.lowerBound
      kernels.dropout(
        from + begin, y + begin, rate, source.seed, source.stream, UInt64(begin), adding ? 1 : 0,
        range.count)
    }
  }
}
