/// The symbols of a long piece while they are merged.
///
/// A symbol covers one slot a byte and is written in its first and its last, as in
/// ``MergeLearner``.
struct PieceSymbols {
  private var symbols: [UInt32]
  private let model: BytePairModel

  private static let separator = UInt32.max
  private static let interior = UInt32.max - 1

  init(_ piece: UnsafeBufferPointer<UInt8>, _ model: BytePairModel) {
    self.model = model
    symbols = [UInt32](unsafeUninitializedCapacity: piece.count + 2) { buffer, count in
      buffer[0] = Self.separator
      for index in 0..<piece.count { buffer[index + 1] = model.idOfByte[Int(piece[index])] }
      buffer[piece.count + 1] = Self.separator
      count = piece.count + 2
    }
  }

  /// Symbols that together stand for so many bytes.
  init(_ ids: UnsafeBufferPointer<UInt32>, bytes: Int, _ model: BytePairModel) {
    self.model = model
    symbols = [UInt32](repeating: Self.interior, count: bytes + 2)
    symbols[0] = Self.separator
    symbols[bytes + 1] = Self.separator
    var slot = 1
    for id in ids {
      symbols[slot] = id
      slot += length(id)
      symbols[slot - 1] = id
    }
  }

  /// Calls `body` with where each symbol begins.
  func forEachSlot(_ body: (Int) -> Void) {
    var slot = 1
    while slot < symbols.count - 1 {
      body(slot)
      slot += length(symbols[slot])
    }
  }

  /// Where the bytes stand.
  var slots: Range<Int> { 1..<symbols.count - 1 }

  @inline(__always) private func length(_ id: UInt32) -> Int {
    model.tokenStarts[Int(id) + 1] - model.tokenStarts[Int(id)]
  }

  /// The rank of the merge of the symbol that begins at `slot` with the next one; there is none at
  /// either end of the piece.
  @inline(__always) func rank(at slot: Int) -> Int? {
    let left = symbols[slot]
    if left == Self.separator { return nil }
    let right = symbols[slot + length(left)]
    if right == Self.separator { return nil }
    return model.ranks.value(PairTable.key(left, right)).map { Int($0 >> 32) }
  }

  /// Merges the pair of `rank` at `slot`.
  /// - Returns: Where the symbol before it begins, or `nil` where the pair no longer stands.
  @inline(__always) mutating func merge(_ rank: Int, at slot: Int) -> Int? {
    let merge = model.merges[rank]
    let middle = slot + length(merge.left)
    guard symbols[slot] == merge.left, symbols[middle] == merge.right else { return nil }
    let end = middle + length(merge.right)
    symbols[middle - 1] = Self.interior
    symbols[middle] = Self.interior
    symbols[slot] = merge.result
    symbols[end - 1] = merge.result
    let before = symbols[slot - 1]
    return before == Self.separator ? slot - 1 : slot - length(before)
  }

  /// Appends what stands there.
  func append(to ids: inout [UInt32]) {
    var slot = 1
    while slot < symbols.count - 1 {
      ids.append(symbols[slot])
      slot += length(symbols[slot])
    }
  }
}
