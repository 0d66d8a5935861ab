/// Operations in the order in which they ran, so that their pullbacks can run in reverse
/// (reverse-mode differentiation; Griewank and Walther, "Evaluating Derivatives", 2008, chapter 3).
///
/// Operations are methods of the tape, each in a file of `Operations/` with its pullback below it.
/// A tape that does not record computes the same values and keeps nothing: inference runs on it.
/// A tape serves one backward pass.
public final class Tape {
  /// Runs from the gradient of a record's output to the gradients of its inputs.
  typealias Pullback = (_ upstream: Tensor, _ adjoints: inout Adjoints) -> Void

  /// Where the operations run.
  public let device: Device
  /// Whether pullbacks are kept.
  public let isRecording: Bool
  private var pullbacks: [Pullback?] = []
  /// The operation of each pullback, for the device's watch; empty without one.
  private var names: [String] = []

  /// An empty tape.
  public init(on device: Device, isRecording: Bool = true) {
    self.device = device
    self.isRecording = isRecording
    device.watch?.begin()
  }

  /// Makes `tensor` an input whose gradient ``backward(_:into:)`` returns.
  public func input(_ tensor: Tensor) -> Variable {
    guard isRecording else { return Variable(constant: tensor) }
    return append(tensor, nil, "input")
  }

  /// Whether an operation on `inputs` will have a pullback.
  func records(_ inputs: [Variable]) -> Bool {
    isRecording && inputs.contains(where: \.hasGradient)
  }

  /// Makes the output of an operation on `inputs`, and keeps its pullback if one of them has a
  /// gradient.
  ///
  /// - Parameter name: The operation, for the device's watch.
  func record(
    _ output: Tensor, from inputs: [Variable], isComputed: Bool = true, name: String = #function,
    pullback: @escaping Pullback
  ) -> Variable {
    if isComputed { device.watch?.forward(name, output) }
    guard records(inputs) else { return Variable(constant: output) }
    return append(output, pullback, name)
  }

  private func append(_ output: Tensor, _ pullback: Pullback?, _ name: String) -> Variable {
    pullbacks.append(pullback)
    if device.watch != nil { names.append(name) }
    return Variable(tensor: output, source: .record(pullbacks.count - 1))
  }

  /// Runs all pullbacks in reverse order and forgets them, freeing saved values on the way.
  ///
  /// - Parameters:
  ///   - outputs: Variables of this tape, each with the gradient of the objective with respect to
  ///     it, in its shape.
  ///   - gradients: Is added the parameters' gradients.
  /// - Returns: The gradients of this tape's ``input(_:)`` variables.
  @discardableResult
  public func backward(
    _ outputs: [(output: Variable, upstream: Tensor)], into gradients: inout Gradients
  ) -> InputGradients {
    // Moved, not copied: writing to a copy would copy all of them.
    var adjoints = Adjoints(recordCount: pullbacks.count, gradients: consume gradients, on: device)
    for (output, upstream) in outputs {
      precondition(
        upstream.shape == output.shape,
        "an upstream gradient of shape \(upstream.shape) for a variable of shape \(output.shape)")
      adjoints.pass(upstream, to: output)
    }
    device.watch?.begin()
    while let pullback = pullbacks.popLast() {
      let name = names.popLast()
      guard let pullback, let upstream = adjoints.take(pullbacks.count) else { continue }
      pullback(upstream, &adjoints)
      if let name { device.watch?.backward(name, adjoints.latest) }
    }
    let inputs = adjoints.inputs
    gradients = adjoints.gradients
    return inputs
  }

  /// Runs `body` without keeping what it saves; its pullback runs it again. Trades one more forward
  /// pass of the segment for its memory (Chen et al., "Training Deep Nets with Sublinear Memory
  /// Cost", 2016).
  ///
  /// - Parameters:
  ///   - input: What `body` is given.
  ///   - body: Must compute the same both times; random numbers are counter-based, so dropout does. Of
  ///     variables that were made on tapes it may use its own and `input` only: parameters are none.
  public func recomputed(
    _ input: Variable, _ body: @escaping (_ tape: Tape, _ input: Variable) -> Variable
  ) -> Variable {
    let forward = Tape(on: device, isRecording: false)
    let output = body(forward, input.detached).tensor
    guard isRecording else { return Variable(constant: output) }
    let pullback: Pullback = { [device] upstream, adjoints in
      let segment = Tape(on: device)
      let start = input.hasGradient ? segment.input(input.tensor) : input.detached
      let output = body(segment, start)
      let inputs = segment.backward([(output, upstream)], into: &adjoints.gradients)
      if let gradient = inputs[start] { adjoints.pass(gradient, to: input) }
    }
    return append(output, pullback, #function)
  }
}
