import ContentHashing
import Dispatch
import Files
import StrictJSON
import Synchronization
public import Tokenization

/// Turns a corpus into token shards.
public enum CorpusEncoder {
  /// How far encoding is.
  public struct Progress: Sendable {
    /// Bytes of the corpus's files read so far.
    public let bytesRead: Int
    /// What ``bytesRead`` will reach, where that is known.
    public let totalBytes: Int?
    /// Training and validation ids written so far.
    public let tokens: Int
  }

  /// Encodes a corpus into `directory`: `train-00000.tokens`, `validation-00000.tokens` and so on,
  /// and `manifest.json`, which is written last.
  ///
  /// Every document begins with the tokenizer's `documentStart`. The files are the same for any
  /// number of threads. Shards that are there already are replaced.
  ///
  /// - Parameters:
  ///   - reader: The corpus. It is read twice where its end becomes validation text; standard input
  ///     is then kept in a temporary file inside `directory`.
  ///   - validation: Where validation text comes from.
  ///   - tokenizer: It must have a `documentStart`.
  ///   - directory: Is created if needed.
  ///   - threads: How many threads encode.
  ///   - progress: Is told now and then, and at the end; what it throws stops the encoding.
  /// - Throws: ``CorpusError``, `FileError`; what was in `directory` is still there then.
  @discardableResult
  public static func encode(
    _ reader: CorpusReader, validation: ValidationSource = .automatic, tokenizer: Tokenizer,
    into directory: String, threads: Int, progress: (Progress) throws -> Void = { _ in }
  ) throws -> ShardManifest {
    try encode(
      reader, validation: validation, tokenizer: tokenizer, into: directory, threads: threads,
      tokensPerShard: nil, progress: progress)
  }

  /// The same with shards of a chosen size, for tests.
  @discardableResult
  package static func encode(
    _ reader: CorpusReader, validation: ValidationSource = .automatic, tokenizer: Tokenizer,
    into directory: String, threads: Int, tokensPerShard: Int?,
    progress: (Progress) throws -> Void = { _ in }
  ) throws -> ShardManifest {
    guard let start = tokenizer.documentStart else {
      throw CorpusError(
        "the tokenizer has no special token <|endoftext|>, <|end_of_text|> or </s>, with which documents "
          + "begin",
        hint: "train one with `swiftlet tokenizer train`, or name another as eos_token in the "
          + "tokenizer_config.json beside it")
    }
    let format = ShardFormat(
      vocabularySize: tokenizer.vocabularySize, documentStart: start,
      tokenizerHash: tokenizer.hash)
    return try ShardReplacement.replacing(directory) { draft in
      try write(
        reader, validation, tokenizer, format, into: draft, threads, tokensPerShard, progress)
    }
  }

  private static func write(
    _ reader: CorpusReader, _ validation: ValidationSource, _ tokenizer: Tokenizer,
    _ format: ShardFormat, into directory: String, _ threads: Int, _ tokensPerShard: Int?,
    _ progress: (Progress) throws -> Void
  ) throws -> ShardManifest {
    let spool = directory + "/.pipes"
    defer { try? FileSystem.remove(spool) }
    var reader = reader
    var held: Set<ContentHash> = []
    let pipeline = EncodingPipeline(
      tokenizer, format, directory: directory, threads: threads, tokensPerShard: tokensPerShard)

    var rule = SplitRule(.allTraining)
    var validationHash: ContentHash?
    var total = try reader.totalFileSize()
    var before = 0
    func report(_ counts: CorpusCounts) throws {
      try progress(
        Progress(
          bytesRead: before + counts.bytesRead, totalBytes: total, tokens: pipeline.tokens))
    }
    switch validation {
    case .none: break
    case .automatic:
      if !reader.pipes.isEmpty { try FileSystem.createDirectory(spool) }
      for (index, pipe) in reader.pipes.enumerated() {
        reader = try spooled(reader, pipe, at: "\(spool)/\(index)") {
          try progress(Progress(bytesRead: $0, totalBytes: nil, tokens: 0))
        }
      }
      rule = try SplitRule.automatic(for: reader)
    case .corpus(let other):
      if let size = try other.totalFileSize() {
        total = total.map { $0 > .max - size ? .max : $0 + size }
      }
      let summary = try other.forEachPiece { piece, counts in
        if piece.isFirst { held.insert(piece.identity) }
        try pipeline.append(piece.bytes, startsDocument: piece.isFirst, to: .validation)
        if pipeline.hasFlushed() { try report(counts) }
      }
      validationHash = summary.hash
      before = summary.counts.bytesRead
      pipeline.note(summary.counts)
      rule = SplitRule(.without(held))
    }
    let summary = try reader.forEachPiece { piece, counts in
      for part in rule.parts(of: piece) {
        guard let split = part.split else { continue }
        try pipeline.append(
          UnsafeRawBufferPointer(rebasing: piece.bytes[part.range]),
          startsDocument: part.isFirst, to: split)
      }
      if pipeline.hasFlushed() { try report(counts) }
    }
    pipeline.note(summary.counts)

    var manifest = try pipeline.finish(corpusHash: summary.hash)
    manifest.validationHash = validationHash
    manifest.droppedDocuments = rule.dropped
    try report(summary.counts)
    try check(manifest, validation)
    var file = try AtomicFile(path: directory + "/" + ShardManifest.fileName)
    try file.write(manifest.json.serialized(pretty: true))
    try file.commit()
    return manifest
  }

