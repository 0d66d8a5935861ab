import Foundation
import Synchronization
import TensorCore
import Testing

@Suite struct DeviceTests {
  /// Published known answers: Random123's `kat_vectors`, philox4x32 with 10 rounds.
  @Test func `Philox gives its published answers`() {
    let zero = RandomSource(seed: 0, stream: 0).words(at: 0)
    #expect(zero == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = RandomSource(seed: .max, stream: .max).words(at: .max)
    #expect(ones == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = RandomSource(seed: 0x299F_31D0_A409_3822, stream: 0x0370_7344_1319_8A2E)
      .words(at: 0x85A3_08D3_243F_6A88)
    #expect(pi == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test func `normal numbers have the deviation asked for`() {
    let device = Device(threadCount: 1)
    let tensor = Tensor(zeros: [100_001], on: device)
    Initialization.normal(standardDeviation: 0.02).fill(tensor, name: "w", seed: 1)
    let values = tensor.elements.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    #expect(abs(mean) < 3e-4)
    #expect(abs(variance.squareRoot() - 0.02) < 2e-4)
    let other = Tensor(zeros: [100_001], on: device)
    Initialization.normal(standardDeviation: 0.02).fill(other, name: "v", seed: 1)
    #expect(other.elements != tensor.elements)
  }

  @Test(arguments: [1, 2, 3, 7])
  func `workers do every tile once, also after they have parked`(threadCount: Int) {
    let device = Device(threadCount: threadCount)
    for round in 0..<200 {
      if round % 50 == 49 { Thread.sleep(forTimeInterval: 0.02) }
      let count = round * 997 % 40_000
      let ones = Tensor(Array(repeating: 1, count: count), [count], on: device)
      let tape = Tape(on: device)
      let sum = tape.add(Variable(constant: ones), Variable(constant: ones)).tensor.elements
      #expect(sum.allSatisfy { $0 == 2 } && sum.count == count)
    }
  }

  @Test func `two threads can use one device at once`() async {
    let device = Device(threadCount: 2)
    await withTaskGroup(of: Bool.self) { group in
      for value in 1...4 {
        group.addTask {
          (0..<100).allSatisfy { _ in
            let x = Tensor(Array(repeating: Float(value), count: 50_000), [50_000], on: device)
            let y = Tape(on: device).add(Variable(constant: x), Variable(constant: x)).tensor
            return y.elements.allSatisfy { $0 == Float(2 * value) }
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func `results are the same bits on any number of threads`() {
    func gradients(threads: Int) -> [[Float]] {
      let device = Device(threadCount: threads)
      let layout = HeadLayout(heads: 4, keyValueHeads: 2, size: 8)
      let table = RotaryTable(
        positions: 150, frequencies: RotaryTable.frequencies(headSize: 8, base: 10_000), on: device)
      let specifications: [ParameterSpecification] = [
        ParameterSpecification("e", [50, 24], .normal(standardDeviation: 1)),
        ParameterSpecification("n", [24], .ones),
        ParameterSpecification("qkv", [layout.width, 24], .normal(standardDeviation: 1)),
        ParameterSpecification("h", [8], .ones),
        ParameterSpecification("o", [24, 32], .normal(standardDeviation: 1)),
      ]
      let store = ParameterStore(specifications, on: device) {
        $0.initialization.fill($1, name: $0.name, seed: 11)
      }
      let ids = (0..<1200).map { Int32($0 * 31 % 50) }
      let tape = Tape(on: device)
      let x = tape.embedding(ids, store["e"])
      let n = tape.rmsNorm(x, weight: store["n"], epsilon: 1e-6)
      let r = tape.rotaryEmbedding(
        tape.linear(n, [store["qkv"]]), layout, table: table,
        positions: (0..<1200).map { Int32($0 % 150) }, norms: (store["h"], store["h"]),
        epsilon: 1e-6)
      let a = tape.attention(
        r, layout, spans: (0..<8).map { AttentionSpan($0 * 150..<($0 + 1) * 150) })
      let y = tape.linear(a, [store["o"]], residual: x)
      let p = tape.linearCrossEntropy(
        y, Head(store["e"]), targets: ids.reversed(), isDeferred: true)
      var gradients = Gradients(of: store, on: device)
      tape.backward(
        [(p, Tensor(Array(repeating: -1, count: 1200), [1200], on: device))], into: &gradients)
      return [p.tensor.elements] + (0..<5).map { gradients[$0]?.elements ?? [] }
    }
    let one = gradients(threads: 1)
    #expect(one.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) })
    for threads in [2, 3, 5] { #expect(gradients(threads: threads) == one) }
  }
}
