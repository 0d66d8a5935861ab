public import ContentHashing
import Files

/// The documents of a corpus, streamed from files.
///
/// A path is a file, a directory (all files below it, sorted by the bytes of their names, hidden
/// ones skipped), a pipe, or `-` for standard input. A file whose name ends in `.jsonl` holds one document
/// a line; any other is one document, unless a separator cuts it. Either can be compressed with
/// gzip (`.gz`) or Zstandard (`.zst`). A byte order mark at the start of a file is dropped; line
/// ends stay as they are.
public struct CorpusReader: Sendable {
  /// Where the text is.
  public var paths: [String]
  /// The format of all paths; `nil` to tell it from each name.
  public var format: CorpusFormat?
  /// The field of a JSON Lines object that holds the document.
  public var field: String
  /// The bytes that divide plain text into documents, wherever they occur. The line
  /// breaks directly before and after them go with them.
  public var separator: [UInt8]?
  /// Whether invalid UTF-8 is an error rather than replaced and counted.
  public var isStrict: Bool
  /// Whether binary files are read like text, and lines that hold no document are counted, rather than
  /// refused; for looking at a corpus.
  public var countsDamage = false

  /// Is called about ten times a second while standard input or another pipe has nothing to read;
  /// what it throws ends the reading.
  public var whileWaiting: (@Sendable () throws -> Void)?

  /// About how many bytes of memory the reader's user may take; a small part of it bounds what the
  /// reader holds. A JSON line of more than a 32nd is refused then, a plain document without any place to
  /// cut is cut after a 16th, and Zstandard data that needs a window above the power of two below a 16th is refused.
  public var memory: Int? {
    didSet {
      guard let memory else {
        longestLine = nil
        cutter.pieceSize = PieceCutter().pieceSize
        return
      }
      longestLine = min(1 << 28, memory / 32)
      cutter.pieceSize = min(1 << 20, max(1 << 12, memory / 1024))
    }
  }

  /// The files that hold what standard input and other pipes gave, where it was kept, by their paths.
  var spools: [String: String] = [:]
  /// How long documents are cut into pieces.
  var cutter = PieceCutter()

  /// The most bytes of a JSON line, for tests.
  package var longestLine: Int?

  /// The size from which on documents arrive in pieces, for tests.
  package var pieceSize: Int {
    get { cutter.pieceSize }
    set { cutter.pieceSize = newValue }
  }

  /// The paths that can be read only once: `-`, pipes and devices.
  public var pipes: [String] {
    paths.filter { spools[$0] == nil && ($0 == "-" || FileSystem.isPipe($0)) }
  }

  /// Describes a corpus; nothing is opened yet.
  /// - Precondition: The separator is not empty.
  public init(
    paths: [String], format: CorpusFormat? = nil, field: String = "text",
    separator: [UInt8]? = nil, isStrict: Bool = false
  ) {
    precondition(separator?.isEmpty != true, "an empty separator divides nothing")
    self.paths = paths
    self.format = format
    self.field = field
    self.separator = separator
    self.isStrict = isStrict
  }

  /// Reads the corpus once, from the first file to the last, and hands each document (each piece
  /// of a long one) to `body`. Memory holds one JSON line, or a few mebibytes of plain text.
  ///
  /// - Parameter body: Takes a piece and what was counted up to and including it.
  /// - Returns: The final counts and the corpus's hash, the same as ``hash()``.
  /// - Throws: ``CorpusError`` (malformed lines, damaged compression, binary files, invalid UTF-8
  ///   in strict reading, a corpus without any text), `FileError`, and what `body` throws.
  @discardableResult
  public func forEachPiece(
    _ body: (DocumentPiece, CorpusCounts) throws -> Void
  ) throws -> CorpusSummary {
    let inputs = try expand()
    var counts = CorpusCounts()
    var hasher = hasherOfSettings()
    try withoutActuallyEscaping(body) { body in
      for input in inputs {
        let source = try ByteSource(input)
        var sink = DocumentSink(
          input, source, isStrict: isStrict, countsDamage: countsDamage, cutter: cutter,
          counts: counts, body: body)
        var buffer = InputBuffer(source)
        try CorpusReader.skipByteOrderMark(&buffer)
        switch input.format {
        case .plain: try PlainTextScanner(separator: separator).scan(&buffer, into: &sink)
        case .jsonLines:
          var scanner = JSONLinesScanner(field: field, directory: input.directory)
          if let longestLine { scanner.longestLine = longestLine }
          try scanner.scan(&buffer, into: &sink)
        }
        let bytesRead = counts.bytesRead + source.bytesRead
        counts = sink.counts
        counts.bytesRead = bytesRead
        hasher.update(identity(of: input, source))
      }
    }
    guard counts.documents > 0 else { throw emptyError(counts) }
    return CorpusSummary(counts: counts, hash: hasher.finalize())
  }

  /// The identity of the corpus: of the files' stored bytes, their order, and how they are cut
  /// into documents. Reads every file, but decodes nothing. Names and places do not count.
  /// - Throws: `FileError`, ``CorpusError``.
  public func hash() throws -> ContentHash {
    var hasher = hasherOfSettings()
    for input in try expand() {
      let source = try ByteSource(input)
      try source.forEachRawChunk { _ in }
      hasher.update(identity(of: input, source))
    }
    return hasher.finalize()
  }

  /// How many bytes ``CorpusCounts/bytesRead`` will reach; `nil` where only reading tells.
  public func totalFileSize() throws -> Int? {
    guard pipes.isEmpty else { return nil }
    return try expand().compactMap(\.file).reduce(0) {
      // Sizes are what file systems claim.
      let size = try FileSystem.fileSize($1)
      return $0 > .max - size ? .max : $0 + size
    }
  }

  /// How many files there are, standard input among them.
  public func fileCount() throws -> Int { try expand().count }

  private func expand() throws -> [CorpusInput] {
    var inputs = try CorpusInput.expand(
      paths, format: format, spools: spools, whileWaiting: whileWaiting)
    if let memory {
      for index in inputs.indices { inputs[index].mostWindow = memory / 16 }
    }
    return inputs
  }

  private func hasherOfSettings() -> ContentHasher {
    var hasher = ContentHasher()
    hasher.update(Array("corpus 1\0\(field)\0".utf8))
    hasher.update(separator ?? [])
    return hasher
  }

  private func identity(of input: CorpusInput, _ source: ByteSource) -> [UInt8] {
    Array("\0\(input.format.rawValue) \(source.hash)".utf8)
  }

  private static func skipByteOrderMark(_ buffer: inout InputBuffer) throws {
    while buffer.bytes.count < 3, try buffer.fill() {}
    if buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.consume(3) }
  }

  private func emptyError(_ counts: CorpusCounts) -> CorpusError {
    let names = paths.map { $0 == "-" ? "standard input" : FileError.printable($0) }
    let shown =
      paths == ["-"]
      ? "standard input"
      : "the corpus " + names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
    if let first = counts.firstUnreadable {
      return CorpusError(
        "no line of \(shown) holds a document; the first: \(first)",
        hint: "choose the field that holds text with --field, or read it as --format plain")
    }
    return CorpusError(
      counts.blankDocuments > 0
        ? "\(shown) is empty: it holds only white space" : "\(shown) is empty",
      hint: paths == ["-"] ? "check the command that writes it" : "name files that hold text")
  }
}

/// What reading a whole corpus found.
public struct CorpusSummary: Sendable, Equatable {
  /// Documents and bytes.
  public let counts: CorpusCounts
  /// The identity of the corpus; see ``CorpusReader/hash()``.
  public let hash: ContentHash
}
