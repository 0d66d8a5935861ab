import CKernels

/// The numbers of one step along a momentum: of gradient descent, or of Muon.
public struct MomentumCoefficients: Sendable {
  /// The learning rate of this step; for Muon as AdamW would need it.
  public var learningRate: Float
  /// Decay of the sum of gradients.
  public var momentum: Float
  /// Decoupled weight decay, per unit of learning rate.
  public var weightDecay: Float
  /// Multiplies the gradients: clipping.
  public var gradientScale: Float

  /// Collects the numbers of a step.
  public init(learningRate: Float, momentum: Float, weightDecay: Float, gradientScale: Float) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.gradientScale = gradientScale
  }
}

extension Device {
  /// Updates some parameters of `store` in place: `M ← μM + G`, `W ← (1 − ηλ)W − ηM`. Parameters without
  /// a gradient stay as they are.
  ///
  /// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning",
  /// 2013, section 2, in the form of PyTorch's `SGD`.
  public func updateMomentum(
    _ store: ParameterStore, parameters: [Int], along gradients: Gradients, _ state: OptimizerState,
    _ coefficients: MomentumCoefficients
  ) {
    let c = coefficients
    for index in parameters {
      guard let gradient = gradients[index] else { continue }
      let offset = store.offsets[index]
      let (w, g, m) = (store.values.floats + offset, gradient.floats, state.first.floats + offset)
      forEachTile(of: gradient.count, Tiling.elements) { range in
        let i = range.lowerBound
        kernels.scale(c.momentum, m + i, range.count)
        kernels.accumulate(c.gradientScale, g + i, m + i, range.count)
        kernels.scale(1 - c.learningRate * c.weightDecay, w + i, range.count)
        kernels.accumulate(-c.learningRate, m + i, w + i, range.count)
      }
    }
  }
}
