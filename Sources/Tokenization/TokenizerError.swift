public import StrictJSON

/// Why a tokenizer cannot be trained as asked.
public enum TokenizerTrainingError: HintedError, Equatable {
  /// The vocabulary cannot hold the special tokens and the 256 bytes.
  case vocabularyTooSmall(asked: Int, minimum: Int)
  /// A special token without text.
  case emptySpecialToken
  /// The distinct pieces of the corpus exceed what 32-bit positions can count.
  case tooManyDistinctPieces
  /// Within the bound to memory, nothing of the corpus would be left.
  case tooLittleMemory

  /// One sentence.
  public var description: String {
    switch self {
    case .vocabularyTooSmall(let asked, let minimum):
      "a vocabulary of \(asked) is too small: the 256 bytes and the special tokens take \(minimum)"
    case .emptySpecialToken: "a special token is empty"
    case .tooManyDistinctPieces:
      "the distinct pieces of the corpus take more than 4 GiB"
    case .tooLittleMemory:
      "even the most frequent pieces of the corpus do not fit into the memory that was given"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .vocabularyTooSmall(_, let minimum): "ask for at least \(minimum)"
    case .emptySpecialToken: "give it a text, such as <|name|>"
    case .tooManyDistinctPieces: "train on less text, or with a pre-tokenizer that cuts it"
    case .tooLittleMemory: "give more, less text, or a pre-tokenizer that cuts it"
    }
  }
}

/// Why a `tokenizer.json`, or one of the other files, cannot be read.
public struct TokenizerFileError: HintedError, Equatable {
  /// The kind of file, such as `tokenizer.json` or `merges.txt`.
  public let file: String
  /// What is wrong and where in the file, as one sentence.
  public let description: String
  /// What to do.
  public let hint: String?

  init(
    _ description: String, in file: String = "tokenizer.json",
    hint: String =
      "mend the file, or write it again by what made it: Hugging Face's tokenizers, or `swiftlet tokenizer`"
  ) {
    // What it quotes of the file may hold anything.
    self.file = file
    self.description = file + ": " + Self.oneLine(description)
    self.hint = hint
  }

  /// The file may be sound, but asks for something that this toolkit does not do.
  init(
    unsupported description: String,
    hint: String =
      "the file may be sound, but this feature is not supported: use a tokenizer without it, or train "
      + "one by `swiftlet tokenizer train`"
  ) {
    self.init(description, hint: hint)
  }

  init(
    configuration description: String,
    hint: String = "mend the file, or remove it: tokenizer.json does without"
  ) {
    file = "tokenizer_config.json"
    self.description = file + ": " + Self.oneLine(description)
    self.hint = hint
  }

  init(
    tiktoken description: String,
    hint: String = "fetch the file again, or write it by `swiftlet tokenizer convert`"
  ) {
    file = ".tiktoken"
    self.description = "the .tiktoken file: " + Self.oneLine(description)
    self.hint = hint
  }
}
