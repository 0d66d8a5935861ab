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
///
/// What it takes of memory follows from the numbers of symbols and of pairs that still stand
/// (``byteCount``): pairs that are gone can be swept away, and only frequent ones are queued.
struct MergeLearner: ~Copyable {
  /// The bytes of each id; empty for special tokens, but for those that were learned.
  private(set) var tokens: [[UInt8]]
  /// The merges so far, in their order.
  private(set) var merges: [Merge] = []

  /// One for each slot, in memory of its own: going from place to place, nearly every step misses
  /// the caches, so what is needed of a place stands together and is fetched ahead.
  private var cells: UnsafeMutablePointer<Cell>
  private var cellCount: Int
  private var countOfWord: [Int] = []
  /// Bytes of each id.
  private var lengths: [Int]

  /// From a pair's key to its index in `pairs`.
  private var indexOfPair = PairTable()
  private var pairs: [Pair] = []
  /// The pairs of at least ``queuedCount``.
  private var queue = PairQueue()
  /// How often a pair must occur to be in the queue.
  private var queuedCount = Int.max
  /// The places of pairs beyond their first, and the lists that hold them.
  private var (furtherPlaces, furtherLists) = (0, 0)
  /// The ids of the special tokens that are spelled in byte characters.
  private let specialOfBytes: [[UInt8]: UInt32]
  private let idOfByte: [UInt32]
  /// The tokens before there are merges.
  private let firstTokens: [[UInt8]]
  private let lengthLimit: Int

  private struct Cell {
    var symbol: UInt32
    let word: UInt32
  }

  private struct Pair {
    let key: UInt64
    /// Occurrences, weighted by the counts of their words.
    var count = 0
    /// Where it arose first, or ``nowhere``: of most pairs in text that hardly repeats itself, that is all.
    var firstSlot = nowhere
    /// Where else, ascending.
    var furtherSlots: [UInt32] = []

    static let nowhere = UInt32.max
  }

  /// Between words.
  private static let separator = UInt32.max
  /// A slot that is neither the first nor the last of its symbol.
  private static let interior = UInt32.max - 1

  /// - Parameters:
  ///   - words: What to learn from; they are given up.
  ///   - maximumTokenLength: Tokens of more than two bytes must be shorter.
  init(_ words: consuming WordCounts, specialTokens: [String], maximumTokenLength: Int?) {
    lengthLimit = maximumTokenLength ?? .max
    (tokens, specialOfBytes, idOfByte) = Self.alphabet(specialTokens)
    lengths = tokens.map(\.count)
    firstTokens = tokens

    cellCount = words.byteCount + words.count + 1
    cells = .allocate(capacity: cellCount)
    var slot = 0
    let (cells, idOfByte) = (cells, idOfByte)
    func append(_ symbol: UInt32, _ word: Int) {
      (cells + slot).initialize(to: Cell(symbol: symbol, word: UInt32(word)))
      slot += 1
    }
    append(Self.separator, 0)
    var counts: [Int] = []
    counts.reserveCapacity(words.count)
    words.forEach { word, count in
      for byte in word { append(idOfByte[Int(byte)], counts.count) }
      append(Self.separator, counts.count)
      counts.append(count)
    }
    countOfWord = counts
    words = WordCounts()
    LargeBuffer.giveBackWhatIsFree()
    countPairs()
  }

  /// The tokens before there are merges, those of them that are special and spelled in byte characters, and
  /// the ids of the bytes.
  private static func alphabet(
    _ specialTokens: [String]
  ) -> (tokens: [[UInt8]], specialOfBytes: [[UInt8]: UInt32], idOfByte: [UInt32]) {
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
    return (tokens, specialOfBytes, idOfByte)
  }

  /// Finds the pairs of bytes, each with its places.
  private mutating func countPairs() {
    // Once for how many places there are, so that each list is made as long as it will be.
    var places: [Int] = []
    for slot in 0..<cellCount - 1 {
      guard let key = key(at: slot) else { continue }
      let index = index(of: key)
      if index == places.count { places.append(0) }
      places[index] += 1
    }
    for index in pairs.indices { pairs[index].furtherSlots.reserveCapacity(places[index] - 1) }
    for slot in 0..<cellCount - 1 {
      guard let key = key(at: slot) else { continue }
      addOccurrence(of: key, at: slot, countOfWord[Int(cells[slot].word)])
    }
  }

  /// The pair of two bytes that begins at `slot`.
  @inline(__always) private func key(at slot: Int) -> UInt64? {
    let (left, right) = (cells[slot].symbol, cells[slot + 1].symbol)
    return left == Self.separator || right == Self.separator ? nil : PairTable.key(left, right)
  }

  deinit { cells.deallocate() }

  /// Merges the most frequent pair everywhere, of equally frequent ones that of the smaller ids.
  /// - Returns: Whether there was one of that frequency.
  mutating func mergeBestPair(minimumFrequency: Int) -> Bool {
    repeat {
      while var best = queue.popFirst() {
        // Counts fall after pairs are queued; they are looked at again only here.
        let count = pairs[best.pair].count
        if count != best.count {
          best.count = count
          if count >= queuedCount { queue.insert(best) }
          continue
        }
        if count < minimumFrequency { return false }
        var slots: [UInt32] = []
        swap(&slots, &pairs[best.pair].furtherSlots)
        forget(slots)
        let first = pairs[best.pair].firstSlot
        pairs[best.pair].firstSlot = Pair.nowhere
        merge(best.key, at: first, slots)
        // It stands nowhere any more.
        forgetSlots(of: best.pair)
        pairs[best.pair].count = 0
        return true
      }
      // All that are left are rarer.
      let greatest = pairs.reduce(0) { max($0, $1.count) }
      if greatest == 0 { return false }
      queuedCount = greatest / 4 + 1
      enqueuePairs(from: 0)
    } while true
  }

