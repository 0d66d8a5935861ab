import Synchronization

/// Watches the operations that run on a device: how long each kind takes, and which result is the
/// first that is not finite. Watching slows a step down a little, and changes no bit of it.
public final class OperationWatch: Sendable {
  /// What is looked at.
  public enum Purpose: Sendable {
    /// The time from one operation to the next.
    case time
    /// Whether results are finite.
    case finiteness
  }

  /// How long one kind of operation took, in seconds.
  public struct Times: Sendable, Equatable {
    /// The operation, such as `linear`.
    public var name: String
    /// Its forward passes.
    public var forward = 0.0
    /// Its pullbacks.
    public var backward = 0.0

    /// Collects times.
    public init(name: String, forward: Double = 0, backward: Double = 0) {
      self.name = name
      self.forward = forward
      self.backward = backward
    }
  }

  private struct State {
    var times: [String: Times] = [:]
    var mark = ContinuousClock.now
    var operations = 0
    var culprit: String?
  }

  private let purpose: Purpose
  private let state = Mutex(State())

  /// Begins to watch.
  public init(_ purpose: Purpose) { self.purpose = purpose }

  /// The times so far, the longest first.
  public var times: [Times] {
    state.withLock { Array($0.times.values) }
      .sorted { $0.forward + $0.backward > $1.forward + $1.backward }
  }

  /// The first operation with a result that is not finite, in words; `nil` if there was none.
  public var firstNonFinite: String? { state.withLock { $0.culprit } }

  /// Forgets the times so far, as those of a warm-up.
  public func restart() { state.withLock { $0.times = [:] } }

  /// What lies between the last operation and now belongs to nobody.
  func begin() { state.withLock { $0.mark = .now } }

  /// An operation, `#function` of its method, has made `output`.
  func forward(_ function: String, _ output: Tensor) {
    note(function, \.forward, "result", [output])
  }

  /// A pullback has run, and these are gradients that it may have written.
  func backward(_ function: String, _ gradients: [Tensor]) {
    note(function, \.backward, "gradient", gradients)
  }

  private func note(
    _ function: String, _ phase: WritableKeyPath<Times, Double>, _ what: String, _ tensors: [Tensor]
  ) {
    let name = String(function.prefix { $0 != "(" })
    state.withLock { state in
      state.operations += 1
      switch purpose {
      case .time:
        let now = ContinuousClock.now
        state.times[name, default: Times(name: name)][keyPath: phase] +=
          (now - state.mark) / .seconds(1)
        state.mark = now
      case .finiteness:
        if state.culprit != nil { return }
        state.culprit = tensors.lazy.compactMap(Self.fault).first.map {
          "a \(what) of \(name) \($0), in operation \(state.operations)"
        }
      }
    }
  }

  /// `[4096, 384] is nan at row 3, column 7`, or `nil` if all elements are finite.
  private static func fault(_ tensor: Tensor) -> String? {
    let elements = UnsafeBufferPointer(start: tensor.floats, count: tensor.count)
    defer { withExtendedLifetime(tensor) {} }
    guard let index = elements.firstIndex(where: { !$0.isFinite }) else { return nil }
    let width = max(1, tensor.shape.width)
    return "\(tensor.shape.dimensions) is \(elements[index]) at row \(index / width), column "
      + "\(index % width)"
  }
}
