package import ContentHashing

/// A document, or a piece of one that is longer than about a mebibyte.
///
/// Long documents arrive in pieces so that memory stays bounded. They are cut where pre-tokens
/// end anyway: the ids of the pieces, one after the other, are the ids of the document. Only a
/// tokenizer that takes texts whole, without pre-tokens, can give others around a cut.
public struct DocumentPiece {
  /// Valid UTF-8; the memory is valid only during the call that delivers it.
  public let bytes: UnsafeRawBufferPointer
  /// Whether the document begins here.
  public let isFirst: Bool
  /// Whether the document ends here.
  public let isLast: Bool

  /// What documents are told apart by: the hash of a document, or of the first piece of a long
  /// one. Only on a first piece.
  package var identity: ContentHash {
    precondition(isFirst, "only a document's first piece identifies it")
    return ContentHash(of: bytes)
  }
}

/// What a reader went through.
public struct CorpusCounts: Sendable, Equatable {
  /// Documents delivered.
  public internal(set) var documents = 0
  /// Documents skipped because they hold nothing but white space.
  public internal(set) var blankDocuments = 0
  /// Bytes of text delivered.
  public internal(set) var bytes = 0
  /// Invalid UTF-8 sequences (and lone surrogates in JSON) replaced by U+FFFD.
  public internal(set) var replacedSequences = 0
  /// Lines of JSON that hold no document, where they are counted rather than refused.
  public internal(set) var unreadableLines = 0
  /// What is wrong with the first of them.
  public internal(set) var firstUnreadable: String?
  /// Bytes read from the files, as they are stored.
  public internal(set) var bytesRead = 0
}
