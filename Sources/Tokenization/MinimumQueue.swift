/// A heap of numbers, the smallest first.
struct MinimumQueue {
  private var heap: [UInt64] = []

  /// Adds an element without keeping the order.
  mutating func append(_ element: UInt64) { heap.append(element) }

  /// Restores the order, in linear time.
  mutating func order() {
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
