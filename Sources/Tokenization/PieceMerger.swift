#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Applies the merges to one piece: always the merge of the lowest rank, of equal ones the
/// leftmost.
struct PieceMerger: Sendable {
  /// Up to this many bytes, looking through all pairs for each merge is faster than a queue.
  private static let short = 48
  /// From this many bytes on, one list for each rank is faster than one queue for all places.
  private static let huge = 1024

  /// Pieces of more than twice so many bytes are merged so many at a time, which stay in the caches.
  private let chunkSize: Int

  /// Whether a piece that is a token is not merged, where the model says so.
  private let takesWholePieces: Bool

  init(chunkSize: Int = 1 << 14, takesWholePieces: Bool = true) {
    self.chunkSize = chunkSize
    self.takesWholePieces = takesWholePieces
  }

  /// How many queue entries long pieces have taken; for tests of the running time.
  private(set) var queueEntries = 0

  /// Writes the ids of a piece of 1...`short` bytes to `output`, and returns how many there are;
  /// as many as bytes are written.
  func encodeShort(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel,
    into output: UnsafeMutablePointer<UInt32>
  ) -> Int {
    if piece.count == 1 {
      output[0] = model.idOfByte[Int(piece[0])]
      return 1
    }
    if takesWholePieces, let wholePieces = model.wholePieces, let id = wholePieces[piece, of: model]
    {
      output[0] = id
      return 1
    }
    // What each symbol becomes with the next one: the rank, the place and the result, so that the
    // least of all says everything. Symbols keep their places; those that are gone have no bit in
    // `present`.
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.short + 4) { buffer in
      guard let merges = buffer.baseAddress else { return 0 }
      let last = piece.count &- 1
      for index in 0..<last {
        output[index] = model.idOfByte[Int(piece[index])]
        merges[index] = Self.placed(
          model.bytePairs.value(piece[index], piece[index &+ 1]), at: index)
      }
      output[last] = model.idOfByte[Int(piece[last])]
      for index in last..<last &+ 4 { merges[index] = .max }
      var present = UInt64.max &>> UInt64(63 &- last)
      while true {
        let least = Self.least(of: merges, count: last)
        if least >= Self.noMerge { break }
        let place = Int(truncatingIfNeeded: least &>> 32) & 63
        let result = UInt32(truncatingIfNeeded: least)
        let after = present & (UInt64.max &- 1) &<< UInt64(place)
        let gone = after.trailingZeroBitCount
        present &= ~(1 &<< UInt64(gone))
        let before = present & (1 &<< UInt64(place) &- 1)
        let following = after & (after &- 1)
        output[place] = result
        merges[gone] = .max
        // Where there is no neighbour, a pair that is never merged stands for it.
        let previous = 63 &- before.leadingZeroBitCount
        let next = following.trailingZeroBitCount
        let (left, right) = model.ranks.valuesOrNone(
          before == 0 ? PairTable.noPair : PairTable.key(output[previous], result),
          following == 0 ? PairTable.noPair : PairTable.key(result, output[next]))
        merges[place] = Self.placed(right, at: place)
        if before != 0 { merges[previous] = Self.placed(left, at: previous) }
      }
      var count = 0
      while present != 0 {
        output[count] = output[present.trailingZeroBitCount]
        count &+= 1
        present &= present &- 1
      }
      return count
    }
  }

  /// A model has fewer merges than this: their ranks are kept in 24 bits.
  static let mostMerges = 0xFF_FFFF

  /// From here on there is no merge.
  private static let noMerge = UInt64(mostMerges) << 40

  /// A value of the model's table with the place of the pair between rank and result.
  @inline(__always) private static func placed(_ value: UInt64, at place: Int) -> UInt64 {
    (value &>> 32) &<< 40 | UInt64(place) &<< 32 | value & 0xFFFF_FFFF
  }

  /// The least of `count` numbers, which are followed by `.max` to a multiple of four.
  @inline(__always) private static func least(
    of numbers: UnsafeMutablePointer<UInt64>, count: Int
  ) -> UInt64 {
    var (first, second, third, fourth) = (numbers[0], numbers[1], numbers[2], numbers[3])
    var index = 4
    while index < count {
      first = min(first, numbers[index])
      second = min(second, numbers[index &+ 1])
      third = min(third, numbers[index &+ 2])
      fourth = min(fourth, numbers[index &+ 3])
      index &+= 4
    }
    return min(min(first, second), min(third, fourth))
  }

  /// Appends the ids of a piece.
  mutating func encode(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    if piece.count <= Self.short {
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.short) { made in
        guard let start = made.baseAddress else { return }
        let count = encodeShort(piece, with: model, into: start)
        ids.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
      }
    } else {
      encodeLong(piece, with: model, into: &ids)
    }
  }

  private mutating func encodeLong(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    if takesWholePieces, let wholePieces = model.wholePieces, let id = wholePieces[piece, of: model]
    {
      ids.append(id)
      return
    }
    precondition(piece.count < 1 << 36, "a piece of \(piece.count) bytes is too long")
    let first = ids.count
    if model.mergesBuildUpward, piece.count > 2 * chunkSize {
      if encodeInChunks(piece, with: model, into: &ids) { return }
      ids.removeLast(ids.count - first)
    }
    merge(piece, with: model, into: &ids)
  }

  /// Merges a long piece chunk by chunk; gives up, having appended anything, where that could be wrong.
  ///
  /// Between two tokens of a piece nothing was ever merged, so what is before and what is behind has the
  /// same tokens by itself. And where the last token of one text and the first of another are not merged
  /// with each other, alone, nothing is merged between the two texts: the first merge that was would be of
  /// what these tokens are made of. So chunks overlap: the next one begins behind a token of the one before
  /// that is some way from its end.
  private mutating func encodeInChunks(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) -> Bool {
    var start = 0
    // What followed the last token that was kept.
    var follower: UInt32?
    // The chunk before this one: where a text repeats itself, the next one is often the same.
    var previous = (bytes: UnsafeBufferPointer<UInt8>(start: nil, count: 0), ids: [UInt32]())
    while true {
      let end = min(piece.count, start + chunkSize)
      let joint = ids.count
      let chunk = UnsafeBufferPointer(rebasing: piece[start..<end])
      if areEqual(chunk, previous.bytes) {
        ids.append(contentsOf: previous.ids)
      } else {
        merge(chunk, with: model, into: &ids)
        previous = (chunk, Array(ids[joint...]))
      }
      if let follower, ids[joint] != follower, !areTokens(ids[joint - 1], ids[joint], of: model) {
        return false
      }
      if end == piece.count { return true }
      var kept = ids.count
      start = end
      while start > end - max(1, chunkSize / 16), kept > joint {
        kept -= 1
        start -= model.bytes(of: ids[kept]).count
      }
      // At least half of each chunk is kept, so that all is done in time.
      guard kept > joint, end - start <= chunkSize / 2 else { return false }
      follower = ids[kept]
      ids.removeLast(ids.count - kept)
    }
  }

  private func areEqual(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard left.count == right.count, let left = left.baseAddress, let start = right.baseAddress
    else { return false }
    return memcmp(left, start, right.count) == 0
  }

  /// Whether the bytes of two tokens, together, become these two.
  private mutating func areTokens(
    _ left: UInt32, _ right: UInt32, of model: BytePairModel
  ) -> Bool {
    var ids: [UInt32] = []
    Array(model.bytes(of: left) + model.bytes(of: right)).withUnsafeBufferPointer {
      encode($0, with: model, into: &ids)
    }
    return ids == [left, right]
  }

  private mutating func merge(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    if model.mergesBuildUpward, piece.count >= Self.huge, piece.count < UInt32.max >> 2 {
      var passes = PiecePasses(piece, model)
      passes.run()
      if passes.isFinished { return ids.append(contentsOf: passes.symbols) }
      var symbols = PieceSymbols(passes.symbols, bytes: piece.count, model)
      mergeByRank(&symbols)
      symbols.append(to: &ids)
    } else {
      var symbols = PieceSymbols(piece, model)
      mergeByQueue(&symbols)
      symbols.append(to: &ids)
    }
  }

  /// One queue for all places: entries are `rank << 36 | slot`, and may have gone stale.
  private mutating func mergeByQueue(_ symbols: inout PieceSymbols) {
    var queue = MinimumQueue()
    for slot in symbols.slots {
      if let rank = symbols.rank(at: slot) { queue.append(UInt64(rank) << 36 | UInt64(slot)) }
    }
    queue.order()
    queueEntries += queue.count
    while let first = queue.popFirst() {
      let slot = Int(first & (1 << 36 - 1))
      guard let before = symbols.merge(Int(first >> 36), at: slot) else { continue }
      for created in [before, slot] {
        guard let rank = symbols.rank(at: created) else { continue }
        queue.insert(UInt64(rank) << 36 | UInt64(created))
        queueEntries += 1
      }
    }
  }

  /// A queue of ranks, each with the list of its places, which is complete when its turn comes
  /// because a merge only gives rise to later ones.
  private mutating func mergeByRank(_ symbols: inout PieceSymbols) {
    var queue = MinimumQueue()
    var places = PlaceLists()
    func add(_ slot: Int) {
      guard let rank = symbols.rank(at: slot) else { return }
      if places.append(UInt32(slot), to: UInt64(rank)) { queue.insert(UInt64(rank)) }
      queueEntries += 1
    }
    symbols.forEachSlot { add($0) }
    var slots: [UInt32] = []
    while let rank = queue.popFirst() {
      places.take(rank, into: &slots)
      for slot in slots {
        guard let before = symbols.merge(Int(rank), at: Int(slot)) else { continue }
        add(before)
        add(Int(slot))
      }
    }
  }
}

