/// A hash table from two ids to 64 bits: open addressing, linear probing, at most half full.
///
/// It owns plain memory, since the merge loops live on its look-ups.
package struct PairTable: ~Copyable, @unchecked Sendable {
  private struct Slot {
    var key: UInt64
    var value: UInt64
  }

  /// No pair: it would be the largest id twice, and ids stay below it.
  private static let empty = UInt64.max

  private var slots: UnsafeMutablePointer<Slot>
  private var capacity: Int
  /// 64 less the binary logarithm of the capacity.
  private var shift: UInt64
  private(set) var count = 0
  private let multiplier: UInt64

  /// How many bytes it takes.
  var byteCount: Int { capacity * MemoryLayout<Slot>.stride }

  /// Makes room for `expected` pairs.
  package init(expected: Int = 0, seed: HashSeed = .shared) {
    multiplier = seed.multiplier
    capacity = Self.capacity(for: expected)
    shift = UInt64(64 - capacity.trailingZeroBitCount)
    slots = Self.allocate(capacity)
  }

  deinit { slots.deallocate() }

  /// The key of a pair; keys order as pairs do.
  @inline(__always) static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// The value of `key`, if there is one.
  @inline(__always) func value(_ key: UInt64) -> UInt64? {
    let slot = slots[index(of: key)]
    return slot.key == key ? slot.value : nil
  }

  /// What ``valueOrNone(_:)`` gives for a key without value.
  static let none = UInt64.max

  /// A key that is never there, and found to be so at once.
  static let noPair = empty

  /// The value of `key`, or `none`, which no value may be.
  @inline(__always) func valueOrNone(_ key: UInt64) -> UInt64 {
    value(key, from: start(of: key))
  }

  /// The values of two keys, or `none`; faster than one after the other, as both are fetched before
  /// either is looked at.
  @inline(__always) func valuesOrNone(_ first: UInt64, _ second: UInt64) -> (UInt64, UInt64) {
    let (firstStart, secondStart) = (start(of: first), start(of: second))
    let (firstSlot, secondSlot) = (slots[firstStart], slots[secondStart])
    var (firstValue, secondValue) = (Self.none, Self.none)
    if firstSlot.key == first { firstValue = firstSlot.value }
    if secondSlot.key == second { secondValue = secondSlot.value }
    if firstSlot.key != first, firstSlot.key != Self.empty {
      firstValue = value(first, from: firstStart)
    }
    if secondSlot.key != second, secondSlot.key != Self.empty {
      secondValue = value(second, from: secondStart)
    }
    return (firstValue, secondValue)
  }

  /// The value of a key whose search begins at `start`, or `none`.
  @inline(__always) private func value(_ key: UInt64, from start: Int) -> UInt64 {
    let mask = capacity &- 1
    var index = start
    while true {
      let found = slots[index].key
      if found == key { return slots[index].value }
      if found == Self.empty { return Self.none }
      index = (index &+ 1) & mask
    }
  }

  /// The value of `key`, which is first set to `new` if there was none.
  @inline(__always)
  package mutating func value(_ key: UInt64, insertingIfAbsent new: UInt64) -> UInt64 {
    let index = index(of: key)
    if slots[index].key == key { return slots[index].value }
    insert(key, new, at: index)
    return new
  }

  private mutating func insert(_ key: UInt64, _ value: UInt64, at index: Int) {
    slots[index] = Slot(key: key, value: value)
    count += 1
    if count * 2 > capacity { grow() }
  }

  /// The slot that holds `key`, or the empty one where it belongs.
  @inline(__always) private func index(of key: UInt64) -> Int {
    let mask = capacity - 1
    var index = start(of: key)
    while slots[index].key != key, slots[index].key != Self.empty { index = (index + 1) & mask }
    return index
  }

  /// Where the search begins.
  @inline(__always) private func start(of key: UInt64) -> Int {
    // The top bits of the product depend on every bit of the key. Dietzfelbinger et al., "A Reliable
    // Randomized Algorithm for the Closest-Pair Problem" (1997), section 2: for a random odd multiplier,
    // two keys rarely collide, whichever they are.
    Int(truncatingIfNeeded: (key &* multiplier) &>> shift)
  }

  /// How many slots a search looks at, at most; for tests.
  package var longestSearch: Int {
    (0..<capacity).reduce(0) { longest, index in
      slots[index].key == Self.empty
        ? longest : max(longest, 1 + (index &- start(of: slots[index].key)) & (capacity - 1))
    }
  }

  private mutating func grow() {
    let (oldSlots, oldCapacity) = (slots, capacity)
    capacity *= 2
    shift -= 1
    slots = Self.allocate(capacity)
    for position in 0..<oldCapacity where oldSlots[position].key != Self.empty {
      slots[index(of: oldSlots[position].key)] = oldSlots[position]
    }
    oldSlots.deallocate()
  }

  private static func capacity(for expected: Int) -> Int {
    var capacity = 64
    // A quarter full at most: most pairs that are looked up are not there, and end at the first slot.
    while capacity < 4 * expected { capacity *= 2 }
    return capacity
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
    let slots = LargeBuffer.allocate(capacity, of: Slot.self)
    slots.initialize(repeating: Slot(key: empty, value: none), count: capacity)
    return slots
  }
}

/// The values of all pairs of two bytes, which every piece begins with: a plain table.
struct BytePairs: ~Copyable, @unchecked Sendable {
  private let values: UnsafeMutablePointer<UInt64>

  /// Copies what `table` has for the ids of bytes.
  init(_ table: borrowing PairTable, idOfByte: [UInt32]) {
    values = .allocate(capacity: 1 << 16)
    for left in 0..<256 {
      for right in 0..<256 {
        values[left << 8 | right] = table.valueOrNone(
          PairTable.key(idOfByte[left], idOfByte[right]))
      }
    }
  }

  deinit { values.deallocate() }

  /// The value of a pair, or `PairTable.none`.
  @inline(__always) func value(_ left: UInt8, _ right: UInt8) -> UInt64 {
    values[Int(left) << 8 | Int(right)]
  }
}
