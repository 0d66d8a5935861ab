import TensorCore
import Testing

/// The packed products, reached through a linear layer, against sums in double precision.
@Suite struct ProductTests {
  /// Rows, inputs and outputs: below and above a panel, a register tile, a depth block, the packed
  /// minimum and a task's tile, and none a multiple of all.
  static let extents = [
    (1, 7, 5), (3, 300, 70), (16, 1, 33), (17, 32, 32), (61, 257, 95), (130, 64, 31),
    (600, 33, 129), (40, 530, 200),
  ]

  @Test(arguments: extents)
  func `a linear layer and its gradients equal sums in double precision`(
    rows: Int, inputs: Int, outputs: Int
  ) {
    let x = uniform(rows * inputs, seed: 1), w = uniform(outputs * inputs, seed: 2)
    let dy = uniform(rows * outputs, seed: 3)
    func expected(_ count: Int, _ columns: Int, _ depth: Int, _ term: (Int, Int, Int) -> Double)
      -> [Double]
    {
      (0..<count * columns).map { index in
        (0..<depth).reduce(0) { $0 + term(index / columns, index % columns, $1) }
      }
    }
    let y = expected(rows, outputs, inputs) { r, c, k in
      Double(x[r * inputs + k]) * Double(w[c * inputs + k])
    }
    let dx = expected(rows, inputs, outputs) { r, c, k in
      Double(dy[r * outputs + k]) * Double(w[k * inputs + c])
    }
    let dw = expected(outputs, inputs, rows) { r, c, k in
      Double(dy[k * outputs + r]) * Double(x[k * inputs + c])
    }
    for device in devices {
      let (result, inputGradient, weightGradient) = layer(
        x, w, dy, rows, inputs, outputs, passes: 2, on: device)
      let level = device.level.rawValue
      #expect(relativeError(result, y) < 2e-6, "y at \(level)")
      #expect(relativeError(inputGradient, dx) < 2e-6, "dx at \(level)")
      // Two passes are accumulated.
      #expect(relativeError(weightGradient, dw.map { 2 * $0 }) < 4e-6, "dw at \(level)")
    }
  }

  /// Factors rounded to bfloat16 leave only float32's sums to differ; on vectors and, where there is
  /// one, on the matrix unit.
  @Test(arguments: BF16Unit.allCases.filter(\.isSupported), extents)
  func `products in bf16 equal sums of rounded factors`(
    unit: BF16Unit, extents: (rows: Int, inputs: Int, outputs: Int)
  ) {
    let (rows, inputs, outputs) = extents
    func rounded(_ values: [Float]) -> [Float] {
      values.map { value in
        let bits = value.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
      }
    }
    let x = uniform(rows * inputs, seed: 11), w = uniform(outputs * inputs, seed: 12)
    let dy = uniform(rows * outputs, seed: 13)
    // Products of few rows stay in float32, and exact: round their factors beforehand.
    let one = layer(
      rounded(x), rounded(w), rounded(dy), rows, inputs, outputs, passes: 2,
      on: Device(threadCount: 2, bf16: unit))
    let exact = layer(
      rounded(x), rounded(w), rounded(dy), rows, inputs, outputs, passes: 2,
      on: Device(threadCount: 2))
    #expect(relativeError(one.0, exact.0.map(Double.init)) < 4e-6)
    #expect(relativeError(one.1, exact.1.map(Double.init)) < 4e-6)
    #expect(relativeError(one.2, exact.2.map(Double.init)) < 4e-6)
    if rows >= 16 {
      let other = layer(
        x, w, dy, rows, inputs, outputs, passes: 2, on: Device(threadCount: 1, bf16: unit))
      #expect(other.0 == one.0 && other.1 == one.1 && other.2 == one.2)
    }
  }

  /// A linear layer lays its left factor out before the product, the low-rank addition reads it as it
  /// lies: the gradients of their weights have the same bits.
  @Test(arguments: [(16, 3, 5), (64, 96, 40), (700, 70, 129), (1_100, 16, 33)])
  func `a left factor that was turned over gives the bits of one that lies across`(
    rows: Int, inputs: Int, outputs: Int
  ) {
    let bf16 = BF16Unit.allCases.filter(\.isSupported).map { Device(threadCount: 2, bf16: $0) }
    for device in devices + bf16 {
      let store = ParameterStore([weight(outputs, inputs)], on: device) { _, tensor in
        fill(tensor, uniform(outputs * inputs, seed: 21))
      }
      let dy = Tensor(uniform(rows * outputs, seed: 22), [rows, outputs], on: device)
      let results = [true, false].map { isTurned in
        let tape = Tape(on: device)
        let x = tape.input(
          Tensor(uniform(rows * inputs, seed: 23), [rows, inputs], on: device))
        let y =
          isTurned
          ? tape.linear(x, [store["w"]])
          : tape.addLowRank(
            to: tape.input(Tensor(zeros: [rows, outputs], on: device)), x,
            [LowRankFactor(store["w"], columns: 0..<outputs, scale: 1)])
        var gradients = Gradients(of: store, on: device)
        tape.backward([(y, dy)], into: &gradients)
        return gradients[0]?.elements ?? []
      }
      #expect(!results[0].isEmpty && results[0] == results[1], "\(device.instructions)")
    }
  }

