public import LanguageModel
public import TensorCore

/// Learning to predict as a teacher does: `(1 − A) · divergence + A · −log p(target)` on every token.
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

  /// The teacher, of the same vocabulary; it is not changed.
  public let teacher: Transformer
  /// How the student is compared with it.
  public let loss: Loss
  /// What both logits are divided by.
  public let temperature: Double
  /// A: the weight of the text itself.
  public let hardWeight: Double

  /// Describes an objective.
  public init(teacher: Transformer, loss: Loss, temperature: Double, hardWeight: Double) {
    precondition(temperature > 0 && (0...1).contains(hardWeight), "\(temperature), \(hardWeight)")
    self.teacher = teacher
    self.loss = loss
    self.temperature = temperature
    self.hardWeight = hardWeight
  }

  /// All of them: there is no padding.
  public func tokens(in batch: TokenBatch) -> Int { batch.inputs.count }

  /// All of them.
  public func supervisedTokens(in batch: TokenBatch) -> Int { batch.targets.count }

  /// See ``Objective/accumulate(_:of:scale:into:measures:)``.
  public func accumulate(
    _ batch: TokenBatch, of model: Transformer, scale: Float, into gradients: inout Gradients,
    measures: inout Measures
  ) -> Double {
    let silent = Tape(on: model.device, isRecording: false)
    let theirs = (
      hidden: teacher.hidden(batch.inputs, lengths: batch.lengths, on: silent).tensor,
      weight: teacher.head(on: silent).tensor
    )
    let tape = Tape(on: model.device)
    let head = model.head(on: tape)
    let hidden = model.hidden(batch.inputs, lengths: batch.lengths, on: tape)
    let count = batch.targets.count
    func constant(_ value: Double) -> Tensor {
      Tensor(Array(repeating: Float(value), count: count), [count], on: model.device)
    }
    var outputs: [(output: Variable, upstream: Tensor)] = []
    if hardWeight < 1 {
      let ours = (hidden: hidden, weight: head)
      let temperature = Float(temperature)
      let divergence =
        switch loss {
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
      outputs.append((divergence, constant((1 - hardWeight) * Double(scale))))
    }
    if hardWeight > 0 {
      let logarithms = tape.linearCrossEntropy(
        hidden, head, targets: batch.targets, isDeferred: true)
      outputs.append((logarithms, constant(-hardWeight * Double(scale))))
    }
    tape.backward(outputs, into: &gradients)
    var total = 0.0
    for (output, _) in outputs.prefix(hardWeight < 1 ? 1 : 0) {
      let sum = output.tensor.elements.reduce(0.0) { $0 + Double($1) }
      measures.add("divergence", sum)
      total += (1 - hardWeight) * sum
    }
    for (output, _) in outputs.suffix(hardWeight > 0 ? 1 : 0) {
      let sum = output.tensor.elements.reduce(0.0) { $0 - Double($1) }
      measures.add("text_loss", sum)
      total += hardWeight * sum
    }
    return total
  }
}
