public import ContentHashing
import Files
import StrictJSON
public import Tokenization

/// What a directory of token shards holds: its `manifest.json`, which is written last.
public struct ShardManifest: Sendable, Equatable {
  /// One side of the corpus.
  public struct Side: Sendable, Equatable {
    /// Ids in all shards, one at the start of every document included.
    public internal(set) var tokens = 0
    /// Documents.
    public internal(set) var documents = 0
    /// Bytes of text, as UTF-8.
    public internal(set) var bytes = 0
    var shards: [ShardFormat.Trailer] = []
  }

  /// The hash of the tokenizer that made the ids.
  public internal(set) var tokenizerHash: ContentHash
  /// How many ids the tokenizer has.
  public internal(set) var vocabularySize: Int
  /// The id with which every document begins.
  public internal(set) var documentStart: UInt32
  /// ``CorpusReader/hash()`` of the corpus.
  public internal(set) var corpusHash: ContentHash
  /// The same of the validation corpus, if it was one of its own.
  public internal(set) var validationHash: ContentHash?
  /// Training text.
  public internal(set) var train = Side()
  /// Validation text.
  public internal(set) var validation = Side()
  /// Documents that held only white space.
  public internal(set) var blankDocuments = 0
  /// Invalid UTF-8 sequences replaced.
  public internal(set) var replacedSequences = 0
  /// Documents left out of the training text because they are validation text.
  public internal(set) var droppedDocuments = 0

  static let fileName = "manifest.json"
  static let version = 1

  var format: ShardFormat {
    ShardFormat(
      vocabularySize: vocabularySize, documentStart: documentStart, tokenizerHash: tokenizerHash)
  }

  /// Refuses another tokenizer than the one that made the shards in `directory`.
  /// - Throws: ``CorpusError``.
  public func check(_ tokenizer: Tokenizer, in directory: String) throws {
    guard tokenizerHash == tokenizer.hash, vocabularySize == tokenizer.vocabularySize else {
      throw CorpusError(
        "the token shards in \(FileError.printable(directory)) were made with another tokenizer "
          + "(\(tokenizerHash)) than this one (\(tokenizer.hash))",
        hint: "encode the corpus with this tokenizer, or give the one that made the shards")
    }
  }

  /// One side.
  public subscript(split: CorpusSplit) -> Side {
    get { split == .train ? train : validation }
    set { if split == .train { train = newValue } else { validation = newValue } }
  }

  init(format: ShardFormat, corpusHash: ContentHash) {
    tokenizerHash = format.tokenizerHash
    vocabularySize = format.vocabularySize
    documentStart = format.documentStart
    self.corpusHash = corpusHash
  }
}

extension ShardManifest {
  /// The manifest as a value with the keys of `manifest.json`.
  var json: JSONValue {
    func side(_ split: CorpusSplit) -> JSONValue {
      let side = self[split]
      let shards = side.shards.enumerated().map { index, shard -> JSONValue in
        [
          "file": .string(ShardWriter.name(of: split, index)),
          "tokens": .integer(shard.tokens), "documents": .integer(shard.documents),
          "hash": .string("\(shard.hash)"),
        ]
      }
      return [
        "tokens": .integer(side.tokens), "documents": .integer(side.documents),
        "bytes": .integer(side.bytes), "shards": .array(shards),
      ]
    }
    return [
      "version": .integer(ShardManifest.version),
      "tokenizer_hash": .string("\(tokenizerHash)"),
      "vocabulary_size": .integer(vocabularySize),
      "document_start": .integer(Int(documentStart)),
      "corpus_hash": .string("\(corpusHash)"),
      "validation_hash": validationHash.map { .string("\($0)") } ?? .null,
      "blank_documents": .integer(blankDocuments),
      "replaced_sequences": .integer(replacedSequences),
      "dropped_documents": .integer(droppedDocuments),
      "train": side(.train),
      "validation": side(.validation),
    ]
  }

  /// Reads all shards in `directory`, and compares them with this.
  /// - Throws: ``CorpusError`` naming the first that is damaged, `FileError`.
  public func verifyShards(in directory: String) throws {
    for split in CorpusSplit.allCases {
      for (index, expected) in self[split].shards.enumerated() {
        let file = try RandomAccessFile(
          path: "\(directory)/\(ShardWriter.name(of: split, index))")
        try format.check(file, expecting: expected)
        try format.verify(file, expected)
      }
    }
  }