  @Test func `neither threads nor the cut of rows change a bit`() {
    let (rows, inputs, outputs) = (700, 200, 96)
    let x = uniform(rows * inputs, seed: 4), w = uniform(outputs * inputs, seed: 5)
    let dy = uniform(rows * outputs, seed: 6)
    for level in InstructionLevel.allCases where level.isSupported {
      let one = layer(
        x, w, dy, rows, inputs, outputs, passes: 1, on: Device(threadCount: 1, level: level))
      let three = layer(
        x, w, dy, rows, inputs, outputs, passes: 1, on: Device(threadCount: 3, level: level))
      #expect(one.0 == three.0 && one.1 == three.1 && one.2 == three.2)
      let part = 123
      let some = layer(
        Array(x[..<(part * inputs)]), w, Array(dy[..<(part * outputs)]), part, inputs, outputs,
        passes: 1, on: Device(threadCount: 2, level: level))
      #expect(some.0 == Array(one.0[..<(part * outputs)]))
      #expect(some.1 == Array(one.1[..<(part * inputs)]))
    }
  }

  @Test func `batches of any size accumulate to the same weight gradient`() {
    let (rows, inputs, outputs) = (640, 40, 72)
    let x = uniform(rows * inputs, seed: 7), w = uniform(outputs * inputs, seed: 8)
    let dy = uniform(rows * outputs, seed: 9)
    let device = Device(threadCount: 2)
    let whole = layer(x, w, dy, rows, inputs, outputs, passes: 1, on: device).2
    let store = ParameterStore([weight(outputs, inputs)], on: device) { _, tensor in fill(tensor, w)
    }
    var gradients = Gradients(of: store, on: device)
    for range in [0..<200, 200..<217, 217..<640] {
      let tape = Tape(on: device)
      let part = Tensor(
        Array(x[range.lowerBound * inputs..<range.upperBound * inputs]), [range.count, inputs],
        on: device)
      let y = tape.linear(Variable(constant: part), [store["w"]])
      let upstream = Tensor(
        Array(dy[range.lowerBound * outputs..<range.upperBound * outputs]),
        [range.count, outputs], on: device)
      tape.backward([(y, upstream)], into: &gradients)
    }
    #expect(gradients[0]?.elements == whole)
  }

  private func weight(_ outputs: Int, _ inputs: Int) -> ParameterSpecification {
    ParameterSpecification("w", [outputs, inputs], .zeros)
  }

  private func fill(_ tensor: Tensor, _ elements: [Float]) {
    elements.withUnsafeBytes { tensor.copyBytes(from: $0) }
  }

  /// y, dx and dw of one layer, its gradients accumulated over `passes`.
  private func layer(
    _ x: [Float], _ w: [Float], _ dy: [Float], _ rows: Int, _ inputs: Int, _ outputs: Int,
    passes: Int, on device: Device
  ) -> ([Float], [Float], [Float]) {
    let store = ParameterStore([weight(outputs, inputs)], on: device) { _, tensor in fill(tensor, w)
    }
    var gradients = Gradients(of: store, on: device)
    var result: ([Float], [Float]) = ([], [])
    for _ in 0..<passes {
      let tape = Tape(on: device)
      let input = tape.input(Tensor(x, [rows, inputs], on: device))
      let y = tape.linear(input, [store["w"]])
      let inputGradients = tape.backward(
        [(y, Tensor(dy, [rows, outputs], on: device))], into: &gradients)
      result = (y.tensor.elements, inputGradients[input]?.elements ?? [])
    }
    return (result.0, result.1, gradients[0]?.elements ?? [])
  }

  private func uniform(_ count: Int, seed: UInt64) -> [Float] {
    let source = RandomSource(seed: seed, stream: 0)
    return (0..<count).map { Float(source.uniform(at: UInt64($0))) - 0.5 }
  }

  /// The greatest error, as a share of the greatest value.
  private func relativeError(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-30) { max($0, abs($1)) }
    return zip(values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
  }
}
