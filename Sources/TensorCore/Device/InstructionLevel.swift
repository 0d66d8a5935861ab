import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The instruction set that the row kernels use. Results of different levels agree closely, not
/// bit for bit.
public enum InstructionLevel: String, Sendable, CaseIterable {
  /// What every processor of the architecture has: SSE2, or NEON on arm64.
  case plain
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512 (F, BW, DQ, VL).
  case avx512

  /// The kernels of this level, or `nil` where this processor lacks it.
  var kernels: swl_kernels? {
    let code =
      switch self {
      case .plain: SWL_PLAIN
      case .avx2: SWL_AVX2
      case .avx512: SWL_AVX512
      }
    return swl_kernels_at(Int32(code))?.pointee
  }

  /// Whether this processor has it.
  public var isSupported: Bool { kernels != nil }

  /// The best level of this processor, or the one that the environment variable `SWIFTLET_CPU`
  /// names if this processor has it.
  public static var current: InstructionLevel {
    if let name = getenv("SWIFTLET_CPU"),
      let level = InstructionLevel(rawValue: String(cString: name)),
      level.isSupported
    {
      return level
    }
    return allCases.last { $0.isSupported } ?? .plain
  }
}
