#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Takes the raw text of one input's documents: repairs or refuses invalid UTF-8, skips blank
/// documents, counts, and delivers.
struct DocumentSink {
  let input: CorpusInput
  let isStrict: Bool
  let countsDamage: Bool
  let cutter: PieceCutter
  var counts: CorpusCounts

  private let source: ByteSource
  private let bytesReadBefore: Int
  private let body: (DocumentPiece, CorpusCounts) throws -> Void
  private var hasNUL = false
  private var hasInvalid = false

  init(
    _ input: CorpusInput, _ source: ByteSource, isStrict: Bool, countsDamage: Bool,
    cutter: PieceCutter, counts: CorpusCounts,
    body: @escaping (DocumentPiece, CorpusCounts) throws -> Void
  ) {
    self.input = input
    self.isStrict = isStrict
    self.countsDamage = countsDamage
    self.cutter = cutter
    self.counts = counts
    self.source = source
    bytesReadBefore = counts.bytesRead
    self.body = body
  }

  /// `bytes` with U+FFFD in place of invalid UTF-8, or `nil` if they are valid.
  /// - Parameter place: Names the place of an offset in `bytes`.
  /// - Throws: ``CorpusError`` in strict reading, or if NUL bytes show that this is no text.
  mutating func repair(
    _ bytes: UnsafeRawBufferPointer, place: (Int) -> String
  ) throws -> [UInt8]? {
    hasNUL = hasNUL || bytes.baseAddress.flatMap { memchr($0, 0, bytes.count) } != nil
    let invalid = UTF8Repair.firstInvalid(in: bytes)
    hasInvalid = hasInvalid || invalid != nil
    if hasNUL && hasInvalid && !countsDamage {
      throw CorpusError(
        "\(input.name) is not text: it holds NUL bytes and invalid UTF-8",
        hint: "leave binary files out, and convert UTF-16 text to UTF-8 (iconv)")
    }
    guard let invalid else { return nil }
    if isStrict {
      throw CorpusError(
        "invalid UTF-8 at \(place(invalid.lowerBound))",
        hint: "convert the text to UTF-8 (iconv), or read it without --strict to replace such bytes"
      )
    }
    var repaired: [UInt8] = []
    repaired.reserveCapacity(bytes.count + 8)
    counts.replacedSequences += UTF8Repair.append(bytes, to: &repaired)
    return repaired
  }

  /// Delivers a whole document, valid UTF-8, in pieces if it is long.
  mutating func deliverDocument(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      let cut = cutter.cut(rest)
      let piece = UnsafeRawBufferPointer(rebasing: rest[..<(cut ?? rest.count)])
      try deliver(piece, isFirst: start == 0, isLast: cut == nil)
      guard let cut else { return }
      start += cut
    }
  }

  /// Delivers a document or a piece of one, valid UTF-8.
  mutating func deliver(_ bytes: UnsafeRawBufferPointer, isFirst: Bool, isLast: Bool) throws {
    if isFirst && isLast && DocumentSink.isBlank(bytes) {
      counts.blankDocuments += 1
      return
    }
    if isFirst { counts.documents += 1 }
    counts.bytes += bytes.count
    counts.bytesRead = bytesReadBefore + source.bytesRead
    try body(DocumentPiece(bytes: bytes, isFirst: isFirst, isLast: isLast), counts)
  }

  /// Whether there is nothing but Unicode white space.
  private static func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first(where: { !PieceCutter.isBlank($0) }) else { return true }
    if first < 0x80 { return false }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      if !scalar.properties.isWhitespace { return false }
    }
    return true
  }
}
