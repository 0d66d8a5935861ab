/// How a file holds documents.
public enum CorpusFormat: String, Sendable, CaseIterable {
  /// Text: the file is one document, unless a separator cuts it.
  case plain
  /// JSON Lines: every line is an object, one of whose fields is a document.
  case jsonLines = "jsonl"
}
