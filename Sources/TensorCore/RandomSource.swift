import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Random numbers that are a function of (seed, stream, index): nothing is carried from one draw to
/// the next, so a resumed run and a run on other threads draw the same numbers.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Philox4x32-10).
public struct RandomSource: Sendable, Hashable {
  /// The key.
  public let seed: UInt64
  /// Which of the seed's independent sequences.
  public let stream: UInt64

  /// The sequence `stream` of `seed`.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The sequence `stream` of `seed` for a named purpose, such as a parameter's name.
  public init(seed: UInt64, name: String) {
    // FNV-1a, 64 bits: any fixed hash serves.
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    self.init(seed: seed, stream: hash)
  }

  /// Four independent 32-bit words at `index`.
  public func words(at index: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { bytes in
      swl_philox(seed, stream, index, bytes.assumingMemoryBound(to: UInt32.self).baseAddress)
    }
    return words
  }

  /// 64 random bits at `index`.
  public func bits(at index: UInt64) -> UInt64 {
    let words = words(at: index)
    return UInt64(words.0) << 32 | UInt64(words.1)
  }

  /// A number in [0, 1) with 53 random bits at `index`.
  public func uniform(at index: UInt64) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

  /// Fills `target` with normal numbers of mean 0 (Box and Muller, 1958).
  func fillNormal(_ target: UnsafeMutableBufferPointer<Float>, standardDeviation: Double) {
    for begin in stride(from: 0, to: target.count, by: 4) {
      let words = words(at: UInt64(begin / 4))
      let pairs = [(words.0, words.1), (words.2, words.3)]
      for (pair, (first, second)) in pairs.enumerated() {
        let radius = standardDeviation * (-2 * log((Double(first) + 0.5) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * Double(second) * 0x1p-32
        for (offset, value) in [radius * cos(angle), radius * sin(angle)].enumerated() {
          let index = begin + 2 * pair + offset
          if index < target.count { target[index] = Float(value) }
        }
      }
    }
  }
}
