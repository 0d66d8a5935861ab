import TensorCore
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every pullback against a central difference along a random direction, over shapes that no tile
/// divides.
@Suite struct GradientCheckTests {
  private let device = Device(threadCount: 2)

  private func random(_ shape: Shape, _ stream: UInt64, scale: Float = 1) -> [Float] {
    let source = RandomSource(seed: 17, stream: stream)
    return (0..<shape.count).map { scale * Float(2 * source.uniform(at: UInt64($0)) - 1) }
  }

  /// Compares ⟨gradient, v⟩ with (f(x + hv) − f(x − hv)) / 2h, where f is the sum of the output
  /// weighted at random and v a random direction in all inputs at once.
  private func check(
    _ shapes: [Shape], offset: Float = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ operation: (Tape, [Variable]) -> Variable
  ) throws {
    let inputs = shapes.enumerated().map { random($1, UInt64($0)).map { $0 + offset } }
    let directions = shapes.enumerated().map { random($1, 100 + UInt64($0)) }
    func value(_ step: Float, _ body: (Tape, [Variable], Variable, Tensor) -> Void) -> Double {
      let tape = Tape(on: device)
      let variables = zip(zip(inputs, directions), shapes).map { pair, shape in
        tape.input(Tensor(zip(pair.0, pair.1).map { $0 + step * $1 }, shape, on: device))
      }
      let output = operation(tape, variables)
      let weights = Tensor(random(output.shape, 200), output.shape, on: device)
      let sum = zip(output.tensor.elements, weights.elements).reduce(0.0) {
        $0 + Double($1.0) * Double($1.1)
      }
      body(tape, variables, output, weights)
      return sum
    }
    var analytic = 0.0
    _ = value(0) { tape, variables, output, weights in
      var gradients = Gradients.none(on: device)
      let results = tape.backward([(output, weights)], into: &gradients)
      for (variable, direction) in zip(variables, directions) {
        let gradient = results[variable]?.elements ?? []
        #expect(gradient.count == direction.count, sourceLocation: sourceLocation)
        analytic += zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
    }
    let step: Float = 1 / 256
    let numeric =
      (value(step) { _, _, _, _ in } - value(-step) { _, _, _, _ in }) / Double(2 * step)
    #expect(
      abs(analytic - numeric) < 3e-3 * max(1, abs(numeric)),
      "\(shapes): \(analytic), numerically \(numeric)", sourceLocation: sourceLocation)
  }

  @Test(arguments: [[1, 1], [3, 5], [67, 37], [130, 64]])
  func `row operations`(extents: [Int]) throws {
    let shape: Shape = [extents[0], extents[1]]
    let row: Shape = [extents[1]]
    try check([shape, shape]) { $0.add($1[0], $1[1]) }
    try check([[extents[0], extents[1] + 3], row, [3]]) { $0.addBias($1[0], [$1[1], $1[2]]) }
    try check([shape, row]) { $0.rmsNorm($1[0], weight: $1[1], epsilon: 1e-2) }
    if extents[1] > 1 {
      try check([shape, row, row]) {
        $0.layerNorm($1[0], weight: $1[1], bias: $1[2], epsilon: 1e-2)
      }
    }
    try check([[extents[0], 2 * extents[1]]]) { $0.swiGLU($1[0]) }
    let target = Tensor(random(shape, 300), shape, on: device)
    try check([shape]) { $0.squaredDistance($1[0], from: target) }
    try check([shape]) { $0.gelu($1[0], .tanh) }
    try check([shape]) { $0.gelu($1[0], .exact) }
    try check([shape]) { $0.dropout($1[0], rate: 0.3, RandomSource(seed: 5)) }
    let ids = (0..<2 * extents[0]).map { Int32($0 * 7 % extents[0]) }
    try check([shape]) { $0.embedding(ids, $1[0]) }
  }

