import TensorCore

/// The linear layers of a Transformer layer, which adapters can change.
public enum Projection: String, Sendable, CaseIterable, Comparable {
  case q = "q_proj"
  case k = "k_proj"
  case v = "v_proj"
  case o = "o_proj"
  case gate = "gate_proj"
  case up = "up_proj"
  case down = "down_proj"

  /// Those of attention.
  public static let attention: [Projection] = [.q, .k, .v, .o]
  /// Those of the feed-forward layer.
  public static let feedForward: [Projection] = [.gate, .up, .down]

  /// Those that read the same hidden states, which are multiplied together.
  static let groups: [[Projection]] = [[.q, .k, .v], [.o], [.gate, .up], [.down]]

  /// The name of its weight in a layer, without `.weight`.
  public func name(inLayer layer: Int) -> String {
    let part = Projection.attention.contains(self) ? "self_attn" : "mlp"
    return "model.layers.\(layer).\(part).\(rawValue)"
  }

  /// The shape of its weight, [outputs, inputs].
  package func shape(in c: ModelConfiguration) -> (outputs: Int, inputs: Int) {
    let layout = c.headLayout
    return switch self {
    case .q: (layout.queryWidth, c.width)
    case .k, .v: (layout.keyWidth, c.width)
    case .o: (c.width, layout.queryWidth)
    case .gate, .up: (c.feedForwardWidth, c.width)
    case .down: (c.width, c.feedForwardWidth)
    }
  }

  /// The order in which they stand in a layer.
  public static func < (left: Projection, right: Projection) -> Bool {
    left.position < right.position
  }

  private var position: Int { Projection.allCases.firstIndex(of: self) ?? 0 }
}
