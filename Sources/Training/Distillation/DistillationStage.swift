import Corpus
import Files
import Inference
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization

/// Predicting as a teacher does, on windows of a text; measured and sampled as pretraining is.
struct DistillationStage: TrainingStage {
  let text: PretrainingStage
  let objective: Distillation
  /// What is learned beside the student, to compare its hidden states with the teachers'.
  let projections: [ParameterSpecification]
  /// The share of the windows that the student writes.
  let onPolicy: Double
  /// What the teachers said of all windows, where they are not asked again.
  let cache: TeacherCache?
  /// Loads the model that the student begins as, if that is no new one.
  let base: () throws -> Transformer?

  var optimizer: Optimizer.Settings { text.optimizer }

  /// The text is what is measured, and the teacher what is followed.
  var validatesLoss: Bool { false }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    let begun = directory == nil ? try base() : nil
    let student = try begun ?? text.model(ofStep: directory, on: device)
    if projections.isEmpty { return student }
    let stored = try directory.map { try SafetensorsFile(path: "\($0)/\(Self.projectionsName)") }
    return try Transformer(text.configuration, further: projections, on: device) {
      specification, tensor in
      let name = specification.name
      if student.parameters.contains(name) {
        student.parameters[name].tensor.withBytes { tensor.copyBytes(from: $0) }
      } else if let stored {
        guard let entry = stored.entry(named: name), entry.elementType == .float32,
          entry.shape == tensor.shape.dimensions
        else {
          throw TrainingError(
            "\(FileError.printable(stored.path)): \(name) is missing or not float32 of shape "
              + "\(tensor.shape)", hint: "the checkpoint is of another run or damaged")
        }
        try stored.withBytes(of: name) { tensor.copyBytes(from: $0) }
      } else {
        specification.initialization.fill(
          tensor, name: name, seed: UInt64(text.settings.seed))
      }
    }
  }

  private static let projectionsName = "projections.safetensors"

  func save(_ model: Transformer, to directory: String) throws {
    try text.save(model, to: directory)
    if projections.isEmpty { return }
    let entries = projections.map {
      SafetensorsEntry(name: $0.name, elementType: .float32, shape: $0.shape.dimensions)
    }
    try SafetensorsWriter.write(entries, to: "\(directory)/\(Self.projectionsName)") {
      entry, append in try model.parameters[entry.name].tensor.withBytes(append)
    }
  }

  /// Windows of the text. Of the student's share, the student goes on after the beginning of each, and
  /// the teacher is asked about what it wrote.
  /// Source: Agarwal et al., "On-Policy Distillation of Language Models" (GKD), 2024, algorithm 1.
  func microBatches(ofStep step: Int, for model: Transformer) throws -> [DistillationBatch] {
    let numbers = text.windows.numbers(ofStep: step)
    let windows = try text.windows.windows(numbers)
    if let cache { return try cached(windows, numbers[...], cache) }
    func written(before step: Int) -> Int { Int(Double(step * windows.count) * onPolicy) }
    let count = written(before: step + 1) - written(before: step)
    let own = windows.prefix(count).map(prompt)
    return text.windows.microBatches(of: Array(windows.dropFirst(count))).map(
      DistillationBatch.init)
      + (own.isEmpty ? [] : try continued(own, ofStep: step, by: model))
  }

  private func cached(_ windows: [[Int32]], _ numbers: ArraySlice<Int>, _ cache: TeacherCache)
    throws -> [DistillationBatch]
  {
    var numbers = numbers
    return try text.windows.microBatches(of: windows).map { tokens in
      let count = tokens.inputs.count / text.configuration.contextLength
      var batch = DistillationBatch(tokens)
      batch.predictions = try cache.predictions(of: Array(numbers.prefix(count)))
      numbers = numbers.dropFirst(count)
      return batch
    }
  }

  /// The most tokens of a window that the student goes on after.
  private var promptTokens: Int { max(1, text.configuration.contextLength / 8) }

  /// What the student goes on after: of the beginning of a window, the document that it ends in.
  private func prompt(_ window: [Int32]) -> [UInt32] {
    let beginning = window.prefix(promptTokens).map(UInt32.init(bitPattern:))
    let start = text.tokenizer.documentStart.flatMap(beginning.lastIndex) ?? 0
    return Array(beginning[start...])
  }

  private func continued(_ prompts: [[UInt32]], ofStep step: Int, by model: Transformer) throws
    -> [DistillationBatch]
  {
    // Another seed each step: within one, each window has a random sequence of its own.
    let seed = UInt64(text.settings.seed) << 32 ^ UInt64(step)
    let starts = text.tokenizer.documentStart.map { [$0] } ?? []
    let generations = try Generator(model: model, tokenizer: text.tokenizer).generate(
      after: prompts, until: Set(starts),
      GenerationSettings(
        sampler: Sampler(temperature: 1, seed: seed),
        maximumTokens: text.configuration.contextLength + 1 - promptTokens)
    ) { _ in true }
    let written = zip(prompts, generations).map { prompt, generation in
      // That the text ends is something the student wrote, too.
      let end = generation?.finishReason == .endOfText ? starts : []
      let ids = prompt + (generation?.tokens ?? []) + end
      return (promptCount: prompt.count, ids: ids.map(Int32.init(bitPattern:)))
    }.filter { $0.ids.count > $0.promptCount }
    var batches = text.windows.microBatches(of: written.map(\.ids)).map(DistillationBatch.init)
    var rest = written[...]
    for index in batches.indices {
      batches[index].hardWeight = 0
      var begin = 0
      while begin < batches[index].tokens.targets.count, let window = rest.popFirst() {
        for place in begin..<begin + window.promptCount - 1 {
          batches[index].tokens.targets[place] = -1
        }
        begin += window.ids.count - 1
      }
    }
    return batches
  }

  func cursor(after done: Int) -> JSONMember { text.cursor(after: done) }

  func validate(_ model: Transformer) throws -> ValidationScore? { try text.validate(model) }

  func sample(_ model: Transformer) throws -> String? { try text.sample(model) }
}
