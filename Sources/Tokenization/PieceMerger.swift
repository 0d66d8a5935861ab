/// Applies the merges to one piece: always the merge of the lowest rank, of equal ones the
/// leftmost.
struct PieceMerger: Sendable {
  /// Up to this many bytes, looking through all pairs for each merge is faster than a queue.
  private static let short = 48
  private static let none = UInt64.max

  /// How many queue entries long pieces have taken; for tests of the running time.
  private(set) var queueEntries = 0

  /// Appends the ids of `piece`, which must not be empty.
  mutating func encode(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    if piece.count == 1 {
      ids.append(model.idOfByte[Int(piece[0])])
    } else if let wholePieces = model.wholePieces, let id = wholePieces[Array(piece)] {
      ids.append(id)
    } else if piece.count <= Self.short {
      encodeShort(piece, with: model, into: &ids)
    } else {
      encodeLong(piece, with: model, into: &ids)
    }
  }

  private func encodeShort(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.short) { symbols in
      // What each symbol becomes with the next one, as the model's table has it.
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.short) { merges in
        var count = piece.count
        for index in 0..<count { symbols[index] = model.idOfByte[Int(piece[index])] }
        func update(_ index: Int) {
          merges[index] =
            model.ranks.value(PairTable.key(symbols[index], symbols[index + 1])) ?? Self.none
        }
        for index in 0..<count - 1 { update(index) }
        while count > 1 {
          var best = 0
          for index in 1..<count - 1 where merges[index] < merges[best] { best = index }
          if merges[best] == Self.none { break }
          symbols[best] = UInt32(truncatingIfNeeded: merges[best])
          count -= 1
          for index in best + 1..<max(best + 1, count) { symbols[index] = symbols[index + 1] }
          for index in best + 1..<max(best + 1, count - 1) { merges[index] = merges[index + 1] }
          if best > 0 { update(best - 1) }
          if best < count - 1 { update(best) }
        }
        ids.append(contentsOf: symbols[..<count])
      }
    }
  }

  /// A symbol covers one slot a byte and is written in its first and its last, as in
  /// ``MergeLearner``; the queue holds `rank << 36 | slot`, and entries may have gone stale.
  private mutating func encodeLong(
    _ piece: UnsafeBufferPointer<UInt8>, with model: BytePairModel, into ids: inout [UInt32]
  ) {
    precondition(piece.count < 1 << 36, "a piece of \(piece.count) bytes is too long")
    let separator = UInt32.max
    let interior = UInt32.max - 1
    var symbols = [UInt32](unsafeUninitializedCapacity: piece.count + 2) { buffer, count in
      buffer[0] = separator
      for index in 0..<piece.count { buffer[index + 1] = model.idOfByte[Int(piece[index])] }
      buffer[piece.count + 1] = separator
      count = piece.count + 2
    }
    func length(_ id: UInt32) -> Int {
      model.tokenStarts[Int(id) + 1] - model.tokenStarts[Int(id)]
    }
    func entry(_ slot: Int, _ left: UInt32, _ right: UInt32) -> UInt64? {
      guard left != separator, right != separator else { return nil }
      return model.ranks.value(PairTable.key(left, right)).map { ($0 >> 32) << 36 | UInt64(slot) }
    }

    var queue = MinimumQueue(
      (1..<piece.count).compactMap { entry($0, symbols[$0], symbols[$0 + 1]) })
    queueEntries += queue.count
    while let first = queue.popFirst() {
      let merge = model.merges[Int(first >> 36)]
      let slot = Int(first & (1 << 36 - 1))
      let middle = slot + length(merge.left)
      guard symbols[slot] == merge.left, symbols[middle] == merge.right else { continue }
      let end = middle + length(merge.right)
      symbols[middle - 1] = interior
      symbols[middle] = interior
      symbols[slot] = merge.result
      symbols[end - 1] = merge.result
      let before = symbols[slot - 1]
      if before != separator,
        let created = entry(slot - length(before), before, merge.result)
      {
        queue.insert(created)
        queueEntries += 1
      }
      if let created = entry(slot, merge.result, symbols[end]) {
        queue.insert(created)
        queueEntries += 1
      }
    }

    var slot = 1
    while slot <= piece.count {
      ids.append(symbols[slot])
      slot += length(symbols[slot])
    }
  }
}

/// A heap of numbers, the smallest first.
private struct MinimumQueue {
  private var heap: [UInt64]

  /// Builds the heap in linear time.
  init(_ elements: [UInt64]) {
    heap = elements
    for index in stride(from: (heap.count - 2) / 4, through: 0, by: -1) where heap.count > 1 {
      sink(heap[index], from: index)
    }
  }

  var count: Int { heap.count }

  mutating func insert(_ element: UInt64) {
    heap.append(element)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 4
      if heap[parent] <= element { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = element
  }

  mutating func popFirst() -> UInt64? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty { sink(last, from: 0) }
    return first
  }

  /// Puts `element` at `start` or below it, where a hole is.
  private mutating func sink(_ element: UInt64, from start: Int) {
    var index = start
    while true {
      let children = 4 * index + 1
      guard children < heap.count else { break }
      var best = children
      for child in children + 1..<max(children + 1, min(children + 4, heap.count))
      where heap[child] < heap[best] {
        best = child
      }
      if heap[best] >= element { break }
      heap[index] = heap[best]
      index = best
    }
    heap[index] = element
  }
}
