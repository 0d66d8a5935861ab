/// How a tensor's elements are stored; the raw value is safetensors' name for it.
public enum ElementType: String, Sendable, CaseIterable {
  /// IEEE 754 single precision, in which everything is computed.
  case float32 = "F32"
  /// The upper half of a single: a storage format.
  case bfloat16 = "BF16"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .bfloat16: 2
    }
  }
}
