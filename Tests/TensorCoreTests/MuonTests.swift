import TensorCore
import Testing

/// Muon's step against the same formulas in double precision.
@Suite struct MuonTests {
  @Test(arguments: [(5, 9), (9, 5), (40, 40), (70, 33), (1, 12), (150, 133), (131, 140)])
  func `two steps equal the formulas in double precision`(rows: Int, columns: Int) {
    let count = rows * columns
    let start = normal(count, seed: 1)
    let gradients = [normal(count, seed: 2), normal(count, seed: 3)]
    let (rate, momentum, decay, scale) = (0.02, 0.95, 0.1, 0.5)

    var weights = start.map(Double.init), moments = Array(repeating: 0.0, count: count)
    for gradient in gradients {
      let g = gradient.map { scale * Double($0) }
      moments = zip(moments, g).map { momentum * $0 + $1 }
      let update = orthogonalized(
        zip(g, moments).map { $0 + momentum * $1 }, rows: rows, columns: columns)
      let size = 0.2 * Double(max(rows, columns)).squareRoot()
      weights = zip(weights, update).map { (1 - rate * decay) * $0 - rate * size * $1 }
    }

    for device in devices {
      let store = ParameterStore(
        [ParameterSpecification("w", [rows, columns], .zeros)], on: device
      ) { _, tensor in start.withUnsafeBytes { tensor.copyBytes(from: $0) } }
      let state = OptimizerState(of: store, secondMomentsOf: [], on: device)
      for gradient in gradients {
        var sum = Gradients(of: store, on: device)
        let tape = Tape(on: device)
        // The gradient of w + w at half the upstream is the upstream.
        let output = tape.add(store["w"], store["w"])
        let upstream = Tensor(gradient.map { $0 / 2 }, [rows, columns], on: device)
        tape.backward([(output, upstream)], into: &sum)
        device.updateMuon(
          store, parameters: [0], along: sum, state,
          MomentumCoefficients(
            learningRate: Float(rate), momentum: Float(momentum), weightDecay: Float(decay),
            gradientScale: Float(scale)))
      }
      let worst = zip(store.tensor(0).elements, weights).reduce(0) {
        max($0, abs(Double($1.0) - $1.1))
      }
      #expect(worst < 2e-5, "\(rows) × \(columns) at \(device.level.rawValue): \(worst)")
    }
  }

  private func normal(_ count: Int, seed: UInt64) -> [Float] {
    let source = RandomSource(seed: seed, stream: 9)
    return (0..<count).map { Float(source.uniform(at: UInt64($0))) - 0.5 }
  }

  /// Five Newton–Schulz steps on the short side.
  private func orthogonalized(_ x: [Double], rows: Int, columns: Int) -> [Double] {
    let isTall = rows > columns
    let (r, c) = isTall ? (columns, rows) : (rows, columns)
    func turned(_ m: [Double], _ rows: Int, _ columns: Int) -> [Double] {
      (0..<rows * columns).map { m[$0 % rows * columns + $0 / rows] }
    }
    func product(_ a: [Double], _ b: [Double], _ rows: Int, _ depth: Int, _ columns: Int)
      -> [Double]
    {
      (0..<rows * columns).map { index in
        (0..<depth).reduce(0) {
          $0 + a[index / columns * depth + $1] * b[$1 * columns + index % columns]
        }
      }
    }
    let norm = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var y = (isTall ? turned(x, rows, columns) : x).map { $0 / norm }
    for _ in 0..<5 {
      let a = product(y, turned(y, r, c), r, c, r)
      let b = zip(a, product(a, a, r, r, r)).map { -4.7750 * $0 + 2.0315 * $1 }
      y = zip(y, product(b, y, r, r, c)).map { 3.4445 * $0 + $1 }
    }
    return isTall ? turned(y, r, c) : y
  }
}
