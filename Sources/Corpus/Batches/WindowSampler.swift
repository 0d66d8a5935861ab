/// Where the training windows of a token stream begin: every window once an epoch, in an order that
/// is shuffled anew each epoch.
///
/// The stream is cut into windows of `context` inputs; a window's targets are its inputs moved by
/// one, so it takes `context + 1` ids. The grid of windows starts each epoch at another place, so
/// that over the epochs every id is seen at every position. Nothing is stored: the running number
/// of a window alone says where it is, so training resumes exactly. The order is a permutation by a
/// balanced Feistel network with cycle walking (Black and Rogaway, "Ciphers with Arbitrary Finite
/// Domains", 2002), keyed by seed and epoch.
public struct WindowSampler: Sendable {
  /// Ids in the stream.
  public let tokenCount: Int
  /// Inputs of a window.
  public let context: Int
  /// Windows of an epoch.
  public let windowsPerEpoch: Int

  private let seed: UInt64
  /// Half of the bits that a window number has in the network.
  private let halfBits: UInt64

  /// Describes the windows of a stream.
  /// - Precondition: `context` is above 0.
  /// - Throws: ``CorpusError`` if the stream is shorter than one window.
  public init(tokenCount: Int, context: Int, seed: UInt64) throws {
    precondition(context > 0, "a context of \(context)")
    guard tokenCount > context else {
      throw CorpusError(
        "the corpus is shorter than the context: it has \(tokenCount) tokens, and one window of "
          + "context \(context) needs \(context + 1)",
        hint: "add text, or train a model of a smaller context")
    }
    self.tokenCount = tokenCount
    self.context = context
    self.seed = seed
    // One window less than fits, so that the grid can start anywhere in the first context.
    windowsPerEpoch = max(1, tokenCount / context - 1)
    let bits = UInt64(Int.bitWidth - (windowsPerEpoch - 1).leadingZeroBitCount)
    halfBits = max(1, (bits + 1) / 2)
  }

  /// The position of the first input of window `index`, counted over all epochs: its inputs are the
  /// ids from there on, its targets the ids from one further on.
  public func start(ofWindow index: Int) -> Int {
    precondition(index >= 0, "window \(index)")
    let (epoch, number) = index.quotientAndRemainder(dividingBy: windowsPerEpoch)
    let key = Self.mix(seed ^ Self.mix(UInt64(epoch)))
    return offset(key) + shuffled(number, key) * context
  }

  /// Where the grid of an epoch starts.
  private func offset(_ key: UInt64) -> Int {
    let room = min(context, tokenCount - windowsPerEpoch * context)
    return Int(Self.mix(key).multipliedFullWidth(by: UInt64(room)).high)
  }

  /// The place of `number` in the permutation of `0 ..< windowsPerEpoch`.
  private func shuffled(_ number: Int, _ key: UInt64) -> Int {
    let mask: UInt64 = (1 << halfBits) &- 1
    var value = UInt64(number)
    // The network permutes a power of four at most four times too large: walk until inside.
    repeat {
      var (left, right) = (value >> halfBits, value & mask)
      for round in 1...UInt64(6) {
        (left, right) = (right, left ^ Self.mix(key &+ round << 56 ^ right) & mask)
      }
      value = left << halfBits | right
    } while value >= UInt64(windowsPerEpoch)
    return Int(value)
  }

  /// SplitMix64's output function (Steele, Lea and Flood, 2014).
  private static func mix(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
