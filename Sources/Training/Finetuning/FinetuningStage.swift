import Evaluation
import Inference
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization

/// Learning from examples, from a base model: all of its parameters, or an adapter beside them.
struct FinetuningStage: TrainingStage {
  let configuration: ModelConfiguration
  let settings: FinetuningSettings
  let template: ChatTemplate
  /// The name of the base, for adapters.
  let baseName: String
  /// Loads the model that the run began from.
  let base: () throws -> Transformer
  let batches: ExampleBatches
  let train: ExampleShard
  let validation: ExampleShard

  /// Tokens of validation examples that are read during a run.
  private static let validationTokens = 65_536

  var objective: NextToken { NextToken() }

  var optimizer: Optimizer.Settings { settings.optimizerSettings }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    guard let adapter = settings.adapter else {
      guard let directory else { return try base() }
      let model = try Transformer(loading: directory, on: device)
      guard model.configuration == configuration else {
        throw TrainingError(
          "\(directory)/config.json is not the configuration of the run",
          hint: "restore the run's files")
      }
      return model
    }
    let base = try base()
    guard let directory else {
      let new = Adapter(adapter, of: base, seed: UInt64(settings.training.seed))
      let model = Transformer(base, adapter: new)
      checkIdentity(model, base)
      return model
    }
    return Transformer(
      base, adapter: try Adapter(loading: directory, for: configuration, on: device))
  }

  /// A new adapter must change nothing; DoRA adds the residual stream in another order, which rounds
  /// differently.
  private func checkIdentity(_ model: Transformer, _ base: Transformer) {
    let ids = train[0].ids.dropLast().map { Int32(bitPattern: $0) }
    func logits(_ model: Transformer) -> [Float] {
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden(ids, lengths: [ids.count], on: tape)
      return tape.logits(hidden, model.head(on: tape)).elements
    }
    let (before, after) = (logits(base), logits(model))
    let scale = before.reduce(1e-20) { max($0, abs($1)) }
    let difference = zip(before, after).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
    let isExact = settings.adapter?.hasMagnitudes != true
    let tolerance: Float = isExact ? 0 : model.device.precision == .float32 ? 1e-4 : 5e-2
    precondition(difference <= tolerance, "a new adapter changes logits by \(difference)")
  }

  func save(_ model: Transformer, to directory: String) throws {
    guard let adapter = model.adapter else { return try model.save(to: directory) }
    try adapter.save(
      to: directory, base: baseName, tiesEmbedding: configuration.tiesEmbedding)
  }

  func microBatches(ofStep step: Int) -> [TokenBatch] { batches.microBatches(ofStep: step) }

  func cursor(after done: Int) -> JSONMember {
    JSONMember(name: "next_example", value: .integer(done * settings.training.batchSize))
  }

  func validate(_ model: Transformer) -> TextScore? {
    var examples: [EncodedExample] = []
    var tokens = 0
    for index in 0..<validation.count where tokens < Self.validationTokens {
      examples.append(validation[index])
      tokens += examples[examples.count - 1].ids.count
    }
    if examples.isEmpty { return nil }
    var loss = 0.0
    for batch in ExampleBatches.microBatches(of: examples) {
      let tape = Tape(on: model.device, isRecording: false)
      let logarithms = NextToken.logProbabilities(batch, of: model, on: tape).tensor.elements
      loss -= logarithms.reduce(0.0) { $0 + Double($1) }
    }
    let supervised = examples.flatMap { example in
      zip(example.ids, example.isSupervised).filter(\.1).map(\.0)
    }
    return TextScore(
      totalLoss: loss, tokens: supervised.count,
      bytes: supervised.reduce(0) { $0 + template.tokenizer.byteCount(of: $1) })
  }

  /// What it answers where the first held-out answer begins, always the most probable token.
  func sample(_ model: Transformer) throws -> String {
    let example = validation.count > 0 ? validation[0] : train[0]
    let start = max(1, example.isSupervised.firstIndex(of: true) ?? 1)
    let prompt = Array(example.ids[..<start])
    let generation = try Generator(model: model, tokenizer: template.tokenizer).generate(
      after: prompt, until: [template.endOfTurn, template.beginToken],
      GenerationSettings(sampler: Sampler(temperature: 0), maximumTokens: 60)
    ) { _ in }
    return generation.text
  }
}
