import Files
public import Tokenization

/// The ids of one side of an encoded corpus, as one sequence over all shards. Only what is copied out
/// is read.
public struct TokenStream: Sendable {
  private struct Shard: Sendable {
    /// The position of its first id in the stream.
    let start: Int
    let file: RandomAccessFile
    let expected: ShardFormat.Trailer
  }

  private let shards: [Shard]
  private let format: ShardFormat

  /// How many ids there are.
  public let count: Int
  /// How many documents begin in it.
  public let documentCount: Int
  /// How many bytes of text the ids stand for.
  public let byteCount: Int

  /// Every id is below it.
  public var vocabularySize: Int { format.vocabularySize }
  /// The id with which every document begins.
  public var documentStart: UInt32 { format.documentStart }

  /// Opens one side of a directory of shards.
  ///
  /// Headers, sizes and counts are checked now; ids are checked as they are copied. ``verify()``
  /// reads everything and compares the hashes.
  /// - Throws: ``CorpusError`` where the directory was made with another tokenizer or is damaged;
  ///   `FileError`.
  public init(directory: String, split: CorpusSplit, tokenizer: Tokenizer) throws {
    let manifest = try ShardManifest(directory: directory)
    try manifest.check(tokenizer, in: directory)
    let side = manifest[split]
    let format = manifest.format
    var start = 0
    shards = try side.shards.enumerated().map { index, expected in
      let path = "\(directory)/\(ShardWriter.name(of: split, index))"
      let file = try RandomAccessFile(path: path)
      try format.check(file, expecting: expected)
      let first = try file.bytes(format.bytes(of: 0..<1))
      if index == 0, first.withUnsafeBytes({ format.id($0, 0) }) != format.documentStart {
        throw CorpusError(
          "the token shard \(FileError.printable(path)) does not begin with a document",
          hint: "encode the corpus again")
      }
      defer { start += expected.tokens }
      return Shard(start: start, file: file, expected: expected)
    }
    self.format = format
    count = side.tokens
    documentCount = side.documents
    byteCount = side.bytes
  }

  /// Copies the ids at `range`.
  /// - Precondition: `range` lies within `0 ..< count`, and `output` has room for it.
  /// - Throws: ``CorpusError`` for an id outside the vocabulary, in a damaged shard; `FileError`, also
  ///   for one that was cut short meanwhile.
  public func copy(
    _ range: Range<Int>, into output: UnsafeMutableBufferPointer<Int32>
  ) throws {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && range.count <= output.count,
      "ids \(range) of \(count) into room for \(output.count)")
    guard !range.isEmpty else { return }
    var index = shardIndex(of: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let shard = shards[index]
      let end = min(range.upperBound, shard.start + shard.expected.tokens)
      let bytes = try shard.file.bytes(
        format.bytes(of: (position - shard.start)..<(end - shard.start)))
      var largest: UInt32 = 0
      bytes.withUnsafeBytes { ids in
        for index in 0..<(end - position) {
          let id = format.id(ids, index)
          largest = max(largest, id)
          output[position - range.lowerBound + index] = Int32(truncatingIfNeeded: id)
        }
      }
      guard largest < format.vocabularySize else {
        throw CorpusError(
          "the token shard \(FileError.printable(shard.file.path)) is damaged: id \(largest) in a "
            + "vocabulary of \(format.vocabularySize)",
          hint: "encode the corpus again")
      }
      position = end
      index += 1
    }
  }

  /// The ids at `range`; see ``copy(_:into:)``.
  public func ids(_ range: Range<Int>) throws -> [Int32] {
    try [Int32](unsafeUninitializedCapacity: range.count) { buffer, count in
      try copy(range, into: buffer)
      count = range.count
    }
  }

  /// Reads all shards and compares their hashes with the manifest's.
  /// - Throws: ``CorpusError`` naming the first damaged one.
  public func verify() throws {
    for shard in shards { try format.verify(shard.file, shard.expected) }
  }

  /// The last shard that begins at or before `position`.
  private func shardIndex(of position: Int) -> Int {
    var low = 0
    var high = shards.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if shards[middle].start <= position { low = middle } else { high = middle }
    }
    return low
  }
}
