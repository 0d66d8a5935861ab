import Files

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A line of text that somebody types on a terminal, with history and the usual keys. It is drawn on
/// standard error.
struct LineEditor {
  /// How typing ended.
  enum Result: Equatable {
    case line(String)
    /// Ctrl-C; what was typed is dropped.
    case interrupted
    /// Ctrl-D on an empty line, or the terminal is gone, or the wait is over.
    case ended
  }

  private let prompt: String
  /// Earlier lines, the latest last.
  private(set) var history: [String] = []
  /// What was typed or pasted ahead waits here for the next line.
  private var keys = KeyReader()

  private static let greatestHistory = 1_000

  init(prompt: String) { self.prompt = prompt }

  /// Lets somebody type a line.
  /// - Parameter isOver: Whether to wait no longer for a key.
  /// - Throws: `FileError` where standard input is no terminal.
  mutating func readLine(until isOver: () -> Bool) throws -> Result {
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else {
      throw FileError("read", "the terminal", code: errno)
    }
    // Keys as they are pressed, Ctrl-C among them; neither echo nor lines of the system's own.
    var raw = saved
    raw.c_iflag &= ~tcflag_t(ICRNL | IXON | ISTRIP | INPCK)
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else {
      throw FileError("read", "the terminal", code: errno)
    }
    defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &saved) }
    var line = EditedLine(history: history)
    draw(line)
    while let key = keys.next(until: isOver) {
      switch key {
      case .enter:
        line.moveToEnd()
        draw(line)
        Terminal.show("\r\n")
        let text = line.text
        if !text.isEmpty, history.last != text {
          history.append(text)
          if history.count > Self.greatestHistory { history.removeFirst() }
        }
        return .line(text)
      case .control("C"):
        Terminal.show("^C\r\n")
        return .interrupted
      case .control("D") where line.text.isEmpty:
        Terminal.show("\r\n")
        return .ended
      case .control("L"): Terminal.show("\u{1B}[H\u{1B}[2J")
      default: line.apply(key)
      }
      draw(line)
    }
    return .ended
  }

  /// Draws the part of the line around the cursor that fits into a row.
  private func draw(_ line: EditedLine) {
    let room = max(Terminal.width - Chart.columns(prompt) - 1, 8)
    var start = line.cursor
    var columns = 0
    while start > 0, case let width = Chart.columns(String(line.characters[start - 1])),
      columns + width <= room
    {
      start -= 1
      columns += width
    }
    var end = line.cursor
    var used = columns
    while end < line.characters.count, case let width = Chart.columns(String(line.characters[end])),
      used + width <= room
    {
      end += 1
      used += width
    }
    let shown = String(line.characters[start..<end])
    let position = Chart.columns(prompt) + columns
    Terminal.show(
      "\r\u{1B}[K\(prompt)\(shown)\r" + (position > 0 ? "\u{1B}[\(position)C" : ""))
  }
}

/// A key, or what a terminal sends for one.
enum Key: Equatable {
  case character(Character)
  case control(Character)
  case enter, backspace, delete, left, right, up, down, home, end, wordLeft, wordRight, other
}

/// Keys from the bytes that a terminal sends.
struct KeyReader {
  private var pending: [UInt8] = []

