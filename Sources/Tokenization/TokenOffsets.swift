/// A token and the bytes of the text that it stands for.
public struct TokenSpan: Sendable, Equatable {
  /// The token's id.
  public let id: UInt32
  /// Where it stands in the text, in bytes.
  public let range: Range<Int>
}

extension Tokenizer {
  /// The tokens of a text and where they stand.
  ///
  /// One after another, the spans cover all of the text. Where normalisation changed characters, each
  /// token of them has the place of all characters that were normalised together. An added token that
  /// takes the white space around it stands there, too; only where another added token is found in what
  /// the one before took do their places overlap, as in Hugging Face's `tokenizers`.
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - allowSpecial: As in ``encode(_:allowSpecial:)-([UInt8],_)``; a special token stands for its
  ///     whole text here.
  public func spans(of text: [UInt8], allowSpecial: Bool = false) -> [TokenSpan] {
    spans(of: text, at: .beginning, allowSpecial: allowSpecial)
  }

  func spans(of text: [UInt8], at place: TextPlace, allowSpecial: Bool = false) -> [TokenSpan] {
    var cache = EncodingCache()
    cache.prepare(for: model)
    var spans: [TokenSpan] = []
    var ids: [UInt32] = []
    text.withUnsafeBufferPointer { text in
      var places: NormalPlaces?
      model.forEachPart(of: text, at: place, allowSpecial: allowSpecial) { part in
        guard let normalPlace = part.place else {
          if let id = part.id { spans.append(TokenSpan(id: id, range: part.origin)) }
          return
        }
        if places?.origin != part.origin {
          places = NormalPlaces(of: text, part.origin, at: place, model)
        }
        func append(_ id: UInt32, _ place: Range<Int>) {
          spans.append(TokenSpan(id: id, range: places?.original(place) ?? place))
        }
        if let id = part.id { return append(id, normalPlace) }
        ids.removeAll(keepingCapacity: true)
        model.encodeOrdinary(part.bytes, &cache, &ids)
        var start = normalPlace.lowerBound
        for id in ids {
          let end = start + byteCount(of: id)
          append(id, start..<end)
          start = end
        }
      }
    }
    return spans
  }
}
