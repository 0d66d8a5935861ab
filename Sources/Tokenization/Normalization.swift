/// A Unicode normal form that text is brought into before it is cut into pieces.
///
/// Source: Unicode Standard Annex 15. Normalising loses the original bytes: only with
/// ``none`` does decoding give back every text exactly. As in Hugging Face's `tokenizers`, characters that
/// are newer than Unicode 9.0 are neither decomposed nor joined nor reordered.
public enum Normalization: String, CaseIterable, Sendable {
  /// Bytes stay as they are.
  case none
  /// Canonical composition.
  case nfc
  /// Compatibility composition: also unifies ligatures, full-width letters and the like.
  case nfkc

  /// The normal form of a text.
  ///
  /// Bytes that are not well-formed UTF-8 stay as they are, and the text before and after them is
  /// normalised separately.
  public func normalized(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBufferPointer { apply(to: $0) } ?? text
  }

  /// The normal form of `bytes`, or `nil` where it is certain to be the same bytes.
  func apply(to bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard self != .none, let base = bytes.baseAddress else { return nil }
    // Below U+0300 nothing composes or reorders, and below U+00A0 nothing is a compatibility
    // character.
    let firstThatChanges: UInt8 = self == .nfc ? 0xCC : 0xC2
    guard bytes.contains(where: { $0 >= firstThatChanges }) else { return nil }

    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var start = 0
    // How many marks follow each other here, and where most do.
    var (marks, mostMarks) = (0, 0)
    func flush(upTo end: Int) {
      guard end > start else { return }
      UnicodeTables.appendNormalForm(
        of: UnsafeBufferPointer(rebasing: bytes[start..<end]), compatibility: self == .nfkc,
        hasManyMarks: mostMarks > 32, to: &output)
      (marks, mostMarks) = (0, 0)
    }
    var position = 0
    while position < bytes.count {
      let (scalar, length) = UTF8Decoding.character(
        at: base + position, available: bytes.count - position)
      // U+11A7 composes with nothing, but utf8proc before 2.11.2 drops it after a Hangul syllable.
      if scalar == UTF8Decoding.illFormed || scalar == 0x11A7 || InertCharacters.contains(scalar) {
        flush(upTo: position)
        output.append(contentsOf: bytes[position..<position + length])
        start = position + length
      } else if scalar >= 0x300, UnicodeTables.classes[scalar] & CharacterClass.mark != 0 {
        marks += 1
        mostMarks = max(mostMarks, marks)
      } else {
        marks = 0
      }
      position += length
    }
    flush(upTo: bytes.count)
    return output
  }
}
