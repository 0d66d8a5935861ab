/// Text that remembers where each of its characters comes from.
///
/// A template cuts, trims and joins what was said; so that no message can ever pass for a special
/// token, and what the assistant said can be told from the rest, every character keeps its mark
/// through all of that.
struct MarkedText: Sendable {
  /// Where a character comes from.
  enum Mark: UInt8, Sendable {
    /// The template, or the names of special tokens in the tokenizer's configuration.
    case template
    /// A message that is not the assistant's.
    case message
    /// A message of the assistant.
    case answer
  }

  /// A Unicode scalar, which is what Python takes for a character.
  struct Character: Sendable {
    let scalar: Unicode.Scalar
    let mark: Mark
    /// Whether it is written inside a `generation` block.
    var isGenerated = false
  }

  var characters: [Character]

  init(_ text: some StringProtocol, _ mark: Mark = .template) {
    characters = text.unicodeScalars.map { Character(scalar: $0, mark: mark) }
  }

  init(_ characters: some Sequence<Character>) { self.characters = Array(characters) }

  /// The text alone.
  var string: String { String(decoding: utf8, as: UTF8.self) }

  /// The text's bytes.
  var utf8: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for character in characters {
      let value = character.scalar.value
      if value < 0x80 {
        bytes.append(UInt8(value))
      } else {
        bytes += UTF8.encode(character.scalar)!
      }
    }
    return bytes
  }

  var count: Int { characters.count }

  static func + (left: MarkedText, right: MarkedText) -> MarkedText {
    MarkedText(left.characters + right.characters)
  }

  /// Whether the scalars are the same; marks do not count.
  static func == (left: MarkedText, right: MarkedText) -> Bool {
    left.characters.elementsEqual(right.characters) { $0.scalar == $1.scalar }
  }

  /// Whether it comes first in the order of scalars.
  static func < (left: MarkedText, right: MarkedText) -> Bool {
    left.characters.lexicographicallyPrecedes(right.characters) { $0.scalar < $1.scalar }
  }

  /// Whether `other` stands at `index`.
  private func matches(_ other: MarkedText, at index: Int) -> Bool {
    guard index >= 0, index + other.count <= count else { return false }
    for offset in 0..<other.count
    where characters[index + offset].scalar != other.characters[offset].scalar {
      return false
    }
    return true
  }

  func hasPrefix(_ other: MarkedText) -> Bool { matches(other, at: 0) }

  func hasSuffix(_ other: MarkedText) -> Bool { matches(other, at: count - other.count) }

  /// Where `other` first stands at or after `start`.
  func firstIndex(of other: MarkedText, from start: Int = 0) -> Int? {
    guard start + other.count <= count else { return nil }
    let pattern = other.characters.map(\.scalar)
    if pattern.isEmpty { return start }
    // How much of the pattern's beginning each of its places ends: linear whatever both texts are. Source:
    // Knuth, Morris and Pratt, "Fast Pattern Matching in Strings", 1977.
    var shorter = [Int](repeating: 0, count: pattern.count)
    var matched = 0
    for place in pattern.indices.dropFirst() {
      while matched > 0, pattern[place] != pattern[matched] { matched = shorter[matched - 1] }
      if pattern[place] == pattern[matched] { matched += 1 }
      shorter[place] = matched
    }
    matched = 0
    for place in start..<count {
      let scalar = characters[place].scalar
      while matched > 0, scalar != pattern[matched] { matched = shorter[matched - 1] }
      if scalar == pattern[matched] { matched += 1 }
      if matched == pattern.count { return place + 1 - matched }
    }
    return nil
  }

  /// Without the characters of `unwanted`, or without white space, at the ends.
  func trimmed(_ unwanted: MarkedText? = nil, left: Bool = true, right: Bool = true) -> MarkedText {
    let set = unwanted.map { Set($0.characters.map(\.scalar)) }
    func isUnwanted(_ character: Character) -> Bool {
      set?.contains(character.scalar) ?? Self.isSpace(character.scalar)
    }
    var rest = characters[...]
    if left { rest = rest.drop(while: isUnwanted) }
    if right { while let last = rest.last, isUnwanted(last) { rest.removeLast() } }
    return MarkedText(rest)
  }

  /// The parts between the places where `separator` stands, of which at most `limit` count.
  func split(by separator: MarkedText, limit: Int = .max) -> [MarkedText] {
    var parts: [MarkedText] = []
    var start = 0
    while parts.count < limit, let index = firstIndex(of: separator, from: start) {
      parts.append(MarkedText(characters[start..<index]))
      start = index + separator.count
    }
    return parts + [MarkedText(characters[start...])]
  }

  /// The words between white space.
  func words() -> [MarkedText] {
    characters.split { Self.isSpace($0.scalar) }.map { MarkedText($0) }
  }

  func replacing(_ old: MarkedText, with new: MarkedText) -> MarkedText {
    if old.count == 0 { return self }
    var result: [Character] = []
    for (index, part) in split(by: old).enumerated() {
      if index > 0 { result += new.characters }
      result += part.characters
    }
    return MarkedText(result)
  }

  /// Every scalar's mapping, which may be several.
  func mapped(_ mapping: (Unicode.Scalar) -> String) -> MarkedText {
    MarkedText(
      characters.flatMap { character in
        mapping(character.scalar).unicodeScalars.map {
          Character(scalar: $0, mark: character.mark, isGenerated: character.isGenerated)
        }
      })
  }

  var uppercased: MarkedText { mapped(\.properties.uppercaseMapping) }
  var lowercased: MarkedText { mapped(\.properties.lowercaseMapping) }

  /// The first character as in a title, the others in lower case.
  var capitalized: MarkedText {
    MarkedText(characters.prefix(1)).mapped(\.properties.titlecaseMapping)
      + MarkedText(characters.dropFirst()).lowercased
  }

  /// What Python's `str.isspace` takes for white space.
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
