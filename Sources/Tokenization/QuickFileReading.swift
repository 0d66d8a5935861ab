import StrictJSON

/// The vocabulary and the merges of a `tokenizer.json` in the layout that trainers write, read
/// without building a tree of the file.
///
/// It takes a file only if the complete reader would, and then finds the same: tokens in the order
/// of their ids, spelled in byte characters (or added tokens), merges of tokens that are there.
/// Anything else, all errors among it, is left to that reader.
struct QuickFile {
  /// The file with an empty vocabulary and without merges.
  private(set) var outline = JSONValue.null
  private(set) var bytes: [UInt8] = []
  private(set) var starts = [0]
  private(set) var merges: [Merge] = []
  private(set) var addedTokens: [AddedToken] = []

  private var table = TokenTable(expected: 0)
  /// Tokens that are not spelled in byte characters.
  private var foreign: [UInt32: String] = [:]
  private var idOfForeign: [[UInt8]: UInt32] = [:]
  private var isAdded: Set<UInt32> = []

  init?(json: [UInt8]) {
    guard let parts = json.withUnsafeBytes({ readLargeParts($0) }) else { return nil }
    var short = Array(json[..<parts.vocab.lowerBound])
    short += [UInt8(ascii: "{"), UInt8(ascii: "}")]
    short += json[parts.vocab.upperBound..<parts.merges.lowerBound]
    short += [UInt8(ascii: "["), UInt8(ascii: "]")]
    short += json[parts.merges.upperBound...]
    guard let outline = try? JSONValue(parsing: short) else { return nil }
    self.outline = outline
    guard readAddedTokens(outline["added_tokens"] ?? .null), mergesAreOrdinary else { return nil }
    placeAddedTokens()
  }

  /// Reads the vocabulary and the merges, and skims the rest of the file.
  /// - Returns: Where these two stand.
  private mutating func readLargeParts(
    _ json: UnsafeRawBufferPointer
  ) -> (vocab: Range<Int>, merges: Range<Int>)? {
    var reader = QuickReader(json)
    var (vocab, merges) = (0..<0, 0..<0)
    guard
      reader.members({ name, reader in
        guard name == "model" else { return reader.skipValue() }
        return reader.members { name, reader in
          let start = reader.position
          switch name {
          case "vocab":
            guard vocab.isEmpty, readVocabulary(&reader) else { return false }
            vocab = start..<reader.position
          case "merges":
            guard !vocab.isEmpty, merges.isEmpty, readMerges(&reader) else { return false }
            merges = start..<reader.position
          default: return reader.skipValue()
          }
          return true
        }
      }), !vocab.isEmpty, !merges.isEmpty
    else { return nil }
    return (vocab, merges)
  }

  private mutating func readVocabulary(_ reader: inout QuickReader) -> Bool {
    guard reader.take(UInt8(ascii: "{")) else { return false }
    var starts = starts
    var isPlain = true
    // A token is never longer than its spelling, and memory that is not used is not taken.
    bytes = [UInt8](unsafeUninitializedCapacity: reader.bytesLeft) { bytes, count in
      while isPlain {
        let string = reader.position
        let start = count
        if !reader.string(into: bytes.baseAddress, &count) {
          // Perhaps an added token; its bytes are set later.
          count = start
          foreign[UInt32(starts.count - 1)] = reader.text(at: string)
        }
        isPlain =
          reader.take(UInt8(ascii: ":")) && reader.integer() == starts.count - 1
          && (count > start || foreign[UInt32(starts.count - 1)] != nil)
        starts.append(count)
        if reader.take(UInt8(ascii: "}")) { break }
        isPlain = isPlain && reader.take(UInt8(ascii: ","))
      }
    }
    guard isPlain, starts.count < 1 << 30 else { return false }
    self.starts = starts
    table = TokenTable(expected: starts.count)
    for id in 0..<starts.count - 1 where starts[id + 1] > starts[id] {
      guard table.insert(UInt32(id), bytes: bytes, starts: starts) else { return false }
    }
    for (id, text) in foreign { idOfForeign[Array(text.utf8)] = id }
    return idOfForeign.count == foreign.count
  }

