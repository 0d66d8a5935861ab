/// Random numbers that hash tables of bytes and ids from outside mix in, so that nobody can choose those
/// that collide. What comes out of a table never depends on them.
package struct HashSeed: Sendable {
  let first: UInt64
  let second: UInt64
  /// Odd.
  let multiplier: UInt64

  /// Those of this process.
  package static let shared = HashSeed(
    .random(in: .min ... .max), .random(in: .min ... .max), .random(in: .min ... .max))

  /// Given numbers, for tests.
  package init(_ first: UInt64, _ second: UInt64, _ multiplier: UInt64) {
    self.first = first
    self.second = second
    self.multiplier = multiplier | 1
  }

  /// A number of which every bit depends on all bytes.
  ///
  /// Eight bytes at a time, each mixed in by a multiplication whose halves are folded together.
  @inline(__always)
  func hash(_ piece: UnsafeBufferPointer<UInt8>) -> UInt64 {
    func mix(_ hash: UInt64, _ word: UInt64, _ factor: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: factor)
      return product.high ^ product.low
    }
    let raw = UnsafeRawBufferPointer(piece)
    var hash = first ^ UInt64(piece.count)
    var offset = 0
    while offset + 8 <= raw.count {
      hash = mix(hash, raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self), multiplier)
      offset += 8
    }
    // What is left, in two reads that may overlap.
    var rest: UInt64 = 0
    let left = raw.count - offset
    if left >= 4 {
      rest =
        UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) << 32
        | UInt64(raw.loadUnaligned(fromByteOffset: raw.count - 4, as: UInt32.self))
    } else if left > 0 {
      rest =
        UInt64(raw[offset]) << 16 | UInt64(raw[offset + left / 2]) << 8 | UInt64(raw[raw.count - 1])
    }
    return mix(mix(hash, rest, multiplier), second, 0xA076_1D64_78BD_642F)
  }
}
