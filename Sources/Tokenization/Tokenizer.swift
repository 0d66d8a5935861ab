public import ContentHashing

/// A token that marks structure, such as the end of a document, and stands for no text (but see
/// ``Tokenizer/learnedSpecialTokens``).
public struct SpecialToken: Sendable, Hashable {
  /// Its id.
  public let id: UInt32
  /// How it is written where special tokens are allowed in text.
  public let content: String

  /// Pairs an id with its text.
  public init(id: UInt32, content: String) {
    self.id = id
    self.content = content
  }

  /// Whether id and bytes are the same; `String` would compare by Unicode equivalence.
  public static func == (left: SpecialToken, right: SpecialToken) -> Bool {
    left.id == right.id && left.content.utf8.elementsEqual(right.content.utf8)
  }

  /// Hashes the id, which tells the tokens of one tokenizer apart.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A BPE tokenizer: text to ids and back.
///
/// It is immutable and cheap to copy, and any number of threads may use it at once. It works on
/// bytes: without normalisation `decode(encode(bytes))` gives back every byte sequence, also one
/// that is not UTF-8. (A file's added tokens that take the white space around them stand for their own
/// text alone; and with ``isSentencePiece``, blanks may come or go at the beginning and behind added
/// tokens, and `▁` comes back as a blank.)
public struct Tokenizer: Sendable {
  let model: BytePairModel
  /// What the `tokenizer_config.json` beside the file says, if there is one; no part of ``hash``.
  public var configuration: TokenizerConfiguration?
  /// What the `tokenizer.json` set that is neither followed nor written again: `truncation` and `padding`,
  /// which belong to whoever makes batches and change no id.
  public private(set) var ignoredSettings: [String] = []

  init(_ model: BytePairModel) { self.model = model }

  /// Reads a `tokenizer.json`, as Hugging Face's `tokenizers` and ``json()`` write it.
  /// - Throws: `JSONError`, or ``TokenizerFileError`` where the file asks for something that this
  ///   toolkit does not do exactly the same, or contradicts itself.
  public init(json: [UInt8]) throws {
    let file = try BytePairModel.read(json)
    self.init(file.model)
    ignoredSettings = file.ignored
  }

  /// The tokenizer as a `tokenizer.json` that Hugging Face's `tokenizers` 0.20 and later read; the
  /// same bytes for the same tokenizer.
  public func json() -> [UInt8] { model.description.json }

  /// The hash of ``json()``: equal for tokenizers that do the same and are written the same.
  public var hash: ContentHash { model.description.hash }

  // MARK: What it consists of

  /// The largest id plus 1: how many rows a model needs. Ids below it that no token has are unused: they
  /// decode to nothing and no text gives them; see ``contains(_:)``.
  public var vocabularySize: Int { model.count }

  /// How text is cut into pieces.
  public var preTokenizer: PreTokenizer { model.preTokenizer }

  /// What is done to text before it is cut.
  public var normalization: Normalization { model.normalization }

  /// Whether tokens are spelled as Llama 2's are: in characters, with a blank before texts, and bytes
  /// for characters that the vocabulary lacks. `▁` stands for a blank then, in texts, too.
  public var isSentencePiece: Bool { model.spelling != nil }

  /// The special tokens in the order of their ids.
  public var specialTokens: [SpecialToken] {
    model.addedTokens.filter(\.isSpecial).map { SpecialToken(id: $0.id, content: $0.content) }
  }

  /// The added tokens that are not special: text that is always one token.
  public var textualAddedTokens: [String] {
    model.addedTokens.filter { !$0.isSpecial }.map(\.content)
  }

  /// Whether a special token takes the white space around it, or is only found as a word of its own.
  public var hasTokensThatStrip: Bool {
    model.addedTokens.contains {
      $0.isSpecial && ($0.stripsLeft || $0.stripsRight || $0.isSingleWord)
    }
  }

  /// Whether merging does not make every token, and a piece that is a token is taken without merging
  /// (`ignore_merges`).
  public var takesWholePieces: Bool { model.wholePieces != nil && !tokensNotMerged().isEmpty }

  /// The special tokens that are also tokens of the model: a byte, or what merging gives. Text becomes
  /// them even where special tokens are not allowed, as in Hugging Face's `tokenizers`, and decoding them
  /// gives that text. Those of usual spelling, such as `<|name|>`, are none.
  public var learnedSpecialTokens: [SpecialToken] {
    specialTokens.filter { byteCount(of: $0.id) > 0 }
  }

  /// The id of the special token that is written `content`.
  public func id(ofSpecial content: String) -> UInt32? {
    model.addedTokens.first {
      $0.isSpecial && $0.content.utf8.elementsEqual(content.utf8)
    }?.id
  }