  /// Reads the manifest of a directory of shards.
  /// - Throws: ``CorpusError`` if there is none, or it contradicts itself; `FileError`.
  public init(directory: String) throws {
    let path = directory + "/" + ShardManifest.fileName
    guard FileSystem.exists(path) else {
      throw CorpusError(
        FileSystem.isDirectory(directory)
          ? "\(FileError.printable(directory)) holds no \(ShardManifest.fileName): "
            + "it is no directory of token shards, or encoding did not finish"
          : "there is no directory \(FileError.printable(directory))",
        hint:
          "make token shards with `swiftlet tokenizer encode --tokenizer T.json FILE… --out DIR`"
      )
    }
    let bytes = try FileSystem.readFile(path, limit: 1 << 26)
    do {
      try self.init(json: JSONValue(parsing: bytes))
    } catch let error as JSONError {
      throw ShardManifest.error(path, "\(error)")
    } catch let error as Malformed {
      throw ShardManifest.error(path, error.reason)
    }
  }

  private static func error(_ path: String, _ reason: String) -> CorpusError {
    CorpusError(
      "the manifest \(FileError.printable(path)) cannot be used: \(reason)",
      hint: "encode the corpus again")
  }

  private struct Malformed: Error {
    let reason: String
  }

  private init(json: JSONValue) throws {
    func count(_ value: JSONValue, _ name: String) throws -> Int {
      // The bound keeps every later sum and product of counts in range.
      guard let count = value[name]?.integer, (0...(1 << 48)).contains(count) else {
        throw Malformed(reason: "\"\(name)\" is missing or no count")
      }
      return count
    }
    func hash(_ value: JSONValue, _ name: String) throws -> ContentHash {
      guard let hash = value[name]?.string.flatMap({ ContentHash($0) }) else {
        throw Malformed(reason: "\"\(name)\" is missing or no hash")
      }
      return hash
    }
    func side(_ split: CorpusSplit) throws -> Side {
      guard let value = json[split.rawValue], let shards = value["shards"]?.array else {
        throw Malformed(reason: "\"\(split.rawValue)\" is missing or has no shards")
      }
      var side = Side()
      side.tokens = try count(value, "tokens")
      side.documents = try count(value, "documents")
      side.bytes = try count(value, "bytes")
      for (index, shard) in shards.enumerated() {
        guard shard["file"]?.string == ShardWriter.name(of: split, index) else {
          throw Malformed(reason: "the \(split.rawValue) shards are out of order")
        }
        side.shards.append(
          ShardFormat.Trailer(
            tokens: try count(shard, "tokens"), documents: try count(shard, "documents"),
            hash: try hash(shard, "hash")))
      }
      guard side.shards.allSatisfy({ $0.tokens > 0 }) else {
        throw Malformed(reason: "a \(split.rawValue) shard is empty")
      }
      let tokens = side.shards.reduce(0) { $0 &+ $1.tokens }
      let documents = side.shards.reduce(0) { $0 &+ $1.documents }
      guard tokens == side.tokens, documents == side.documents else {
        throw Malformed(reason: "the \(split.rawValue) shards do not add up")
      }
      return side
    }
    guard json["version"]?.integer == ShardManifest.version else {
      throw Malformed(reason: "its version is not \(ShardManifest.version)")
    }
    tokenizerHash = try hash(json, "tokenizer_hash")
    vocabularySize = try count(json, "vocabulary_size")
    let start = try count(json, "document_start")
    guard vocabularySize <= 1 << 31, start < vocabularySize else {
      throw Malformed(reason: "\"document_start\" is not in the vocabulary")
    }
    documentStart = UInt32(start)
    corpusHash = try hash(json, "corpus_hash")
    validationHash = json["validation_hash"] == .null ? nil : try hash(json, "validation_hash")
    blankDocuments = try count(json, "blank_documents")
    replacedSequences = try count(json, "replaced_sequences")
    droppedDocuments = try count(json, "dropped_documents")
    train = try side(.train)
    validation = try side(.validation)
  }
}
