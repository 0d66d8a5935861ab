/// How often each of very many things occurs, in bounded memory.
///
/// Up to `capacity` distinct things every count is exact. Beyond it two kinds of entries stay: the
/// frequent ones, by the rule of lossy counting (Manku and Motwani, "Approximate Frequency Counts
/// over Data Streams", 2002), whose counts are then at most `error` too low; and a sample chosen by
/// hash (Wegman's adaptive sampling), whose counts are exact and which tells how many distinct
/// things there are and how many of them occur once.
package struct OccurrenceCounter {
  /// One thing and how often it occurred.
  package struct Entry {
    package let hash: UInt64
    /// Occurrences, at least.
    package var count: Int
    /// How many more there may have been.
    package let error: Int
    fileprivate var textStart: Int
    fileprivate let textLength: Int
  }

  private let capacity: Int
  private let textLimit: Int
  private var entries: [Entry] = []
  /// Open addressing: a position in `entries` plus one, or 0.
  private var slots: [UInt32]
  private var text: [UInt8] = []
  /// A thing that is in no entry occurred at most so often.
  private var floor = 0
  /// Entries whose hash ends in so many zero bits are never dropped.
  private var level: UInt64 = 0

  /// How many things were counted, repeated ones included.
  package private(set) var total = 0

  /// - Parameters:
  ///   - capacity: Most entries; memory is at most `capacity × (48 + textLimit)` bytes, and twice
  ///     the text for a moment.
  ///   - textLimit: Bytes of a thing that are kept to show it.
  package init(capacity: Int, textLimit: Int) {
    precondition(capacity >= 16, "a capacity of \(capacity)")
    self.capacity = capacity
    self.textLimit = textLimit
    var size = 1
    while size < 2 * capacity { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
  }

  /// Whether every count is exact.
  package var isExact: Bool { floor == 0 && level == 0 }

  /// Counts a thing by its hash; `text` shows it.
  package mutating func add(hash: UInt64, text bytes: UnsafeRawBufferPointer) {
    total += 1
    var slot = Int(truncatingIfNeeded: hash >> 16) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if entries[index].hash == hash {
        entries[index].count += 1
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    if entries.count == capacity {
      makeRoom()
      slot = freeSlot(for: hash)
    }
    var length = min(bytes.count, textLimit)
    // Not inside of a character.
    while length < bytes.count, length > 0, bytes[length] & 0xC0 == 0x80 { length -= 1 }
    let isSampled = self.isSampled(hash)
    entries.append(
      Entry(
        hash: hash, count: 1, error: isSampled ? 0 : floor, textStart: text.count,
        textLength: length))
    text.append(contentsOf: bytes[..<length])
    slots[slot] = UInt32(entries.count)
  }

  /// How many distinct things there were; an estimate if the counts are not exact.
  package var distinct: Int { isExact ? entries.count : sample.count << Int(level) }

  /// How many occurrences were not the first of their thing; an estimate if the counts are not
  /// exact.
  package var repeats: Int { sample.reduce(0) { $0 + $1.count - 1 } << Int(level) }

  /// How many things occurred exactly so often; an estimate if the counts are not exact.
  package func distinct(occurring count: Int) -> Int {
    sample.count { $0.count == count } << Int(level)
  }

  /// The most frequent things that occur at least twice, the earliest first among equals.
  package func most(_ number: Int) -> [Entry] {
    let repeated = entries.indices.filter { entries[$0].count > 1 }
    let sorted = repeated.sorted {
      (entries[$1].count, $0) < (entries[$0].count, $1)
    }
    return sorted.prefix(number).map { entries[$0] }
  }

  /// Some of the least frequent things, by the order of their hashes among equals, which is as
  /// good as chance.
  package func least(_ number: Int) -> [Entry] {
    Array(sample.sorted { ($0.count, $0.hash) < ($1.count, $1.hash) }.prefix(number))
  }

  /// The text that shows an entry.
  package func text(of entry: Entry) -> String {
    String(
      decoding: text[entry.textStart..<(entry.textStart + entry.textLength)], as: UTF8.self)
  }

  private var sample: [Entry] { entries.filter { isSampled($0.hash) } }

  private func isSampled(_ hash: UInt64) -> Bool { hash & ((1 << level) - 1) == 0 }

  private func freeSlot(for hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash >> 16) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  /// Keeps a quarter of the capacity as the sample and a quarter of frequent things.
  private mutating func makeRoom() {
    while entries.count(where: { isSampled($0.hash) }) > capacity / 4 { level += 1 }
    let bounds = entries.filter { !isSampled($0.hash) }.map { $0.count + $0.error }
    floor = max(floor, bounds.sorted(by: >)[min(capacity / 4, bounds.count - 1)])
    var kept: [Entry] = []
    var keptText: [UInt8] = []
    for var entry in entries
    where isSampled(entry.hash) || entry.count + entry.error > floor {
      let start = keptText.count
      keptText += text[entry.textStart..<(entry.textStart + entry.textLength)]
      entry.textStart = start
      kept.append(entry)
    }
    entries = kept
    text = keptText
    for index in slots.indices { slots[index] = 0 }
    for (index, entry) in entries.enumerated() {
      slots[freeSlot(for: entry.hash)] = UInt32(index + 1)
    }
  }
}
