import ContentHashing
import Files

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The decompressed bytes of one input, read in chunks; the raw bytes are hashed as they pass.
final class ByteSource {
  private let input: CorpusInput
  private let descriptor: Int32
  private let memory: UnsafeMutableRawBufferPointer
  /// What was read and not yet used.
  private var raw: UnsafeRawBufferPointer
  private var isAtEnd = false
  private var decoder: (any StreamDecoder)?
  private var compression: CorpusInput.Compression?
  private var hasher = ContentHasher()
  /// What the file was when it was opened.
  private let version: FileVersion?

  /// How many raw bytes were read.
  private(set) var bytesRead = 0

  /// The most that is read at once. Small files get less: where there are a million of them, mapping
  /// memory for each would take longer than reading it.
  private static let chunkSize = 1 << 18

  /// Opens the input and looks at its first bytes.
  /// - Throws: `FileError`, ``CorpusError``.
  init(_ input: CorpusInput) throws {
    self.input = input
    // Opening a pipe that nobody writes to yet would wait, deaf to everything.
    let descriptor = input.file.map { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? dup(0)
    guard descriptor >= 0 else { throw FileError("read", input.name, code: errno) }
    self.descriptor = descriptor
    version = FileVersion(of: descriptor)
    let size = version.map { min($0.size, ByteSource.chunkSize - 1) + 1 } ?? ByteSource.chunkSize
    memory = .allocate(byteCount: max(4096, size), alignment: 64)
    raw = UnsafeRawBufferPointer(rebasing: memory[..<0])
    try detectCompression()
  }

  deinit {
    close(descriptor)
    memory.deallocate()
  }

  /// The hash of all raw bytes; call it once everything is read.
  var hash: ContentHash { hasher.finalize() }

  /// Fills the front of `output` and returns how many bytes it got: 0 only at the end.
  /// - Throws: `FileError`, ``CorpusError`` for damaged compressed data.
  func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if raw.isEmpty && !isAtEnd { try readChunk() }
      guard let decoder, let compression else {
        let count = min(raw.count, output.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[..<count]))
        raw = UnsafeRawBufferPointer(rebasing: raw[count...])
        return count
      }
      do {
        // At the end, too: the decoder may still hold bytes that did not fit before.
        let count = try decoder.decode(&raw, into: output)
        if count > 0 { return count }
      } catch let error as StreamDecoderError {
        throw damaged("is damaged (\(error.reason))", compression)
      }
      if raw.isEmpty && isAtEnd {
        if decoder.isComplete { return 0 }
        throw damaged("is truncated", compression)
      }
    }
  }

  /// Hands over the raw bytes that are left, as they are stored.
  func forEachRawChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    if !raw.isEmpty { try body(raw) }
    while !isAtEnd {
      try readChunk()
      try body(raw)
    }
  }

  private func damaged(_ what: String, _ compression: CorpusInput.Compression) -> CorpusError {
    CorpusError(
      "the \(compression.name) data of \(input.name) \(what)",
      hint: input.isStandardInput
        ? "check the command that writes it"
        : "fetch the file again; `\(compression.command) --test` checks it")
  }

  private func readChunk() throws {
    try fill(from: 0)
  }

  /// Reads once behind the `kept` bytes at the front of the memory.
  private func fill(from kept: Int) throws {
    var count: Int
    let free = UnsafeMutableRawBufferPointer(rebasing: memory[kept...])
    repeat {
      try waitForInput()
      #if canImport(Darwin)
        count = Darwin.read(descriptor, free.baseAddress, free.count)
      #else
        count = Glibc.read(descriptor, free.baseAddress, free.count)
      #endif
    } while count < 0 && (errno == EINTR || errno == EAGAIN)
    guard count >= 0 else { throw FileError("read", input.name, code: errno) }
    isAtEnd = count == 0
    guard !isAtEnd || FileVersion(of: descriptor) == version else {
      throw CorpusError(
        "\(input.name) changed while it was read",
        hint: "read it again once no other program writes to it")
    }
    bytesRead += count
    hasher.update(UnsafeRawBufferPointer(rebasing: free[..<count]))
    raw = UnsafeRawBufferPointer(rebasing: memory[..<(kept + count)])
  }

  /// Returns once something can be read, or the end is known: at once for files, but a pipe may
  /// stay silent for hours.
  private func waitForInput() throws {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&request, 1, 100)
      // What cannot be waited for is left to `read`, which says why.
      if ready > 0 || ready < 0 && errno != EINTR { return }
      try input.whileWaiting?()
    }
  }

  /// Both magics are invalid UTF-8: no text begins with them.
  private func detectCompression() throws {
    // A pipe may hand over a byte at a time.
    while raw.count < 4 && !isAtEnd { try fill(from: raw.count) }
    let found: CorpusInput.Compression? =
      if raw.starts(with: [0x1F, 0x8B]) {
        .gzip
      } else if raw.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
        .zstandard
      } else {
        // Zstandard's skippable frames may stand first; only the name can tell them from text.
        input.compression == .zstandard && raw.count >= 4 && raw[0] & 0xF0 == 0x50
          && raw.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) ? .zstandard : nil
      }
    if let promised = input.compression, found != promised {
      throw CorpusError(
        "\(input.name) is named like \(promised.name) data but does not begin like it",
        hint: "rename the file, or fetch it again")
    }
    compression = found
    guard let found else { return }
    #if CompressedCorpora
      switch found {
      case .gzip: decoder = GzipDecoder()
      case .zstandard: decoder = ZstandardDecoder(mostWindow: input.mostWindow)
      }
    #else
      throw CorpusError(
        "\(input.name) is \(found.name) data, which this build does not read",
        hint: "decompress it with \(found.command) -d, or build with the trait CompressedCorpora, "
          + "which is on by default")
    #endif
  }
}

/// What changes when a file does.
private struct FileVersion: Equatable {
  let size: Int
  let seconds: Int
  let nanoseconds: Int

  /// Of an open regular file; others have none.
  init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    size = Int(status.st_size)
    seconds = time.tv_sec
    nanoseconds = time.tv_nsec
  }
}
