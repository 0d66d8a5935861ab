public import StrictJSON

/// Something about a corpus, a token shard or a window size that the user can put right.
public struct CorpusError: HintedError, Equatable {
  /// What is wrong and where: one sentence.
  public let description: String
  /// What to do about it.
  public let hint: String?

  package init(_ description: String, hint: String? = nil) {
    self.description = description
    self.hint = hint
  }
}
