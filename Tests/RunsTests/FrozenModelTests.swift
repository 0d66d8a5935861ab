import LanguageModel
import Runs
import TensorCore
import TestSupport
import Testing

/// Models whose matrices stay in bfloat16 compute the same bits as if they were float32.
@Suite struct FrozenModelTests {
  private let directory = TemporaryDirectory()

  /// A model that was stored in bfloat16, in float32 and as it is stored.
  private func models(
    _ architecture: HuggingFaceArchitecture, ties: Bool, _ device: Device
  ) throws -> (wide: Transformer, frozen: Transformer) {
    let configuration = ModelConfiguration(
      vocabularySize: 41, layers: 2, width: 24, heads: 4,
      keyValueHeads: architecture == .gpt2 ? 4 : 2, feedForwardWidth: 37, contextLength: 16,
      tiesEmbedding: ties, block: architecture.block)
    try Transformer(configuration, seed: 3, on: device).save(to: directory.path, as: .bfloat16)
    return (
      try Transformer(loading: directory.path, on: device),
      try Transformer(loading: directory.path, on: device, isFrozen: true)
    )
  }

  private let tokens: [Int32] = [1, 5, 40, 0, 7, 7, 2, 9, 11, 13, 3]

  private func logits(_ model: Transformer) -> [Float] {
    let tape = Tape(on: model.device, isRecording: false)
    return tape.logits(
      model.hidden(tokens, lengths: [6, 5], on: tape), model.head(on: tape)
    ).elements
  }

  /// The losses of each token and the gradients of an adapter.
  private func pass(_ model: Transformer) -> [[Float]] {
    let tape = Tape(on: model.device)
    let hidden = model.hidden(tokens, lengths: [6, 5], on: tape)
    let targets = tokens.map { ($0 + 3) % 41 }
    let losses = tape.linearCrossEntropy(hidden, model.head(on: tape), targets: targets)
    var gradients = Gradients(of: model.trained, on: model.device)
    let upstream = Tensor(
      Array(repeating: -0.1, count: tokens.count), [tokens.count], on: model.device)
    tape.backward([(losses, upstream)], into: &gradients)
    return [losses.tensor.elements]
      + (0..<model.trained.count).map { gradients[$0]?.elements ?? [] }
  }

  @Test(arguments: HuggingFaceArchitecture.allCases, [true, false])
  func `logits, losses and an adapter's gradients have the same bits`(
    _ architecture: HuggingFaceArchitecture, _ ties: Bool
  ) throws {
    for precision in Precision.allCases where precision.isSupported {
      let device = Device(threadCount: 2, precision: precision)
      let (wide, frozen) = try models(architecture, ties: ties, device)
      #expect(logits(wide) == logits(frozen))
      for hasMagnitudes in [false, true] {
        let adapter = AdapterConfiguration(
          rank: 2, alpha: 4, hasMagnitudes: hasMagnitudes, tokens: [2, 40])
        let passes = [wide, frozen].map { base in
          pass(Transformer(base, adapter: Adapter(adapter, of: base, seed: 5)))
        }
        #expect(passes[0].contains { $0.contains { $0 != 0 } })
        #expect(passes[0] == passes[1])
      }
    }
  }

  @Test func `only matrices that are stored in bfloat16 stay so, and merging gives float32`() throws
  {
    let device = Device(threadCount: 1)
    let (wide, frozen) = try models(.gpt2, ties: true, device)
    #expect(wide.parameters.isFloat32 && !frozen.parameters.isFloat32)
    for (index, specification) in frozen.parameters.specifications.enumerated() {
      #expect(
        frozen.parameters.tensor(index).elementType
          == (specification.shape.dimensions.count > 1 ? .bfloat16 : .float32))
    }
    try wide.save(to: directory.path)
    #expect(
      try Transformer(loading: directory.path, on: device, isFrozen: true).parameters.isFloat32)
    let adapter = AdapterConfiguration(rank: 2, alpha: 4)
    let merged = [wide, frozen].map { base in
      Transformer(base, adapter: Adapter(adapter, of: base, seed: 5)).merged()
    }
    #expect(merged[1].parameters.isFloat32 && logits(merged[0]) == logits(merged[1]))
  }
}
