public import LanguageModel
public import TensorCore

/// Sequences, and what is known of how teachers go on after each of their tokens.
public struct DistillationBatch: Sendable {
  /// The sequences.
  public var tokens: TokenBatch
  /// The weight of the text itself, from 0 to 1, where it is not the objective's: 0 where the student wrote
  /// it, so that it is no truth to learn, 1 where no teacher is asked about it.
  public var hardWeight: Double?
  /// What teachers find most probable after each token; the teachers are asked where there is none.
  public var predictions: TopPredictions?

  /// Sequences of a text, of which the teachers are asked.
  public init(_ tokens: TokenBatch) { self.tokens = tokens }
}

/// Learning to predict as teachers do: `(1 − A) · divergence + A · −log p(target) + B · distance` on every
/// token whose target is not ignored. Teachers drop nothing.
///
/// The distance is that of the student's last hidden states, through a learned projection for each
/// teacher, from the teacher's: the mean squared difference of their elements. Source: Romero et al.,
/// "FitNets: Hints for Thin Deep Nets", 2015, equation 3.
///
/// Of several teachers the divergences are averaged. Forward KL then has the gradient of the divergence
/// from their averaged probabilities, from which it differs by a constant; reverse KL that of their
/// averaged log-probabilities.
public struct Distillation: Objective {
  /// How the student is compared with the teacher.
  public enum Loss: String, Sendable, CaseIterable {
    /// KL(teacher ‖ student). Source: Hinton et al., "Distilling the Knowledge in a Neural Network",
    /// 2015.
    case forwardKL = "forward-kl"
    /// KL(student ‖ teacher).
    case reverseKL = "reverse-kl"
    /// Some of each, against a mixture of both: see ``jsdBeta``.
    case jsd
  }

  /// The teachers, of the student's vocabulary; they are not changed. None where every batch has
  /// predictions.
  public let teachers: [Transformer]
  /// How the student is compared with it.
  public let loss: Loss
  /// What both logits are divided by.
  public let temperature: Double
  /// A: the weight of the text itself.
  public let hardWeight: Double
  /// B: the weight of the distance between hidden states. Above 0, the student must have the parameters
  /// that ``projections(from:to:)`` describes.
  public let hiddenWeight: Double
  /// The teacher's share of the mixture that ``Loss/jsd`` compares both with, between 0 and 1: towards 0
  /// it behaves as forward KL, towards 1 as reverse KL. Source: Agarwal et al., "On-Policy Distillation of
  /// Language Models" (GKD), 2024, equation 1.
  public let jsdBeta: Double

  /// Describes an objective.
  public init(
    teachers: [Transformer], loss: Loss, temperature: Double, hardWeight: Double,
    hiddenWeight: Double = 0, jsdBeta: Double = 0.5
  ) {
    precondition(
      temperature > 0 && (0...1).contains(hardWeight) && hiddenWeight >= 0 && jsdBeta > 0
        && jsdBeta < 1, "\(temperature), \(hardWeight), \(hiddenWeight), \(jsdBeta)")
    self.hiddenWeight = hiddenWeight
    self.jsdBeta = jsdBeta
    self.teachers = teachers
    self.loss = loss
    self.temperature = temperature
    self.hardWeight = hardWeight
  }

  init(teachers: [Transformer], _ settings: TeachingSettings, hiddenWeight: Double = 0) {
    self.init(
      teachers: teachers, loss: settings.loss, temperature: settings.temperature,
      hardWeight: settings.hardWeight, hiddenWeight: hiddenWeight, jsdBeta: settings.jsdBeta)
  }

  /// The projections from a student's hidden states to the teachers', [teacher's width, student's width]:
  /// parameters that stand behind the student's own (`Transformer`'s `further`) where ``hiddenWeight`` is
  /// above 0.
  public static func projections(
    from student: ModelConfiguration, to teachers: [ModelConfiguration]
  )
    -> [ParameterSpecification]
  {
    teachers.enumerated().map { index, teacher in
      ParameterSpecification(
        projectionName(index), [teacher.width, student.width],
        .normal(standardDeviation: 1 / Double(student.width).squareRoot()))
    }
  }

  private static func projectionName(_ teacher: Int) -> String {
    "distillation.projections.\(teacher).weight"
  }

  /// All of them: there is no padding.
  public func tokens(in batch: DistillationBatch) -> Int { batch.tokens.inputs.count }

  /// The targets that are not ignored.
  public func supervisedTokens(in batch: DistillationBatch) -> Int {
    batch.tokens.targets.count { $0 >= 0 }
  }

  /// The targets that are not ignored, as often as they count.
  public func weight(of batch: DistillationBatch) -> Double {
    batch.tokens.weight * Double(supervisedTokens(in: batch))
  }

