import ContentHashing
import Files

/// Writes the ids of one split into shards of bounded size. Documents may cross shards.
struct ShardWriter: ~Copyable {
  private let directory: String
  private let split: CorpusSplit
  private let format: ShardFormat
  private let tokensPerShard: Int

  private var file: AtomicFile?
  private var hasher = ContentHasher()
  private var tokens = 0
  private var documents = 0
  private var scratch: [UInt8] = []
  private var shards: [ShardFormat.Trailer] = []

  /// Shards hold 256 MiB of ids.
  static let shardSize = 1 << 28

  init(directory: String, split: CorpusSplit, format: ShardFormat, tokensPerShard: Int?) {
    self.directory = directory
    self.split = split
    self.format = format
    self.tokensPerShard = tokensPerShard ?? ShardWriter.shardSize / format.width
  }

  static func name(of split: CorpusSplit, _ index: Int) -> String {
    let digits = String(index)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return "\(split.rawValue)-\(zeros)\(digits).tokens"
  }

  static let suffix = ".tokens"

  /// Whether a file of this name is written by this type.
  static func owns(_ name: String) -> Bool {
    name.hasSuffix(suffix)
      && CorpusSplit.allCases.contains { name.hasPrefix("\($0.rawValue)-") }
  }

  /// Appends ids; each document begins with the format's start.
  /// - Precondition: Every id is in the vocabulary.
  mutating func append(_ ids: [UInt32]) throws {
    try ids.withUnsafeBufferPointer { ids in
      var start = 0
      while start < ids.count {
        let count = min(ids.count - start, tokensPerShard - tokens, 1 << 16)
        try write(UnsafeBufferPointer(rebasing: ids[start..<(start + count)]))
        start += count
        if tokens == tokensPerShard { try finishShard() }
      }
    }
  }

  /// Completes the last shard and returns what was written.
  mutating func finish() throws -> [ShardFormat.Trailer] {
    try finishShard()
    return shards
  }

  private mutating func write(_ ids: UnsafeBufferPointer<UInt32>) throws {
    if file == nil {
      var new = try AtomicFile(
        path: "\(directory)/\(ShardWriter.name(of: split, shards.count))")
      try new.write(format.header)
      file = consume new
      hasher = ContentHasher()
    }
    let width = format.width
    let vocabularySize = format.vocabularySize
    let documentStart = format.documentStart
    var starts = 0
    scratch.removeAll(keepingCapacity: true)
    scratch.append(contentsOf: repeatElement(0, count: ids.count * width))
    scratch.withUnsafeMutableBytes { bytes in
      for (index, id) in ids.enumerated() {
        precondition(id < vocabularySize, "id \(id) in a vocabulary of \(vocabularySize)")
        if id == documentStart { starts += 1 }
        if width == 2 {
          bytes.storeBytes(of: UInt16(id).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
        } else {
          bytes.storeBytes(of: id.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
      }
    }
    tokens += ids.count
    documents += starts
    hasher.update(scratch)
    try file?.write(scratch)
  }

  private mutating func finishShard() throws {
    guard var done = file.take() else { return }
    let trailer = ShardFormat.Trailer(
      tokens: tokens, documents: documents, hash: hasher.finalize())
    try done.write(trailer.bytes)
    try done.commit()
    shards.append(trailer)
    tokens = 0
    documents = 0
  }
}
