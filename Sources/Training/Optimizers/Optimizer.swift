public import TensorCore

/// How a store's parameters follow their gradients: Muon or AdamW on hidden matrices, AdamW on the
/// rest, or gradient descent with momentum on all; weight decay on matrices only; every parameter in
/// exactly one group.
public struct Optimizer: Sendable {
  /// The rule for hidden matrices: all but the embedding and the head.
  public enum Kind: String, Sendable, CaseIterable {
    /// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
    case adamw
    /// Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
    case muon
    /// Gradient descent with momentum, for all parameters; to compare with.
    case sgd
  }

  /// What stays the same during a run.
  public struct Settings: Sendable, Hashable {
    /// The rule for hidden matrices.
    public var kind: Kind
    /// AdamW's decay of the mean of gradients.
    public var beta1: Float
    /// AdamW's decay of the mean of squared gradients.
    public var beta2: Float
    /// Added to AdamW's root of the mean square.
    public var epsilon: Float
    /// Muon's and gradient descent's decay of the sum of gradients.
    public var momentum: Float
    /// Decay of matrices, per unit of learning rate.
    public var weightDecay: Float
    /// Times the learning rate for the second factors of an adapter.
    public var secondFactorRate: Float = 1

    /// The usual values for language models (Brown et al., "Language Models are Few-Shot
    /// Learners", 2020, appendix B; Jordan et al., 2024).
    public init(
      kind: Kind = .adamw, beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8,
      momentum: Float = 0.95, weightDecay: Float = 0.1
    ) {
      self.kind = kind
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.momentum = momentum
      self.weightDecay = weightDecay
    }
  }

  /// Parameters that are updated alike.
  public struct Group: Sendable, Hashable {
    /// Their indices in the store.
    public let parameters: [Int]
    /// Their rule.
    public let kind: Kind
    /// Their decay, per unit of learning rate.
    public let weightDecay: Float
    /// Times the learning rate.
    public let rate: Float
  }

  /// What stays the same.
  public let settings: Settings
  /// The groups: second factors of adapters, hidden matrices, other matrices, and vectors, which do
  /// not decay.
  public let groups: [Group]
  /// The moments; AdamW alone has second ones.
  public let state: OptimizerState
  /// Updates done.
  public internal(set) var step: Int

  /// An optimizer of `store` that has done no update, or goes on from `step` with the moments
  /// that are then copied into ``state``.
  public init(_ settings: Settings, of store: ParameterStore, on device: Device, step: Int = 0) {
    self.settings = settings
    let specifications = store.specifications
    let indices = specifications.indices
    let matrices = indices.filter { specifications[$0].decays }
    let second = matrices.filter { specifications[$0].name.hasSuffix(".lora_B.weight") }
    let others = matrices.filter { !second.contains($0) }
    func group(
      _ parameters: [Int], _ kind: Kind, decay: Float = settings.weightDecay, rate: Float = 1
    ) -> Group {
      Group(parameters: parameters, kind: kind, weightDecay: decay, rate: rate)
    }
    let rest = settings.kind == .sgd ? Kind.sgd : .adamw
    groups = [
      group(second, settings.kind, rate: settings.secondFactorRate),
      group(others.filter { specifications[$0].isHidden }, settings.kind),
      group(others.filter { !specifications[$0].isHidden }, rest),
      group(indices.filter { !specifications[$0].decays }, rest, decay: 0),
    ]
    precondition(
      groups.flatMap(\.parameters).sorted() == Array(indices),
      "every parameter must be in exactly one group")
    state = OptimizerState(
      of: store, secondMomentsOf: groups.filter { $0.kind == .adamw }.flatMap(\.parameters),
      on: device)
    self.step = step
  }

  /// Does one update of the parameters that have gradients.
  ///
  /// - Parameters:
  ///   - store: The parameters.
  ///   - gradients: Their gradients.
  ///   - learningRate: This step's rate.
  ///   - gradientScale: Multiplies the gradients first; see ``clippingScale(norm:maximum:)``.
  ///   - device: Where they live.
  public mutating func update(
    _ store: ParameterStore, along gradients: Gradients, learningRate: Float,
    gradientScale: Float, on device: Device
  ) {
    step += 1
    for group in groups {
      let learningRate = learningRate * group.rate
      switch group.kind {
      case .adamw:
        device.updateAdamW(
          store, parameters: group.parameters, along: gradients, state,
          AdamWCoefficients(
            learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
            epsilon: settings.epsilon, weightDecay: group.weightDecay,
            gradientScale: gradientScale, step: step))
      case .muon:
        device.updateMuon(
          store, parameters: group.parameters, along: gradients, state,
          MomentumCoefficients(
            learningRate: learningRate, momentum: settings.momentum,
            weightDecay: group.weightDecay, gradientScale: gradientScale))
      case .sgd:
        device.updateMomentum(
          store, parameters: group.parameters, along: gradients, state,
          MomentumCoefficients(
            learningRate: learningRate, momentum: settings.momentum,
            weightDecay: group.weightDecay, gradientScale: gradientScale))
      }
    }
  }

  /// Counts a step without an update, so that the number of steps done stays that of the run.
  mutating func skip() { step += 1 }

  /// The moments of one parameter that its rule uses, with the names under which they are stored.
  func moments(of index: Int, in store: ParameterStore) -> [(name: String, tensor: Tensor)] {
    let first = (name: "first_moment", tensor: state.first(index, of: store))
    let second = state.second(index, of: store).map { (name: "second_moment", tensor: $0) }
    return [first] + (second.map { [$0] } ?? [])
  }

  /// The factor that brings a global norm down to `maximum`; 1 if it is below.
  ///
  /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", 2013,
  /// algorithm 1; with PyTorch's 10⁻⁶ in the denominator.
  public static func clippingScale(norm: Double, maximum: Double) -> Float {
    Float(min(1, maximum / (norm + 1e-6)))
  }
}
