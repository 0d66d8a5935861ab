/// A hash table from the bytes of tokens to their ids; the bytes themselves stay where they are.
struct TokenTable: Sendable {
  /// Ids plus 1, with the upper half of their bytes' hash above, or 0 where a slot is free; a power
  /// of two of them, at most half of them used.
  private var slots: [UInt64]
  private let seed = HashSeed.shared
  /// The ids of single bytes plus 1, or 0.
  private var bytes = [UInt32](repeating: 0, count: 256)

  /// Makes room for `expected` tokens.
  init(expected: Int) {
    var capacity = 64
    while capacity < 2 * expected { capacity *= 2 }
    slots = Array(repeating: 0, count: capacity)
  }

  /// Adds a token whose bytes stand in `bytes`, where `starts` says.
  /// - Returns: Whether there was none of these bytes.
  mutating func insert(_ id: UInt32, bytes: [UInt8], starts: [Int]) -> Bool {
    bytes.withUnsafeBufferPointer { all in
      let token = UnsafeBufferPointer(rebasing: all[starts[Int(id)]..<starts[Int(id) + 1]])
      if token.count == 1 {
        guard self.bytes[Int(token[0])] == 0 else { return false }
        self.bytes[Int(token[0])] = id + 1
        return true
      }
      let hash = seed.hash(token)
      let index = slot(of: token, hash, all, starts)
      guard slots[index] == 0 else { return false }
      slots[index] = hash & Self.check | UInt64(id + 1)
      return true
    }
  }

  /// The id of the token with these bytes.
  @inline(__always)
  func id(of token: UnsafeBufferPointer<UInt8>, bytes: [UInt8], starts: [Int]) -> UInt32? {
    let found =
      token.count == 1
      ? self.bytes[Int(token[0])]
      : bytes.withUnsafeBufferPointer {
        UInt32(truncatingIfNeeded: slots[slot(of: token, seed.hash(token), $0, starts)])
      }
    return found == 0 ? nil : found - 1
  }

  /// The id of the token of `model` with these bytes.
  subscript(token: UnsafeBufferPointer<UInt8>, of model: BytePairModel) -> UInt32? {
    id(of: token, bytes: model.tokenBytes, starts: model.tokenStarts)
  }

  /// Whether these are the bytes of token `id`.
  @inline(__always)
  static func isEqual(
    _ token: UnsafeBufferPointer<UInt8>, _ id: UInt32, bytes: [UInt8], starts: [Int]
  ) -> Bool {
    bytes.withUnsafeBufferPointer { isEqual(token, Int(id), $0, starts) }
  }

  private static let check: UInt64 = 0xFFFF_FFFF_0000_0000

  /// The slot that holds the token with these bytes, or the free one where it belongs.
  @inline(__always)
  private func slot(
    of token: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ all: UnsafeBufferPointer<UInt8>,
    _ starts: [Int]
  ) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while slots[index] != 0 {
      let slot = slots[index]
      if (slot ^ hash) & Self.check == 0,
        Self.isEqual(token, Int(slot & ~Self.check) - 1, all, starts)
      {
        break
      }
      index = (index + 1) & mask
    }
    return index
  }

  @inline(__always)
  private static func isEqual(
    _ token: UnsafeBufferPointer<UInt8>, _ id: Int, _ all: UnsafeBufferPointer<UInt8>,
    _ starts: [Int]
  ) -> Bool {
    let start = starts[id]
    guard starts[id + 1] - start == token.count else { return false }
    for index in 0..<token.count where token[index] != all[start + index] { return false }
    return true
  }
}
