/// From places in the normal form of a part of a text to places in the text.
///
/// The part is cut into stretches that can be normalised alone; what stands in one that changed stands
/// for all of it.
struct NormalPlaces {
  private struct Stretch {
    let normal: Int
    let original: Int
    let isSame: Bool
  }

  /// The part.
  let origin: Range<Int>
  /// Where each stretch begins; at last where all end.
  private var stretches: [Stretch] = []

  init(
    of text: UnsafeBufferPointer<UInt8>, _ origin: Range<Int>, at place: TextPlace,
    _ model: BytePairModel
  ) {
    self.origin = origin
    let part = UnsafeBufferPointer(rebasing: text[origin])
    if let spelling = model.spelling {
      var normal = 0
      let place = origin.lowerBound == 0 ? place : .behindToken
      spelling.forEachStretch(of: part, at: place) { range, isBlank in
        append(isSame: !isBlank, normal, origin.lowerBound + range.lowerBound)
        normal += isBlank ? 1 : range.count
      }
      stretches.append(Stretch(normal: normal, original: origin.upperBound, isSame: false))
      return
    }
    let normalization = model.normalization
    let whole = normalization.apply(to: part)
    var normal: [UInt8] = []
    if whole != nil {
      normalization.forEachStretch(of: part) { range in
        let stretch = UnsafeBufferPointer(rebasing: part[range])
        let changed = normalization.apply(to: stretch)
        let isSame = changed?.elementsEqual(stretch) ?? true
        append(isSame: isSame, normal.count, origin.lowerBound + range.lowerBound)
        if let changed {
          normal.append(contentsOf: changed)
        } else {
          normal.append(contentsOf: stretch)
        }
      }
    }
    // Should the stretches not be independent after all, the whole part is one.
    if let whole, whole != normal {
      stretches = []
      normal = whole
      append(isSame: false, 0, origin.lowerBound)
    }
    if whole == nil { append(isSame: true, 0, origin.lowerBound) }
    stretches.append(
      Stretch(
        normal: whole == nil ? part.count : normal.count, original: origin.upperBound,
        isSame: false))
  }

  private mutating func append(isSame: Bool, _ normal: Int, _ original: Int) {
    if isSame, stretches.last?.isSame == true { return }
    stretches.append(Stretch(normal: normal, original: original, isSame: isSame))
  }

  /// Where in the text stands what is at `place` of the normal form.
  func original(_ place: Range<Int>) -> Range<Int> {
    let first = index(of: place.lowerBound)
    let start =
      stretches[first].original
      + (stretches[first].isSame ? place.lowerBound - stretches[first].normal : 0)
    guard !place.isEmpty else { return start..<start }
    let last = index(of: place.upperBound - 1)
    let end =
      stretches[last].isSame
      ? stretches[last].original + place.upperBound - stretches[last].normal
      : stretches[last + 1].original
    return start..<end
  }

  /// The stretch that holds a place, which may be the end of all.
  private func index(of place: Int) -> Int {
    var (low, high) = (0, stretches.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if stretches[middle].normal <= place { low = middle } else { high = middle }
    }
    return low
  }
}

extension Normalization {
  /// Cuts text before each character that no normal form joins with the one before.
  fileprivate func forEachStretch(
    of text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    guard let base = text.baseAddress else { return }
    var start = 0
    var position = 0
    while position < text.count {
      let (scalar, length) = UTF8Decoding.character(
        at: base + position, available: text.count - position)
      if position > start, scalar == UTF8Decoding.illFormed || !UnicodeTables.mayJoin(scalar) {
        body(start..<position)
        start = position
      }
      position += length
    }
    if start < position { body(start..<position) }
  }
}
