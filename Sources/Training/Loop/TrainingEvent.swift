public import Evaluation

/// What happens during a run, for whoever watches it.
public enum TrainingEvent: Sendable {
  /// Something that the user should know before it goes on.
  case warning(String)
  /// An update was done: the `step`-th, on `tokens` tokens, in `seconds`.
  case step(Int, StepReport, tokens: Int, seconds: Double)
  /// The model was measured on validation text after `step` updates.
  case validation(step: Int, TextScore, isBest: Bool)
  /// The model was measured on validation pairs after `step` updates.
  case comparison(step: Int, loss: Double, Measures, isBest: Bool)
  /// The model wrote something after `step` updates.
  case sample(step: Int, String)
  /// The state after `step` updates is on disk.
  case checkpoint(step: Int, path: String)
}

/// How a run ended.
public enum TrainingOutcome: Sendable, Equatable {
  /// All steps are done.
  case finished
  /// It was asked to stop, and the step it had reached is saved; 0 if it had not begun.
  case interrupted(step: Int)
}
