/// A token whose text is matched as a whole, before anything else happens to the text.
struct AddedToken: Sendable, Equatable {
  let id: UInt32
  let content: String
  /// Whether it marks structure: only where the caller allows it does text become this token, and
  /// it stands for no bytes.
  let isSpecial: Bool
  /// Whether it is looked for after normalisation instead of before.
  let isNormalized: Bool
  /// Whether the file lists it among the model's tokens too.
  let isInVocabulary: Bool
}

/// Finds added tokens in text: the leftmost, of those that begin there the longest.
struct AddedTokenMatcher: ~Copyable {
  /// From a node of the trie and a byte to the next node; node 0 is the root.
  private var next = PairTable()
  /// The token that ends at each node.
  private var idOfNode: [UInt32?] = [nil]
  private var isFirstByte = [Bool](repeating: false, count: 256)

  /// Whether there is nothing to find.
  let isEmpty: Bool

  init(_ tokens: [AddedToken]) {
    isEmpty = tokens.isEmpty
    for token in tokens {
      var node: UInt32 = 0
      for byte in token.content.utf8 {
        let created = next.value(
          PairTable.key(node, UInt32(byte)), insertingIfAbsent: UInt64(idOfNode.count))
        if created == idOfNode.count { idOfNode.append(nil) }
        node = UInt32(created)
      }
      idOfNode[Int(node)] = token.id
      if let first = token.content.utf8.first { isFirstByte[Int(first)] = true }
    }
  }

  /// The first match at or after `start`.
  func firstMatch(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (range: Range<Int>, id: UInt32)? {
    if isEmpty { return nil }
    for position in start..<bytes.count where isFirstByte[Int(bytes[position])] {
      var node: UInt32 = 0
      var longest: (range: Range<Int>, id: UInt32)?
      var end = position
      while end < bytes.count, let child = next.value(PairTable.key(node, UInt32(bytes[end]))) {
        node = UInt32(child)
        end += 1
        if let id = idOfNode[Int(node)] { longest = (position..<end, id) }
      }
      if let longest { return longest }
    }
    return nil
  }
}
