import LanguageModel
import Runs
import StrictJSON
import TensorCore

/// Learning from examples as ``FinetuningStage`` does, and from what teachers find probable in their
/// answers.
struct TaughtStage: TrainingStage {
  let answers: FinetuningStage
  let objective: Distillation

  var optimizer: Optimizer.Settings { answers.optimizer }

  /// The answers are what is measured, and the teacher what is followed.
  var validatesLoss: Bool { false }

  func model(ofStep directory: String?, on device: Device) throws -> Transformer {
    try answers.model(ofStep: directory, on: device)
  }

  func save(_ model: Transformer, to directory: String) throws {
    try answers.save(model, to: directory)
  }

  func microBatches(ofStep step: Int, for model: Transformer) throws -> [DistillationBatch] {
    let own = answers.batches.microBatches(ofStep: step)
    // What is replayed is to be kept as it was; a teacher of answers may have forgotten it.
    let text = try answers.replayed(ofStep: step, beside: own).map { tokens in
      var batch = DistillationBatch(tokens)
      batch.hardWeight = 1
      return batch
    }
    return own.map(DistillationBatch.init) + text
  }

  func cursor(after done: Int) -> JSONMember { answers.cursor(after: done) }

  func validate(_ model: Transformer) -> ValidationScore? { answers.validate(model) }

  func sample(_ model: Transformer) throws -> String? { try answers.sample(model) }
}
