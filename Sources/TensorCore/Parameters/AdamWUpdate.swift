import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numbers of one AdamW step.
public struct AdamWCoefficients: Sendable {
  /// The learning rate of this step.
  public var learningRate: Float
  /// Decay of the first moment.
  public var beta1: Float
  /// Decay of the second moment.
  public var beta2: Float
  /// Added to the root of the second moment.
  public var epsilon: Float
  /// Decoupled weight decay, per unit of learning rate.
  public var weightDecay: Float
  /// Multiplies the gradients: clipping.
  public var gradientScale: Float
  /// Updates including this one, from 1: corrects the moments' bias.
  public var step: Int

  /// Collects the numbers of a step.
  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    gradientScale: Float, step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.gradientScale = gradientScale
    self.step = step
  }
}

extension Device {
  /// Updates some parameters of `store` in place, in one pass over parameters, gradients and
  /// moments. Parameters without a gradient stay as they are.
  ///
  /// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
  public func updateAdamW(
    _ store: ParameterStore, parameters: [Int], along gradients: Gradients, _ state: OptimizerState,
    _ coefficients: AdamWCoefficients
  ) {
    let c = coefficients
    let correction1 = 1 - Float(pow(Double(c.beta1), Double(c.step)))
    let correction2 = 1 - Float(pow(Double(c.beta2), Double(c.step)))
    for index in parameters {
      guard let gradient = gradients[index] else { continue }
      guard let second = state.second(index, of: store) else {
        preconditionFailure("\(store.specifications[index].name) has no second moments")
      }
      let offset = store.offsets[index]
      let (p, g) = (store.values.floats + offset, gradient.floats)
      let (m, v) = (state.first.floats + offset, second.floats)
      forEachTile(of: gradient.count, Tiling.elements) { range in
        let i = range.lowerBound
        kernels.adamw(
          p + i, g + i, m + i, v + i, c.gradientScale, c.learningRate, c.beta1, c.beta2, c.epsilon,
          c.weightDecay, correction1, correction2, range.count)
      }
    }
  }
}
