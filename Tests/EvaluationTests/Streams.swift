import ContentHashing
import Corpus
import Files
import StrictJSON
import TestSupport
import Testing
import Tokenization

/// A tokenizer whose ids are `<|endoftext|>` and the 256 bytes.
func byteTokenizer() throws -> Tokenizer {
  var trainer = BytePairTrainer(vocabularySize: 257, specialTokens: ["<|endoftext|>"])
  return try trainer.train()
}

/// A stream of the given documents, encoded from text.
func stream(_ documents: [String], _ tokenizer: Tokenizer, in directory: TemporaryDirectory) throws
  -> TokenStream
{
  var file = try AtomicFile(path: directory["corpus.jsonl"])
  for document in documents {
    let line: JSONValue = ["text": .string(document)]
    try file.write(line.serialized() + [0x0A])
  }
  try file.commit()
  try CorpusEncoder.encode(
    CorpusReader(paths: [directory["corpus.jsonl"]]), validation: .none, tokenizer: tokenizer,
    into: directory["shards"], threads: 1)
  return try TokenStream(directory: directory["shards"], split: .train, tokenizer: tokenizer)
}

/// A stream of exactly these ids, whose first one marks the only document's start; `ShardFormat`
/// says how shards are laid out. Ids from a golden file are no text that could be encoded.
func stream(
  ofIDs ids: [UInt32], byteCount: Int, _ tokenizer: Tokenizer, in directory: TemporaryDirectory
) throws -> TokenStream {
  func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
  let payload = ids.flatMap { bytes(UInt16($0)) }
  let hash = ContentHash(of: payload)
  var shard = Array("swtokens".utf8) + bytes(UInt32(1)) + bytes(UInt32(2))
  shard += bytes(UInt64(tokenizer.vocabularySize)) + bytes(ids[0]) + bytes(UInt32(0))
  shard +=
    bytes(tokenizer.hash.high) + bytes(tokenizer.hash.low) + bytes(UInt64(0)) + bytes(UInt64(0))
  shard += payload + bytes(UInt64(ids.count)) + bytes(UInt64(1))
  shard += bytes(hash.high) + bytes(hash.low)
  try AtomicFile.write(shard, to: directory["train-00000.tokens"])
  let description: JSONValue = [
    "file": "train-00000.tokens", "tokens": .integer(ids.count), "documents": 1,
    "hash": .string("\(hash)"),
  ]
  let manifest: JSONValue = [
    "version": 1,
    "tokenizer_hash": .string("\(tokenizer.hash)"),
    "vocabulary_size": .integer(tokenizer.vocabularySize),
    "document_start": .integer(Int(ids[0])),
    "corpus_hash": .string("\(hash)"),
    "validation_hash": .null,
    "blank_documents": 0,
    "replaced_sequences": 0,
    "dropped_documents": 0,
    "train": [
      "tokens": .integer(ids.count), "documents": 1, "bytes": .integer(byteCount),
      "shards": .array([description]),
    ],
    "validation": ["tokens": 0, "documents": 0, "bytes": 0, "shards": .array([])],
  ]
  try AtomicFile.write(manifest.serialized(), to: directory["manifest.json"])
  return try TokenStream(directory: directory.path, split: .train, tokenizer: tokenizer)
}
