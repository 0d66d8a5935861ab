import Foundation
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Testing
import Training

/// The Transformer against `transformers` and its training against `torch.optim.AdamW`, on the tiny
/// random models that `Goldens/README.md` describes.
@Suite struct TransformerParityTests {
  static let models = [
    "multi-head", "grouped", "multi-query", "long", "llama", "llama-biased", "qwen2", "gpt2",
  ]

  /// A tiny model and what was recorded of it.
  private struct Case {
    let configuration: ModelConfiguration
    let directory: String
    let golden: SafetensorsFile

    init(_ name: String) throws {
      let directory = try #require(
        Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Goldens"))
      let json = try JSONValue(
        parsing: Array(Data(contentsOf: directory.appending(path: "config.json"))))
      configuration = try ModelConfiguration(json: json, path: "\(name)/config.json")
      self.directory = directory.path
      golden = try SafetensorsFile(path: directory.appending(path: "golden.safetensors").path)
    }

    func model(on device: Device) throws -> Transformer {
      try Transformer(loading: directory, on: device)
    }

    func shape(_ name: String) -> [Int] { golden.entry(named: name)?.shape ?? [] }

    func numbers<Number: BitwiseCopyable>(_ name: String) throws -> [Number] {
      let numbers = try golden.withBytes(of: name) { bytes in
        (0..<bytes.count / MemoryLayout<Number>.size).map {
          bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
        }
      }
      return try #require(numbers, "no tensor \(name)")
    }

    func floats(_ name: String) throws -> [Float] { try numbers(name) }

    /// The recorded batch; sequences end to end.
    func batch() throws -> TokenBatch {
      let tokens: [Int32] = try numbers("tokens")
      let (count, length) = (shape("tokens")[0], shape("tokens")[1])
      let rows = (0..<count).map { tokens[$0 * length..<($0 + 1) * length] }
      return TokenBatch(
        inputs: rows.flatMap { $0.dropLast() }, targets: rows.flatMap { $0.dropFirst() },
        lengths: Array(repeating: length - 1, count: count))
    }
  }

  private func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
    guard actual.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-20) { max($0, abs($1)) }
    return zip(actual, expected).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference / scale)
    }
  }

  /// Every instruction level that this processor has.
  static let levels = InstructionLevel.allCases.filter(\.isSupported)

  @Test(arguments: models, levels)
  func `logits and losses equal those of transformers`(
    name: String, level: InstructionLevel
  ) throws {
    let device = Device(threadCount: 2, level: level)
    let recorded = try Case(name)
    let model = try recorded.model(on: device)
    let batch = try recorded.batch()
    let tape = Tape(on: device, isRecording: false)
    let hidden = model.hidden(batch.inputs, lengths: batch.lengths, on: tape)
    let logits = tape.logits(hidden, model.head(on: tape)).elements
    let positions: [Int32] = try recorded.numbers("logit_positions")
    let (length, width) = (batch.lengths[0], recorded.configuration.vocabularySize)
    let kept = batch.lengths.indices.flatMap { row in
      positions.flatMap { position in
        let begin = (row * length + Int(position)) * width
        return logits[begin..<begin + width]
      }
    }
    #expect(relativeError(kept, try recorded.floats("logits64")) < 1e-5)
    let losses = tape.linearCrossEntropy(hidden, model.head(on: tape), targets: batch.targets)
    #expect(
      relativeError(losses.tensor.elements.map { -$0 }, try recorded.floats("token_losses64"))
        < 1e-5)
  }

  @Test(arguments: models, levels)
  func `every gradient equals PyTorch's`(
    name: String, level: InstructionLevel
  ) throws {
    let device = Device(threadCount: 2, level: level)
    let recorded = try Case(name)
    let model = try recorded.model(on: device)
    let batch = try recorded.batch()
    var gradients = Gradients(of: model.parameters, on: device)
    let count = batch.targets.count
    let loss = NextToken().accumulate(
      batch, of: model, scale: 1 / Float(count), into: &gradients)
    #expect(abs(Float(loss / Double(count)) / (try recorded.floats("loss64")[0]) - 1) < 1e-5)
    for tensor in Transformer.storedTensors(model.configuration) {
      let parts = try tensor.parameters.map { index in
        try #require(gradients[index], "no gradient of a part of \(tensor.name)").elements
      }
      var gradient = parts.flatMap { $0 }
      if tensor.isTransposed {
        let (inputs, outputs) = (tensor.shape[0], tensor.shape[1])
        let flat = gradient
        gradient = (0..<flat.count).map { flat[$0 % outputs * inputs + $0 / outputs] }
      }
      let expected = try recorded.floats("gradient.\(tensor.name)")
      #expect(relativeError(gradient, expected) < 1e-5, "gradient of \(tensor.name)")
    }
    #expect(
      abs(Float(gradients.norm()) / (try recorded.floats("gradient_norm64")[0]) - 1) < 1e-5)
  }

  @Test(arguments: models, levels)
  func `the first ten AdamW losses equal PyTorch's`(
    name: String, level: InstructionLevel
  ) throws {
    let device = Device(threadCount: 2, level: level)
    let recorded = try Case(name)
    let model = try recorded.model(on: device)
    let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
    var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
    let batch = try recorded.batch()
    let expected = try recorded.floats("adamw_losses64")
    for (index, loss) in expected.enumerated() {
      let report = step.run([batch], learningRate: 3e-3)
      #expect(abs(Float(report.loss) / loss - 1) < 1e-5, "loss \(index + 1) of \(name)")
    }
  }

  /// bfloat16 keeps 8 bits of the factors: the losses stay that near, and are not float32's.
  @Test(arguments: models, BF16Unit.allCases.filter(\.isSupported))
  func `the first ten losses in bf16 stay near PyTorch's`(name: String, unit: BF16Unit) throws {
    let device = Device(threadCount: 2, bf16: unit)
    let recorded = try Case(name)
    let model = try recorded.model(on: device)
    let optimizer = Optimizer(Optimizer.Settings(), of: model.parameters, on: device)
    var step = TrainingStep(NextToken(), model: model, optimizer: optimizer, maximumNorm: 1)
    let batch = try recorded.batch()
    let errors = try recorded.floats("adamw_losses64").map {
      abs(Float(step.run([batch], learningRate: 3e-3).loss) / $0 - 1)
    }
    let worst = try #require(errors.max())
    #expect(worst < 0x1p-8 && worst > 1e-6, "\(errors)")
  }

  @Test(arguments: models, levels)
  func `greedy continuation through the cache equals generate()`(
    name: String, level: InstructionLevel
  ) throws {
    let device = Device(threadCount: 2, level: level)
    let recorded = try Case(name)
    let model = try recorded.model(on: device)
    let tokens: [Int32] = try recorded.numbers("tokens")
    let expected: [Int32] = try recorded.numbers("greedy")
    let cache = KeyValueCache(for: model)
    var next = Array(tokens[..<5])
    var greedy: [Int32] = []
    for _ in expected {
      let hidden = model.hidden(next, continuing: cache)
      let tape = Tape(on: device, isRecording: false)
      let logits = tape.logits(hidden, model.head(on: tape)).elements
        .suffix(recorded.configuration.vocabularySize)
      let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
      next = [Int32(best - logits.startIndex)]
      greedy += next
    }
    #expect(greedy == expected)
  }
}
