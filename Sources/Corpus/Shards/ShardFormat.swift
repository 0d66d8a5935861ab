import ContentHashing
import Files

/// The `.tokens` file: 64 bytes of header, the token ids, 32 bytes of trailer; all little-endian.
///
/// | offset | bytes | |
/// | --- | --- | --- |
/// | 0 | 8 | `swtokens` |
/// | 8 | 4 | version: 1 |
/// | 12 | 4 | width of an id: 2 (vocabularies of up to 65,536) or 4 bytes |
/// | 16 | 8 | size of the vocabulary: every id is below it |
/// | 24 | 4 | the id with which every document begins |
/// | 28 | 4 | 0 |
/// | 32 | 16 | the tokenizer's hash, upper half first |
/// | 48 | 16 | 0 |
///
/// The trailer holds the number of ids (8 bytes), of documents that begin in the file (8) and the
/// hash of the ids (16). It comes last so that a file of any size is written in one pass.
struct ShardFormat: Equatable {
  var vocabularySize: Int
  var documentStart: UInt32
  var tokenizerHash: ContentHash

  /// Bytes of an id.
  var width: Int { vocabularySize <= 1 << 16 ? 2 : 4 }

  static let headerSize = 64
  static let trailerSize = 32
  static let magic = Array("swtokens".utf8)
  static let version: UInt32 = 1

  struct Trailer: Equatable {
    var tokens: Int
    var documents: Int
    var hash: ContentHash

    var bytes: [UInt8] {
      ShardFormat.bytes(UInt64(tokens)) + ShardFormat.bytes(UInt64(documents))
        + ShardFormat.bytes(hash.high) + ShardFormat.bytes(hash.low)
    }
  }

  var header: [UInt8] {
    ShardFormat.magic + ShardFormat.bytes(ShardFormat.version) + ShardFormat.bytes(UInt32(width))
      + ShardFormat.bytes(UInt64(vocabularySize)) + ShardFormat.bytes(documentStart)
      + ShardFormat.bytes(UInt32(0)) + ShardFormat.bytes(tokenizerHash.high)
      + ShardFormat.bytes(tokenizerHash.low) + Array(repeating: 0, count: 16)
  }

  /// Checks that a file is the shard that a manifest promises; its ids are not read.
  /// - Throws: ``CorpusError``, `FileError`.
  func check(_ file: RandomAccessFile, expecting expected: Trailer) throws {
    let name = FileError.printable(file.path)
    func broken(_ reason: String) -> CorpusError {
      CorpusError(
        "the token shard \(name) \(reason)", hint: "encode the corpus again; nothing else is lost")
    }
    guard file.count >= ShardFormat.headerSize + ShardFormat.trailerSize else {
      throw broken("is truncated: it has \(file.count) bytes")
    }
    let header = try file.bytes(0..<ShardFormat.headerSize)
    guard header.starts(with: ShardFormat.magic) else { throw broken("is no token shard") }
    let version = header.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian
    }
    guard version == ShardFormat.version else {
      throw broken("has version \(version), not \(ShardFormat.version)")
    }
    guard header == self.header else {
      throw broken("does not belong to the manifest beside it: their headers differ")
    }
    // No product or sum of what the file claims: it must equal what the manifest promised.
    let size = file.count - ShardFormat.headerSize - ShardFormat.trailerSize
    guard size % width == 0, size / width == expected.tokens else {
      throw broken(
        "has \(file.count) bytes, which is not what its \(expected.tokens) ids take up")
    }
    guard try file.bytes((file.count - ShardFormat.trailerSize)..<file.count) == expected.bytes
    else {
      throw broken("does not belong to the manifest beside it: their counts or hashes differ")
    }
  }

  /// Reads a shard that was checked, and compares the hash of its ids.
  /// - Throws: ``CorpusError``, `FileError`.
  func verify(_ file: RandomAccessFile, _ expected: Trailer) throws {
    var hasher = ContentHasher()
    try file.forEachChunk(of: bytes(of: 0..<expected.tokens)) { hasher.update($0) }
    guard hasher.finalize() == expected.hash else {
      throw CorpusError(
        "the token shard \(FileError.printable(file.path)) is damaged: its hash is not the "
          + "manifest's",
        hint: "encode the corpus again")
    }
  }

  /// Where in a file the ids at `range` are.
  func bytes(of range: Range<Int>) -> Range<Int> {
    let start = ShardFormat.headerSize
    return (start + width * range.lowerBound)..<(start + width * range.upperBound)
  }

  /// The id at `index` of `ids`.
  @inline(__always)
  func id(_ ids: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    if width == 2 {
      UInt32(ids.load(fromByteOffset: 2 * index, as: UInt16.self).littleEndian)
    } else {
      ids.load(fromByteOffset: 4 * index, as: UInt32.self).littleEndian
    }
  }

  static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
