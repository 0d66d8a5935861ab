import Evaluation
import Inference
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization

/// Learning from examples, from a base model: all of its parameters, or an adapter beside them.
struct FinetuningStage: TrainingStage {
  let settings: FinetuningSettings
  let tuned: TunedModel
  let template: ChatTemplate
  let batches: ExampleBatches
  let train: ExampleShard
  let validation: ExampleShard
  /// Text of the base's training, so that it forgets less, and the share of the loss that it has.
  let replay: (windows: TrainingWindows, share: Double)?

  /// Tokens of validation examples that are read during a run.
  private static let validationTokens = 65_536

  var objective: NextToken { NextToken() }

  var optimizer: Optimizer.Settings { settings.optimizerSettings }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    let ids = train[0].ids.dropLast().map { Int32(bitPattern: $0) }
    return try tuned.model(ofStep: directory, checkedOn: ids, on: device)
  }

  func save(_ model: Transformer, to directory: String) throws {
    try tuned.save(model, to: directory)
  }

  func microBatches(ofStep step: Int, for model: Transformer) throws -> [TokenBatch] {
    let answers = batches.microBatches(ofStep: step)
    return answers + (try replayed(ofStep: step, beside: answers))
  }

  /// The text that a step replays, as heavy beside its answers as its share of the loss asks for.
  func replayed(ofStep step: Int, beside answers: [TokenBatch]) throws -> [TokenBatch] {
    guard let replay else { return [] }
    var text = try replay.windows.microBatches(ofStep: step)
    func supervised(_ batches: [TokenBatch]) -> Double {
      Double(batches.reduce(0) { $0 + objective.supervisedTokens(in: $1) })
    }
    // As heavy together as the share asks for, however many tokens there are.
    let weight = replay.share / (1 - replay.share) * supervised(answers) / supervised(text)
    for index in text.indices {
      text[index].weight = weight
      text[index].dropout = settings.training.dropout(
        ofStep: step, microBatch: answers.count + index)
    }
    return text
  }

  func cursor(after done: Int) -> JSONMember {
    JSONMember(name: "next_example", value: .integer(done * settings.training.batchSize))
  }

  func validate(_ model: Transformer) -> ValidationScore? {
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
    return .text(
      TextScore(
        totalLoss: loss, tokens: supervised.count,
        bytes: supervised.reduce(0) { $0 + template.tokenizer.byteCount(of: $1) }))
  }

  /// What it answers where the first held-out answer begins, always the most probable token.
  func sample(_ model: Transformer) throws -> String? {
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
