import Foundation
import Runs
import TensorCore
import Testing

/// Reverse and Jensen–Shannon divergences against PyTorch; see `Goldens/generate_divergences.py`.
@Suite struct DivergenceTests {
  private let golden: SafetensorsFile

  init() throws {
    let url = Bundle.module.url(
      forResource: "divergences", withExtension: "safetensors", subdirectory: "Goldens")
    golden = try SafetensorsFile(path: try #require(url).path)
  }

  private func floats(_ name: String) throws -> [Float] {
    try #require(
      try golden.withBytes(of: name) { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
      })
  }

  private func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
    guard actual.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-20) { max($0, abs($1)) }
    return zip(actual, expected).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference / scale)
    }
  }

  @Test(arguments: [
    ("reverse", Divergence.reverse, 1.7), ("jsd", .jensenShannon(beta: 0.5), 1.7),
    ("jsd-low", .jensenShannon(beta: 0.2), 1.0),
  ])
  func `values and gradients equal PyTorch's`(
    name: String, divergence: Divergence, temperature: Float
  ) throws {
    for isDeferred in [false, true] {
      let device = Device(threadCount: 2)
      let store = try student(on: device)
      let tape = Tape(on: device)
      let y = tape.linearDivergence(
        divergence, student: (store["x"], Head(store["weight"])),
        teacher: try teacher(on: device), temperature: temperature, isDeferred: isDeferred)
      if !isDeferred {
        #expect(relativeError(y.tensor.elements, try floats("\(name).y")) < 1e-5)
      }
      var gradients = Gradients(of: store, on: device)
      tape.backward([(y, Tensor(try floats("dy"), [70], on: device))], into: &gradients)
      #expect(relativeError(y.tensor.elements, try floats("\(name).y")) < 1e-5)
      for (index, input) in ["x", "weight"].enumerated() {
        let gradient = try #require(gradients[index])
        #expect(
          relativeError(gradient.elements, try floats("\(name).d\(input)")) < 2e-5, "\(input)")
      }
    }
  }

  @Test func `a student that is its own teacher has nothing to learn`() throws {
    let device = Device(threadCount: 1)
    let x = Variable(constant: Tensor(try floats("x"), [70, 12], on: device))
    let weight = Variable(constant: Tensor(try floats("weight"), [53, 12], on: device))
    for divergence in [Divergence.reverse, .jensenShannon(beta: 0.5)] {
      let tape = Tape(on: device, isRecording: false)
      let y = tape.linearDivergence(
        divergence, student: (x, Head(weight)), teacher: (x, Head(weight)), temperature: 2)
      #expect(y.tensor.elements.allSatisfy { abs($0) < 1e-5 })
    }
  }

  @Test func `the most probable tokens and the rest equal PyTorch's`() throws {
    let teacher = TopPredictions(
      count: 5, ids: try floats("top.ids").map { Int32($0) },
      probabilities: try floats("top.probabilities"))
    for isDeferred in [false, true] {
      let device = Device(threadCount: 2)
      let store = try student(on: device)
      let tape = Tape(on: device)
      let y = tape.linearDivergence(
        student: (store["x"], Head(store["weight"])), teacher: teacher, temperature: 1.7,
        isDeferred: isDeferred)
      if !isDeferred { #expect(relativeError(y.tensor.elements, try floats("top.y")) < 1e-5) }
      var gradients = Gradients(of: store, on: device)
      tape.backward([(y, Tensor(try floats("dy"), [70], on: device))], into: &gradients)
      #expect(relativeError(y.tensor.elements, try floats("top.y")) < 1e-5)
      for (index, input) in ["x", "weight"].enumerated() {
        let gradient = try #require(gradients[index])
        #expect(relativeError(gradient.elements, try floats("top.d\(input)")) < 2e-5, "\(input)")
      }
    }
  }

  /// All tokens known is the divergence over the whole vocabulary; a teacher that is sure of one, its
  /// negative log-probability.
  @Test func `all tokens, and one that is certain`() throws {
    let device = Device(threadCount: 1)
    let store = try student(on: device)
    let tape = Tape(on: device, isRecording: false)
    let teacher = try teacher(on: device)
    let logits = tape.logits(teacher.hidden, teacher.head).elements
    let probabilities = (0..<70).flatMap { row in
      let weights = logits[row * 53..<(row + 1) * 53].map { exp(Double($0)) }
      let total = weights.reduce(0, +)
      return weights.map { Float($0 / total) }
    }
    let all = TopPredictions(
      count: 53, ids: (0..<70).flatMap { _ in Array(0..<Int32(53)) }, probabilities: probabilities)
    let whole = tape.linearDivergence(
      student: (store["x"], Head(store["weight"])), teacher: teacher, temperature: 1)
    let known = tape.linearDivergence(
      student: (store["x"], Head(store["weight"])), teacher: all, temperature: 1)
    #expect(relativeError(known.tensor.elements, whole.tensor.elements) < 1e-5)

    let targets = (0..<70).map { Int32($0 * 7 % 53) }
    let certain = TopPredictions(
      count: 1, ids: targets, probabilities: Array(repeating: 1, count: 70))
    let sure = tape.linearDivergence(
      student: (store["x"], Head(store["weight"])), teacher: certain, temperature: 1)
    let logarithms = tape.linearCrossEntropy(store["x"], Head(store["weight"]), targets: targets)
    #expect(
      relativeError(sure.tensor.elements, logarithms.tensor.elements.map { -$0 }) < 1e-5)
  }

  private func teacher(on device: Device) throws -> (hidden: Variable, head: Head) {
    (
      Variable(constant: Tensor(try floats("teacher_x"), [70, 9], on: device)),
      Head(Variable(constant: Tensor(try floats("teacher_weight"), [53, 9], on: device)))
    )
  }

  private func student(on device: Device) throws -> ParameterStore {
    try ParameterStore(
      [
        ParameterSpecification("x", [70, 12], .zeros),
        ParameterSpecification("weight", [53, 12], .zeros),
      ], on: device
    ) { specification, tensor in
      try golden.withBytes(of: specification.name) { tensor.copyBytes(from: $0) }
    }
  }
}