  private mutating func merge(_ key: UInt64, at first: UInt32, _ slots: [UInt32]) {
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
    if first != Pair.nowhere { apply(merge, at: Int(first)) }
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
    if pairs[Int(index)].count == 0 { forgetSlots(of: Int(index)) }
  }

  @inline(__always)
  private mutating func addOccurrence(of key: UInt64, at slot: Int, _ count: Int) {
    let index = index(of: key)
    pairs[index].count += count
    guard pairs[index].firstSlot != Pair.nowhere else {
      return pairs[index].firstSlot = UInt32(slot)
    }
    if pairs[index].furtherSlots.isEmpty { furtherLists += 1 }
    pairs[index].furtherSlots.append(UInt32(slot))
    furtherPlaces += 1
  }

  private mutating func forgetSlots(of pair: Int) {
    pairs[pair].firstSlot = Pair.nowhere
    forget(pairs[pair].furtherSlots)
    pairs[pair].furtherSlots = []
  }

  /// No longer counts a list of places.
  @inline(__always)
  private mutating func forget(_ furtherSlots: [UInt32]) {
    guard !furtherSlots.isEmpty else { return }
    furtherLists -= 1
    furtherPlaces -= furtherSlots.count
  }

  private mutating func enqueuePairs(from first: Int) {
    for index in first..<pairs.count {
      if pairs[index].count >= queuedCount {
        queue.insert(.init(count: pairs[index].count, key: pairs[index].key, pair: index))
      } else if pairs[index].count == 0 {
        forgetSlots(of: index)
      }
    }
  }

  // MARK: Memory

  /// About how many bytes it takes, at most: arrays and tables that grow are there twice for a while, and a
  /// third is lost between lists that come and go, as measured on random words.
  var byteCount: Int {
    let list = 64
    let bytes =
      MemoryLayout<Cell>.stride * cellCount + MemoryLayout<Int>.stride * countOfWord.count
      + 2 * MemoryLayout<Pair>.stride * pairs.count + indexOfPair.byteCount * 3 / 2
      + queue.byteCount + 8 * furtherPlaces + list * furtherLists
    return bytes / 2 * 3
  }

  /// Forgets pairs that stand nowhere any more, and queues those of ``queuedCount``.
  mutating func sweep() {
    var kept: [Pair] = []
    kept.reserveCapacity(pairs.reduce(0) { $0 + ($1.count > 0 ? 1 : 0) })
    for pair in pairs where pair.count > 0 { kept.append(pair) }
    pairs = kept
    indexOfPair = PairTable(expected: pairs.count / 2)
    queue = PairQueue()
    for index in pairs.indices {
      _ = indexOfPair.value(pairs[index].key, insertingIfAbsent: UInt64(index))
    }
    enqueuePairs(from: 0)
  }

  /// Begins from the beginning without the words that occur at most `count` times.
  mutating func restart(withoutWordsUpTo count: Int) {
    indexOfPair = PairTable()
    (pairs, queue, queuedCount) = ([], PairQueue(), .max)
    (furtherPlaces, furtherLists) = (0, 0)
    var counts: [Int] = []
    var (written, slot) = (1, 1)
    while slot < cellCount {
      let word = Int(cells[slot].word)
      let isKept = countOfWord[word] > count
      while cells[slot].symbol != Self.separator {
        // Bytes take as many slots as their symbol, and what was kept before has taken fewer.
        let bytes = tokens[Int(cells[slot].symbol)]
        slot += bytes.count
        guard isKept else { continue }
        for byte in bytes {
          cells[written] = Cell(symbol: idOfByte[Int(byte)], word: UInt32(counts.count))
          written += 1
        }
      }
      slot += 1
      guard isKept else { continue }
      cells[written] = Cell(symbol: Self.separator, word: UInt32(counts.count))
      written += 1
      counts.append(countOfWord[word])
    }
    // The room for what is left out is given back.
    let kept = UnsafeMutablePointer<Cell>.allocate(capacity: written)
    kept.initialize(from: cells, count: written)
    cells.deallocate()
    (cells, cellCount, countOfWord) = (kept, written, counts)
    (tokens, merges, lengths) = (firstTokens, [], firstTokens.map(\.count))
    LargeBuffer.giveBackWhatIsFree()
    countPairs()
  }

  /// Up to which count words must be left out so that at most `share` of the text is left, or as much less as
  /// can be while some is left; `nil` where that is nothing less.
  func countToLeaveOut(keeping share: Double) -> Int? {
    var best: Int?
    var count = 1
    while true {
      var kept = 0
      for slot in 1..<cellCount where countOfWord[Int(cells[slot].word)] > count { kept += 1 }
      if kept == 0 { return best }
      if kept < cellCount - 1 { best = count }
      if Double(kept) <= share * Double(cellCount) { return count }
      count += 1 + count / 4
    }
  }
}
