import Files
import Runs
import TensorCore

/// What teachers find most probable after each token of some windows, in a safetensors file:
/// `predictions` [windows, context, count, 2] of 32 bits, an id and the bits of its probability.
struct TeacherCache: Sendable {
  /// How many windows there are.
  let windows: Int
  private let context: Int
  private let count: Int
  private let vocabulary: Int
  private let file: RandomAccessFile
  /// Where the first of them begins in the file.
  private let start: Int

  private static let name = "predictions"
  /// Probabilities of all tokens that are held at once.
  private static let budget = 1 << 24

  /// Asks the teachers about the first `windows` windows of a text.
  ///
  /// - Parameter progress: Told how many windows are done; what it throws stops.
  /// - Returns: How much of the probability is left out, in the mean over all tokens.
  /// - Throws: `CorpusError`, `FileError`; what `progress` throws.
  static func write(
    _ text: TrainingWindows, windows: Int, context: Int, asking objective: Distillation,
    count: Int, to path: String, progress: (Int) throws -> Void
  ) throws -> Double {
    let entry = SafetensorsEntry(
      name: name, elementType: .uint32, shape: [windows, context, count, 2])
    var leftOut = 0.0
    try SafetensorsWriter.write([entry], to: path) { _, append in
      for window in 0..<windows {
        for batch in text.microBatches(of: try text.windows([window])) {
          for part in objective.predictions(for: batch, count: count, budget: budget) {
            let kept = part.probabilities.reduce(0.0) { $0 + Double($1) }
            leftOut += Double(part.ids.count / count) - kept
            let numbers = zip(part.ids, part.probabilities).flatMap {
              [UInt32(bitPattern: $0).littleEndian, $1.bitPattern.littleEndian]
            }
            try numbers.withUnsafeBytes { try append($0) }
          }
        }
        try progress(window + 1)
      }
    }
    return leftOut / Double(windows * context)
  }

  /// Opens what ``write(_:windows:context:asking:count:to:progress:)`` wrote.
  ///
  /// - Throws: `SafetensorsError`, `FileError`; ``TrainingError`` where it is of other windows.
  init(path: String, windows: Int, context: Int, count: Int, vocabulary: Int) throws {
    let header = try SafetensorsFile(path: path)
    let entry = SafetensorsEntry(
      name: Self.name, elementType: .uint32, shape: [windows, context, count, 2])
    guard header.entries == [entry], let range = header.byteRange(of: Self.name) else {
      throw TrainingError(
        "\(FileError.printable(path)) is not of the windows of this run",
        hint: "restore it, or make the run again")
    }
    file = try RandomAccessFile(path: path)
    start = range.lowerBound
    guard file.count >= range.upperBound else {
      throw TrainingError(
        "\(FileError.printable(path)) was changed meanwhile", hint: "restore it")
    }
    self.windows = windows
    self.context = context
    self.count = count
    self.vocabulary = vocabulary
  }

  /// The predictions of some windows, laid end to end.
  ///
  /// - Throws: `FileError`; ``TrainingError`` for a damaged file.
  func predictions(of numbers: [Int]) throws -> TopPredictions {
    var ids: [Int32] = []
    var probabilities: [Float] = []
    let size = context * count * 8
    for number in numbers {
      let bytes = try file.bytes(start + size * number..<start + size * (number + 1))
      try bytes.withUnsafeBytes { bytes in
        for place in stride(from: 0, to: size, by: 8) {
          let id = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
          let probability = Float(
            bitPattern: UInt32(
              littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)))
          guard id < vocabulary, probability >= 0, probability <= 1.001 else {
            throw TrainingError(
              "window \(number) of the teachers' predictions is damaged",
              hint: "restore the run's files, or make it again")
          }
          ids.append(Int32(id))
          probabilities.append(probability)
        }
      }
    }
    return TopPredictions(count: count, ids: ids, probabilities: probabilities)
  }
}
