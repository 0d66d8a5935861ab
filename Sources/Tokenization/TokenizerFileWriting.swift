import StrictJSON

extension BytePairModel {
  /// The model as a `tokenizer.json`, in the layout of Hugging Face's `tokenizers` 0.20 and later.
  func serialized() -> [UInt8] {
    let contents = Dictionary(uniqueKeysWithValues: addedTokens.map { ($0.id, $0) })
    func spelling(of id: UInt32) -> String {
      contents[id]?.content ?? ByteAlphabet.spelling(of: bytes(of: id))
    }
    let vocabulary = (0..<UInt32(count)).compactMap { id in
      contents[id]?.isInVocabulary == false
        ? nil : JSONMember(name: spelling(of: id), value: .integer(Int(id)))
    }
    let tokenizer: JSONValue = [
      "version": "1.0",
      "truncation": .null,
      "padding": .null,
      "added_tokens": .array(
        addedTokens.map { token in
          [
            "id": .integer(Int(token.id)),
            "content": .string(token.content),
            "single_word": false,
            "lstrip": false,
            "rstrip": false,
            "normalized": .bool(token.isNormalized),
            "special": .bool(token.isSpecial),
          ]
        }),
      "normalizer": normalization.serialized,
      "pre_tokenizer": preTokenizer.serialized,
      "post_processor": postProcessor,
      "decoder": PreTokenizer.byteLevel(cuts: true),
      "model": [
        "type": "BPE",
        "dropout": .null,
        "unk_token": .null,
        "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null,
        "fuse_unk": false,
        "byte_fallback": false,
        "ignore_merges": .bool(wholePieces != nil),
        "vocab": .object(vocabulary),
        "merges": .array(
          merges.map { [.string(spelling(of: $0.left)), .string(spelling(of: $0.right))] }),
      ],
    ]
    return tokenizer.serialized()
  }
}

extension Normalization {
  fileprivate var serialized: JSONValue {
    switch self {
    case .none: .null
    case .nfc: ["type": "NFC"]
    case .nfkc: ["type": "NFKC"]
    }
  }
}

extension PreTokenizer {
  /// `ByteLevel`, which spells bytes in the alphabet and, where `cuts`, cuts by GPT-2's pattern.
  fileprivate static func byteLevel(cuts: Bool) -> JSONValue {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(cuts),
    ]
  }

  fileprivate var serialized: JSONValue {
    switch self {
    case .gpt2: return Self.byteLevel(cuts: true)
    case .whole: return Self.byteLevel(cuts: false)
    case .gpt4, .llama3, .qwen2:
      let cut: JSONValue = [
        "type": "Split", "pattern": ["Regex": .string(pattern ?? "")], "behavior": "Isolated",
        "invert": false,
      ]
      return ["type": "Sequence", "pretokenizers": [cut, Self.byteLevel(cuts: false)]]
    }
  }
}
