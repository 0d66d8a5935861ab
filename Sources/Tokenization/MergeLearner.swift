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
/// place, runs of one symbol pair up from their left end, and skipped merges are skipped for what
/// they spell. So every merge makes a new id, and every pair arises in one step only.
struct MergeLearner: ~Copyable {
  /// The bytes of each id; empty for special tokens.
  private(set) var tokens: [[UInt8]]
  /// The merges so far, in their order.
  private(set) var merges: [Merge] = []

  private var symbols: [UInt32]
  private var wordOfSlot: [UInt32]
  private var countOfWord: [Int] = []
  /// Bytes of each id.
  private var lengths: [Int]

  /// From a pair's key to its index in `pairs`.
  private var indexOfPair = PairTable()
  private var pairs: [Pair] = []
  private var queue = PairQueue()
  private let reserved: Set<[UInt8]>

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

  init(_ words: borrowing WordCounts, specialTokens: [String]) {
    tokens = Array(repeating: [], count: specialTokens.count)
    var idOfByte = [UInt32](repeating: 0, count: 256)
    for byte in ByteAlphabet.order {
      idOfByte[Int(byte)] = UInt32(tokens.count)
      tokens.append([byte])
    }
    lengths = tokens.map(\.count)
    // A special token whose spelling stands for bytes could be merged together from text.
    reserved = Set(specialTokens.compactMap(ByteAlphabet.bytes(spelledBy:)))

    symbols = [Self.separator]
    wordOfSlot = [0]
    symbols.reserveCapacity(words.bytes.count + words.count + 1)
    wordOfSlot.reserveCapacity(words.bytes.count + words.count + 1)
    for word in 0..<words.count {
      let (range, count) = words[word]
      countOfWord.append(count)
      for byte in words.bytes[range] { symbols.append(idOfByte[Int(byte)]) }
      symbols.append(Self.separator)
      wordOfSlot.append(contentsOf: repeatElement(UInt32(word), count: range.count + 1))
    }
    for slot in symbols.indices.dropLast()
    where symbols[slot] != Self.separator && symbols[slot + 1] != Self.separator {
      let count = countOfWord[Int(wordOfSlot[slot])]
      addOccurrence(of: PairTable.key(symbols[slot], symbols[slot + 1]), at: slot, count)
    }
    enqueuePairs(from: 0)
  }

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
      if merge(best.key, at: slots) { return true }
    }
    return false
  }

  private mutating func merge(_ key: UInt64, at slots: [UInt32]) -> Bool {
    let left = UInt32(key >> 32)
    let right = UInt32(truncatingIfNeeded: key)
    let bytes = tokens[Int(left)] + tokens[Int(right)]
    guard !reserved.contains(bytes) else { return false }
    let merge = Merge(left: left, right: right, result: UInt32(tokens.count))
    tokens.append(bytes)
    lengths.append(bytes.count)
    merges.append(merge)

    let firstNewPair = pairs.count
    // In the order of the text, so that "aaa" becomes "aa" and "a".
    for slot in slots { apply(merge, at: Int(slot)) }
    enqueuePairs(from: firstNewPair)
    return true
  }

  /// Merges the pair at `slot`, if it still stands there, and updates the counts of its neighbours.
  @inline(__always)
  private mutating func apply(_ merge: Merge, at slot: Int) {
    let middle = slot + lengths[Int(merge.left)]
    guard symbols[slot] == merge.left, symbols[middle] == merge.right else { return }
    let end = middle + lengths[Int(merge.right)]
    let count = countOfWord[Int(wordOfSlot[slot])]
    let before = symbols[slot - 1]
    if before != Self.separator {
      removeOccurrence(of: PairTable.key(before, merge.left), count)
      addOccurrence(
        of: PairTable.key(before, merge.result), at: slot - lengths[Int(before)], count)
    }
    symbols[middle - 1] = Self.interior
    symbols[middle] = Self.interior
    symbols[slot] = merge.result
    symbols[end - 1] = merge.result
    let after = symbols[end]
    if after != Self.separator {
      removeOccurrence(of: PairTable.key(merge.right, after), count)
      addOccurrence(of: PairTable.key(merge.result, after), at: slot, count)
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
    pairs[index(of: key)].count -= count
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
