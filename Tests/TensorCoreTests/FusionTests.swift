import TensorCore
import Testing

/// Fused operations give the bits of their parts, forward and backward. Two devices decide which
/// runs: 300 rows are enough to fuse on 2 threads, and too few on 8.
@Suite(.serialized) struct FusionTests {
  private static let rows = 300, width = 72, inner = 104
  private static let layout = HeadLayout(heads: 4, keyValueHeads: 2, size: 24)
  private static let devices = [InstructionLevel.plain, .avx2, .avx512].filter(\.isSupported).map {
    [Device(threadCount: 2, level: $0), Device(threadCount: 8, level: $0)]
  }

  private static func store(_ shapes: [Shape], on device: Device) -> ParameterStore {
    let specifications = shapes.enumerated().map {
      ParameterSpecification("p\($0)", $1, .normal(standardDeviation: 0.5))
    }
    return ParameterStore(specifications, on: device) {
      $0.initialization.fill($1, name: $0.name, seed: 5)
    }
  }

  private static func values(_ shape: Shape, stream: UInt64, on device: Device) -> Tensor {
    let source = RandomSource(seed: 9, stream: stream)
    return Tensor(
      (0..<shape.count).map { Float(source.uniform(at: UInt64($0)) * 2 - 1) }, shape, on: device)
  }

  /// The result, the gradient of the input, and those of the parameters after two passes.
  private static func bits(
    _ shapes: [Shape], outputs: Int, rows: Int = rows, on device: Device,
    _ operation: (Tape, Variable, ParameterStore) -> Variable
  ) -> [[UInt32]] {
    let parameters = store(shapes, on: device)
    var gradients = Gradients(of: parameters, on: device)
    var results: [[Float]] = []
    for pass in 0..<2 {
      let tape = Tape(on: device)
      let x = tape.input(values([rows, width], stream: UInt64(pass), on: device))
      let y = operation(tape, x, parameters)
      let upstream = values([rows, outputs], stream: UInt64(10 + pass), on: device)
      results.append(y.tensor.elements)
      results.append(tape.backward([(y, upstream)], into: &gradients)[x]?.elements ?? [])
    }
    results += (0..<shapes.count).map { gradients[$0]?.elements ?? [] }
    return results.map { $0.map(\.bitPattern) }
  }

  @Test(arguments: devices.indices) func `a fused feed-forward layer`(_ index: Int) {
    let (w, f) = (Self.width, Self.inner)
    let results = Self.devices[index].map { device in
      Self.bits([[w], [f, w], [f, w], [w, f]], outputs: w, on: device) { tape, x, p in
        tape.feedForward(
          x, norm: p["p0"], epsilon: 1e-5, gate: p["p1"], up: p["p2"], down: p["p3"])
      }
    }
    let parts = Self.bits([[w], [f, w], [f, w], [w, f]], outputs: w, on: Self.devices[index][0]) {
      tape, x, p in
      let normed = tape.rmsNorm(x, weight: p["p0"], epsilon: 1e-5)
      return tape.linear(
        tape.swiGLU(tape.linear(normed, [p["p1"], p["p2"]])), [p["p3"]], residual: x)
    }
    #expect(results[0] == parts)
    #expect(results[1] == parts)
  }

  @Test(arguments: devices.indices, [true, false])
  func `fused heads`(_ index: Int, hasNorms: Bool) {
    let (w, layout) = (Self.width, Self.layout)
    let shapes: [Shape] = [
      [w], [layout.queryWidth, w], [layout.keyWidth, w], [layout.keyWidth, w], [layout.size],
      [layout.size],
    ]
    let positions = (0..<Self.rows).map { Int32($0 % 100) }
    let results = Self.devices[index].map { device in
      let table = RotaryTable(
        positions: 128,
        frequencies: RotaryTable.frequencies(headSize: layout.size, base: 1e4), on: device)
      return Self.bits(shapes, outputs: layout.width, on: device) { tape, x, p in
        tape.headProjection(
          x, norm: p["p0"], epsilon: 1e-5, weights: [p["p1"], p["p2"], p["p3"]], layout,
          table: table, positions: positions, norms: hasNorms ? (p["p4"], p["p5"]) : nil)
      }
    }
    let device = Self.devices[index][0]
    let table = RotaryTable(
      positions: 128, frequencies: RotaryTable.frequencies(headSize: layout.size, base: 1e4),
      on: device)
    let parts = Self.bits(shapes, outputs: layout.width, on: device) { tape, x, p in
      let normed = tape.rmsNorm(x, weight: p["p0"], epsilon: 1e-5)
      return tape.rotaryEmbedding(
        tape.linear(normed, [p["p1"], p["p2"], p["p3"]]), layout, table: table,
        positions: positions, norms: hasNorms ? (p["p4"], p["p5"]) : nil, epsilon: 1e-5)
    }
    #expect(results[0] == parts)
    #expect(results[1] == parts)
    #expect(results[0][4].isEmpty == false)
  }

  /// Fused steps round what their pullback reads, so they must not depend on the number of workers.
  @Test(arguments: BF16Unit.allCases.filter(\.isSupported))
  func `in bf16 the bits do not depend on the workers, and are near float32's`(_ unit: BF16Unit) {
    let (w, f, layout) = (Self.width, Self.inner, Self.layout)
    let rows = 550, positions = (0..<rows).map { Int32($0 % 100) }
    let shapes: [Shape] = [
      [w], [f, w], [f, w], [w, f], [layout.queryWidth, w], [layout.keyWidth, w],
      [layout.keyWidth, w], [layout.size], [layout.size],
    ]
    // 20 workers have too few rows each to fuse for speed alone.
    let devices = [
      Device(threadCount: 2), Device(threadCount: 2, bf16: unit),
      Device(threadCount: 20, bf16: unit),
    ]
    let results = devices.map { device in
      let table = RotaryTable(
        positions: 128,
        frequencies: RotaryTable.frequencies(headSize: layout.size, base: 1e4), on: device)
      return Self.bits(shapes, outputs: layout.width, rows: rows, on: device) { tape, x, p in
        let y = tape.feedForward(
          x, norm: p["p0"], epsilon: 1e-5, gate: p["p1"], up: p["p2"], down: p["p3"])
        return tape.headProjection(
          y, norm: p["p0"], epsilon: 1e-5, weights: [p["p4"], p["p5"], p["p6"]], layout,
          table: table, positions: positions, norms: (p["p7"], p["p8"]))
      }
    }
    #expect(results[1] == results[2])
    for (exact, rounded) in zip(results[0], results[1]) {
      let error = relativeError(
        rounded.map(Float.init(bitPattern:)), exact.map(Float.init(bitPattern:)))
      #expect(error > 1e-4 && error < 2e-2)
    }
  }

  @Test func `weights that are no neighbours, and what needs no gradient`() {
    let device = Self.devices[0][0], w = Self.width, f = Self.inner
    let results = [true, false].map { isApart in
      // p1 and p3 are not neighbours; p0 is not trained.
      Self.bits([[w], [f, w], [w, f], [f, w]], outputs: w, on: device) { tape, x, p in
        isApart
          ? tape.feedForward(
            x, norm: p["p0"].detached, epsilon: 1e-5, gate: p["p1"], up: p["p3"], down: p["p2"])
          : tape.linear(
            tape.swiGLU(
              tape.linear(
                tape.rmsNorm(x, weight: p["p0"].detached, epsilon: 1e-5), [p["p1"], p["p3"]])),
            [p["p2"]], residual: x)
      }
    }
    #expect(results[0] == results[1])
    #expect(results[0][4].isEmpty)
  }
}