  @Test(arguments: [[1, 3, 2], [67, 37, 19], [300, 16, 70]])
  func `linear with several weights, biases and a residual`(extents: [Int]) throws {
    let (rows, inputs, outputs) = (extents[0], extents[1], extents[2])
    try check([
      [rows, inputs], [outputs, inputs], [1, inputs], [outputs], [1], [rows, outputs + 1],
    ]) {
      $0.linear($1[0], [$1[1], $1[2]], biases: [$1[3], $1[4]], residual: $1[5])
    }
  }

  @Test(arguments: [[1, 1, 2], [4, 2, 6], [3, 1, 10]])
  func `rotary embedding with head norms, and attention`(extents: [Int]) throws {
    let layout = HeadLayout(heads: extents[0], keyValueHeads: extents[1], size: extents[2])
    let lengths = [1, 67, 9]
    let positions = lengths.flatMap { 0..<Int32($0) }
    var begin = 0
    let spans = lengths.map { length in
      defer { begin += length }
      return AttentionSpan(begin..<begin + length)
    }
    let table = RotaryTable(
      positions: 67, frequencies: RotaryTable.frequencies(headSize: extents[2], base: 100),
      scale: 1.3,
      on: device)
    try check([[77, layout.width], [extents[2]], [extents[2]]], offset: 0.5) {
      $0.rotaryEmbedding(
        $1[0], layout, table: table, positions: positions, norms: ($1[1], $1[2]), epsilon: 1e-2)
    }
    try check([[77, layout.width]]) {
      $0.rotaryEmbedding($1[0], layout, table: table, positions: positions)
    }
    // Norms alone, of heads that are constants.
    let heads = Variable(
      constant: Tensor(random([77, layout.width], 300), [77, layout.width], on: device))
    try check([[extents[2]], [extents[2]]], offset: 0.5) {
      $0.rotaryEmbedding(
        heads, layout, table: table, positions: positions, norms: ($1[0], $1[1]), epsilon: 1e-2)
    }
    for isCausal in [true, false] {
      try check([[77, layout.width]]) {
        $0.attention($1[0], layout, spans: spans, isCausal: isCausal)
      }
    }
  }

  @Test(arguments: [[1, 2, 3], [67, 9, 33]])
  func `heads over the vocabulary`(extents: [Int]) throws {
    let (tokens, width, vocabulary) = (extents[0], extents[1], extents[2])
    let targets = (0..<tokens).map { $0 % 5 == 3 ? -100 : Int32($0 * 11 % vocabulary) }
    try check([[tokens, width], [vocabulary, width]]) {
      $0.linearCrossEntropy($1[0], Head($1[1]), targets: targets)
    }
    // A cap that bends all logits.
    try check([[tokens, width], [vocabulary, width]]) {
      $0.linearCrossEntropy($1[0], Head($1[1], softCap: 1.5), targets: targets)
    }
    func constant(_ shape: [Int], _ stream: UInt64) -> Variable {
      Variable(constant: Tensor(random(Shape(shape), stream), Shape(shape), on: device))
    }
    let states = constant([tokens, 4], 300), weight = constant([vocabulary, 4], 301)
    let top = Tape(on: device).topPredictions(
      of: [(states, Head(weight, softCap: 1.5))], count: 2, temperature: 1.7)
    for cap in [nil, 1.5 as Float] {
      let teacher = (hidden: states, head: Head(weight, softCap: cap))
      try check([[tokens, width], [vocabulary, width]]) {
        $0.linearDivergence(
          student: ($1[0], Head($1[1], softCap: cap)), teacher: teacher, temperature: 1.7)
      }
      for divergence in [Divergence.reverse, .jensenShannon(beta: 0.3)] {
        try check([[tokens, width], [vocabulary, width]]) {
          $0.linearDivergence(
            divergence, student: ($1[0], Head($1[1], softCap: cap)), teacher: teacher,
            temperature: 1.7)
        }
      }
      try check([[tokens, width], [vocabulary, width]]) {
        $0.linearDivergence(
          student: ($1[0], Head($1[1], softCap: cap)), teacher: top, temperature: 1.7)
      }
    }
  }

