import CIntrinsics

/// How often each distinct piece of a corpus occurs.
///
/// Pieces of up to 15 bytes, nearly all of them, stand in the slots of an open-addressing table
/// themselves; the bytes of longer ones stand one after another in an array beside another table.
package struct WordCounts: Sendable {
  private struct ShortSlot {
    /// Its length is 0 in a free slot.
    var key = PieceKey()
    var count = 0
  }

  private struct LongWord {
    var start: Int
    var length: Int
    var hash: UInt64
    var count: Int
  }

  private let seed: HashSeed
  private var short: [ShortSlot] = Array(repeating: ShortSlot(), count: 1 << 10)
  private var shortCount = 0
  private var long: [LongWord] = []
  private var longBytes: [UInt8] = []
  /// The index of a long word plus 1, or 0; a power of two of them.
  private var longTable: [UInt32] = Array(repeating: 0, count: 1 << 8)
  /// The bytes of all short words together.
  private var shortBytes = 0

  /// Begins without pieces.
  package init(seed: HashSeed = .shared) { self.seed = seed }

  /// How many slots a search looks at, at most; for tests.
  package var longestSearch: Int {
    var longest = 0
    for start in short.indices where short[start].key.high != 0 {
      let home = short[start].key.hash(seed) & (short.count - 1)
      longest = max(longest, 1 + (start &- home) & (short.count - 1))
    }
    for start in longTable.indices where longTable[start] != 0 {
      let home = Int(truncatingIfNeeded: long[Int(longTable[start]) - 1].hash)
      longest = max(longest, 1 + (start &- home) & (longTable.count - 1))
    }
    return longest
  }

  /// The number of distinct pieces.
  var count: Int { shortCount + long.count }

  /// The bytes of all distinct pieces together.
  var byteCount: Int { shortBytes + longBytes.count }

  /// How many bytes it takes, at most, while about so many more pieces come, or rare ones are removed.
  func memory(withNew pieces: Int) -> Int {
    // A table that grows is there twice; so are those that are kept.
    let grows = 2 * (shortCount + pieces) > short.count
    let table = MemoryLayout<ShortSlot>.stride * short.count
    let longer =
      MemoryLayout<LongWord>.stride * long.capacity + longBytes.capacity
      + MemoryLayout<UInt32>.stride * longTable.count
    return (grows ? 3 * table : table / 2 * 3) + 2 * longer
  }

  /// Has `body` look at every distinct piece and its count, in no order that means anything.
  func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    for slot in short where slot.key.high != 0 {
      withUnsafeBytes(of: (slot.key.low.littleEndian, slot.key.high.littleEndian)) {
        body(
          UnsafeBufferPointer(rebasing: $0.assumingMemoryBound(to: UInt8.self)[..<slot.key.length]),
          slot.count)
      }
    }
    longBytes.withUnsafeBufferPointer { bytes in
      for word in long {
        body(
          UnsafeBufferPointer(rebasing: bytes[word.start..<word.start + word.length]), word.count)
      }
    }
  }

  /// Counts `times` occurrences of a piece that is not empty.
  package mutating func add(_ piece: UnsafeBufferPointer<UInt8>, times: Int = 1) {
    if piece.count <= PieceKey.longest, let first = piece.baseAddress {
      let key = PieceKey(first, piece.count, readable: piece.count)
      let isNew = short.withUnsafeMutableBufferPointer { slots in
        Self.count(key, times, slots, key.hash(seed))
      }
      if isNew { note(key) }
      growIfNeeded()
    } else {
      addLong(piece, times: times)
    }
  }

  /// Counts the pieces of a text.
  mutating func add<Rules: PieceRules>(piecesOf text: ScannedText, _ rules: Rules.Type) {
    var scanner = PieceScanner(text, rules)
    let seed = seed
    // So many pieces are cut before the first of them is counted, which gives their slots the time
    // to arrive.
    let batch = 64
    withUnsafeTemporaryAllocation(of: (key: PieceKey, hash: Int).self, capacity: batch) { waiting in
      var position = 0
      while position < text.count {
        var waitingCount = 0
        var table: [ShortSlot] = []
        swap(&table, &short)
        table.withUnsafeMutableBufferPointer { slots in
          let mask = slots.count - 1
          while waitingCount < batch, position < text.count {
            let end = scanner.endOfPiece(from: position)
            let length = end - position
            if length > PieceKey.longest {
              addLong(UnsafeBufferPointer(start: text.bytes + position, count: length), times: 1)
            } else {
              let key = PieceKey(text.bytes + position, length, readable: text.count - position)
              let hash = key.hash(seed)
              if let base = slots.baseAddress { swl_prefetch(base + (hash & mask)) }
              waiting[waitingCount] = (key, hash)
              waitingCount += 1
            }
            position = end
          }
          for index in 0..<waitingCount {
            if Self.count(waiting[index].key, 1, slots, waiting[index].hash) {
              note(waiting[index].key)
            }
          }
        }
        swap(&table, &short)
        growIfNeeded()
      }
    }
  }

  /// Counts what `other` has counted.
  mutating func add(_ other: WordCounts) {
    other.forEach { add($0, times: $1) }
  }

  /// Forgets the pieces that occur at most `count` times.
  mutating func removeRare(upTo count: Int) {
    var kept = WordCounts(seed: seed)
    forEach { if $1 > count { kept.add($0, times: $1) } }
    self = kept
  }

  private mutating func note(_ new: PieceKey) {
    shortCount += 1
    shortBytes += new.length
  }

  /// - Returns: Whether the piece is new.
  @inline(__always)
  private static func count(
    _ key: PieceKey, _ times: Int, _ slots: UnsafeMutableBufferPointer<ShortSlot>, _ hash: Int
  ) -> Bool {
    let mask = slots.count - 1
    var index = hash & mask
    while slots[index].key.high != 0 {
      if slots[index].key == key {
        slots[index].count += times
        return false
      }
      index = (index + 1) & mask
    }
    slots[index] = ShortSlot(key: key, count: times)
    return true
  }

  /// Keeps so many slots free that a batch fits.
  private mutating func growIfNeeded() {
    guard shortCount * 2 + 128 > short.count else { return }
    let old = short
    short = Array(repeating: ShortSlot(), count: old.count * 2)
    let mask = short.count - 1
    for slot in old where slot.key.high != 0 {
      var index = slot.key.hash(seed) & mask
      while short[index].key.high != 0 { index = (index + 1) & mask }
      short[index] = slot
    }
  }

  private mutating func addLong(_ piece: UnsafeBufferPointer<UInt8>, times: Int) {
    let hash = seed.hash(piece)
    let mask = longTable.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while longTable[index] != 0 {
      let word = Int(longTable[index] - 1)
      if long[word].hash == hash, isEqual(long[word], piece) {
        long[word].count += times
        return
      }
      index = (index + 1) & mask
    }
    long.append(LongWord(start: longBytes.count, length: piece.count, hash: hash, count: times))
    longBytes.append(contentsOf: piece)
    longTable[index] = UInt32(long.count)
    guard long.count * 2 > longTable.count else { return }
    longTable = Array(repeating: 0, count: longTable.count * 2)
    let newMask = longTable.count - 1
    for (number, word) in long.enumerated() {
      var index = Int(truncatingIfNeeded: word.hash) & newMask
      while longTable[index] != 0 { index = (index + 1) & newMask }
      longTable[index] = UInt32(number + 1)
    }
  }

  private func isEqual(_ word: LongWord, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    guard word.length == piece.count else { return false }
    return longBytes.withUnsafeBufferPointer {
      UnsafeBufferPointer(rebasing: $0[word.start..<word.start + word.length])
        .elementsEqual(piece)
    }
  }
}
