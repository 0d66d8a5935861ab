import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How exactly the factors of large matrix products, those of attention included, are held, and what a
/// fused layer keeps for its pullback. Sums, what operations give each other, and attention to a cache
/// are float32 in either.
public enum Precision: String, Sendable, CaseIterable {
  /// 24 bits.
  case float32
  /// 8 bits, with float32's range: for training, where this processor multiplies them faster.
  case bf16

  /// The faster one of this processor.
  public static var fastest: Precision {
    swl_bf16_is_fast() != 0 && Precision.bf16.isSupported ? .bf16 : .float32
  }

  /// Whether this processor has instructions for it, and `SWIFTLET_CPU` does not ask for less.
  public var isSupported: Bool { self == .float32 || BF16Unit.best != nil }
}

/// What multiplies in bf16.
package enum BF16Unit: CaseIterable, Sendable {
  /// AMX tiles.
  case matrix
  /// AVX512-BF16 vectors.
  case vector

  /// The matrix unit where there is one, unless the environment variable `SWIFTLET_BF16` is
  /// `vector`, as it may be to compare the two; none where `SWIFTLET_CPU` asks for less than AVX-512.
  static var best: BF16Unit? {
    guard InstructionLevel.current == .avx512 else { return nil }
    let isVector = getenv("SWIFTLET_BF16").map { String(cString: $0) == "vector" } ?? false
    return allCases.first { $0.kernels != nil && !(isVector && $0 == .matrix) }
  }

  /// Whether this processor has it.
  package var isSupported: Bool { kernels != nil }

  var kernels: swl_bf16_kernels? {
    swl_bf16_kernels_of(Int32(self == .matrix ? SWL_AMX_BF16 : SWL_VECTOR_BF16))?.pointee
  }
}
