import StrictJSON

extension BytePairModel {
  /// The model as a `tokenizer.json`, in the layout of Hugging Face's `tokenizers` 0.20 and later.
  func serialized() -> [UInt8] {
    let parts = spelling?.serialized
    let contents = Dictionary(uniqueKeysWithValues: addedTokens.map { ($0.id, $0) })
    let tokenizer: JSONValue = [
      "version": "1.0",
      "truncation": .null,
      "padding": .null,
      "added_tokens": .array(addedTokens.map(\.serialized)),
      "normalizer": parts?.normalizer ?? normalization.serialized,
      "pre_tokenizer": parts?.preTokenizer ?? preTokenizer.serialized,
      "post_processor": postProcessor,
      "decoder": parts?.decoder ?? PreTokenizer.byteLevel(cuts: true),
      "model": [
        "type": "BPE",
        "dropout": .null,
        "unk_token": spelling?.unknownToken.map(JSONValue.string) ?? .null,
        "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null,
        "fuse_unk": .bool(spelling != nil),
        "byte_fallback": .bool(spelling != nil),
        "ignore_merges": .bool(wholePieces != nil),
      ],
    ]
    // The two large parts are written directly; they come last.
    var output = tokenizer.serialized()
    output.removeLast(2)
    output.reserveCapacity(output.count + 4 * tokenBytes.count + 24 * (count + merges.count))
    func write(_ id: UInt32) {
      if let content = contents[id]?.content {
        output += JSONValue.string(content).serialized()
        return
      }
      if let spelling {
        output += JSONValue.string(spelling.spelling(of: id, bytes: bytes(of: id))).serialized()
        return
      }
      output.append(UInt8(ascii: "\""))
      for byte in tokenBytes[tokenStarts[Int(id)]..<tokenStarts[Int(id) + 1]] {
        output += ByteAlphabet.jsonSpellings[Int(byte)]
      }
      output.append(UInt8(ascii: "\""))
    }
    output += ",\"vocab\":{".utf8
    var isFirst = true
    for id in 0..<UInt32(count) where contents[id]?.isInVocabulary ?? contains(id) {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      write(id)
      output.append(UInt8(ascii: ":"))
      output += String(id).utf8
    }
    output += "},\"merges\":[".utf8
    for (rank, merge) in merges.dropFirst(spelling?.characterMerges ?? 0).enumerated() {
      output += (rank == 0 ? "[" : ",[").utf8
      write(merge.left)
      output.append(UInt8(ascii: ","))
      write(merge.right)
      output.append(UInt8(ascii: "]"))
    }
    output += "]}}".utf8
    return output
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
    case .gpt2Digits, .gpt2Numbers:
      let cut: JSONValue = ["type": "Digits", "individual_digits": .bool(self == .gpt2Digits)]
      return ["type": "Sequence", "pretokenizers": [cut, Self.byteLevel(cuts: true)]]
    case .gpt4, .o200k, .llama3, .qwen2, .qwen35, .digits1, .digits2, .digits3:
      let cut: JSONValue = [
        "type": "Split", "pattern": ["Regex": .string(pattern ?? "")], "behavior": "Isolated",
        "invert": false,
      ]
      return ["type": "Sequence", "pretokenizers": [cut, Self.byteLevel(cuts: false)]]
    }
  }
}
