/// The element types of safetensors files; the raw value is the name in the file.
///
/// Declared in the order by which the reference implementation sorts tensors (wide types last),
/// so that files of the same tensors are the same bytes.
/// Source: github.com/huggingface/safetensors, `safetensors/src/tensor.rs`, `Dtype`.
public enum SafetensorsElementType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case float4 = "F4"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case uint8 = "U8"
  case int8 = "I8"
  case float8E5M2 = "F8_E5M2"
  case float8E4M3 = "F8_E4M3"
  case float8E8M0 = "F8_E8M0"
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case complex64 = "C64"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"

  /// The bits of one element; types below 8 are packed without gaps.
  public var bitWidth: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ,
      .float8E5M2FNUZ:
      8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }
}

/// What a safetensors file says of one tensor: a name, an element type and a shape.
public struct SafetensorsEntry: Sendable, Equatable {
  /// The name, unique in its file byte by byte.
  public let name: String
  /// The element type.
  public let elementType: SafetensorsElementType
  /// The sizes of the dimensions, the last one contiguous; empty for a single number.
  public let shape: [Int]
  /// The size of the elements in bytes.
  public let byteCount: Int

  /// Describes a tensor whose byte count fits `Int` and is a whole number.
  public init(name: String, elementType: SafetensorsElementType, shape: [Int]) {
    guard let byteCount = SafetensorsEntry.byteCount(of: shape, elementType) else {
      preconditionFailure("\(name): \(shape) \(elementType.rawValue) have no byte count")
    }
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteCount = byteCount
  }

  /// The bytes that `shape` takes; `nil` on overflow, a negative size, or a part of a byte.
  ///
  /// A zero does not hide an overflow among the other sizes: strides computed from them would
  /// overflow too.
  static func byteCount(of shape: [Int], _ elementType: SafetensorsElementType) -> Int? {
    var bits = elementType.bitWidth
    var isEmpty = false
    for size in shape {
      if size < 0 { return nil }
      if size == 0 {
        isEmpty = true
        continue
      }
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      bits = product
    }
    if isEmpty { return 0 }
    return bits % 8 == 0 ? bits / 8 : nil
  }
}
