import CIntrinsics

/// The merge loop of BPE training.
///
/// All distinct words lie in one array with one slot a byte. A symbol of several bytes covers as
/// many slots and is written in its first and its last, so both neighbours are found without
/// links. Each pair keeps the places where it arose, which may have gone stale; a merge visits only
/// those, so the whole loop takes time in proportion to the number of symbols that are merged away
/// (times a logarithm), not to the number of merges times the corpus.
///
/// The same bytes never come together from two different pairs. As long as nothing crosses their
/// ends, what happens between them does not depend on what stands around them: a merge takes every
/// place, and runs of one symbol pair up from their left end. So every merge makes a token that was
/// not there, and every pair arises in one step only. The token's id is a new one, unless a special
/// token is spelled like it: then, as in Hugging Face's trainer, it has that id.
struct MergeLearner: ~Copyable {
  /// The bytes of each id; empty for special tokens, but for those that were learned.
  private(set) var tokens: [[UInt8]]
  /// The merges so far, in their order.
  private(set) var merges: [Merge] = []

  /// One for each slot, in memory of its own: going from place to place, nearly every step misses
  /// the caches, so what is needed of a place stands together and is fetched ahead.
  private let cells: UnsafeMutablePointer<Cell>
  private var countOfWord: [Int] = []
  /// Bytes of each id.
  private var lengths: [Int]

  /// From a pair's key to its index in `pairs`.
  private var indexOfPair = PairTable()
  private var pairs: [Pair] = []
  private var queue = PairQueue()
  /// The ids of the special tokens that are spelled in byte characters.
  private let specialOfBytes: [[UInt8]: UInt32]
  private let lengthLimit: Int

  private struct Cell {
    var symbol: UInt32
    let word: UInt32
  }

  private struct Pair {
    let key: UInt64
    /// Occurrences, weighted by the counts of their words.
    var count = 0
    /// Where it arose, ascending.
    var slots: [UInt32] = []
  }

  /// Between words.
  private static let separator = UInt32.max
  /// A slot that is neither the first nor the last of its symbol.
  private static let interior = UInt32.max - 1

  /// - Parameter maximumTokenLength: Tokens of more than two bytes must be shorter.
  init(_ words: borrowing WordCounts, specialTokens: [String], maximumTokenLength: Int?) {
    lengthLimit = maximumTokenLength ?? .max
    var tokens = [[UInt8]](repeating: [], count: specialTokens.count)
    var specialOfBytes: [[UInt8]: UInt32] = [:]
    for (id, content) in specialTokens.enumerated() {
      if let bytes = ByteAlphabet.bytes(spelledBy: content) { specialOfBytes[bytes] = UInt32(id) }
    }
    var idOfByte = [UInt32](repeating: 0, count: 256)
    for byte in ByteAlphabet.order {
      let id = specialOfBytes[[byte]] ?? UInt32(tokens.count)
      idOfByte[Int(byte)] = id
      if Int(id) == tokens.count { tokens.append([byte]) } else { tokens[Int(id)] = [byte] }
    }
    lengths = tokens.map(\.count)
    self.tokens = tokens
    self.specialOfBytes = specialOfBytes

    let slotCount = words.byteCount + words.count + 1
    cells = .allocate(capacity: slotCount)
    var slot = 0
    func append(_ symbol: UInt32, _ word: Int) {
      (cells + slot).initialize(to: Cell(symbol: symbol, word: UInt32(word)))
      slot += 1
    }
    append(Self.separator, 0)
    var counts: [Int] = []
    words.forEach { word, count in
      for byte in word { append(idOfByte[Int(byte)], counts.count) }
      append(Self.separator, counts.count)
      counts.append(count)
    }
    countOfWord = counts
    for slot in 0..<slotCount - 1
    where cells[slot].symbol != Self.separator && cells[slot + 1].symbol != Self.separator {
      let count = countOfWord[Int(cells[slot].word)]
      addOccurrence(of: PairTable.key(cells[slot].symbol, cells[slot + 1].symbol), at: slot, count)
    }
    enqueuePairs(from: 0)
  }

  deinit { cells.deallocate() }