  /// The id of the special token with which every document begins: `<|endoftext|>`, or where there is none
  /// the `bos_token` of `tokenizer_config.json`, or else ``endOfText``.
  public var documentStart: UInt32? {
    let names = ["<|endoftext|>", configuration?.tokens["bos_token"]].compactMap(\.self)
    return names.lazy.compactMap { id(ofSpecial: $0) }.first ?? endOfText
  }

  /// The id of the special token that says that a document is at its end: `<|endoftext|>`, or where there is none
  /// what Llama 3 or else older models call it, `<|end_of_text|>` or `</s>`, or what
  /// `tokenizer_config.json` names as `eos_token` or `bos_token`.
  public var endOfText: UInt32? {
    let named = ["eos_token", "bos_token"].compactMap { configuration?.tokens[$0] }
    return (Self.documentTokens + named).lazy.compactMap { id(ofSpecial: $0) }.first
  }

  /// What the token with which documents begin is usually called.
  static let documentTokens = ["<|endoftext|>", "<|end_of_text|>", "</s>"]

  /// Whether there is a token `id`.
  public func contains(_ id: UInt32) -> Bool { model.contains(id) }

  /// The bytes that a token stands for: none for special tokens (but see ``learnedSpecialTokens``), `nil`
  /// where there is no such token.
  public func bytes(of id: UInt32) -> [UInt8]? {
    contains(id) ? Array(model.bytes(of: id)) : nil
  }

  /// How many bytes a token stands for: 0 for special tokens and where there is no such token.
  public func byteCount(of id: UInt32) -> Int {
    contains(id) ? model.tokenStarts[Int(id) + 1] - model.tokenStarts[Int(id)] : 0
  }

  // MARK: Encoding

  /// The ids of a text, without anything added before or after.
  /// - Parameters:
  ///   - bytes: The text; any bytes will do.
  ///   - allowSpecial: Whether the text of a special token becomes that token: the leftmost first, of
  ///     those that begin there the longest. If not, it is ordinary text, and text never becomes a special
  ///     token, but for ``learnedSpecialTokens``; not even a whole piece, which Hugging Face's `tokenizers`
  ///     take for one with `ignore_merges`.
  public func encode(_ bytes: UnsafeRawBufferPointer, allowSpecial: Bool = false) -> [UInt32] {
    var cache = EncodingCache()
    var ids: [UInt32] = []
    // Memory that is not used is not taken; to move it would be.
    ids.reserveCapacity(bytes.count / 2 + 1)
    bytes.withMemoryRebound(to: UInt8.self) {
      model.encode($0, allowSpecial: allowSpecial, using: &cache, into: &ids)
    }
    return ids
  }

  /// The ids of a text; see ``encode(_:allowSpecial:)-(UnsafeRawBufferPointer,_)``.
  public func encode(_ bytes: [UInt8], allowSpecial: Bool = false) -> [UInt32] {
    bytes.withUnsafeBytes { encode($0, allowSpecial: allowSpecial) }
  }

  /// The ids of a text; see ``encode(_:allowSpecial:)-(UnsafeRawBufferPointer,_)``.
  public func encode(_ text: String, allowSpecial: Bool = false) -> [UInt32] {
    var text = text
    return text.withUTF8 { encode(UnsafeRawBufferPointer($0), allowSpecial: allowSpecial) }
  }

  func encode(_ text: String, at place: TextPlace) -> [UInt32] {
    var cache = EncodingCache()
    var ids: [UInt32] = []
    var text = text
    text.withUTF8 {
      model.encode($0, at: place, allowSpecial: false, using: &cache, into: &ids)
    }
    return ids
  }

  /// Appends the ids of a text; no text becomes a special token, but for ``learnedSpecialTokens``.
  ///
  /// For many texts: the cache carries over from one to the next.
  /// - Parameters:
  ///   - bytes: The text; any bytes will do.
  ///   - isContinuation: Whether it goes on where the one before ended.
  ///   - cache: What is remembered of the texts before.
  ///   - ids: What is appended to.
  public func encode(
    _ bytes: UnsafeRawBufferPointer, isContinuation: Bool = false,
    using cache: inout EncodingCache, into ids: inout [UInt32]
  ) {
    bytes.withMemoryRebound(to: UInt8.self) {
      model.encode(
        $0, at: isContinuation ? .continuation : .beginning, allowSpecial: false, using: &cache,
        into: &ids)
    }
  }

  // MARK: Decoding

  /// The bytes that the ids stand for; special ids (but for ``learnedSpecialTokens``) and unknown ones
  /// yield nothing, nor does a blank that was put before the text (see ``isSentencePiece``).
  public func decode(_ ids: some Sequence<UInt32>) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids where contains(id) { bytes += model.bytes(of: id) }
    if model.spelling?.dropsLeadingBlank == true, bytes.first == 0x20 { bytes.removeFirst() }
    return bytes
  }
}