  private static func check(_ manifest: ShardManifest, _ validation: ValidationSource) throws {
    if manifest.train.documents == 0 {
      throw CorpusError(
        "nothing is left to train on: every document of the corpus is validation text",
        hint: "choose another file for --validation")
    }
    if case .automatic = validation, manifest.validation.documents == 0 {
      throw CorpusError(
        "the corpus is too short, or too much the same, to hold out validation text",
        hint: "add text, or give `pretrain` validation text with --validation FILE")
    }
  }

  /// The reader with a copy of a pipe, which can be read twice.
  private static func spooled(
    _ reader: CorpusReader, _ pipe: String, at path: String, progress: (_ bytes: Int) throws -> Void
  ) throws -> CorpusReader {
    // As it comes, compressed or not: the copy has the identity of the original.
    var input = CorpusInput(path: pipe, format: reader.format)
    input.whileWaiting = reader.whileWaiting
    let source = try ByteSource(input)
    var file = try AtomicFile(path: path)
    try source.forEachRawChunk {
      try file.write($0)
      try progress(source.bytesRead)
    }
    try file.commit()
    var reader = reader
    reader.spools[pipe] = path
    return reader
  }
}

/// Encodes pieces on several threads and writes their ids in order.
///
/// Pieces are gathered into batches; when there are a few for every thread, all are encoded at
/// once, each into its own array, while the next ones are gathered, and then written one after the
/// other. What is written does not depend on which thread encoded what.
private final class EncodingPipeline {
  private let tokenizer: Tokenizer
  private let format: ShardFormat
  private let threads: Int
  private var train: ShardWriter
  private var validation: ShardWriter
  private let caches: UnsafeMutableBufferPointer<EncodingCache>
  /// The batches that are being encoded.
  private var running: EncodingRound?
  private var batches: [Batch] = []
  private var batch = Batch()
  private var bytes: [CorpusSplit: Int] = [:]
  private var blankDocuments = 0
  private var replacedSequences = 0
  private var isFlushed = false
  private(set) var tokens = 0

  private static let batchSize = 1 << 18
  private static let batchesPerThread = 8

  init(
    _ tokenizer: Tokenizer, _ format: ShardFormat, directory: String, threads: Int,
    tokensPerShard: Int?
  ) {
    precondition(threads > 0, "\(threads) threads")
    self.tokenizer = tokenizer
    self.format = format
    self.threads = threads
    train = ShardWriter(
      directory: directory, split: .train, format: format, tokensPerShard: tokensPerShard)
    validation = ShardWriter(
      directory: directory, split: .validation, format: format, tokensPerShard: tokensPerShard)
    caches = .allocate(capacity: threads)
    caches.initialize(repeating: EncodingCache())
  }

  deinit {
    running?.wait()
    caches.deinitialize()
    caches.deallocate()
  }

  func append(
    _ text: UnsafeRawBufferPointer, startsDocument: Bool, to split: CorpusSplit
  ) throws {
    batch.text.append(contentsOf: text)
    batch.pieces.append((batch.text.count, startsDocument, split))
    bytes[split, default: 0] += text.count
    guard batch.text.count >= EncodingPipeline.batchSize else { return }
    batches.append(batch)
    batch = Batch()
    if batches.count >= threads * EncodingPipeline.batchesPerThread { try flush() }
  }