  /// Merges the most frequent pair everywhere, of equally frequent ones that of the smaller ids.
  /// - Returns: Whether there was one of that frequency.
  mutating func mergeBestPair(minimumFrequency: Int) -> Bool {
    while var best = queue.popFirst() {
      // Counts fall after pairs are queued; they are looked at again only here.
      let count = pairs[best.pair].count
      if count != best.count {
        best.count = count
        queue.insert(best)
        continue
      }
      if count < max(1, minimumFrequency) { return false }
      var slots: [UInt32] = []
      swap(&slots, &pairs[best.pair].slots)
      merge(best.key, at: slots)
      return true
    }
    return false
  }

  private mutating func merge(_ key: UInt64, at slots: [UInt32]) {
    let left = UInt32(key >> 32)
    let right = UInt32(truncatingIfNeeded: key)
    let bytes = tokens[Int(left)] + tokens[Int(right)]
    let result = specialOfBytes[bytes] ?? UInt32(tokens.count)
    if Int(result) == tokens.count {
      tokens.append(bytes)
      lengths.append(bytes.count)
    } else {
      tokens[Int(result)] = bytes
      lengths[Int(result)] = bytes.count
    }
    let merge = Merge(left: left, right: right, result: result)
    merges.append(merge)

    let firstNewPair = pairs.count
    // In the order of the text, so that "aaa" becomes "aa" and "a".
    let ahead = 24
    for (index, slot) in slots.enumerated() {
      if index + ahead < slots.count { swl_prefetch(cells + Int(slots[index + ahead])) }
      apply(merge, at: Int(slot))
    }
    enqueuePairs(from: firstNewPair)
  }

  /// Merges the pair at `slot`, if it still stands there, and updates the counts of its neighbours.
  @inline(__always)
  private mutating func apply(_ merge: Merge, at slot: Int) {
    let middle = slot + lengths[Int(merge.left)]
    guard cells[slot].symbol == merge.left, cells[middle].symbol == merge.right else { return }
    let end = middle + lengths[Int(merge.right)]
    let count = countOfWord[Int(cells[slot].word)]
    let before = cells[slot - 1].symbol
    if before != Self.separator {
      removeOccurrence(of: PairTable.key(before, merge.left), count)
      if lengths[Int(before)] + lengths[Int(merge.result)] < lengthLimit {
        addOccurrence(
          of: PairTable.key(before, merge.result), at: slot - lengths[Int(before)], count)
      }
    }
    cells[middle - 1].symbol = Self.interior
    cells[middle].symbol = Self.interior
    cells[slot].symbol = merge.result
    cells[end - 1].symbol = merge.result
    let after = cells[end].symbol
    if after != Self.separator {
      removeOccurrence(of: PairTable.key(merge.right, after), count)
      if lengths[Int(merge.result)] + lengths[Int(after)] < lengthLimit {
        addOccurrence(of: PairTable.key(merge.result, after), at: slot, count)
      }
    }
  }

  @inline(__always)
  private mutating func index(of key: UInt64) -> Int {
    let index = Int(indexOfPair.value(key, insertingIfAbsent: UInt64(pairs.count)))
    if index == pairs.count { pairs.append(Pair(key: key)) }
    return index
  }

  @inline(__always)
  private mutating func removeOccurrence(of key: UInt64, _ count: Int) {
    // A pair that would be too long was never counted.
    guard let index = indexOfPair.value(key) else { return }
    pairs[Int(index)].count -= count
    // It stands nowhere any more; in random text that is most of them.
    if pairs[Int(index)].count == 0 { pairs[Int(index)].slots = [] }
  }

  @inline(__always)
  private mutating func addOccurrence(of key: UInt64, at slot: Int, _ count: Int) {
    let index = index(of: key)
    pairs[index].count += count
    pairs[index].slots.append(UInt32(slot))
  }

  private mutating func enqueuePairs(from first: Int) {
    for index in first..<pairs.count {
      if pairs[index].count > 0 {
        queue.insert(.init(count: pairs[index].count, key: pairs[index].key, pair: index))
      } else {
        pairs[index].slots = []
      }
    }
  }
}
