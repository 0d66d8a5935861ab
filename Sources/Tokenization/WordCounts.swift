/// How often each distinct piece of a corpus occurs.
///
/// The pieces stand one after another in one array, found through an open-addressing table.
struct WordCounts: Sendable {
  private struct Word {
    var start: Int
    var length: Int
    var hash: UInt64
    var count: Int
  }

  private var words: [Word] = []
  /// All pieces, in the order of their first occurrence.
  private(set) var bytes: [UInt8] = []
  /// The index of a word plus 1, or 0; a power of two of them.
  private var table: [UInt32] = Array(repeating: 0, count: 1 << 12)

  /// The number of distinct pieces.
  var count: Int { words.count }

  /// The bytes and the count of a piece.
  subscript(index: Int) -> (bytes: Range<Int>, count: Int) {
    let word = words[index]
    return (word.start..<word.start + word.length, word.count)
  }

  /// Counts one occurrence of `piece`.
  mutating func add(_ piece: UnsafeBufferPointer<UInt8>) {
    let hash = Self.hash(piece)
    let mask = table.count - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while table[index] != 0 {
      let word = Int(table[index] - 1)
      if words[word].hash == hash, isEqual(words[word], piece) {
        words[word].count += 1
        return
      }
      index = (index + 1) & mask
    }
    words.append(Word(start: bytes.count, length: piece.count, hash: hash, count: 1))
    bytes.append(contentsOf: piece)
    table[index] = UInt32(words.count)
    if words.count * 2 > table.count { grow() }
  }

  private func isEqual(_ word: Word, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    guard word.length == piece.count else { return false }
    return bytes.withUnsafeBytes { all in
      let raw = UnsafeRawBufferPointer(piece)
      var offset = 0
      while offset + 8 <= raw.count {
        let stored = all.loadUnaligned(fromByteOffset: word.start + offset, as: UInt64.self)
        if stored != raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
        offset += 8
      }
      while offset < raw.count {
        if all[word.start + offset] != raw[offset] { return false }
        offset += 1
      }
      return true
    }
  }

  private mutating func grow() {
    table = Array(repeating: 0, count: table.count * 2)
    let mask = table.count - 1
    for (number, word) in words.enumerated() {
      var index = Int(truncatingIfNeeded: word.hash) & mask
      while table[index] != 0 { index = (index + 1) & mask }
      table[index] = UInt32(number + 1)
    }
  }

  /// Eight bytes at a time, each mixed in by a multiplication whose halves are folded together.
  private static func hash(_ piece: UnsafeBufferPointer<UInt8>) -> UInt64 {
    func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
      return product.high ^ product.low
    }
    let raw = UnsafeRawBufferPointer(piece)
    var hash = UInt64(piece.count) &* 0xD6E8_FEB8_6659_FD93
    var offset = 0
    while offset + 8 <= raw.count {
      hash = mix(hash, raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < raw.count {
      rest = rest << 8 | UInt64(raw[offset])
      offset += 1
    }
    return mix(mix(hash, rest), 0xA076_1D64_78BD_642F)
  }
}
