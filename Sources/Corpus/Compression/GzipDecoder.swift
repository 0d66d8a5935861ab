#if CompressedCorpora
  import CZlib

  /// Decodes gzip (RFC 1952), checking each member's length and CRC-32. Zero bytes after a member
  /// are padding, as gzip(1) takes them.
  final class GzipDecoder: StreamDecoder {
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isComplete = false

    init() {
      stream = .allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // 15 bits of window, and 16 for "gzip only".
      let status = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard status == Z_OK else { fatalError("zlib cannot start: status \(status)") }
    }

    deinit {
      inflateEnd(stream)
      stream.deallocate()
    }

    static var libraryVersion: String { String(cString: zlibVersion()) }

    func decode(
      _ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws -> Int {
      if isComplete {
        while input.first == 0 { input = UnsafeRawBufferPointer(rebasing: input.dropFirst()) }
        guard !input.isEmpty else { return 0 }
        inflateReset(stream)
        isComplete = false
      }
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(output.count)
      let status = inflate(stream, Z_NO_FLUSH)
      input = UnsafeRawBufferPointer(rebasing: input.suffix(Int(stream.pointee.avail_in)))
      switch status {
      case Z_STREAM_END: isComplete = true
      case Z_OK, Z_BUF_ERROR: break
      default:
        throw StreamDecoderError(
          reason: stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)")
      }
      return output.count - Int(stream.pointee.avail_out)
    }
  }
#endif
