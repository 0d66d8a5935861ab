/// A hash table from the bytes of tokens to their ids; the bytes themselves stay where they are.
struct TokenTable: Sendable {
  /// Ids plus 1, or 0 where a slot is free; a power of two of them, at most half of them used.
  private var slots: [UInt32]

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
      let index = slot(of: token, all, starts)
      guard slots[index] == 0 else { return false }
      slots[index] = id + 1
      return true
    }
  }

  /// The id of the token with these bytes.
  func id(of token: UnsafeBufferPointer<UInt8>, bytes: [UInt8], starts: [Int]) -> UInt32? {
    let found = bytes.withUnsafeBufferPointer { slots[slot(of: token, $0, starts)] }
    return found == 0 ? nil : found - 1
  }

  /// The id of the token of `model` with these bytes.
  subscript(token: UnsafeBufferPointer<UInt8>, of model: BytePairModel) -> UInt32? {
    id(of: token, bytes: model.tokenBytes, starts: model.tokenStarts)
  }

  /// The slot that holds the token with these bytes, or the free one where it belongs.
  @inline(__always)
  private func slot(
    of token: UnsafeBufferPointer<UInt8>, _ all: UnsafeBufferPointer<UInt8>, _ starts: [Int]
  ) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: WordCounts.hash(token)) & mask
    while slots[index] != 0 {
      let id = Int(slots[index] - 1)
      if starts[id + 1] - starts[id] == token.count,
        Self.isEqual(token, all, from: starts[id])
      {
        break
      }
      index = (index + 1) & mask
    }
    return index
  }

  @inline(__always)
  private static func isEqual(
    _ token: UnsafeBufferPointer<UInt8>, _ all: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Bool {
    for index in 0..<token.count where token[index] != all[start + index] { return false }
    return true
  }
}
