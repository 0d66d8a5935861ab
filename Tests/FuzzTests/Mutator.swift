import StrictJSON
import TestSupport

/// Makes damaged inputs out of good ones: bytes that change, vanish, repeat or move to another
/// place, numbers at the edges of types, and JSON whose parts change their kind.
struct Mutator {
  private var random: SeededGenerator
  private let seeds: [[UInt8]]
  private let form: Form

  /// What a mutation may rely on.
  enum Form {
    /// Bytes of any kind.
    case bytes
    /// Mostly one JSON value.
    case json
    /// Eight bytes of length, JSON of that length, data.
    case lengthThenJSON
  }

  /// What parsers compare with, and where numbers and texts end.
  private static let words: [[UInt8]] =
    [
      "0", "-1", "1e999", "-0.0", "1.5", "127", "65536", "2147483648", "4294967295",
      "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "null",
      "true", "{}", "[]", "\"\"", "\"", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ",", ":",
      "\n", "\r\n", " ", "../", "é", "\u{FEFF}", "<|endoftext|>",
    ].map { Array($0.utf8) } + [
      [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [UInt8](repeating: 0xFF, count: 8),
      [0, 0, 0, 0x80], [UInt8](repeating: 0x5B, count: 200),
    ]

  init(seeds: [[UInt8]], form: Form, seed: UInt64) {
    precondition(!seeds.isEmpty, "nothing to mutate")
    self.seeds = seeds
    self.form = form
    random = SeededGenerator(seed: seed)
  }

  /// The next input; the same ones for the same seed.
  mutating func next() -> [UInt8] {
    var bytes = seeds.randomElement(using: &random)!
    switch form {
    case .bytes: scramble(&bytes)
    case .json:
      if Bool.random(using: &random) { changeJSON(&bytes) } else { scramble(&bytes) }
    case .lengthThenJSON:
      // Most damage to the length hides all that comes after it.
      guard Int.random(in: 0..<10, using: &random) > 0, bytes.count >= 8 else {
        scramble(&bytes)
        break
      }
      let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      var header = Array(bytes[8..<8 + length])
      if Bool.random(using: &random) { changeJSON(&header) } else { scramble(&header) }
      let count = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
      bytes = count + header + bytes[(8 + length)...]
    }
    return bytes
  }

  // MARK: Bytes

  private mutating func scramble(_ bytes: inout [UInt8]) {
    for _ in 0...Int.random(in: 0..<4, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let end = min(bytes.count, place + (1 << Int.random(in: 0..<10, using: &random)))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: Self.words.randomElement(using: &random)!, at: place)
      case 4:
        let word = Self.words.randomElement(using: &random)!
        bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
      case 5:
        let other = seeds.randomElement(using: &random)!
        let start = Int.random(in: 0...other.count, using: &random)
        bytes.replaceSubrange(place..<end, with: other[start...].prefix(end - place + 1))
      case 6: changeNumber(&bytes, near: place)
      default:
        if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
      }
    }
  }

  private mutating func changeNumber(_ bytes: inout [UInt8], near place: Int) {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.words[Int.random(in: 0..<13, using: &random)])
  }

  // MARK: JSON

  private mutating func changeJSON(_ bytes: inout [UInt8]) {
    guard var value = try? JSONValue(parsing: bytes) else { return scramble(&bytes) }
    for _ in 0...Int.random(in: 0..<2, using: &random) { change(&value) }
    bytes = value.serialized()
  }

  /// Goes down at random and changes what is there.
  private mutating func change(_ value: inout JSONValue) {
    let stops = Int.random(in: 0..<4, using: &random) == 0
    if !stops, var members = value.object, !members.isEmpty {
      let index = Int.random(in: members.indices, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: members.remove(at: index)
      case 1:
        let other = members.randomElement(using: &random)!
        members[index] = JSONMember(name: members[index].name, value: other.value)
      default:
        var inner = members[index].value
        change(&inner)
        members[index] = JSONMember(name: members[index].name, value: inner)
      }
      value = .object(members)
    } else if !stops, var elements = value.array, !elements.isEmpty {
      let index = Int.random(in: elements.indices, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: elements.remove(at: index)
      case 1: elements.insert(elements.randomElement(using: &random)!, at: index)
      case 2: elements.swapAt(index, Int.random(in: elements.indices, using: &random))
      default: change(&elements[index])
      }
      value = .array(elements)
    } else {
      value = other(than: value)
    }
  }

  private mutating func other(than value: JSONValue) -> JSONValue {
    if let number = value.integer, Bool.random(using: &random) {
      let (next, _) = number.addingReportingOverflow(Int.random(in: -2...2, using: &random))
      return .integer(next)
    }
    let values: [JSONValue] = [
      .null, true, false, 0, 1, -1, .integer(.max), .integer(.min), .integer(1 << 31),
      .integer(1 << 32), .integer(1 << 62), .number(0.5), .number(1e308), .number(-1e-300),
      "", "a", "\u{0}", "\n", "é", "../x", [], [0], [-1], ["a", "b"], .object([]),
      .object([JSONMember(name: "", value: 0)]),
    ]
    return values.randomElement(using: &random)!
  }
}
