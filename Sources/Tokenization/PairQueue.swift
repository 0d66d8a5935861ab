/// A priority queue of pairs: the highest count first, then the smaller ids.
///
/// A heap in which every node has four children, which halves its depth.
struct PairQueue {
  struct Element {
    /// What the pair's count was when the entry was made or last looked at.
    var count: Int
    let key: UInt64
    /// The index of the pair.
    let pair: Int

    @inline(__always) func precedes(_ other: Element) -> Bool {
      if count != other.count { return count > other.count }
      return key < other.key
    }
  }

  private var heap: [Element] = []

  /// How many bytes it takes, at most.
  var byteCount: Int { heap.capacity * MemoryLayout<Element>.stride }

  mutating func insert(_ element: Element) {
    heap.append(element)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 4
      if !element.precedes(heap[parent]) { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = element
  }

  mutating func popFirst() -> Element? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    var index = 0
    while true {
      let children = 4 * index + 1
      guard children < heap.count else { break }
      var best = children
      for child in children + 1..<max(children + 1, min(children + 4, heap.count))
      where heap[child].precedes(heap[best]) {
        best = child
      }
      if !heap[best].precedes(last) { break }
      heap[index] = heap[best]
      index = best
    }
    heap[index] = last
    return first
  }
}
