import TensorCore
import Testing

/// Gradient descent with momentum against PyTorch.
@Suite struct MomentumTests {
  /// The numbers are those of `torch.optim.SGD(lr=0.1, momentum=0.9)` after gradients g, -0.5 g, 2 g of
  /// g = [1, -2, 0.25, 3], from w = [0.5, -1, 2, 0]; and with the weights multiplied by 1 - 0.1 · 0.2 before
  /// each step.
  @Test(
    arguments: zip(
      [0, 0.2] as [Float],
      [[0.124, -0.248, 1.906, -1.128], [0.099356, -0.198712, 1.789574, -1.11372]] as [[Float]]))
  func `three steps equal PyTorch's`(decay: Float, expected: [Float]) {
    for threads in 1...2 {
      let device = Device(threadCount: threads)
      let store = ParameterStore([ParameterSpecification("w", [4], .zeros)], on: device) {
        _, tensor in
        ([0.5, -1, 2, 0] as [Float]).withUnsafeBytes { tensor.copyBytes(from: $0) }
      }
      let state = OptimizerState(of: store, secondMomentsOf: [], on: device)
      for factor in [1, -0.5, 2] as [Float] {
        var sum = Gradients(of: store, on: device)
        let tape = Tape(on: device)
        // The gradient of w + w at half the upstream is the upstream.
        let upstream = Tensor(([1, -2, 0.25, 3] as [Float]).map { $0 * factor }, [4], on: device)
        tape.backward([(tape.add(store["w"], store["w"]), upstream)], into: &sum)
        device.updateMomentum(
          store, parameters: [0], along: sum, state,
          MomentumCoefficients(
            learningRate: 0.1, momentum: 0.9, weightDecay: decay, gradientScale: 0.5))
      }
      let values = store.tensor(0).elements
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(values)")
    }
  }
}