  private mutating func readAddedTokens(_ list: JSONValue) -> Bool {
    guard list == .null || list.array != nil else { return false }
    let count = UInt32(starts.count - 1)
    for entry in list.array ?? [] {
      guard let content = entry["content"]?.string, !content.isEmpty,
        let id = entry["id"]?.integer.flatMap(UInt32.init(exactly:))
      else { return false }
      let known = self.id(of: content)
      guard known == nil ? id >= count : known == id, isAdded.insert(id).inserted else {
        return false
      }
      guard
        let token = try? AddedToken(entry, content: content, id: id, isInVocabulary: known != nil)
      else { return false }
      // What is ASCII is spelled as it is; else the model may give it for other bytes.
      guard known == nil || token.isSpecial || content.utf8.allSatisfy({ $0 < 0x80 }) else {
        return false
      }
      addedTokens.append(token)
    }
    guard Set(addedTokens.map { Array($0.content.utf8) }).count == addedTokens.count,
      foreign.keys.allSatisfy(isAdded.contains)
    else { return false }
    let new = addedTokens.filter { !$0.isInVocabulary }.map(\.id)
    addedTokens.sort { $0.id < $1.id }
    return new == (count..<count + UInt32(new.count)).map { $0 }
  }

  private func id(of spelling: String) -> UInt32? {
    guard let spelled = ByteAlphabet.bytes(spelledBy: spelling) else {
      return idOfForeign[Array(spelling.utf8)]
    }
    return spelled.withUnsafeBufferPointer { table.id(of: $0, bytes: bytes, starts: starts) }
  }

  private mutating func readMerges(_ reader: inout QuickReader) -> Bool {
    guard reader.take(UInt8(ascii: "[")) else { return false }
    if reader.take(UInt8(ascii: "]")) { return true }
    merges.reserveCapacity(starts.count)
    var expected: UInt32 = 0
    // Locals, so that nothing is counted as used again for each of them.
    let (bytes, starts, table) = (bytes, starts, table)
    func id(of token: UnsafeBufferPointer<UInt8>, perhaps guess: UInt32? = nil) -> UInt32? {
      if token.count == 0 { return nil }
      if let guess, Int(guess) < starts.count - 1,
        TokenTable.isEqual(token, guess, bytes: bytes, starts: starts)
      {
        return guess
      }
      return table.id(of: token, bytes: bytes, starts: starts)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: reader.bytesLeft) { pair in
      while true {
        var (middle, count) = (0, 0)
        if reader.take(UInt8(ascii: "[")) {
          guard reader.string(into: pair.baseAddress, &count), reader.take(UInt8(ascii: ","))
          else { return false }
          middle = count
          guard reader.string(into: pair.baseAddress, &count), reader.take(UInt8(ascii: "]"))
          else { return false }
        } else {
          guard let cut = reader.line(into: pair.baseAddress, &count) else { return false }
          middle = cut
        }
        guard middle > 0, middle < count,
          let left = id(of: UnsafeBufferPointer(rebasing: pair[..<middle])),
          let right = id(of: UnsafeBufferPointer(rebasing: pair[middle..<count])),
          let result = id(of: UnsafeBufferPointer(rebasing: pair[..<count]), perhaps: expected)
        else { return false }
        merges.append(Merge(left: left, right: right, result: result))
        expected = result + 1
        if reader.take(UInt8(ascii: "]")) { break }
        guard reader.take(UInt8(ascii: ",")) else { return false }
      }
      return merges.count < PieceMerger.mostMerges
    }
  }

  /// Whether no added token takes part in a merge.
  private var mergesAreOrdinary: Bool {
    var isAddedID = [Bool](repeating: false, count: starts.count)
    for id in isAdded where Int(id) < isAddedID.count { isAddedID[Int(id)] = true }
    return merges.allSatisfy {
      !isAddedID[Int($0.left)] && !isAddedID[Int($0.right)] && !isAddedID[Int($0.result)]
    }
  }

  /// Gives added tokens the bytes that they stand for: none if they are special.
  private mutating func placeAddedTokens() {
    guard !addedTokens.isEmpty else { return }
    var placed: [UInt8] = []
    placed.reserveCapacity(bytes.count)
    var newStarts = [0]
    newStarts.reserveCapacity(starts.count + addedTokens.count)
    var copied = 0
    for token in addedTokens {
      let id = Int(token.id)
      let end = min(id, starts.count - 1)
      if copied < end {
        let shift = placed.count - starts[copied]
        placed += bytes[starts[copied]..<starts[end]]
        for index in copied + 1...end { newStarts.append(starts[index] + shift) }
      }
      if !token.isSpecial { placed += token.content.utf8 }
      newStarts.append(placed.count)
      copied = id + 1
    }
    if copied < starts.count - 1 {
      let shift = placed.count - starts[copied]
      placed += bytes[starts[copied]...]
      for index in copied + 1...starts.count - 1 { newStarts.append(starts[index] + shift) }
    }
    (bytes, starts) = (placed, newStarts)
  }
}

