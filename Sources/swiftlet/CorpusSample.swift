import Corpus
import Files
import Tokenization

/// What a corpus will be as tokens, told from its beginning.
struct CorpusSample {
  /// Training tokens, about.
  let trainTokens: Int
  /// Validation tokens, about.
  let validationTokens: Int
  /// Tokens of a document, about.
  let documentLength: Int
  /// Bytes of the files that are yet to be encoded; 0 for token shards.
  let bytesToEncode: Int
  /// Of one thread.
  let encodedBytesPerSecond: Double
  /// What one thread remembers of how pieces are encoded.
  let cacheBytes: Int
  /// Whether all of it was read.
  let isExact: Bool
  /// Ids of a byte of text.
  let tokensPerByte: Double
  /// Ids of the tokenizer.
  let vocabularySize: Int

  private static let sampleBytes = 32_000_000

  /// Thrown to end the reading.
  private struct Enough: Error {}

  /// Token shards, which know.
  /// - Throws: What reading the manifest throws, also if another tokenizer made them.
  init(shards directory: String, tokenizer: Tokenizer?) throws {
    let manifest = try ShardManifest(directory: directory)
    if let tokenizer { try manifest.check(tokenizer, in: directory) }
    // Manifests may claim anything.
    trainTokens = min(manifest.train.tokens, 1 << 48)
    validationTokens = min(manifest.validation.tokens, 1 << 48)
    vocabularySize = manifest.vocabularySize
    documentLength = trainTokens / max(manifest.train.documents, 1)
    (bytesToEncode, encodedBytesPerSecond, cacheBytes, isExact) = (0, 1, 0, true)
    tokensPerByte = 0
  }

  /// Encodes the beginning of text.
  /// - Throws: What reading throws.
  init(
    _ reader: CorpusReader, hasOwnValidation: Bool, tokenizer: Tokenizer, _ stop: StopSignal
  ) throws {
    var cache = EncodingCache()
    var ids: [UInt32] = []
    var (tokens, bytes) = (0, 0)
    var seconds = 0.0
    var (documents, bytesRead) = (0, 0)
    let clock = ContinuousClock()
    var isWhole = true
    do {
      try reader.forEachPiece { piece, counts in
        try stop.check()
        ids.removeAll(keepingCapacity: true)
        let start = clock.now
        tokenizer.encode(
          piece.bytes, isContinuation: !piece.isFirst, using: &cache, into: &ids)
        seconds += (clock.now - start) / .seconds(1)
        tokens += ids.count + (piece.isFirst ? 1 : 0)
        bytes += piece.bytes.count
        (documents, bytesRead) = (counts.documents, counts.bytesRead)
        if bytes >= Self.sampleBytes { throw Enough() }
      }
    } catch is Enough {
      isWhole = false
    }
    let total = try reader.totalFileSize() ?? bytesRead
    let share = isWhole ? 1 : max(1, Double(total) / Double(max(bytesRead, 1)))
    // Files may claim any size.
    func scaled(_ count: Int) -> Int { Int(min(Double(count) * share, Double(1 << 48))) }
    let all = scaled(tokens)
    vocabularySize = tokenizer.vocabularySize
    tokensPerByte = Double(tokens) / Double(max(bytes, 1))
    cacheBytes = cache.byteCount
    isExact = isWhole
    documentLength = tokens / max(documents, 1)
    bytesToEncode = scaled(bytes)
    encodedBytesPerSecond = Double(bytes) / max(seconds, 1e-6)
    // One document of a hundred; of few long ones, the end.
    let held = hasOwnValidation ? 0 : all / 100
    validationTokens = hasOwnValidation ? 65_536 : held
    trainTokens = all - held
  }
}
