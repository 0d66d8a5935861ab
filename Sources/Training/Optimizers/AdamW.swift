public import TensorCore

/// AdamW on a store's parameters: weight decay on matrices only, every parameter in exactly one
/// group.
///
/// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
public struct AdamW: Sendable {
  /// What stays the same during a run.
  public struct Settings: Sendable, Hashable {
    /// Decay of the mean of gradients.
    public var beta1: Float
    /// Decay of the mean of squared gradients.
    public var beta2: Float
    /// Added to the root of the mean square.
    public var epsilon: Float
    /// Decay of matrices, per unit of learning rate.
    public var weightDecay: Float

    /// The usual values for language models (Brown et al., "Language Models are Few-Shot
    /// Learners", 2020, appendix B).
    public init(
      beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8, weightDecay: Float = 0.1
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  /// Parameters that are updated alike.
  public struct Group: Sendable, Hashable {
    /// Their indices in the store.
    public let parameters: [Int]
    /// Their decay, per unit of learning rate.
    public let weightDecay: Float
  }

  /// What stays the same.
  public let settings: Settings
  /// The groups: those that decay, and those that do not.
  public let groups: [Group]
  /// The moments.
  public let state: AdamWState
  /// Updates done.
  public internal(set) var step: Int

  /// An optimizer of `store` that has done no update, or goes on from `step` with the moments
  /// that are then copied into ``state``.
  public init(_ settings: Settings, of store: ParameterStore, on device: Device, step: Int = 0) {
    self.settings = settings
    let indices = store.specifications.indices
    groups = [
      Group(
        parameters: indices.filter { store.specifications[$0].decays },
        weightDecay: settings.weightDecay),
      Group(parameters: indices.filter { !store.specifications[$0].decays }, weightDecay: 0),
    ]
    precondition(
      groups.flatMap(\.parameters).sorted() == Array(indices),
      "every parameter must be in exactly one group")
    state = AdamWState(of: store, on: device)
    self.step = step
  }

  /// Does one update of the parameters that have gradients.
  ///
  /// - Parameters:
  ///   - gradientScale: Multiplies the gradients first; see ``clippingScale(norm:maximum:)``.
  public mutating func update(
    _ store: ParameterStore, along gradients: Gradients, learningRate: Float,
    gradientScale: Float, on device: Device
  ) {
    step += 1
    for group in groups {
      device.updateAdamW(
        store, parameters: group.parameters, along: gradients, state,
        AdamWCoefficients(
          learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
          epsilon: settings.epsilon, weightDecay: group.weightDecay, gradientScale: gradientScale,
          step: step))
    }
  }

  /// The factor that brings a global norm down to `maximum`; 1 if it is below.
  ///
  /// Source: Pascanu et al., "On the difficulty of training recurrent neural networks", 2013,
  /// algorithm 1; with PyTorch's 10⁻⁶ in the denominator.
  public static func clippingScale(norm: Double, maximum: Double) -> Float {
    Float(min(1, maximum / (norm + 1e-6)))
  }
}