  /// See ``Objective/accumulate(_:of:scale:into:measures:)``.
  public func accumulate(
    _ batch: DistillationBatch, of model: Transformer, scale: Float,
    into gradients: inout Gradients, measures: inout Measures
  ) -> Double {
    let hardWeight = batch.hardWeight ?? hardWeight
    let predictions = batch.predictions
    let batch = batch.tokens
    let targets = batch.targets.filter { $0 >= 0 }
    let count = targets.count
    if count == 0 { return 0 }
    let places = batch.supervised
    let tape = Tape(on: model.device)
    let ours = Self.states(of: model, batch, places, dropout: batch.dropout, on: tape)
    func constant(_ value: Double) -> Tensor {
      Tensor(
        Array(repeating: Float(value * batch.weight), count: count), [count], on: model.device)
    }
    var outputs: [(output: Variable, upstream: Tensor)] = []
    var divergences: [Variable] = []
    let theirs =
      predictions == nil && (hardWeight < 1 || hiddenWeight > 0)
      ? teachers.map {
        Self.states(of: $0, batch, places, on: Tape(on: $0.device, isRecording: false))
      } : []
    if hardWeight < 1 {
      if let predictions {
        divergences = [
          tape.linearDivergence(
            student: ours, teacher: predictions, temperature: Float(temperature), isDeferred: true)
        ]
      } else {
        divergences = theirs.map { divergence(from: $0, ours, tape) }
      }
      precondition(!divergences.isEmpty, "a batch without predictions, and no teacher")
      let share = (1 - hardWeight) / Double(divergences.count)
      outputs += divergences.map { ($0, constant(share * Double(scale))) }
    }
    let distances =
      hiddenWeight == 0
      ? []
      : theirs.enumerated().map { index, states in
        tape.squaredDistance(
          tape.linear(ours.hidden, [model.parameters[Self.projectionName(index)]]),
          from: states.hidden.tensor)
      }
    let distanceShare = hiddenWeight / Double(max(1, distances.count))
    outputs += distances.map { ($0, constant(distanceShare * Double(scale))) }
    if hardWeight > 0 {
      let logarithms = tape.linearCrossEntropy(
        ours.hidden, ours.head, targets: targets, isDeferred: true)
      outputs.append((logarithms, constant(-hardWeight * Double(scale))))
    }
    tape.backward(outputs, into: &gradients)
    var total = 0.0
    func add(_ name: String, _ sum: Double, times factor: Double) {
      measures.add(name, batch.weight * sum, of: batch.weight * Double(count))
      total += factor * batch.weight * sum
    }
    if !divergences.isEmpty {
      let sum = divergences.reduce(0.0) { $0 + Self.sum($1) } / Double(divergences.count)
      add("divergence", sum, times: 1 - hardWeight)
    }
    if !distances.isEmpty {
      let sum = distances.reduce(0.0) { $0 + Self.sum($1) } / Double(distances.count)
      add("hidden_distance", sum, times: hiddenWeight)
    }
    if hardWeight > 0 {
      add("text_loss", -Self.sum(outputs[outputs.count - 1].output), times: hardWeight)
    }
    return total
  }

  /// What the teachers find most probable after each token, in parts of at most `budget` probabilities.
  func predictions(for batch: TokenBatch, count: Int, budget: Int) -> [TopPredictions] {
    precondition(loss == .forwardKL, "cached predictions for \(loss)")
    let size = max(1, budget / teachers[0].configuration.vocabularySize)
    let states = teachers.map {
      Self.states(of: $0, batch, nil, on: Tape(on: $0.device, isRecording: false))
    }
    return stride(from: 0, to: batch.inputs.count, by: size).map { begin in
      let rows = Array(begin..<min(batch.inputs.count, begin + size))
      let tape = Tape(on: teachers[0].device, isRecording: false)
      return tape.topPredictions(
        of: states.map { (tape.rows(rows, of: $0.hidden), $0.head) }, count: count,
        temperature: Float(temperature))
    }
  }

  private static func sum(_ output: Variable) -> Double {
    output.tensor.elements.reduce(0.0) { $0 + Double($1) }
  }

  /// The hidden states of all tokens, or of those at `places`, and the head that they meet.
  private static func states(
    of model: Transformer, _ batch: TokenBatch, _ places: [Int]?, dropout: Dropout? = nil,
    on tape: Tape
  ) -> (hidden: Variable, head: Head) {
    (
      model.hidden(
        batch.inputs, lengths: batch.lengths, shared: batch.shared, at: places, dropout: dropout,
        on: tape),
      model.head(on: tape)
    )
  }

  /// How far the student is from one teacher at each token that counts.
  private func divergence(
    from theirs: (hidden: Variable, head: Head),
    _ ours: (hidden: Variable, head: Head), _ tape: Tape
  ) -> Variable {
    let temperature = Float(temperature)
    return switch loss {
    case .forwardKL:
      tape.linearDivergence(
        student: ours, teacher: theirs, temperature: temperature, isDeferred: true)
    case .reverseKL:
      tape.linearDivergence(
        .reverse, student: ours, teacher: theirs, temperature: temperature, isDeferred: true)
    case .jsd:
      tape.linearDivergence(
        .jensenShannon(beta: Float(jsdBeta)), student: ours, teacher: theirs,
        temperature: temperature, isDeferred: true)
    }
  }
}
