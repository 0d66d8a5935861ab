#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Cuts plain text into documents.
///
/// Without a separator all of it is one document. Else a document ends wherever the separator's
/// bytes occur; the line breaks directly before and after them go with it.
struct PlainTextScanner {
  let separator: [UInt8]?

  /// Delivers every document of `buffer`.
  func scan(_ buffer: inout InputBuffer, into sink: inout DocumentSink) throws {
    // Bytes of the current piece that were searched in vain.
    var searched = 0
    var isFirst = true
    while true {
      if let separator, let found = PlainTextScanner.find(separator, buffer.bytes, searched) {
        let text = PlainTextScanner.withoutLineBreaksAtEnd(buffer.bytes, found)
        try deliver(text, buffer.offset, isFirst, isLast: true, &sink)
        buffer.consume(found + separator.count)
        try PlainTextScanner.skipLineBreaks(&buffer)
        searched = 0
        isFirst = true
        continue
      }
      // What could be the start of a separator stays.
      let settled = max(0, buffer.bytes.count - (separator.map { $0.count - 1 } ?? 0))
      let text = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<settled])
      if let cut = sink.cutter.cut(text, searched: searched) {
        let piece = UnsafeRawBufferPointer(rebasing: text[..<cut])
        try deliver(piece, buffer.offset, isFirst, isLast: false, &sink)
        buffer.consume(cut)
        searched = 0
        isFirst = false
        continue
      }
      searched = settled
      if try !buffer.fill() { break }
    }
    // Nothing behind the last separator is no document; an empty file is a blank one.
    if !buffer.bytes.isEmpty || !isFirst || buffer.offset == 0 {
      try deliver(buffer.bytes, buffer.offset, isFirst, isLast: true, &sink)
    }
  }

  private func deliver(
    _ text: UnsafeRawBufferPointer, _ offset: Int, _ isFirst: Bool, isLast: Bool,
    _ sink: inout DocumentSink
  ) throws {
    let input = sink.input
    guard let repaired = try sink.repair(text, place: { "byte \(offset + $0) of \(input.name)" })
    else {
      return try sink.deliver(text, isFirst: isFirst, isLast: isLast)
    }
    try repaired.withUnsafeBytes { try sink.deliver($0, isFirst: isFirst, isLast: isLast) }
  }

  private static func find(
    _ separator: [UInt8], _ bytes: UnsafeRawBufferPointer, _ start: Int
  ) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var position = start
    while position + separator.count <= bytes.count {
      let candidates = bytes.count - position - separator.count + 1
      guard let found = memchr(base + position, Int32(separator[0]), candidates) else { break }
      if memcmp(found, separator, separator.count) == 0 { return UnsafeRawPointer(found) - base }
      position = UnsafeRawPointer(found) - base + 1
    }
    return nil
  }

  private static func withoutLineBreaksAtEnd(
    _ bytes: UnsafeRawBufferPointer, _ end: Int
  ) -> UnsafeRawBufferPointer {
    var end = end
    while end > 0, bytes[end - 1] == 0x0A {
      end -= 1
      if end > 0, bytes[end - 1] == 0x0D { end -= 1 }
    }
    return UnsafeRawBufferPointer(rebasing: bytes[..<end])
  }

  private static func skipLineBreaks(_ buffer: inout InputBuffer) throws {
    while true {
      while buffer.bytes.count < 2, try buffer.fill() {}
      if buffer.bytes.first == 0x0A {
        buffer.consume(1)
      } else if buffer.bytes.starts(with: [0x0D, 0x0A]) {
        buffer.consume(2)
      } else {
        return
      }
    }
  }
}
