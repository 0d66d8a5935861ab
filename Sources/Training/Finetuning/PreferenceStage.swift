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

  /// Which of `count` pairs of validation are read during a run.
  static func validatedPairs(of count: Int) -> Range<Int> { 0..<min(count, 256) }

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
      result[index].tokens.dropout = settings.training.dropout(ofStep: step, microBatch: index)
    }
    return result
  }

  func cursor(after done: Int) -> JSONMember {
    JSONMember(name: "next_example", value: .integer(done * settings.training.batchSize))
  }

  func validate(_ model: Transformer) -> ValidationScore? {
    let pairs = Self.validatedPairs(of: validation.count)
    if pairs.isEmpty { return nil }
    var measures = Measures()
    var loss = 0.0
    for batch in validation.microBatches(of: Array(pairs)) {
      loss += objective.score(batch, of: model, measures: &measures)
    }
    return .measures(loss: loss / Double(pairs.count), measures)
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
  /// - Parameters:
  ///   - examples: The pairs.
  ///   - path: What the reference thinks of them.
  ///   - pairs: Those that will be read.
  /// - Throws: ``TrainingError`` where references are missing or of other pairs.
  init(_ examples: ExampleShard, references path: String, reading pairs: [Int]) throws {
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
    for pair in pairs where !(references[2 * pair] + references[2 * pair + 1]).isFinite {
      throw TrainingError(
        "\(path) has no reference for pair \(pair), which the run reads by its settings",
        hint: "restore the run's files, or make the run again")
    }
  }

  private static let name = "log_probabilities"

  /// Writes what `model` thinks of the answers of some pairs; of the others, that it is not a number.
  ///
  /// - Parameters:
  ///   - examples: The answers of all pairs.
  ///   - pairs: Which pairs it is asked about.
  ///   - model: The reference; without one, all are 0.
  ///   - base: The name of the reference, for errors.
  ///   - path: Where they are written.
  ///   - progress: Told how many answers are done; what it throws stops.
  /// - Throws: `FileError`; ``TrainingError`` where the model computes no numbers.
  static func writeReferences(
    of examples: [EncodedExample], pairs: [Int], by model: Transformer?, named base: String,
    to path: String, progress: (Int) throws -> Void
  ) throws {
    var numbers = Array(repeating: model == nil ? 0 : Double.nan, count: examples.count)
    if let model {
      let indices = pairs.flatMap { [2 * $0, 2 * $0 + 1] }
      var done = 0
      for batch in microBatches(of: indices.map { examples[$0] }) {
        for value in Preference.references(batch, of: model) {
          guard value.isFinite else { throw TrainingError.notFinite(base) }
          numbers[indices[done]] = value
          done += 1
        }
        try progress(done)
      }
    }
    let entry = SafetensorsEntry(name: name, elementType: .float64, shape: [numbers.count])
    try SafetensorsWriter.write([entry], to: path) { _, append in
      try numbers.map { $0.bitPattern.littleEndian }.withUnsafeBytes { try append($0) }
    }
  }

  /// Groups pairs in order.
  func microBatches(of pairs: [Int]) -> [PreferenceBatch] {
    var indices = pairs.flatMap { [2 * $0, 2 * $0 + 1] }[...]
    return Self.microBatches(of: indices.map { examples[$0] }).map { batch in
      let ofBatch = indices.prefix(batch.lengths.count)
      indices = indices.dropFirst(ofBatch.count)
      return PreferenceBatch(batch, references: ofBatch.map { references[$0] })
    }
  }

  /// Groups the answers of pairs in order. A pair stays together, behind one copy of what it begins with.
  static func microBatches(of answers: [EncodedExample]) -> [TokenBatch] {
    let pairs = stride(from: 0, to: answers.count, by: 2).map { Array(answers[$0..<$0 + 2]) }
    // Attention reads the copy twice, and what it keeps for its pullback is what a group must not exceed.
    let groups = ExampleBatches.groups(of: pairs) { $0[0].ids.count + $0[1].ids.count - 2 }
    return groups.map { group in
      ExampleBatches.batch(
        of: group.flatMap { $0 },
        shared: group.flatMap { [0, $0[0].sharedInputCount(with: $0[1])] })
    }
  }
}
