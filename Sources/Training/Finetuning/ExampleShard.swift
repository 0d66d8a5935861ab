import Files
import Runs

/// Encoded examples, five bytes a token: `ids`, `supervised` and `starts` in one safetensors file.
package struct ExampleShard: Sendable {
  /// How many examples there are.
  package var count: Int { starts.count - 1 }
  /// Tokens of all of them.
  var tokens: Int { ids.count }
  private let ids: [UInt32]
  private let isSupervised: [Bool]
  /// Where each example begins, and where the last one ends.
  private let starts: [Int]

  /// Writes `examples` to `path`.
  ///
  /// - Throws: `FileError`.
  package static func write(_ examples: [EncodedExample], to path: String) throws {
    let tokens = examples.reduce(0) { $0 + $1.ids.count }
    let entries = [
      SafetensorsEntry(name: "ids", elementType: .uint32, shape: [tokens]),
      SafetensorsEntry(name: "supervised", elementType: .uint8, shape: [tokens]),
      SafetensorsEntry(name: "starts", elementType: .uint64, shape: [examples.count + 1]),
    ]
    try SafetensorsWriter.write(entries, to: path) { entry, append in
      func put<Number: FixedWidthInteger>(_ numbers: [Number]) throws {
        try numbers.map(\.littleEndian).withUnsafeBytes { try append($0) }
      }
      switch entry.name {
      case "ids": for example in examples { try put(example.ids) }
      case "supervised":
        for example in examples { try put(example.isSupervised.map { $0 ? 1 as UInt8 : 0 }) }
      default:
        var starts: [UInt64] = [0]
        for example in examples {
          starts.append(starts[starts.count - 1] + UInt64(example.ids.count))
        }
        try put(starts)
      }
    }
  }

  /// Reads and checks what ``write(_:to:)`` wrote.
  ///
  /// - Parameters:
  ///   - vocabulary: All ids are below it.
  ///   - context: No example has more than this many ids and one.
  /// - Throws: `SafetensorsError`, `FileError`; ``TrainingError`` for a damaged file.
  package init(path: String, vocabulary: Int, context: Int) throws {
    let file = try SafetensorsFile(path: path)
    let damaged = TrainingError(
      "\(FileError.printable(path)) is damaged", hint: "restore it, or make the run again")
    func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
      _ name: String, _ type: SafetensorsElementType, as: Number.Type
    ) throws -> [Number] {
      guard let entry = file.entry(named: name), entry.elementType == type, entry.shape.count == 1,
        let numbers = try file.withBytes(
          of: name,
          { bytes in
            bytes.bindMemory(to: Number.self).map { Number(littleEndian: $0) }
          })
      else { throw damaged }
      return numbers
    }
    ids = try numbers("ids", .uint32, as: UInt32.self)
    isSupervised = try numbers("supervised", .uint8, as: UInt8.self).map { $0 != 0 }
    starts = try numbers("starts", .uint64, as: UInt64.self).map {
      guard let start = Int(exactly: $0) else { throw damaged }
      return start
    }
    guard isSupervised.count == ids.count, starts.first == 0, starts.last == ids.count,
      zip(starts, starts.dropFirst()).allSatisfy({
        $0 < $1 && $1 <= ids.count && (2...context + 1).contains($1 - $0)
      }), ids.allSatisfy({ $0 < vocabulary })
    else { throw damaged }
  }

  /// An example.
  package subscript(index: Int) -> EncodedExample {
    let range = starts[index]..<starts[index + 1]
    return EncodedExample(ids: Array(ids[range]), isSupervised: Array(isSupervised[range]))
  }
}
