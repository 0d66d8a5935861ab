/// Finds added tokens in text: the leftmost, of those that begin there the longest.
///
/// The tokens stand backwards in a trie with Aho and Corasick's links, and text is read backwards, a
/// block at a time: at each place the state tells the longest token that begins there. So the time is
/// that of the text, whatever tokens and text hold.
///
/// What a match then does is as in Hugging Face's `tokenizers`: one that is refused (a special token,
/// or one inside a word) still takes its text from the matches behind it, and white space that a token
/// took may be matched again.
///
/// Source: Aho and Corasick, "Efficient String Matching: An Aid to Bibliographic Search" (1975).
struct AddedTokenMatcher: ~Copyable {
  /// A token that was found.
  struct Match {
    let id: UInt32
    /// Its own text, without white space that it took; in bytes.
    let text: Range<Int>
  }

  private let tokens: [AddedToken]
  /// The bytes that are looked for, of each token.
  private let lengths: [Int]
  /// From a node of the trie and a byte to the next node; node 0 is the root.
  private var next = PairTable()
  /// The same for the root.
  private var first = [UInt32](repeating: 0, count: 256)
  /// The node of the longest shorter suffix of each node's text.
  private var links: [UInt32] = [0]
  /// The longest token that ends at each node, by its index, or -1.
  private var ending: [Int32] = [-1]

  /// So much text is searched at once.
  private let blockSize: Int

  /// - Parameter normalized: What was done to the text that will be searched, and so to the tokens.
  init(_ tokens: [AddedToken], normalized: ([UInt8]) -> [UInt8] = { $0 }) {
    // Where two look for the same bytes, special ones come first.
    let tokens = tokens.filter(\.isSpecial) + tokens.filter { !$0.isSpecial }
    let patterns = tokens.map { normalized(Array($0.content.utf8)) }
    self.tokens = tokens
    lengths = patterns.map(\.count)
    blockSize = max(1 << 14, 4 * (lengths.max() ?? 0))
    var places = [(parent: UInt32(0), byte: UInt8(0), depth: 0)]
    for (index, pattern) in patterns.enumerated() {
      var node: UInt32 = 0
      for (depth, byte) in pattern.reversed().enumerated() {
        let new = UInt32(places.count)
        let child = UInt32(
          next.value(PairTable.key(node, UInt32(byte)), insertingIfAbsent: UInt64(new)))
        if child == new { places.append((node, byte, depth + 1)) }
        node = child
      }
      while ending.count < places.count { ending.append(-1) }
      if node > 0, ending[Int(node)] < 0 { ending[Int(node)] = Int32(index) }
    }
    for byte in UInt8.min...UInt8.max {
      first[Int(byte)] = UInt32(next.value(PairTable.key(0, UInt32(byte))) ?? 0)
    }
    links = Array(repeating: 0, count: places.count)
    for node in (1..<max(1, places.count)).sorted(by: { places[$0].depth < places[$1].depth }) {
      let (parent, byte, depth) = places[node]
      if depth > 1 { links[node] = self.node(after: links[Int(parent)], byte) }
      if ending[node] < 0 { ending[node] = ending[Int(links[node])] }
    }
  }

  @inline(__always)
  private func node(after node: UInt32, _ byte: UInt8) -> UInt32 {
    var node = node
    while node > 0 {
      if let child = next.value(PairTable.key(node, UInt32(byte))) {
        return UInt32(truncatingIfNeeded: child)
      }
      node = links[Int(node)]
    }
    return first[Int(byte)]
  }

  /// The tokens that begin in a block of `text`, from the last to the first.
  private func find(
    in text: UnsafeBufferPointer<UInt8>, _ block: Range<Int>,
    into found: inout [(start: Int, token: Int)]
  ) {
    found.removeAll(keepingCapacity: true)
    var node: UInt32 = 0
    // No token that begins in the block ends behind this.
    var position = min(text.count, block.upperBound + blockSize / 4)
    first.withUnsafeBufferPointer { first in
      while position > block.lowerBound {
        position -= 1
        if node == 0 {
          node = first[Int(text[position])]
          if node == 0 { continue }
        } else {
          node = self.node(after: node, text[position])
        }
        let token = ending[Int(node)]
        if token >= 0, position < block.upperBound { found.append((position, Int(token))) }
      }
    }
  }

  /// Has `body` look at the parts of a text one after the other: the places of added tokens, with
  /// white space that they took, and what stands between.
  /// - Parameters:
  ///   - searched: The text with other bytes where no token may be found; as long as `text`.
  ///   - allowSpecial: Whether special tokens are found.
  func forEachPart(
    of text: UnsafeBufferPointer<UInt8>, searched: UnsafeBufferPointer<UInt8>? = nil,
    allowSpecial: Bool, _ body: (Range<Int>, Match?) -> Void
  ) {
    // Where the last part ends.
    var end = 0
    if allowSpecial ? !tokens.isEmpty : tokens.last?.isSpecial == false {
      let scanned = ScannedText(text)
      var found: [(start: Int, token: Int)] = []
      var free = 0
      var blanks = 0..<0
      for start in stride(from: 0, to: text.count, by: blockSize) {
        let block = start..<min(text.count, start + blockSize)
        find(in: searched ?? text, block, into: &found)
        for (matchStart, index) in found.reversed() where matchStart >= free {
          let token = tokens[index]
          let own = matchStart..<matchStart + lengths[index]
          var place = own
          free = own.upperBound
          if token.isSpecial, !allowSpecial { continue }
          if token.isSingleWord, scanned.isInsideWord(own) { continue }
          if token.stripsLeft {
            let start = max(scanned.startOfBlanks(before: place.lowerBound, notBefore: end), end)
            place = start..<max(start, place.upperBound)
          }
          if token.stripsRight {
            if !blanks.contains(place.upperBound) {
              blanks = place.upperBound..<scanned.endOfBlanks(from: place.upperBound).end
            }
            if !blanks.isEmpty { place = place.lowerBound..<blanks.upperBound }
          }
          if end < place.lowerBound { body(end..<place.lowerBound, nil) }
          // Nothing is left of one that the token before took.
          if !place.isEmpty { body(place, Match(id: token.id, text: own)) }
          end = place.upperBound
        }
      }
    }
    if end < text.count { body(end..<text.count, nil) }
  }
}

extension ScannedText {
  /// Where the run of white space before `end` begins.
  fileprivate func startOfBlanks(before end: Int, notBefore limit: Int) -> Int {
    var start = end
    while start > limit, let before = character(before: start),
      UnicodeTables.classes[before.scalar] & CharacterClass.blank != 0
    {
      start = before.start
    }
    return start
  }

  /// Whether a word goes on at either end of `place`.
  fileprivate func isInsideWord(_ place: Range<Int>) -> Bool {
    if let before = character(before: place.lowerBound), UnicodeTables.isWord(before.scalar) {
      return true
    }
    guard place.upperBound < count else { return false }
    let (scalar, _) = UTF8Decoding.character(
      at: bytes + place.upperBound, available: count - place.upperBound)
    return scalar != UTF8Decoding.illFormed && UnicodeTables.isWord(scalar)
  }

  /// The well-formed character that ends before `end`.
  private func character(before end: Int) -> (scalar: UInt32, start: Int)? {
    for start in stride(from: end - 1, through: max(0, end - 4), by: -1)
    where bytes[start] & 0xC0 != 0x80 {
      let (scalar, length) = UTF8Decoding.character(at: bytes + start, available: end - start)
      return scalar == UTF8Decoding.illFormed || start + length < end ? nil : (scalar, start)
    }
    return nil
  }
}
