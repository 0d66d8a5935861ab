import Evaluation
import LanguageModel
import Runs
import StrictJSON
import TensorCore

/// What tells one kind of training from another; the ``Trainer`` does the rest.
///
/// What a step does must be a function of the stage, the model and the number of the step: then a
/// checkpoint holds little, and resuming is exact.
protocol TrainingStage {
  /// What the model is trained to do.
  associatedtype O: Objective

  /// What the model is trained to do.
  var objective: O { get }

  /// How parameters follow gradients.
  var optimizer: Optimizer.Settings { get }

  /// The model after the step in `directory`, or before the first one.
  ///
  /// - Throws: What reading files throws; ``TrainingError`` for the model of another run.
  func model(ofStep directory: String?, on device: Device) throws -> Transformer

  /// Writes the model's files into the directory of a step.
  ///
  /// - Throws: `FileError`.
  func save(_ model: Transformer, to directory: String) throws

  /// The micro-batches of step 0, 1, 2, … for the model before it.
  ///
  /// - Throws: `CorpusError` if the data are damaged.
  func microBatches(ofStep step: Int, for model: Transformer) throws -> [O.Batch]

  /// Where the data of the next step begin after `done` steps, as stored in `state.json`.
  func cursor(after done: Int) -> JSONMember

  /// Scores data that are not trained on; `nil` if there are none.
  ///
  /// - Throws: `CorpusError` if the data are damaged.
  func validate(_ model: Transformer) throws -> ValidationScore?

  /// Whether what validation measures is the loss that is trained, so that one rising while the other
  /// falls means something.
  var validatesLoss: Bool { get }

  /// Something that the model writes, if that says anything.
  ///
  /// - Throws: `InferenceError`.
  func sample(_ model: Transformer) throws -> String?
}

extension TrainingStage {
  var validatesLoss: Bool { true }
}

/// What validation found.
enum ValidationScore {
  /// How well text is predicted.
  case text(TextScore)
  /// A loss, and what else was measured.
  case measures(loss: Double, Measures)

  /// What is to become small.
  var loss: Double {
    switch self {
    case .text(let score): score.loss
    case .measures(let loss, _): loss
    }
  }

  /// As in `metrics.jsonl`.
  var members: [JSONMember] {
    let values: [(String, Double)] =
      switch self {
      case .text(let score):
        [
          ("loss", score.loss), ("perplexity", score.perplexity),
          ("bits_per_byte", score.bitsPerByte),
        ]
      case .measures(let loss, let measures):
        [("loss", loss)] + measures.all.map { ($0.name, $0.value) }
      }
    return values.map { JSONMember(name: "validation_\($0.0)", value: .number($0.1)) }
  }
}