/// The places of each rank, in linked lists that share one pool of entries.
private struct PlaceLists: ~Copyable {
  private struct Entry {
    var slot: UInt32
    var next: UInt32
  }

  private struct List {
    var first: UInt32
    var last: UInt32
    var isAscending = true
  }

  private static let none = UInt32.max
  private var entries: [Entry] = []
  private var free = none
  private var indexOfRank = PairTable()
  private var lists: [List] = []

  /// Appends a place to the list of `rank`.
  /// - Returns: Whether it is the first one ever of that rank.
  mutating func append(_ slot: UInt32, to rank: UInt64) -> Bool {
    var entry = free
    if entry == Self.none {
      entry = UInt32(entries.count)
      entries.append(Entry(slot: slot, next: Self.none))
    } else {
      free = entries[Int(entry)].next
      entries[Int(entry)] = Entry(slot: slot, next: Self.none)
    }
    let index = Int(indexOfRank.value(rank, insertingIfAbsent: UInt64(lists.count)))
    if index == lists.count {
      lists.append(List(first: entry, last: entry))
      return true
    }
    let last = Int(lists[index].last)
    if entries[last].slot > slot { lists[index].isAscending = false }
    entries[last].next = entry
    lists[index].last = entry
    return false
  }

  /// Moves the places of `rank` to `slots`, in ascending order; its turn comes only once.
  mutating func take(_ rank: UInt64, into slots: inout [UInt32]) {
    slots.removeAll(keepingCapacity: true)
    guard let index = indexOfRank.value(rank) else { return }
    let list = lists[Int(index)]
    var entry = list.first
    while entry != Self.none {
      slots.append(entries[Int(entry)].slot)
      entry = entries[Int(entry)].next
    }
    entries[Int(list.last)].next = free
    free = list.first
    if !list.isAscending { slots.sort() }
  }
}
