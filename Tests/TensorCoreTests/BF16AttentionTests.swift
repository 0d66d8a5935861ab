import TensorCore
import Testing

/// Attention in bf16 against the float32 attention, on each unit that this processor has.
@Suite struct BF16AttentionTests {
  /// Lengths of the sequences, heads, key-value heads and their size: below and above a block of
  /// queries and a chunk of keys, none a multiple of all.
  static let shapes: [(lengths: [Int], heads: Int, pairs: Int, size: Int)] = [
    ([2], 1, 1, 8), ([37, 5, 1], 2, 1, 24), ([300], 1, 1, 64), ([65, 129], 4, 2, 32),
    ([530], 2, 2, 40),
  ]

  @Test(arguments: BF16Unit.allCases.filter(\.isSupported), shapes)
  func `outputs and gradients are those of float32 to the last bits of bf16`(
    unit: BF16Unit, shape: (lengths: [Int], heads: Int, pairs: Int, size: Int)
  ) {
    for isCausal in [true, false] {
      let exact = attention(shape, isCausal, on: Device(threadCount: 2))
      let rounded = attention(shape, isCausal, on: Device(threadCount: 1, bf16: unit))
      #expect(error(rounded.output, exact.output) < 8e-3)
      #expect(error(rounded.gradient, exact.gradient) < 8e-3)
      #expect(rounded.output != exact.output || shape.lengths == [2])
      let three = attention(shape, isCausal, on: Device(threadCount: 3, bf16: unit))
      #expect(rounded.output == three.output && rounded.gradient == three.gradient)
    }
  }

  /// More queries than a block, behind more keys than a chunk.
  @Test(arguments: BF16Unit.allCases.filter(\.isSupported), [1, 270])
  func `queries that continue a sequence are those of float32, too`(unit: BF16Unit, prefix: Int) {
    let shape = (lengths: [420, 300], heads: 4, pairs: 2, size: 24)
    let exact = attention(shape, true, prefix: prefix, on: Device(threadCount: 2))
    let rounded = attention(shape, true, prefix: prefix, on: Device(threadCount: 2, bf16: unit))
    #expect(error(rounded.output, exact.output) < 8e-3)
    #expect(error(rounded.gradient, exact.gradient) < 8e-3)
    // What no query asks for is zero, and the others are as if the first ones asked, too.
    let whole = attention(shape, true, on: Device(threadCount: 2, bf16: unit)).output
    let width = 4 * 24
    let expected = whole.enumerated().map { index, value in
      let row = index / width
      return (row < 420 ? row : row - 420) < prefix ? 0 : value
    }
    #expect(rounded.output.count == expected.count)
    #expect(zip(rounded.output, expected).allSatisfy(==))
  }

  @Test(arguments: BF16Unit.allCases.filter(\.isSupported))
  func `a sequence gives the same bits alone and beside others`(unit: BF16Unit) {
    let device = Device(threadCount: 2, bf16: unit)
    let both = attention(([70, 45], 2, 1, 16), true, on: device)
    let alone = attention(([70], 2, 1, 16), true, on: device)
    #expect(alone.output == Array(both.output[..<alone.output.count]))
    #expect(alone.gradient == Array(both.gradient[..<alone.gradient.count]))
  }

  @Test(arguments: BF16Unit.allCases.filter(\.isSupported))
  func `rows outside all sequences get no gradient`(unit: BF16Unit) {
    let device = Device(threadCount: 2, bf16: unit)
    let layout = HeadLayout(heads: 1, keyValueHeads: 1, size: 16)
    let tape = Tape(on: device)
    let packed = tape.input(Tensor(random(60 * layout.width, 1), [60, layout.width], on: device))
    let y = tape.attention(packed, layout, spans: [AttentionSpan(10..<50)])
    var none = Gradients.none(on: device)
    let dy = Tensor(random(60 * layout.queryWidth, 2), [60, layout.queryWidth], on: device)
    let gradient = tape.backward([(y, dy)], into: &none)[packed]?.elements ?? []
    #expect(gradient.count == 60 * layout.width)
    for (index, value) in gradient.enumerated() {
      let row = index / layout.width
      #expect((10..<50).contains(row) ? value.isFinite : value == 0)
    }
    #expect(gradient.contains { $0 != 0 })
  }

  private func random(_ count: Int, _ stream: UInt64) -> [Float] {
    let source = RandomSource(seed: 5, stream: stream)
    return (0..<count).map { Float(4 * source.uniform(at: UInt64($0)) - 2) }
  }

  private func attention(
    _ shape: (lengths: [Int], heads: Int, pairs: Int, size: Int), _ isCausal: Bool,
    prefix: Int = 0, on device: Device
  ) -> (output: [Float], gradient: [Float]) {
    let layout = HeadLayout(heads: shape.heads, keyValueHeads: shape.pairs, size: shape.size)
    let rows = shape.lengths.reduce(0, +)
    var spans: [AttentionSpan] = []
    for length in shape.lengths {
      let begin = spans.last?.keys.upperBound ?? 0
      spans.append(
        AttentionSpan(queries: begin + prefix..<begin + length, keys: begin..<begin + length))
    }
    let tape = Tape(on: device)
    let packed = tape.input(
      Tensor(random(rows * layout.width, 1), [rows, layout.width], on: device))
    let y = tape.attention(packed, layout, spans: spans, isCausal: isCausal)
    var none = Gradients.none(on: device)
    let dy = Tensor(random(rows * layout.queryWidth, 2), [rows, layout.queryWidth], on: device)
    let gradients = tape.backward([(y, dy)], into: &none)
    return (y.tensor.elements, gradients[packed]?.elements ?? [])
  }

  /// The root of the mean squared error, as a share of the root mean square expected.
  private func error(_ values: [Float], _ expected: [Float]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let squares = zip(values, expected).reduce(0.0) {
      $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
    }
    let scale = expected.reduce(0.0) { $0 + Double($1) * Double($1) }
    return (squares / scale).squareRoot()
  }
}
