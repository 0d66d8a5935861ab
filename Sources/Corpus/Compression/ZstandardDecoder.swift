#if CompressedCorpora
  import CZstd

  /// Decodes Zstandard frames (RFC 8878), checking their checksums. Frames that need a window above
  /// the library's default limit of 128 MiB (`zstd --long=28` and more) are refused.
  final class ZstandardDecoder: StreamDecoder {
    private let stream: OpaquePointer
    private(set) var isComplete = false

    /// - Parameter mostWindow: The largest window, of which the library takes powers of two from 1 KiB.
    init(mostWindow: Int = 1 << 27) {
      guard let stream = ZSTD_createDStream() else { fatalError("out of memory for Zstandard") }
      let logarithm = Int.bitWidth - 1 - max(1 << 10, mostWindow).leadingZeroBitCount
      _ = ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, Int32(min(27, logarithm)))
      self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    static var libraryVersion: String { String(cString: ZSTD_versionString()) }

    func decode(
      _ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws -> Int {
      // Between frames there is nothing to flush, and a call would ask for the next frame.
      if isComplete && input.isEmpty { return 0 }
      var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
      var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
      let status = ZSTD_decompressStream(stream, &target, &source)
      guard ZSTD_isError(status) == 0 else {
        throw StreamDecoderError(reason: String(cString: ZSTD_getErrorName(status)))
      }
      input = UnsafeRawBufferPointer(rebasing: input[source.pos...])
      // 0: a frame is decoded and flushed in full; the next call begins another.
      isComplete = status == 0
      return target.pos
    }
  }
#endif
