import Foundation
import Runs
import TensorCore
import Testing

/// The recorded tensors of PyTorch; `Goldens/README.md` explains names and shapes.
struct Golden {
  private let file: SafetensorsFile

  init() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "operations", withExtension: "safetensors", subdirectory: "Goldens"))
    file = try SafetensorsFile(path: url.path)
  }

  /// `operation/1/`, `operation/2/`, … as far as they go.
  func cases(_ operation: String) -> [String] {
    (1...).lazy.map { "\(operation)/\($0)/" }
      .prefix { prefix in file.entries.contains { $0.name.hasPrefix(prefix) } }
      .map { $0 }
  }

  func shape(_ name: String) -> [Int] { file.entry(named: name)?.shape ?? [] }

  func floats(_ name: String) throws -> [Float] { try numbers(name) }

  func integers(_ name: String) throws -> [Int32] { try numbers(name) }

  func scalar(_ name: String) throws -> Float { try floats(name)[0] }

  func tensor(_ name: String, _ shape: Shape? = nil, on device: Device) throws -> Tensor {
    Tensor(try floats(name), shape ?? Shape(self.shape(name)), on: device)
  }

  private func numbers<Number: BitwiseCopyable>(_ name: String) throws -> [Number] {
    let entry = try #require(file.entry(named: name), "no tensor \(name)")
    let numbers = try file.withBytes(of: entry.name) { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
    return try #require(numbers)
  }
}

/// The largest difference, relative to the largest magnitude expected.
func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
  guard actual.count == expected.count else { return .infinity }
  let scale = expected.reduce(1e-20) { max($0, abs($1)) }
  return zip(actual, expected).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(worst, difference / scale)
  }
}

/// Every instruction level of this processor, on different numbers of threads.
let devices: [Device] = InstructionLevel.allCases.filter(\.isSupported).enumerated().map {
  Device(threadCount: $0.offset + 1, level: $0.element)
}

/// Rows of the same number laid side by side, as packed heads and gate | up are.
func sideBySide(_ parts: [[Float]], rows: Int) -> [Float] {
  var result: [Float] = []
  for row in 0..<rows {
    for part in parts {
      let width = part.count / rows
      result += part[row * width..<(row + 1) * width]
    }
  }
  return result
}
