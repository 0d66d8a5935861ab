/// Decompresses a stream that arrives in chunks; concatenated members or frames are one stream.
protocol StreamDecoder: AnyObject {
  /// Decompresses from the front of `input`, removes what was used and returns how many bytes of
  /// `output` were filled: 0 means that more input is needed.
  /// - Throws: ``StreamDecoderError``.
  func decode(
    _ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws -> Int

  /// Whether the input may end here.
  var isComplete: Bool { get }
}

/// Compressed bytes that cannot be decoded, with the library's own words.
struct StreamDecoderError: Error {
  let reason: String
}
