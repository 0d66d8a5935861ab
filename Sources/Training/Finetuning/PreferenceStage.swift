import LanguageModel
import Runs
import StrictJSON
import TensorCore

/// Learning to prefer the better of two answers, from a base model.
struct PreferenceStage: TrainingStage {
  let settings: FinetuningSettings
  let tuned: TunedModel
  let batches: ExampleBatches
  let train: PreferenceShard
  let validation: PreferenceShard
  let objective: Preference

  /// Pairs of validation that are read during a run.
  private static let validationPairs = 256

  var optimizer: Optimizer.Settings { settings.optimizerSettings }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    let ids = train.examples[0].ids.dropLast().map { Int32(bitPattern: $0) }
    return try tuned.model(ofStep: directory, checkedOn: ids, on: device)
  }

  func save(_ model: Transformer, to directory: String) throws {
    try tuned.save(model, to: directory)
  }

  func microBatches(ofStep step: Int, for model: Transformer) -> [PreferenceBatch] {
    var result = train.microBatches(of: batches.indices(ofStep: step))
    for index in result.indices {
      result[index].tokens.dropout = batches.dropout(step, index)
    }
    return result
  }

  func cursor(after done: Int) -> JSONMember {
    JSONMember(name: "next_example", value: .integer(done * settings.training.batchSize))
  }

  func validate(_ model: Transformer) -> ValidationScore? {
    let count = min(validation.count, Self.validationPairs)
    if count == 0 { return nil }
    var measures = Measures()
    var loss = 0.0
    for batch in validation.microBatches(of: Array(0..<count)) {
      loss += objective.score(batch, of: model, measures: &measures)
    }
    return .measures(loss: loss / Double(count), measures.divided(by: count))
  }

  func sample(_ model: Transformer) -> String? { nil }
}

/// Pairs of encoded examples, the chosen before the rejected, with what the reference thinks of them.
struct PreferenceShard: Sendable {
  let examples: ExampleShard
  private let references: [Double]

  /// How many pairs there are.
  var count: Int { examples.count / 2 }

  /// Opens pairs.
  ///
  /// - Throws: ``TrainingError`` where the references are missing or of other pairs.
  init(_ examples: ExampleShard, references path: String) throws {
    self.examples = examples
    let file = try SafetensorsFile(path: path)
    guard examples.count % 2 == 0, let entry = file.entry(named: Self.name),
      entry.elementType == .float64, entry.shape == [examples.count]
    else {
      throw TrainingError(
        "\(path) is not of the pairs beside it", hint: "restore it, or make the run again")
    }
    references =
      try file.withBytes(of: Self.name) { bytes in
        (0..<bytes.count / 8).map {
          Double(
            bitPattern: UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
        }
      } ?? []
  }

  private static let name = "log_probabilities"

  /// Writes what `model` thinks of the answers of all pairs.
  ///
  /// - Parameter progress: Told how many answers are done; what it throws stops.
  /// - Throws: `FileError`.
  static func writeReferences(
    of examples: [EncodedExample], by model: Transformer?, to path: String,
    progress: (Int) throws -> Void
  ) throws {
    var numbers: [Double] = []
    if let model {
      for batch in ExampleBatches.microBatches(of: examples) {
        numbers += Preference.references(batch, of: model)
        try progress(numbers.count)
      }
    } else {
      numbers = Array(repeating: 0, count: examples.count)
    }
    let entry = SafetensorsEntry(name: name, elementType: .float64, shape: [numbers.count])
    try SafetensorsWriter.write([entry], to: path) { _, append in
      try numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { try append($0) }
    }
  }

  /// Groups pairs in order; a pair stays together.
  func microBatches(of pairs: [Int]) -> [PreferenceBatch] {
    var batches: [PreferenceBatch] = []
    var group: [Int] = []
    var tokens = 0
    func flush() {
      if group.isEmpty { return }
      let indices = group.flatMap { [2 * $0, 2 * $0 + 1] }
      let batch = ExampleBatches.batch(of: indices.map { examples[$0] })
      batches.append(PreferenceBatch(batch, references: indices.map { references[$0] }))
      group = []
      tokens = 0
    }
    for pair in pairs {
      let length = examples[2 * pair].ids.count + examples[2 * pair + 1].ids.count - 2
      if tokens + length > TrainingWindows.microBatchTokens { flush() }
      group.append(pair)
      tokens += length
    }
    flush()
    return batches
  }
}
