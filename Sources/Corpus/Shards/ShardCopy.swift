import Files
import StrictJSON
public import Tokenization

extension ShardManifest {
  /// Whether a directory of token shards is at `path`.
  public static func exists(at path: String) -> Bool {
    FileSystem.exists(path + "/" + fileName)
      && FileSystem.exists(path + "/" + ShardWriter.name(of: .train, 0))
  }

  /// Copies token shards, the manifest last, into a directory, which is created.
  ///
  /// - Throws: ``CorpusError`` where the shards were made with another tokenizer or are damaged, or
  ///   the directory holds none; `FileError`.
  public static func copy(
    from source: String, to directory: String, tokenizer: Tokenizer
  ) throws -> ShardManifest {
    let manifest = try ShardManifest(directory: source)
    try FileSystem.createDirectory(directory)
    for split in CorpusSplit.allCases {
      try TokenStream(directory: source, split: split, tokenizer: tokenizer).verify()
      for index in manifest[split].shards.indices {
        let name = ShardWriter.name(of: split, index)
        let shard = try RandomAccessFile(path: source + "/" + name)
        var file = try AtomicFile(path: directory + "/" + name)
        try shard.forEachChunk { try file.write($0) }
        try file.commit()
      }
    }
    try AtomicFile.write(
      manifest.json.serialized(pretty: true), to: directory + "/" + fileName)
    return manifest
  }
}
