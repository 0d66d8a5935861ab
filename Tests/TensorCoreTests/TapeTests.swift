import TensorCore
import Testing

@Suite struct TapeTests {
  private let device = Device(threadCount: 2)

  private func store(_ shapes: [Shape]) -> ParameterStore {
    let specifications = shapes.enumerated().map {
      ParameterSpecification("p\($0)", $1, .normal(standardDeviation: 1))
    }
    return ParameterStore(specifications, on: device) {
      $0.initialization.fill($1, name: $0.name, seed: 3)
    }
  }

  @Test func `a variable used twice gets the sum of both gradients`() throws {
    let tape = Tape(on: device)
    let x = tape.input(Tensor([1, 2, 3], [3], on: device))
    let y = tape.add(tape.add(x, x), x)
    var gradients = Gradients.none(on: device)
    let results = tape.backward(
      [(y, Tensor([1, 10, 100], [3], on: device))], into: &gradients)
    #expect(results[x]?.elements == [3, 30, 300])
  }

  @Test func `a watch names the first operation whose result is not finite`() throws {
    let watch = OperationWatch(.finiteness)
    let device = Device(threadCount: 2, watch: watch)
    func pass(_ elements: [Float], upstream: Float = 1) {
      let tape = Tape(on: device)
      let x = tape.input(Tensor(elements, [2, 2], on: device))
      let y = tape.gelu(tape.add(x, x), .tanh)
      var gradients = Gradients.none(on: device)
      tape.backward(
        [(y, Tensor([upstream, 1, 1, 1], [2, 2], on: device))], into: &gradients)
    }
    pass([1, 2, 3, 4])
    #expect(watch.firstNonFinite == nil)
    pass([1, 2, 3, 4], upstream: .infinity)
    #expect(
      watch.firstNonFinite == "a gradient of gelu [2, 2] is inf at row 0, column 0, in operation 7")
    let other = OperationWatch(.finiteness)
    let tape = Tape(on: Device(threadCount: 1, watch: other))
    let x = Variable(constant: Tensor([1, 2, 3, .nan], [2, 2], on: tape.device))
    _ = tape.gelu(tape.add(x, x), .tanh)
    #expect(
      other.firstNonFinite == "a result of add [2, 2] is nan at row 1, column 1, in operation 1")
  }

  @Test func `a watch times operations both ways`() {
    let watch = OperationWatch(.time)
    let device = Device(threadCount: 1, watch: watch)
    let tape = Tape(on: device)
    let x = tape.input(Tensor(zeros: [512, 64], on: device))
    let y = tape.gelu(tape.add(x, x), .exact)
    var gradients = Gradients.none(on: device)
    tape.backward([(y, Tensor(zeros: [512, 64], on: device))], into: &gradients)
    #expect(Set(watch.times.map(\.name)) == ["add", "gelu"])
    #expect(watch.times.allSatisfy { $0.forward > 0 && $0.backward > 0 })
    watch.restart()
    #expect(watch.times.isEmpty)
  }

  @Test func `the upstream gradient is not changed`() {
    let tape = Tape(on: device)
    let x = tape.input(Tensor([1, 2], [2], on: device))
    let upstream = Tensor([1, 1], [2], on: device)
    var gradients = Gradients.none(on: device)
    tape.backward([(tape.add(x, x), upstream)], into: &gradients)
    #expect(upstream.elements == [1, 1])
  }

  @Test func `a second backward pass adds, and a copy keeps its value`() throws {
    let parameters = store([[4, 3]])
    var gradients = Gradients(of: parameters, on: device)
    func pass() {
      let tape = Tape(on: device)
      let x = Variable(constant: Tensor([1, 2, 3], [1, 3], on: device))
      let y = tape.linear(x, [parameters["p0"]])
      tape.backward([(y, Tensor([1, 1, 1, 1], [1, 4], on: device))], into: &gradients)
    }
    pass()
    let once = gradients
    pass()
    #expect(once[0]?.elements == Array(repeatElement([1, 2, 3], count: 4).joined()))
    #expect(gradients[0]?.elements == Array(repeatElement([2, 4, 6], count: 4).joined()))
    gradients.removeAll()
    #expect(gradients[0] == nil)
    #expect(once.norm() == (4.0 * 14).squareRoot())
  }

  @Test func `a parameter that was not used has no gradient`() {
    let parameters = store([[2, 2], [2, 2]])
    var gradients = Gradients(of: parameters, on: device)
    let tape = Tape(on: device)
    let x = Variable(constant: Tensor([1, 2], [1, 2], on: device))
    tape.backward(
      [(tape.linear(x, [parameters["p1"]]), Tensor([1, 1], [1, 2], on: device))],
      into: &gradients)
    #expect(gradients[0] == nil)
    #expect(gradients[1] != nil)
  }

  @Test func `neighbouring weights are multiplied as one, and as themselves`() throws {
    let joined = store([[5, 7], [3, 7]])
    let apart = store([[5, 7], [1, 1], [3, 7]])
    let source = RandomSource(seed: 9)
    let input = Tensor(
      (0..<70 * 7).map { Float(source.uniform(at: UInt64($0))) }, [70, 7], on: device)
    func run(_ parameters: ParameterStore, _ names: [String]) -> ([Float], Gradients) {
      for (name, seed) in zip(names, [1, 2] as [UInt64]) {
        Initialization.normal(standardDeviation: 1).fill(
          parameters[name].tensor, name: "w", seed: seed)
      }
      var gradients = Gradients(of: parameters, on: device)
      let tape = Tape(on: device)
      let y = tape.linear(Variable(constant: input), names.map { parameters[$0] })
      tape.backward([(y, y.tensor)], into: &gradients)
      return (y.tensor.elements, gradients)
    }
    let (y1, g1) = run(joined, ["p0", "p1"])
    let (y2, g2) = run(apart, ["p0", "p2"])
    #expect(relativeError(y1, y2) < 1e-6)
    #expect(relativeError(try #require(g1[0]).elements, try #require(g2[0]).elements) < 1e-6)
    #expect(relativeError(try #require(g1[1]).elements, try #require(g2[2]).elements) < 1e-6)
  }

  @Test func `the gradient of no rows is zeros, whatever lay there`() throws {
    let store = ParameterStore(
      [
        ParameterSpecification("w", [5, 3], .ones), ParameterSpecification("h", [7, 3], .ones),
      ], on: device
    ) { $0.initialization.fill($1, name: $0.name, seed: 1) }
    var gradients = Gradients(of: store, on: device)
    for rows in [2, 0] {
      gradients.removeAll()
      let tape = Tape(on: device)
      let x = Tensor(Array(repeating: 1, count: 3 * rows), [rows, 3], on: device)
      let y = tape.linear(tape.input(x), [store["w"]])
      let losses = tape.linearCrossEntropy(
        tape.input(x), Head(store["h"]), targets: Array(repeating: 1, count: rows))
      tape.backward(
        [y, losses].map { output in
          let ones = Array(repeating: Float(1), count: output.shape.count)
          return (output, Tensor(ones, output.shape, on: device))
        }, into: &gradients)
      for index in store.specifications.indices {
        let values = try #require(gradients[index]).elements
        #expect(values.contains { $0 != 0 } == (rows > 0), "\(store.specifications[index].name)")
      }
    }
  }

  @Test func `a recomputed segment gives the same bits`() throws {
    let parameters = store([[8, 8], [8], [16, 8], [8, 8]])
    let input = Tensor((0..<80).map { Float($0 % 13) / 7 }, [10, 8], on: device)
    func run(recomputing: Bool) -> [[Float]] {
      let tape = Tape(on: device)
      let x = tape.input(input)
      func segment(_ tape: Tape, _ x: Variable) -> Variable {
        let n = tape.rmsNorm(x, weight: parameters["p1"], epsilon: 1e-6)
        let d = tape.dropout(
          tape.linear(n, [parameters["p0"]]), rate: 0.25, RandomSource(seed: 4))
        return tape.linear(
          tape.swiGLU(tape.linear(d, [parameters["p2"]])), [parameters["p3"]], residual: x)
      }
      let y = recomputing ? tape.recomputed(x, segment) : segment(tape, x)
      var gradients = Gradients(of: parameters, on: device)
      let results = tape.backward([(y, y.tensor)], into: &gradients)
      return [y.tensor.elements, results[x]?.elements ?? []]
        + (0..<4).map { gradients[$0]?.elements ?? [] }
    }
    let plain = run(recomputing: false)
    #expect(plain.allSatisfy { !$0.isEmpty })
    #expect(run(recomputing: true) == plain)
  }

  @Test func `dropout keeps the share it should, scaled, whatever the threads`() {
    let count = 100_000
    let x = Tensor(Array(repeating: 1, count: count), [count], on: device)
    let dropped = Tape(on: device).dropout(
      Variable(constant: x), rate: 0.2, RandomSource(seed: 1, stream: 2)
    ).tensor.elements
    let kept = dropped.count { $0 != 0 }
    #expect(abs(Double(kept) / Double(count) - 0.8) < 0.005)
    #expect(dropped.allSatisfy { $0 == 0 || $0 == 1.25 })
    let other = Device(threadCount: 3, level: .plain)
    let again = Tape(on: other).dropout(
      Variable(constant: Tensor(Array(repeating: 1, count: count), [count], on: other)), rate: 0.2,
      RandomSource(seed: 1, stream: 2)
    ).tensor.elements
    #expect(again == dropped)
  }

  @Test func `wrong shapes stop the program and say so`() async {
    await #expect(processExitsWith: .failure) {
      let device = Device(threadCount: 1)
      let tape = Tape(on: device)
      _ = tape.add(
        Variable(constant: Tensor([1], [1], on: device)),
        Variable(constant: Tensor([1, 2], [2], on: device)))
    }
  }
}
