/// A token and the bytes of the text that it stands for.
public struct TokenSpan: Sendable, Equatable {
  /// The token's id.
  public let id: UInt32
  /// Where it stands in the text, in bytes; one after another, the spans cover all of it.
  public let range: Range<Int>
}

extension Tokenizer {
  /// The tokens of a text and where they stand.
  ///
  /// With normalisation the places are those in the normal form, ``Normalization/normalized(_:)``
  /// of the text, since a token of it may stand for parts of two characters before.
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - allowSpecial: As in ``encode(_:allowSpecial:)-([UInt8],_)``; a special token stands for its
  ///     whole text here.
  public func spans(of text: [UInt8], allowSpecial: Bool = false) -> [TokenSpan] {
    let contents = Dictionary(
      uniqueKeysWithValues: model.addedTokens.map { ($0.id, $0.content.utf8.count) })
    var start = 0
    return encode(text, allowSpecial: allowSpecial).map { id in
      let length = contents[id] ?? byteCount(of: id)
      defer { start += length }
      return TokenSpan(id: id, range: start..<start + length)
    }
  }
}
