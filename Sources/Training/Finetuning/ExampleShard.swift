import Files
import Runs

/// Encoded examples in a file: `ids`, `supervised` and `starts` in one safetensors file.
struct ExampleShard: Sendable {
  /// How many examples there are.
  let count: Int
  /// Tokens of all of them.
  let tokens: Int
  private let file: SafetensorsFile
  /// Where each tensor begins in the file.
  private let places: (ids: Int, supervised: Int, starts: Int)

  /// Writes `examples` to `path`.
  ///
  /// - Throws: `FileError`.
  static func write(_ examples: [EncodedExample], to path: String) throws {
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

  /// Opens and checks what ``write(_:to:)`` wrote.
  ///
  /// - Parameters:
  ///   - vocabulary: All ids are below it.
  ///   - context: No example has more than this many ids and one.
  /// - Throws: `SafetensorsError`, `FileError`; ``TrainingError`` for a damaged file.
  init(path: String, vocabulary: Int, context: Int) throws {
    file = try SafetensorsFile(path: path)
    let damaged = TrainingError(
      "\(FileError.printable(path)) is damaged", hint: "restore it, or make the run again")
    guard let ids = file.entry(named: "ids"), ids.elementType == .uint32, ids.shape.count == 1,
      let flags = file.entry(named: "supervised"), flags.elementType == .uint8,
      flags.shape == ids.shape, let starts = file.entry(named: "starts"),
      starts.elementType == .uint64, starts.shape.count == 1, starts.shape[0] >= 1
    else { throw damaged }
    places = (
      file.byteRange(of: "ids")?.lowerBound ?? 0,
      file.byteRange(of: "supervised")?.lowerBound ?? 0,
      file.byteRange(of: "starts")?.lowerBound ?? 0
    )
    count = starts.shape[0] - 1
    tokens = ids.shape[0]
    var last = 0
    for index in 0...count {
      guard let start = Int(exactly: load(UInt64.self, places.starts, index)),
        index == 0 ? start == 0 : start - last >= 2 && start - last <= context + 1, start <= tokens
      else { throw damaged }
      last = start
    }
    guard last == tokens,
      (0..<tokens).allSatisfy({ load(UInt32.self, places.ids, $0) < vocabulary })
    else { throw damaged }
  }

  /// An example.
  subscript(index: Int) -> EncodedExample {
    let range = start(index)..<start(index + 1)
    return EncodedExample(
      ids: range.map { load(UInt32.self, places.ids, $0) },
      isSupervised: range.map { load(UInt8.self, places.supervised, $0) != 0 })
  }

  private func start(_ index: Int) -> Int { Int(load(UInt64.self, places.starts, index)) }

  private func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, _ place: Int, _ index: Int
  ) -> Number {
    let offset = place + index * MemoryLayout<Number>.size
    return withExtendedLifetime(file.mapping) {
      Number(
        littleEndian: file.mapping.bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }
}
