import TensorCore

/// The elements of a stored tensor.
struct StoredElements {
  /// The element types that can be read.
  static let types: [SafetensorsElementType] = [.float32, .bfloat16, .float16]

  /// Little-endian, aligned to nothing.
  let bytes: UnsafeRawBufferPointer
  /// One of ``types``.
  let type: SafetensorsElementType

  /// Hands every `stride`-th element from `begin` on to `body`, `count` in all, as float32, or bfloat16 as
  /// it is.
  func copy(
    _ begin: Int, stride: Int, count: Int, as target: ElementType,
    to body: (UnsafeRawBufferPointer) -> Void
  ) {
    precondition(target == .float32 || type == .bfloat16, "\(type.rawValue) as \(target.rawValue)")
    if type.rawValue == target.rawValue, stride == 1 {
      let size = target.byteCount
      return body(UnsafeRawBufferPointer(rebasing: bytes[size * begin..<size * (begin + count)]))
    }
    if target == .bfloat16 {
      return collect(count) { half(begin + $0 * stride) }.withUnsafeBytes(body)
    }
    let floats: [Float] =
      switch type {
      case .float32:
        collect(count) { index in
          let bits = bytes.loadUnaligned(
            fromByteOffset: 4 * (begin + index * stride), as: UInt32.self)
          return Float(bitPattern: UInt32(littleEndian: bits))
        }
      case .bfloat16:
        // The upper half of a float32 number.
        collect(count) { Float(bitPattern: UInt32(half(begin + $0 * stride)) << 16) }
      case .float16:
        collect(count) { Float(halfPrecision: half(begin + $0 * stride)) }
      default: preconditionFailure("elements of type \(type.rawValue)")
      }
    floats.withUnsafeBytes(body)
  }

  private func half(_ index: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
  }

  private func collect<Element>(_ count: Int, _ element: (Int) -> Element) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer[index] = element(index) }
      initialized = count
    }
  }
}

extension Float {
  /// The bits of the nearest bfloat16 number, of two the even one.
  var bfloat16Bits: UInt16 {
    let bits = bitPattern
    // What stands in the lower half of a NaN must not be lost, lest it become infinite.
    if isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The number whose IEEE 754 half-precision bits are `bits`. `Float16` is not on every platform.
  package init(halfPrecision bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F), fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      // Zero and subnormal numbers: multiples of 2⁻²⁴.
      let magnitude = Float(fraction) * 0x1p-24
      self = sign == 0 ? magnitude : -magnitude
    case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
