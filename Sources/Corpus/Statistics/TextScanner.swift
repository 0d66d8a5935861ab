import ContentHashing

/// Goes through the characters of documents once and counts what they are, their words, their lines
/// and the signs of dirt in them.
struct TextScanner: ~Copyable {
  private var document = ContentHasher()
  private var documentLength = 0

  private var line = ContentHasher()
  private var lineStart: [UInt8] = []
  private var lineLength = 0
  private var lineIsBlank = true
  /// White space that belongs to the line only if something follows.
  private var pendingSpace: [UInt8] = []

  private var word: [UInt8] = []
  private var wordHasLetter = false

  private var before: Unicode.Scalar = "\n"
  private var beforeClass = CharacterClass.whiteSpace
  private var run = 1

  /// Longer words are counted by their beginning.
  private static let longestWord = 64
  private static let shownOfLine = 120

  /// Counts a piece of a document.
  mutating func scan(_ piece: DocumentPiece, into total: inout CorpusStatistics) {
    if piece.isFirst {
      document = ContentHasher()
      documentLength = 0
      before = "\n"
      beforeClass = .whiteSpace
    }
    document.update(piece.bytes)
    scan(piece.bytes, into: &total)
    endWord(&total)
    if piece.isLast {
      endLine(&total, isLast: true)
      total.documentLengths.add(documentLength)
      total.documents.add(
        hash: document.finalize().low, text: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  private mutating func scan(
    _ bytes: UnsafeRawBufferPointer, into total: inout CorpusStatistics
  ) {
    var index = 0
    while index < bytes.count {
      let (scalar, length) = TextScanner.decode(bytes, index)
      let kind = CharacterClass.of(scalar)
      total.characters[kind.rawValue] += 1
      documentLength += 1
      look(scalar, kind, bytes, index, &total)
      countWord(scalar, kind, bytes, index, length, &total)
      if scalar == "\n" {
        endLine(&total)
      } else {
        appendToLine(UnsafeRawBufferPointer(rebasing: bytes[index..<(index + length)]), kind)
      }
      before = scalar
      beforeClass = kind
      index += length
    }
  }

  // MARK: Lines

  private mutating func appendToLine(_ bytes: UnsafeRawBufferPointer, _ kind: CharacterClass) {
    lineLength += 1
    if kind == .whiteSpace {
      // A line of white space alone can be long; what is cut off there changes nothing.
      if !lineIsBlank, pendingSpace.count < 1 << 16 { pendingSpace.append(contentsOf: bytes) }
      return
    }
    if !pendingSpace.isEmpty {
      lineStart += pendingSpace
      pendingSpace.removeAll(keepingCapacity: true)
    }
    lineIsBlank = false
    lineStart.append(contentsOf: bytes)
    if lineStart.count >= 1 << 12 { spill() }
  }

  /// Whether the beginning of the present line went to the hasher already.
  private var isSpilled = false
  private var shownStart: [UInt8] = []

  private mutating func spill() {
    if !isSpilled { shownStart = Array(lineStart.prefix(TextScanner.shownOfLine + 8)) }
    isSpilled = true
    line.update(lineStart)
    lineStart.removeAll(keepingCapacity: true)
  }

  private mutating func endLine(_ total: inout CorpusStatistics, isLast: Bool = false) {
    if lineIsBlank {
      // What follows the last line feed is no line.
      if lineLength > 0 || !isLast { total.blankLines += 1 }
    } else {
      total.lineLengths.add(lineLength)
      if lineLength >= 1000 {
        let start = (isSpilled ? shownStart : lineStart).prefix(60)
        total.note(.longLine) { String(decoding: start, as: UTF8.self) }
      }
      if isSpilled {
        spill()
        shownStart.withUnsafeBytes { total.lines.add(hash: line.finalize().low, text: $0) }
        line = ContentHasher()
        isSpilled = false
      } else {
        lineStart.withUnsafeBytes { total.lines.add(hash: ContentHash(of: $0).low, text: $0) }
      }
    }
    lineStart.removeAll(keepingCapacity: true)
    pendingSpace.removeAll(keepingCapacity: true)
    lineLength = 0
    lineIsBlank = true
  }

  // MARK: Words

  @inline(__always)
  private mutating func countWord(
    _ scalar: Unicode.Scalar, _ kind: CharacterClass, _ bytes: UnsafeRawBufferPointer,
    _ index: Int, _ length: Int, _ total: inout CorpusStatistics
  ) {
    if kind.standsAlone {
      endWord(&total)
      let character = UnsafeRawBufferPointer(rebasing: bytes[index..<(index + length)])
      total.words.add(hash: ContentHash(of: character).low, text: character)
      if kind == .han, (0x4E00...0x9FFF).contains(scalar.value) {
        switch HanVariants.table[Int(scalar.value) - 0x4E00] {
        case 1: total.traditionalCharacters += 1
        case 2: total.simplifiedCharacters += 1
        default: break
        }
      }
      return
    }
    if kind.isLetter || kind == .digit {
      if kind.isLetter { wordHasLetter = true }
      guard word.count < TextScanner.longestWord else { return }
      if scalar.value < 0x80 {
        let byte = bytes[index]
        word.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
      } else if length == 2 {
        word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else {
        word.append(contentsOf: bytes[index..<(index + length)])
      }
      return
    }
    // An apostrophe between letters belongs to the word.
    if scalar == "'" || scalar == "’", wordHasLetter, index + length < bytes.count,
      (0x61...0x7A).contains(bytes[index + length] | 0x20)
    {
      word.append(UInt8(ascii: "'"))
      return
    }
    endWord(&total)
  }

  private mutating func endWord(_ total: inout CorpusStatistics) {
    guard !word.isEmpty else { return }
    if wordHasLetter {
      word.withUnsafeBytes { total.words.add(hash: ContentHash(of: $0).low, text: $0) }
    }
    word.removeAll(keepingCapacity: true)
    wordHasLetter = false
  }

  // MARK: Signs

  @inline(__always)
  private mutating func look(
    _ scalar: Unicode.Scalar, _ kind: CharacterClass, _ bytes: UnsafeRawBufferPointer,
    _ index: Int, _ total: inout CorpusStatistics
  ) {
    var sign: TextSign?
    switch scalar {
    case "&": if TextSignFinder.entity(bytes, index) > 0 { sign = .htmlEntity }
    case "<": if TextSignFinder.tag(bytes, index) > 0 { sign = .htmlTag }
    case "h", "w": if TextSignFinder.address(bytes, index) > 0 { sign = .address }
    case "(", "（":
      if beforeClass == .han, TextSignFinder.reading(bytes, index) > 0 {
        sign = .bracketedReading
      }
    case "锟": if TextSignFinder.has("锟斤拷", bytes, index) { sign = .mojibake }
    case _ where scalar.value >= 0x80 && TextSignFinder.isMojibake(before.value, scalar.value):
      sign = .mojibake
    default:
      switch kind {
      case .control: if scalar != "\r" { sign = .control }
      case .invisible: sign = .invisible
      case .privateUse: sign = .privateUse
      case .replacement: sign = .replacement
      default: break
      }
    }
    if scalar == before, kind == .punctuation || kind == .symbol {
      run += 1
      if run == 4 { total.note(.markRun) { TextScanner.excerpt(bytes, index) } }
    } else {
      run = 1
    }
    if let sign { total.note(sign) { TextScanner.excerpt(bytes, index) } }
  }

  /// The text around a place, on one line.
  private static func excerpt(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> String {
    var start = max(0, index - 20)
    while start < index, bytes[start] & 0xC0 == 0x80 { start += 1 }
    var end = min(bytes.count, index + 24)
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The character at an index of valid UTF-8, and how many bytes it takes.
  @inline(__always)
  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ index: Int
  ) -> (Unicode.Scalar, Int) {
    func tail(_ offset: Int) -> UInt32 { UInt32(bytes[index + offset] & 0x3F) }
    let lead = UInt32(bytes[index])
    let value: UInt32
    let length: Int
    if lead < 0x80 {
      (value, length) = (lead, 1)
    } else if lead < 0xE0 {
      (value, length) = ((lead & 0x1F) << 6 | tail(1), 2)
    } else if lead < 0xF0 {
      (value, length) = ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
    } else {
      (value, length) = ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}

extension CorpusStatistics {
  /// Counts a sign; the first one is shown.
  mutating func note(_ sign: TextSign, example: () -> String) {
    if signCounts[sign.rawValue].count == 0 { signCounts[sign.rawValue].example = example() }
    signCounts[sign.rawValue].count += 1
  }
}
