import TensorCore
import Testing

/// Every operation and its pullback against PyTorch, at every instruction level.
@Suite struct OperationGoldenTests {
  private let golden: Golden
  /// Of the largest magnitude in the tensor; float32 carries 6e-8 per rounding.
  private let tolerance: Float = 4e-6

  init() throws { golden = try Golden() }

  /// Runs `operation` on inputs that have gradients, pulls `dy` back, and compares everything.
  private func check(
    _ prefix: String, on device: Device, inputs: [String], outputShape: Shape? = nil,
    _ operation: (Tape, [Variable]) throws -> Variable
  ) throws {
    let tape = Tape(on: device)
    let variables = try inputs.map { tape.input(try golden.tensor(prefix + $0, on: device)) }
    let output = try operation(tape, variables)
    let context = "\(prefix) at \(device.level.rawValue)"
    #expect(
      relativeError(output.tensor.elements, try golden.floats(prefix + "y")) < tolerance,
      "output of \(context)")
    var gradients = Gradients.none(on: device)
    let upstream = try golden.tensor(prefix + "dy", output.shape, on: device)
    let results = tape.backward([(output, upstream)], into: &gradients)
    for (name, variable) in zip(inputs, variables) {
      let gradient = try #require(results[variable], "no gradient of \(name) in \(context)")
      #expect(
        relativeError(gradient.elements, try golden.floats(prefix + "d" + name)) < tolerance,
        "gradient of \(name) in \(context)")
    }
  }

  private func forEachCase(_ operation: String, _ body: (String, Device) throws -> Void) throws {
    let cases = golden.cases(operation)
    try #require(!cases.isEmpty)
    for device in devices { for prefix in cases { try body(prefix, device) } }
  }

  @Test func `embedding`() throws {
    try forEachCase("embedding") { prefix, device in
      let ids = try golden.integers(prefix + "ids")
      try check(prefix, on: device, inputs: ["weight"]) { $0.embedding(ids, $1[0]) }
    }
  }

  @Test func `linear`() throws {
    try forEachCase("linear") { prefix, device in
      try check(prefix, on: device, inputs: ["x", "weight"]) { $0.linear($1[0], [$1[1]]) }
    }
  }

  @Test func `linear with bias`() throws {
    try forEachCase("linear_bias") { prefix, device in
      try check(prefix, on: device, inputs: ["x", "weight", "bias"]) {
        $0.linear($1[0], [$1[1]], biases: [$1[2]])
      }
      try check(prefix, on: device, inputs: ["x", "weight", "bias"]) {
        $0.addBias($0.linear($1[0], [$1[1]]), [$1[2]])
      }
    }
  }

  @Test func `RMSNorm`() throws {
    try forEachCase("rms_norm") { prefix, device in
      let epsilon = try golden.scalar(prefix + "epsilon")
      try check(prefix, on: device, inputs: ["x", "weight"]) {
        $0.rmsNorm($1[0], weight: $1[1], epsilon: epsilon)
      }
    }
  }

  @Test func `LayerNorm`() throws {
    try forEachCase("layer_norm") { prefix, device in
      let epsilon = try golden.scalar(prefix + "epsilon")
      try check(prefix, on: device, inputs: ["x", "weight", "bias"]) {
        $0.layerNorm($1[0], weight: $1[1], bias: $1[2], epsilon: epsilon)
      }
    }
  }

  @Test(arguments: ["rotary", "head_norm_rotary"])
  func `rotary embedding of query and key heads`(operation: String) throws {
    try forEachCase(operation) { prefix, device in
      let shape = golden.shape(prefix + "x")  // B, T, H, D
      let (rows, heads, size) = (shape[0] * shape[1], shape[2], shape[3])
      let layout = HeadLayout(heads: heads, keyValueHeads: heads, size: size)
      let offset = try golden.integers(prefix + "offset")[0]
      let positions = (0..<Int32(rows)).map { offset + $0 % Int32(shape[1]) }
      let table = RotaryTable(
        positions: Int(offset) + shape[1],
        frequencies: RotaryTable.frequencies(
          headSize: size, base: Double(try golden.scalar(prefix + "theta"))), on: device)
      let third = heads * size
      /// The same rows as queries and as keys, and something else as values.
      func packed(_ name: String, values: Float) throws -> Tensor {
        let x = try golden.floats(prefix + name)
        let others = Array(repeating: values, count: x.count)
        return Tensor(sideBySide([x, x, others], rows: rows), [rows, 3 * third], on: device)
      }
      func part(_ tensor: Tensor, _ index: Int) -> [Float] {
        let elements = tensor.elements
        return (0..<rows).flatMap { row -> ArraySlice<Float> in
          let begin = (3 * row + index) * third
          return elements[begin..<begin + third]
        }
      }
      let tape = Tape(on: device)
      let x = tape.input(try packed("x", values: 3))
      var norms: (query: Variable, key: Variable)?
      var epsilon: Float = 0
      if operation == "head_norm_rotary" {
        let weight = try golden.tensor(prefix + "weight", on: device)
        norms = (tape.input(weight), tape.input(weight))
        epsilon = try golden.scalar(prefix + "epsilon")
      }
      let y = tape.rotaryEmbedding(
        x, layout, table: table, positions: positions, norms: norms, epsilon: epsilon)
      var gradients = Gradients.none(on: device)
      let results = tape.backward([(y, try packed("dy", values: 7))], into: &gradients)
      let dx = try #require(results[x])
      for index in 0..<2 {
        #expect(relativeError(part(y.tensor, index), try golden.floats(prefix + "y")) < tolerance)
        #expect(relativeError(part(dx, index), try golden.floats(prefix + "dx")) < tolerance)
      }
      #expect(part(y.tensor, 2).allSatisfy { $0 == 3 })
      #expect(part(dx, 2).allSatisfy { $0 == 7 })
      if let norms {
        for norm in [norms.query, norms.key] {
          let gradient = try #require(results[norm])
          #expect(
            relativeError(gradient.elements, try golden.floats(prefix + "dweight")) < tolerance)
        }
      }
    }
  }

  @Test func `attention with queries, keys and values apart`() throws {
    try forEachCase("attention") { prefix, device in
      let q = golden.shape(prefix + "q"), k = golden.shape(prefix + "k")
      let isCausal = try golden.integers(prefix + "causal")[0] == 1
      if isCausal {
        try #require(try golden.integers(prefix + "query_offset")[0] == Int32(k[1] - q[1]))
      }
      let layout = HeadLayout(heads: q[2], keyValueHeads: k[2], size: q[3])
      let spans = (0..<q[0]).map {
        AttentionSpan(
          queries: $0 * q[1]..<($0 + 1) * q[1], keys: $0 * k[1]..<($0 + 1) * k[1])
      }
      let tape = Tape(on: device)
      let variables = try [("q", q), ("k", k), ("v", k)].map { name, shape in
        tape.input(
          try golden.tensor(prefix + name, [shape[0] * shape[1], shape[2] * shape[3]], on: device))
      }
      let y = tape.attention(
        query: variables[0], key: variables[1], value: variables[2], layout, spans: spans,
        isCausal: isCausal)
      #expect(relativeError(y.tensor.elements, try golden.floats(prefix + "y")) < tolerance)
      var gradients = Gradients.none(on: device)
      let results = tape.backward(
        [(y, try golden.tensor(prefix + "dy", y.shape, on: device))], into: &gradients)
      for (name, variable) in zip(["dq", "dk", "dv"], variables) {
        let gradient = try #require(results[variable])
        #expect(
          relativeError(gradient.elements, try golden.floats(prefix + name)) < tolerance,
          "\(prefix)\(name) at \(device.level.rawValue)")
      }
    }
  }

  @Test func `packed attention`() throws {
    try forEachCase("attention") { prefix, device in
      let q = golden.shape(prefix + "q"), k = golden.shape(prefix + "k")
      guard q[1] == k[1] else { return }
      let isCausal = try golden.integers(prefix + "causal")[0] == 1
      let layout = HeadLayout(heads: q[2], keyValueHeads: k[2], size: q[3])
      let rows = q[0] * q[1]
      func pack(_ names: [String]) throws -> [Float] {
        sideBySide(try names.map { try golden.floats(prefix + $0) }, rows: rows)
      }
      let tape = Tape(on: device)
      let x = tape.input(Tensor(try pack(["q", "k", "v"]), [rows, layout.width], on: device))
      let spans = (0..<q[0]).map { AttentionSpan($0 * q[1]..<($0 + 1) * q[1]) }
      let y = tape.attention(x, layout, spans: spans, isCausal: isCausal)
      #expect(relativeError(y.tensor.elements, try golden.floats(prefix + "y")) < tolerance)
      var gradients = Gradients.none(on: device)
      let results = tape.backward(
        [(y, try golden.tensor(prefix + "dy", y.shape, on: device))], into: &gradients)
      let gradient = try #require(results[x])
      #expect(relativeError(gradient.elements, try pack(["dq", "dk", "dv"])) < tolerance)
    }
  }

  @Test func `SwiGLU`() throws {
    try forEachCase("swiglu") { prefix, device in
      let shape = golden.shape(prefix + "gate")
      func pair(_ gate: String, _ up: String) throws -> [Float] {
        sideBySide(
          [try golden.floats(prefix + gate), try golden.floats(prefix + up)], rows: shape[0])
      }
      let tape = Tape(on: device)
      let x = tape.input(Tensor(try pair("gate", "up"), [shape[0], 2 * shape[1]], on: device))
      let y = tape.swiGLU(x)
      #expect(relativeError(y.tensor.elements, try golden.floats(prefix + "y")) < tolerance)
      var gradients = Gradients.none(on: device)
      let results = tape.backward(
        [(y, try golden.tensor(prefix + "dy", on: device))], into: &gradients)
      let gradient = try #require(results[x])
      #expect(relativeError(gradient.elements, try pair("dgate", "dup")) < tolerance)
    }
  }

  @Test func `GELU in both forms`() throws {
    for (operation, form) in [("gelu_tanh", GELU.tanh), ("gelu_exact", .exact)] {
      try forEachCase(operation) { prefix, device in
        try check(prefix, on: device, inputs: ["x"]) { $0.gelu($1[0], form) }
      }
    }
  }

  @Test(arguments: [false, true])
  func `linear with cross-entropy`(isDeferred: Bool) throws {
    try forEachCase("linear_cross_entropy") { prefix, device in
      let targets = try golden.integers(prefix + "targets")
      try checkHead(prefix, on: device) {
        $0.linearCrossEntropy($1, Head($2), targets: targets, isDeferred: isDeferred)
      }
    }
  }

  @Test(arguments: [false, true])
  func `linear with divergence`(isDeferred: Bool) throws {
    try forEachCase("linear_kl") { prefix, device in
      let teacher = (
        hidden: Variable(constant: try golden.tensor(prefix + "teacher_x", on: device)),
        head: Head(
          Variable(constant: try golden.tensor(prefix + "teacher_weight", on: device)))
      )
      let temperature = try golden.scalar(prefix + "temperature")
      try checkHead(prefix, on: device) {
        $0.linearDivergence(
          student: ($1, Head($2)), teacher: teacher, temperature: temperature,
          isDeferred: isDeferred)
      }
    }
  }

  /// Like `check`, but looks at the output after the backward pass, where deferred ones have it.
  private func checkHead(
    _ prefix: String, on device: Device, _ operation: (Tape, Variable, Variable) -> Variable
  ) throws {
    let tape = Tape(on: device)
    let x = tape.input(try golden.tensor(prefix + "x", on: device))
    let weight = tape.input(try golden.tensor(prefix + "weight", on: device))
    let y = operation(tape, x, weight)
    var gradients = Gradients.none(on: device)
    let results = tape.backward(
      [(y, try golden.tensor(prefix + "dy", on: device))], into: &gradients)
    #expect(relativeError(y.tensor.elements, try golden.floats(prefix + "y")) < tolerance)
    for (name, variable) in [("dx", x), ("dweight", weight)] {
      let gradient = try #require(results[variable])
      #expect(
        relativeError(gradient.elements, try golden.floats(prefix + name)) < tolerance,
        "\(prefix)\(name) at \(device.level.rawValue)")
    }
  }
}

extension Gradients {
  /// Of a store without parameters.
  static func none(on device: Device) -> Gradients {
    Gradients(of: ParameterStore([], on: device) { _, _ in }, on: device)
  }
}
