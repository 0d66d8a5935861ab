public import Corpus
import Tokenization

/// What a run is trained on.
public enum PretrainingCorpus: Sendable {
  /// Text, which is encoded for the run.
  case text(CorpusReader, validation: ValidationSource)
  /// Token shards that `tokenizer encode` wrote, with the validation text that was held out then.
  case shards(directory: String)

  /// Puts the token shards into `directory`.
  ///
  /// - Throws: `CorpusError`, `FileError`, and what `progress` throws.
  func write(
    into directory: String, tokenizer: Tokenizer, threads: Int,
    progress: (CorpusEncoder.Progress) throws -> Void
  ) throws -> ShardManifest {
    switch self {
    case .text(let reader, let validation):
      try CorpusEncoder.encode(
        reader, validation: validation, tokenizer: tokenizer, into: directory, threads: threads,
        progress: progress)
    case .shards(let source):
      try ShardManifest.copy(from: source, to: directory, tokenizer: tokenizer)
    }
  }

  /// Whether this is the text that `manifest` describes.
  func isSame(as manifest: ShardManifest) throws -> Bool {
    switch self {
    case .text(let reader, _): try reader.hash() == manifest.corpusHash
    case .shards(let directory): try ShardManifest(directory: directory) == manifest
    }
  }

  /// Whether its validation text, if it names one, is that which `manifest` describes.
  func hasSameValidation(as manifest: ShardManifest) throws -> Bool {
    guard case .text(_, .corpus(let reader)) = self else { return true }
    return try reader.hash() == manifest.validationHash
  }
}
