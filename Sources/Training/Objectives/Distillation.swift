public import LanguageModel
public import TensorCore

/// Learning to predict as teachers do: `(1 − A) · divergence + A · −log p(target)` on every token.
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
    /// Half of each, against their mean.
    case jsd
  }

  /// The teachers, of the student's vocabulary; they are not changed.
  public let teachers: [Transformer]
  /// How the student is compared with it.
  public let loss: Loss
  /// What both logits are divided by.
  public let temperature: Double
  /// A: the weight of the text itself.
  public let hardWeight: Double

  /// Describes an objective.
  public init(teachers: [Transformer], loss: Loss, temperature: Double, hardWeight: Double) {
    precondition(
      !teachers.isEmpty && temperature > 0 && (0...1).contains(hardWeight),
      "\(teachers.count) teachers, \(temperature), \(hardWeight)")
    self.teachers = teachers
    self.loss = loss
    self.temperature = temperature
    self.hardWeight = hardWeight
  }

  /// All of them: there is no padding.
  public func tokens(in batch: TokenBatch) -> Int { batch.inputs.count }

  /// The targets that are not ignored.
  public func supervisedTokens(in batch: TokenBatch) -> Int { batch.targets.count { $0 >= 0 } }

  /// See ``Objective/accumulate(_:of:scale:into:measures:)``.
  public func accumulate(
    _ batch: TokenBatch, of model: Transformer, scale: Float, into gradients: inout Gradients,
    measures: inout Measures
  ) -> Double {
    let supervised = batch.targets.indices.filter { batch.targets[$0] >= 0 }
    let count = supervised.count
    if count == 0 { return 0 }
    let rows = count < batch.targets.count ? supervised.map { Int32($0) } : nil
    // What a model wrote is no truth.
    let hardWeight = batch.isWritten ? 0 : hardWeight
    let tape = Tape(on: model.device)
    let ours = Self.states(of: model, batch, rows, on: tape)
    func constant(_ value: Double) -> Tensor {
      Tensor(Array(repeating: Float(value), count: count), [count], on: model.device)
    }
    var outputs: [(output: Variable, upstream: Tensor)] = []
    let share = (1 - hardWeight) / Double(teachers.count)
    let compared = hardWeight < 1 ? teachers : []
    let divergences = compared.map { divergence(from: $0, batch, rows, ours, tape) }
    outputs += divergences.map { ($0, constant(share * Double(scale))) }
    if hardWeight > 0 {
      let logarithms = tape.linearCrossEntropy(
        ours.hidden, ours.weight, targets: supervised.map { batch.targets[$0] }, isDeferred: true)
      outputs.append((logarithms, constant(-hardWeight * Double(scale))))
    }
    tape.backward(outputs, into: &gradients)
    var total = 0.0
    if !divergences.isEmpty {
      let sum = divergences.reduce(0.0) { $0 + Self.sum($1) } / Double(teachers.count)
      measures.add("divergence", sum)
      total += (1 - hardWeight) * sum
    }
    if hardWeight > 0 {
      let sum = -Self.sum(outputs[outputs.count - 1].output)
      measures.add("text_loss", sum)
      total += hardWeight * sum
    }
    return total
  }

  private static func sum(_ output: Variable) -> Double {
    output.tensor.elements.reduce(0.0) { $0 + Double($1) }
  }

  /// The hidden states of all tokens, or of those in `rows`, and the head that they meet.
  private static func states(
    of model: Transformer, _ batch: TokenBatch, _ rows: [Int32]?, on tape: Tape
  ) -> (hidden: Variable, weight: Variable) {
    let hidden = model.hidden(batch.inputs, lengths: batch.lengths, on: tape)
    // A lookup: the states are the table, their places the ids.
    return (rows.map { tape.embedding($0, hidden) } ?? hidden, model.head(on: tape))
  }

  /// How far the student is from one teacher at each token that counts.
  private func divergence(
    from teacher: Transformer, _ batch: TokenBatch, _ rows: [Int32]?,
    _ ours: (hidden: Variable, weight: Variable), _ tape: Tape
  ) -> Variable {
    let silent = Tape(on: teacher.device, isRecording: false)
    let states = Self.states(of: teacher, batch, rows, on: silent)
    let theirs = (hidden: states.hidden.tensor, weight: states.weight.tensor)
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
        .jensenShannon(beta: 0.5), student: ours, teacher: theirs, temperature: temperature,
        isDeferred: true)
    }
  }
}
