/// The merge loop of BPE training.
///
/// All distinct words lie in one array with one slot a byte. A symbol of several bytes covers as
/// many slots and is written in its first and its last, so both neighbours are found without
/// links. Each pair has lists of the positions where it arose, which may have gone stale; a merge
/// visits only those, so the whole loop takes time in proportion to the number of symbols that are
/// merged away (times a logarithm), not to the number of merges times the corpus.
struct MergeLearner: ~Copyable {
  /// The bytes of each id; empty for special tokens.
  private(set) var tokens: [[UInt8]]
  /// The pairs in the order they were merged, and what they became.
  private var merges: [Merge] = []

  private var symbols: [UInt32]
  private var wordOfSlot: [UInt32]
  private var firstSlotOfWord: [UInt32] = []
  private var countOfWord: [Int] = []
  /// Bytes of each id.
  private var lengths: [Int]

  /// From a pair's key to its index in `pairs`.
  private var indexOfPair = PairTable()
  private var pairs: [Pair] = []
  private var occurrences: [[UInt32]] = []
  private var freeOccurrences: [Int] = []
  private var queue = PairQueue()

  private var idOfToken: [[UInt8]: UInt32] = [:]
  private let reserved: Set<[UInt8]>
  private var step = 0
  private var pairsOfStep: [Int] = []

  private struct Pair {
    let key: UInt64
    /// Occurrences, weighted by the counts of their words.
    var count = 0
    /// Steps that gave rise to occurrences.
    var generations = 0
    var lastStep = -1
    /// Where `lastStep` lists its occurrences.
    var list = 0
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
      firstSlotOfWord.append(UInt32(symbols.count))
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
    enqueuePairsOfStep()
  }

  /// Merges the most frequent pair everywhere.
  /// - Returns: Whether there was one of that frequency; a merge may reuse an id.
  mutating func mergeBestPair(minimumFrequency: Int) -> Bool {
    while var best = queue.popFirst() {
      let count = pairs[best.pair].count
      if count != best.count {
        best.count = count
        queue.insert(best)
        continue
      }
      if count < max(1, minimumFrequency) { return false }
      let slots = occurrences[best.list]
      free(best.list)
      if merge(best, at: slots) { return true }
    }
    return false
  }

  /// Merges in order, a pair that was merged twice at its last place, as Hugging Face saves them.
  func mergesByLastRank() -> [Merge] {
    var last: [UInt64: Int] = [:]
    for (rank, merge) in merges.enumerated() {
      last[PairTable.key(merge.left, merge.right)] = rank
    }
    return merges.enumerated().filter { rank, merge in
      last[PairTable.key(merge.left, merge.right)] == rank
    }.map(\.element)
  }

  // MARK: One step

  private mutating func merge(_ best: PairQueue.Element, at slots: [UInt32]) -> Bool {
    let left = UInt32(best.key >> 32)
    let right = UInt32(truncatingIfNeeded: best.key)
    let bytes = tokens[Int(left)] + tokens[Int(right)]
    guard !reserved.contains(bytes) else { return false }
    let merged: UInt32
    if let known = idOfToken[bytes] {
      // The same bytes were put together from other parts before.
      merged = known
    } else {
      merged = UInt32(tokens.count)
      idOfToken[bytes] = merged
      tokens.append(bytes)
      lengths.append(bytes.count)
    }
    let merge = Merge(left: left, right: right, result: merged)
    merges.append(merge)

    step += 1
    if pairs[best.pair].generations == 1 {
      // In the order of the text, so that "aaa" becomes "aa" and "a".
      for slot in slots { apply(merge, at: Int(slot)) }
    } else {
      // An id that arises again brings its pairs into the queue again, with the new places. Hugging
      // Face's trainer then merges everywhere in the words of those places, and only there.
      for word in Set(slots.map { wordOfSlot[Int($0)] }).sorted() {
        var slot = Int(firstSlotOfWord[Int(word)])
        while symbols[slot] != Self.separator {
          apply(merge, at: slot)
          slot += lengths[Int(symbols[slot])]
        }
      }
    }
    enqueuePairsOfStep()
    return true
  }

  /// Merges the pair at `slot`, if it stands there, and updates the counts of its neighbours.
  ///
  /// The count of the merged pair itself stays, as in Hugging Face's trainer: it matters only where
  /// ids arise again.
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

  // MARK: Counts and places of pairs

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
    if pairs[index].lastStep != step {
      pairs[index].lastStep = step
      pairs[index].generations += 1
      pairs[index].list = newList()
      pairsOfStep.append(index)
    }
    occurrences[pairs[index].list].append(UInt32(slot))
  }

  private mutating func newList() -> Int {
    if let list = freeOccurrences.popLast() { return list }
    occurrences.append([])
    return occurrences.count - 1
  }

  private mutating func free(_ list: Int) {
    occurrences[list] = []
    freeOccurrences.append(list)
  }

  private mutating func enqueuePairsOfStep() {
    for index in pairsOfStep {
      let pair = pairs[index]
      if pair.count > 0 {
        queue.insert(
          .init(count: pair.count, key: pair.key, pair: index, list: pair.list, step: step))
      } else {
        free(pair.list)
      }
    }
    pairsOfStep.removeAll(keepingCapacity: true)
  }
}