  /// The next key; `nil` when there will be none, or nobody waits for it any longer.
  mutating func next(until isOver: () -> Bool) -> Key? {
    guard let byte = nextByte(isOver) else { return nil }
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x7F, 0x08: return .backspace
    case 0x09: return .character(" ")
    case 0x1B: return escape(isOver)
    case 0x01...0x1A: return .control(Character(Unicode.Scalar(byte + 0x40)))
    case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
    case 0xC2...0xF4: return letter(byte, isOver)
    default: return .other
    }
  }

  private mutating func nextByte(_ isOver: () -> Bool) -> UInt8? {
    if pending.isEmpty { pending = (try? StandardInput.nextChunk(until: isOver)) ?? [] }
    return pending.isEmpty ? nil : pending.removeFirst()
  }

  /// The rest of a letter of several bytes.
  private mutating func letter(_ first: UInt8, _ isOver: () -> Bool) -> Key? {
    var bytes = [first]
    for _ in 0..<(first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3) {
      guard let byte = nextByte(isOver) else { return nil }
      bytes.append(byte)
    }
    guard let text = String(validating: bytes, as: UTF8.self), let letter = text.first else {
      return .other
    }
    return .character(letter)
  }

  /// Arrows and the like: `ESC [ … letter`, `ESC O letter`, `ESC letter`.
  private mutating func escape(_ isOver: () -> Bool) -> Key? {
    guard let kind = nextByte(isOver) else { return nil }
    if kind == UInt8(ascii: "b") { return .wordLeft }
    if kind == UInt8(ascii: "f") { return .wordRight }
    guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .other }
    var parameters = ""
    while let byte = nextByte(isOver) {
      guard (0x40...0x7E).contains(byte) else {
        parameters.append(Character(Unicode.Scalar(byte)))
        continue
      }
      switch (byte, parameters) {
      case (UInt8(ascii: "A"), ""): return .up
      case (UInt8(ascii: "B"), ""): return .down
      case (UInt8(ascii: "C"), ""): return .right
      case (UInt8(ascii: "D"), ""): return .left
      case (UInt8(ascii: "C"), "1;5"), (UInt8(ascii: "C"), "1;3"): return .wordRight
      case (UInt8(ascii: "D"), "1;5"), (UInt8(ascii: "D"), "1;3"): return .wordLeft
      case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): return .home
      case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): return .end
      case (UInt8(ascii: "~"), "3"): return .delete
      default: return .other
      }
    }
    return nil
  }
}

/// The line as it is being edited, and the place in the history that is shown.
struct EditedLine {
  private(set) var characters: [Character] = []
  /// The position before which the next character goes.
  private(set) var cursor = 0
  /// Earlier lines, and the one that is typed, each as it was left.
  private var lines: [[Character]]
  private var shown: Int

  init(history: [String]) {
    lines = history.map { Array($0) } + [[]]
    shown = history.count
  }

  var text: String { String(characters) }

  mutating func moveToEnd() { cursor = characters.count }

  /// Does what a key means.
  mutating func apply(_ key: Key) {
    switch key {
    case .character(let character): insert(character)
    case .backspace, .control("H"): remove(cursor - 1..<cursor)
    case .delete, .control("D"): remove(cursor..<cursor + 1)
    case .left, .control("B"): cursor = max(cursor - 1, 0)
    case .right, .control("F"): cursor = min(cursor + 1, characters.count)
    case .home, .control("A"): cursor = 0
    case .end, .control("E"): moveToEnd()
    case .wordLeft: cursor = wordStart
    case .wordRight: cursor = wordEnd
    case .control("W"): remove(wordStart..<cursor)
    case .control("K"): remove(cursor..<characters.count)
    case .control("U"): remove(0..<cursor)
    case .up, .control("P"): show(shown - 1)
    case .down, .control("N"): show(shown + 1)
    default: break
    }
  }

  private mutating func insert(_ character: Character) {
    characters.insert(character, at: cursor)
    cursor += 1
    // A mark joins the letter before it.
    let joined = Array(String(characters))
    cursor -= characters.count - joined.count
    characters = joined
  }

  private mutating func remove(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<characters.count)
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private var wordStart: Int {
    var index = cursor
    while index > 0, characters[index - 1].isWhitespace { index -= 1 }
    while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    while index < characters.count, !characters[index].isWhitespace { index += 1 }
    return index
  }

  private mutating func show(_ index: Int) {
    guard lines.indices.contains(index) else { return }
    lines[shown] = characters
    shown = index
    characters = lines[index]
    moveToEnd()
  }
}
