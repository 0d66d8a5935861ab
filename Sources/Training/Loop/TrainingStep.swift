public import LanguageModel
import TensorCore

/// What one step did.
public struct StepReport: Sendable {
  /// The mean loss over the supervised tokens before the update, in nats.
  public let loss: Double
  /// The global norm of the gradient before clipping.
  public let gradientNorm: Double
  /// The learning rate of the update.
  public let learningRate: Double
  /// Whether the step was an outlier and changed nothing.
  public var isSkipped = false
  /// The tokens that counted.
  public let supervisedTokens: Int
  /// Of parameters whose gradient is not finite, the one that the pullbacks reach first; `nil` if all are,
  /// or the loss is not.
  public var nonFiniteGradient: String?
  /// What else the objective measured: means over the same tokens.
  public let measures: Measures
}

/// A model with its optimizer: does steps.
public struct TrainingStep<O: Objective>: ~Copyable {
  /// What is trained.
  public let model: Transformer
  /// What it is trained to do.
  public let objective: O
  /// How parameters follow gradients.
  public var optimizer: Optimizer
  /// The greatest global norm of the gradient.
  public let maximumNorm: Double
  private var gradients: Gradients

  /// Pairs a model with an optimizer of its parameters.
  public init(_ objective: O, model: Transformer, optimizer: Optimizer, maximumNorm: Double) {
    self.model = model
    self.objective = objective
    self.optimizer = optimizer
    self.maximumNorm = maximumNorm
    gradients = Gradients(of: model.trained, on: model.device)
  }

  /// Accumulates the gradients of all micro-batches, and updates the parameters once.
  ///
  /// The scale of every gradient, 1 / supervised tokens of the whole step, is known before the
  /// first micro-batch, so one batch of 16 and 16 of one give the same step unless something is dropped,
  /// which each micro-batch does in its own way. A step without a
  /// supervised token counts, changes nothing else and reports a loss of 0; one whose loss or gradient is not
  /// finite changes nothing either and reports it, as does one beyond `limits`.
  public mutating func run(_ microBatches: [O.Batch], learningRate: Double) -> StepReport {
    run(microBatches, learningRate: learningRate, limits: nil)
  }

  mutating func run(
    _ microBatches: [O.Batch], learningRate: Double, limits: OutlierWindow.Limits?
  ) -> StepReport {
    let supervised = microBatches.reduce(0) { $0 + objective.supervisedTokens(in: $1) }
    guard supervised > 0 else {
      optimizer.skip()
      return StepReport(
        loss: 0, gradientNorm: 0, learningRate: learningRate, supervisedTokens: 0,
        measures: Measures())
    }
    let weight = microBatches.reduce(0) { $0 + objective.weight(of: $1) }
    gradients.removeAll()
    var loss = 0.0
    var measures = Measures()
    for batch in microBatches {
      loss += objective.accumulate(
        batch, of: model, scale: 1 / Float(weight), into: &gradients,
        measures: &measures)
    }
    let norm = gradients.norm()
    let isOutlier = limits.map { loss / weight > $0.loss || norm > $0.norm } ?? false
    if loss.isFinite, norm.isFinite, isOutlier {
      optimizer.skip()
    } else if loss.isFinite, norm.isFinite {
      optimizer.update(
        model.trained, along: gradients, learningRate: Float(learningRate),
        gradientScale: Optimizer.clippingScale(norm: norm, maximum: maximumNorm), on: model.device)
    }
    // The last in the order of the layers; what is embedded is reached at the end.
    let specifications = model.trained.specifications
    let culprits =
      norm.isFinite || !loss.isFinite
      ? []
      : specifications.indices.filter {
        gradients[$0]?.elements.allSatisfy(\.isFinite) == false
      }
    let culprit = culprits.last { !specifications[$0].name.contains("embed") } ?? culprits.last
    return StepReport(
      loss: loss / weight, gradientNorm: norm, learningRate: learningRate, isSkipped: isOutlier,
      supervisedTokens: supervised, nonFiniteGradient: culprit.map { specifications[$0].name },
      measures: measures)
  }
}