  /// Takes over what a reader counted.
  func note(_ counts: CorpusCounts) {
    blankDocuments += counts.blankDocuments
    replacedSequences += counts.replacedSequences
  }

  /// Whether ids were written since the last call.
  func hasFlushed() -> Bool {
    defer { isFlushed = false }
    return isFlushed
  }

  /// Writes what is left and describes everything that was written.
  func finish(corpusHash: ContentHash) throws -> ShardManifest {
    batches.append(batch)
    batch = Batch()
    try flush()
    try collect()
    var manifest = ShardManifest(format: format, corpusHash: corpusHash)
    manifest.train.shards = try train.finish()
    manifest.validation.shards = try validation.finish()
    for split in CorpusSplit.allCases {
      manifest[split].tokens = manifest[split].shards.reduce(0) { $0 + $1.tokens }
      manifest[split].documents = manifest[split].shards.reduce(0) { $0 + $1.documents }
      manifest[split].bytes = bytes[split] ?? 0
    }
    manifest.blankDocuments = blankDocuments
    manifest.replacedSequences = replacedSequences
    return manifest
  }

  /// Begins to encode what was gathered, once what was gathered before is written.
  private func flush() throws {
    let round = EncodingRound(batches)
    batches.removeAll(keepingCapacity: true)
    try collect()
    running = round
    round.start(tokenizer, format.documentStart, caches)
  }

  /// Waits for the batches that are being encoded, and writes them.
  private func collect() throws {
    guard let round = running else { return }
    running = nil
    for result in round.wait() {
      try train.append(result.train)
      try validation.append(result.validation)
      tokens += result.train.count + result.validation.count
    }
    isFlushed = true
  }
}

/// Pieces that are encoded together.
private struct Batch {
  var text: [UInt8] = []
  var pieces: [(end: Int, startsDocument: Bool, split: CorpusSplit)] = []

  func encoded(
    by tokenizer: Tokenizer, _ documentStart: UInt32, _ cache: inout EncodingCache
  ) -> EncodedBatch {
    var result = EncodedBatch()
    text.withUnsafeBytes { text in
      var start = 0
      for piece in pieces {
        let bytes = UnsafeRawBufferPointer(rebasing: text[start..<piece.end])
        start = piece.end
        switch piece.split {
        case .train: append(bytes, piece.startsDocument, to: &result.train)
        case .validation: append(bytes, piece.startsDocument, to: &result.validation)
        }
      }
    }
    func append(_ bytes: UnsafeRawBufferPointer, _ startsDocument: Bool, to ids: inout [UInt32]) {
      if startsDocument { ids.append(documentStart) }
      tokenizer.encode(bytes, isContinuation: !startsDocument, using: &cache, into: &ids)
    }
    return result
  }
}

private struct EncodedBatch {
  var train: [UInt32] = []
  var validation: [UInt32] = []
}

/// Batches that several threads encode while their maker does something else.
///
/// It may be shared because its maker looks at the results only after ``wait()``.
private final class EncodingRound: @unchecked Sendable {
  private let batches: [Batch]
  private var results: [EncodedBatch]
  private let next = Atomic(0)
  private let group = DispatchGroup()

  init(_ batches: [Batch]) {
    self.batches = batches
    results = batches.map { _ in EncodedBatch() }
  }

  /// Begins, with one thread for each cache; only one round at a time may use them.
  func start(
    _ tokenizer: Tokenizer, _ documentStart: UInt32,
    _ caches: UnsafeMutableBufferPointer<EncodingCache>
  ) {
    // Each cache belongs to one thread and each result to whoever takes its number.
    nonisolated(unsafe) let caches = caches
    DispatchQueue.global().async(group: group) { [self] in
      results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let results = results
        DispatchQueue.concurrentPerform(iterations: caches.count) { thread in
          while case let index = next.add(1, ordering: .relaxed).oldValue, index < batches.count {
            results[index] = batches[index].encoded(by: tokenizer, documentStart, &caches[thread])
          }
        }
      }
    }
  }

  /// The results, once they are there.
  @discardableResult
  func wait() -> [EncodedBatch] {
    group.wait()
    return results
  }
}
