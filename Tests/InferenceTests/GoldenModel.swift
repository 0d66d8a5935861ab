import LanguageModel
import Runs
import TensorCore
import Testing

/// A tiny random model, and what `transformers` computed with it; the language model's tests hold
/// the files and say in `Goldens/README.md` what is in them.
struct GoldenModel {
  static let names = ["multi-head", "grouped", "multi-query", "long"]

  let model: Transformer
  private let golden: SafetensorsFile

  init(_ name: String, on device: Device) throws {
    let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
    let directory = "\(tests)/LanguageModelTests/Goldens/\(name)"
    model = try Transformer(loading: directory, on: device)
    golden = try SafetensorsFile(path: "\(directory)/golden.safetensors")
  }

  func integers(_ name: String) throws -> [Int32] { try numbers(name) }

  func floats(_ name: String) throws -> [Float] { try numbers(name) }

  /// The first row of the recorded batch.
  func firstRow() throws -> [UInt32] {
    let length = try #require(golden.entry(named: "tokens")).shape[1]
    return try integers("tokens").prefix(length).map { UInt32($0) }
  }

  private func numbers<Number: BitwiseCopyable>(_ name: String) throws -> [Number] {
    let numbers = try golden.withBytes(of: name) { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
    return try #require(numbers, "no tensor \(name)")
  }
}

/// The largest difference, relative to the largest magnitude expected.
func relativeError(_ actual: [Float], _ expected: some Collection<Float>) -> Float {
  guard actual.count == expected.count else { return .infinity }
  let scale = expected.reduce(1e-20) { max($0, abs($1)) }
  return zip(actual, expected).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference / scale)
  }
}

/// Logits after each id, computed at once and without a cache, [ids, vocabulary].
func logitsWithoutCache(_ ids: some Collection<UInt32>, _ model: Transformer) -> [[Float]] {
  let tape = Tape(on: model.device, isRecording: false)
  let hidden = model.hidden(ids.map { Int32($0) }, lengths: [ids.count], on: tape)
  let all = tape.logits(hidden, model.head(on: tape)).elements
  let vocabulary = model.configuration.vocabularySize
  return (0..<ids.count).map { Array(all[$0 * vocabulary..<($0 + 1) * vocabulary]) }
}