/// Goes through JSON that is expected to be plain, and gives up where it is not.
private struct QuickReader {
  private let json: UnsafeRawBufferPointer
  private(set) var position = 0
  private let bytes = ByteAlphabet.table.values

  init(_ json: UnsafeRawBufferPointer) { self.json = json }

  /// How many bytes there are behind the position.
  var bytesLeft: Int { json.count - position }

  @inline(__always)
  private mutating func skipBlanks() {
    while position < json.count, case let byte = json[position], byte <= 0x20,
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }

  /// Goes past `byte`, if it comes next.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < json.count, json[position] == byte else { return false }
    position += 1
    return true
  }

  /// A number without sign, fraction or exponent.
  mutating func integer() -> Int? {
    skipBlanks()
    let start = position
    var number = 0
    while position < json.count, position - start < 10, case let digit = json[position] &- 0x30,
      digit < 10
    {
      number = number * 10 + Int(digit)
      position += 1
    }
    // A zero in front is not JSON.
    guard position > start, json[start] != 0x30 || position == start + 1 else { return nil }
    return number
  }

  /// Writes the bytes that a string in byte characters stands for to `output` from `count` on;
  /// they are fewer than are read.
  @inline(__always)
  mutating func string(into output: UnsafeMutablePointer<UInt8>?, _ count: inout Int) -> Bool {
    line(into: output, &count, mayBreak: false) != nil
  }

  /// The same for two strings with a space between them; finds where the second begins.
  @inline(__always)
  mutating func line(into output: UnsafeMutablePointer<UInt8>?, _ count: inout Int) -> Int? {
    let start = count
    guard let middle = line(into: output, &count, mayBreak: true), middle > start else {
      return nil
    }
    return middle
  }

  @inline(__always)
  private mutating func line(
    into output: UnsafeMutablePointer<UInt8>?, _ count: inout Int, mayBreak: Bool
  ) -> Int? {
    guard take(UInt8(ascii: "\"")), let output else { return nil }
    var middle = -1
    while position < json.count {
      var byte = json[position]
      position &+= 1
      // What is visible in ASCII stands for itself.
      if byte &- 0x21 < 0x5E, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        output[count] = byte
        count &+= 1
        continue
      }
      var scalar = Int(byte)
      if byte == UInt8(ascii: "\"") { return mayBreak ? middle : 0 }
      if byte == UInt8(ascii: "\\") {
        guard position < json.count else { return nil }
        byte = json[position]
        guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { return nil }
        position &+= 1
        scalar = Int(byte)
      } else if mayBreak, byte == 0x20 {
        guard middle < 0 else { return nil }
        middle = count
        continue
      } else if byte >= 0x80 {
        guard (0xC2...0xC5).contains(byte), position < json.count, json[position] & 0xC0 == 0x80
        else { return nil }
        scalar = Int(byte & 0x1F) << 6 | Int(json[position] & 0x3F)
        position &+= 1
      }
      let value = scalar < ByteAlphabet.tableCount ? bytes[scalar] : -1
      guard value >= 0 else { return nil }
      output[count] = UInt8(truncatingIfNeeded: value)
      count &+= 1
    }
    return nil
  }

  /// The string at `start` as it is, if nothing is escaped in it.
  mutating func text(at start: Int) -> String? {
    position = start
    guard take(UInt8(ascii: "\"")) else { return nil }
    let first = position
    while position < json.count, json[position] != UInt8(ascii: "\"") {
      guard json[position] >= 0x20, json[position] != UInt8(ascii: "\\") else { return nil }
      position += 1
    }
    guard position < json.count else { return nil }
    position += 1
    return String(validating: json[first..<position - 1], as: UTF8.self)
  }

  /// Goes through an object; `body` is called before each value and must go past it.
  mutating func members(
    _ body: (_ name: String, inout QuickReader) -> Bool
  ) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    repeat {
      skipBlanks()
      guard let name = text(at: position), take(UInt8(ascii: ":")) else { return false }
      skipBlanks()
      guard body(name, &self) else { return false }
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  /// Goes past any value, of which only strings and brackets are looked at.
  mutating func skipValue() -> Bool {
    skipBlanks()
    var depth = 0
    while position < json.count {
      let byte = json[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        while position < json.count, json[position] != UInt8(ascii: "\"") {
          position += json[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return true }
        depth -= 1
      case UInt8(ascii: ","):
        if depth == 0 { return true }
      default: break
      }
      position += 1
      if depth == 0, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return true }
    }
    return false
  }
}