  @Test(arguments: InstructionLevel.allCases.filter(\.isSupported))
  func `far out gelu is straight, and a logit that is no number makes the loss none`(
    level: InstructionLevel
  ) throws {
    let device = Device(threadCount: 2, level: level)
    let tape = Tape(on: device)
    let x = tape.input(Tensor([1e20, 31, -31, -1e20], [4], on: device))
    var gradients = Gradients.none(on: device)
    let results = tape.backward(
      [(tape.gelu(x, .tanh), Tensor([1, 1, 1, 1], [4], on: device))], into: &gradients)
    for (slope, expected) in zip(try #require(results[x]).elements, [1, 1, 0, 0] as [Float]) {
      #expect(abs(slope - expected) < 1e-6, "\(slope)")
    }
    let weight = Tensor((0..<40).map { $0 == 29 ? .nan : 0.1 }, [40, 1], on: device)
    let hidden = Variable(constant: Tensor([1], [1, 1], on: device))
    let loss = tape.linearCrossEntropy(hidden, Head(Variable(constant: weight)), targets: [3])
    #expect(loss.tensor.elements[0].isNaN)
  }

  @Test(arguments: InstructionLevel.allCases.filter(\.isSupported))
  func `capped logits are c tanh(x / c), and what is no number stays none`(
    level: InstructionLevel
  ) {
    let device = Device(threadCount: 2, level: level)
    let x: [Float] = [0, -0.01, 1, -7, 29, -31, 400, -3e38, .infinity, .nan]
    let head = Head(Variable(constant: Tensor([1], [1, 1], on: device)), softCap: 30)
    let hidden = Variable(constant: Tensor(x, [x.count, 1], on: device))
    let logits = Tape(on: device).logits(hidden, head).elements
    for (value, logit) in zip(x.dropLast(), logits) {
      #expect(abs(Double(logit) - 30 * tanh(Double(value) / 30)) < 4e-6, "\(value): \(logit)")
    }
    #expect(logits.last?.isNaN == true)
  }

  /// Logits are the states themselves; the gradient is that of log p − c z², in double precision, and the
  /// result log p.
  @Test func `a penalty on the softmax's sum is in the gradient alone`() throws {
    let (tokens, vocabulary, penalty) = (40, 21, 0.05)
    let x = random([tokens, vocabulary], 400, scale: 3)
    let identity = (0..<vocabulary * vocabulary).map { index in
      index / vocabulary == index % vocabulary ? 1 as Float : 0
    }
    let targets = (0..<tokens).map { $0 % 7 == 2 ? -1 : Int32($0 * 5 % vocabulary) }
    let tape = Tape(on: device)
    let input = tape.input(Tensor(x, [tokens, vocabulary], on: device))
    let weight = Variable(constant: Tensor(identity, [vocabulary, vocabulary], on: device))
    let y = tape.linearCrossEntropy(input, Head(weight), targets: targets, penalty: Float(penalty))
    let plain = Tape(on: device).linearCrossEntropy(
      input.detached, Head(weight), targets: targets)
    #expect(y.tensor.elements == plain.tensor.elements)
    let upstream = random([tokens], 401)
    var none = Gradients.none(on: device)
    let results = tape.backward([(y, Tensor(upstream, [tokens], on: device))], into: &none)
    let gradient = try #require(results[input]).elements
    for token in 0..<tokens {
      let row = x[token * vocabulary..<(token + 1) * vocabulary].map(Double.init)
      let sum = row.reduce(0) { $0 + exp($1) }
      for (index, value) in row.enumerated() {
        let target = Int(targets[token]) == index ? 1.0 : 0
        let expected =
          targets[token] < 0
          ? 0 : Double(upstream[token]) * (target - (1 + 2 * penalty * log(sum)) * exp(value) / sum)
        #expect(abs(Double(gradient[token * vocabulary + index]) - expected) < 1e-5)
      }
    }
  }
}
