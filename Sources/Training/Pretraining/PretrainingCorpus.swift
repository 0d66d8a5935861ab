public import Corpus
import Files
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

  /// Checks that this is the text, and the validation text, of a run that goes on.
  ///
  /// - Parameters:
  ///   - directory: The run's shards.
  ///   - path: The run.
  /// - Throws: ``TrainingError`` if it has changed.
  func check(unchangedIn directory: String, of path: String) throws {
    let manifest = try ShardManifest(directory: directory)
    guard try isSame(as: manifest) else {
      throw TrainingError(
        "the corpus has changed since the run \(FileError.printable(path)) was created",
        hint: "leave out --corpus to go on with the text as it was, or start another --run")
    }
    guard try hasSameValidation(as: manifest) else {
      throw TrainingError(
        "the validation text is not the one that the run \(FileError.printable(path)) was created with",
        hint: "leave out --validation to go on with the text as it was, or start another --run")
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
  private func hasSameValidation(as manifest: ShardManifest) throws -> Bool {
    guard case .text(_, .corpus(let reader)) = self else { return true }
    return try reader.hash() == manifest.validationHash
  }
}
