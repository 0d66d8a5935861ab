import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How exactly the factors of large matrix products are held. Sums, and all that is stored between
/// operations, are float32 in either.
public enum Precision: String, Sendable, CaseIterable {
  /// 24 bits.
  case float32
  /// 8 bits, with float32's range: for training, where this processor multiplies them faster.
  case bf16

  /// The faster one of this processor.
  public static var fastest: Precision { swl_bf16_is_fast() != 0 ? .bf16 : .float32 }

  /// Whether this processor has instructions for it.
  public var isSupported: Bool { self == .float32 || products != nil }

  /// The instructions that multiply in bf16, such as `amx_bf16`; `nil` in float32.
  public var instructions: String? {
    products.map { Int($0.kind) == SWL_AMX_BF16 ? "amx_bf16" : "avx512_bf16" }
  }

  /// The kernels of bf16: on the matrix unit where there is one, unless the environment variable
  /// `SWIFTLET_BF16` is `vector`.
  var products: swl_product_kernels? {
    guard self == .bf16 else { return nil }
    let isVector = getenv("SWIFTLET_BF16").map { String(cString: $0) == "vector" } ?? false
    let best = isVector ? nil : swl_bf16_products(Int32(SWL_AMX_BF16))
    return (best ?? swl_bf16_products(Int32(SWL_VECTOR_BF16)))?.pointee
  }
}
