import StrictJSON
import Testing
import Tokenization

/// Reading `tokenizer.json`, the whole ones and the broken ones.
@Suite struct FileTests {
  // MARK: Whole files

  @Test func `merges in any order, also several that give one token, are applied as the peer does`()
    throws
  {
    let goldens = try JSONValue(parsing: golden("models.json"))
    let alphabet = try #require(goldens["alphabet"]).strings
    let cases = try #require(goldens["cases"]?.array)
    #expect(cases.count == 24)
    for golden in cases {
      let tokens = alphabet + (golden["tokens"]?.strings ?? [])
      let vocabulary = tokens.enumerated().map { JSONMember(name: $1, value: .integer($0)) }
      var file = try #require(goldens["file"])
      file["model"] = [
        "type": "BPE", "vocab": .object(vocabulary), "merges": try #require(golden["merges"]),
        "ignore_merges": try #require(golden["ignore_merges"]),
      ]
      let tokenizer = try Tokenizer(json: file.serialized())
      let expected = try #require(golden["ids"]?.array).map(\.ids)
      #expect((golden["texts"]?.strings ?? []).map { tokenizer.encode($0) } == expected)
    }
  }

  @Test func `both notations of merges mean the same`() throws {
    let pairs = try Self.file()
    var lines = pairs
    let merges = try #require(pairs["model"]?["merges"]?.array)
    lines["model"]?["merges"] = .array(
      merges.map { .string($0.strings.joined(separator: " ")) })
    #expect(
      try Tokenizer(json: lines.serialized()).hash == Tokenizer(json: pairs.serialized()).hash)
  }

  @Test func `added tokens are matched leftmost first and longest, special ones where allowed`()
    throws
  {
    var file = try Self.file()
    let size = try Tokenizer(json: file.serialized()).vocabularySize
    file["added_tokens"] = .array([
      Self.added("<a>", size, special: true), Self.added("<a><b>", size + 1, special: true),
      Self.added("<think>", size + 2, special: false), Self.added("a><", size + 3, special: true),
    ])
    let tokenizer = try Tokenizer(json: file.serialized())
    let first = UInt32(size)
    #expect(tokenizer.vocabularySize == size + 4)
    #expect(
      tokenizer.encode("<a><b><a><think>", allowSpecial: true) == [first + 1, first, first + 2])
    #expect(tokenizer.encode("<<a><", allowSpecial: true).contains(first))
    let safe = tokenizer.encode("<a><b><think>")
    #expect(safe.last == first + 2 && safe.dropLast().allSatisfy { $0 < first })
    // A token that is not special stands for its text.
    #expect(tokenizer.decode(safe) == Array("<a><b><think>".utf8))
    #expect(tokenizer.specialTokens.map(\.id) == [first, first + 1, first + 3])
    #expect(try Tokenizer(json: tokenizer.json()).json() == tokenizer.json())
  }

  @Test func `what pads a template around a text is kept, and not applied`() throws {
    var file = try Self.file()
    let processor: JSONValue = [
      "type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": [:],
    ]
    file["post_processor"] = processor
    let tokenizer = try Tokenizer(json: file.serialized())
    #expect(try JSONValue(parsing: tokenizer.json())["post_processor"] == processor)
    #expect(tokenizer.encode("ab") == (try Tokenizer(json: Self.file().serialized())).encode("ab"))
  }

  @Test func `a file that was indented is read like the plain one`() throws {
    // Indentation, members in another order and escapes take other ways through the reader.
    let plain = try Self.file()
    let expected = try Tokenizer(json: plain.serialized())
    #expect(try Tokenizer(json: plain.serialized(pretty: true)).hash == expected.hash)
    var reordered = plain
    reordered["model"]?["vocab"] = .object((plain["model"]?["vocab"]?.object ?? []).reversed())
    #expect(try Tokenizer(json: reordered.serialized()).hash == expected.hash)
    let escaped = String(decoding: plain.serialized(), as: UTF8.self)
      .replacing("\"Ġ\"", with: "\"\\u0120\"")
    #expect(try Tokenizer(json: Array(escaped.utf8)).hash == expected.hash)
  }

  // MARK: Broken files

  /// A small whole file to break.
  private static func file() throws -> JSONValue {
    try JSONValue(parsing: RoundTripTests.tokenizer(.gpt4, size: 280).json())
  }

  private static func added(_ content: String, _ id: Int, special: Bool) -> JSONValue {
    [
      "id": .integer(id), "content": .string(content), "single_word": false, "lstrip": false,
      "rstrip": false, "normalized": false, "special": .bool(special),
    ]
  }

  private static func digits(individual: Bool, cuts: Bool = true) -> JSONValue {
    [
      "type": "Sequence",
      "pretokenizers": [
        ["type": "Digits", "individual_digits": .bool(individual)], byteLevel(cuts: cuts),
      ],
    ]
  }

  private static func split(_ behavior: String, invert: Bool, cuts: Bool = false) -> JSONValue {
    let pattern: JSONValue = ["Regex": .string(PreTokenizer.o200k.pattern ?? "")]
    return [
      "type": "Sequence",
      "pretokenizers": [
        [
          "type": "Split", "pattern": pattern, "behavior": .string(behavior),
          "invert": .bool(invert),
        ], byteLevel(cuts: cuts),
      ],
    ]
  }

  private static func byteLevel(cuts: Bool) -> JSONValue {
    [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(cuts),
    ]
  }

  // MARK: Other ways to say the same

  @Test(arguments: [true, false])
  func `digits before GPT-2's pattern are read, and written as they were`(individual: Bool) throws {
    var file = try Self.file()
    file["pre_tokenizer"] = Self.digits(individual: individual)
    let tokenizer = try Tokenizer(json: file.serialized())
    #expect(tokenizer.preTokenizer == (individual ? .gpt2Digits : .gpt2Numbers))
    let written = try JSONValue(parsing: tokenizer.json())
    #expect(written["pre_tokenizer"] == Self.digits(individual: individual))
    #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
  }

  @Test func `what means the same is the same tokenizer`() throws {
    var file = try Self.file()
    file["pre_tokenizer"] = Self.split("Isolated", invert: false)
    let expected = try Tokenizer(json: file.serialized())
    #expect(expected.preTokenizer == .o200k)
    for (behavior, invert) in [("Removed", true), ("Isolated", true)] {
      file["pre_tokenizer"] = Self.split(behavior, invert: invert)
      #expect(try Tokenizer(json: file.serialized()).hash == expected.hash)
    }
    file["decoder"] = ["type": "Sequence", "decoders": [["type": "ByteLevel"]]]
    #expect(try Tokenizer(json: file.serialized()).hash == expected.hash)
    #expect(expected.ignoredSettings == [])
    file["truncation"] = ["max_length": 5]
    #expect(try Tokenizer(json: file.serialized()).ignoredSettings == ["truncation"])
    file["padding"] = ["strategy": "BatchLongest"]
    let saved = try Tokenizer(json: file.serialized())
    #expect(saved.ignoredSettings == ["truncation", "padding"])
    #expect(saved.hash == expected.hash && saved.encode("the others and more").count > 5)
  }

  @Test func `an unsupported feature is called so, not a broken file`() throws {
    for (name, value) in [
      ("pre_tokenizer", Self.split("Contiguous", invert: true)), ("decoder", ["type": "Fuse"]),
      ("normalizer", ["type": "Lowercase"]),
    ] as [(String, JSONValue)] {
      var file = try Self.file()
      file[name] = value
      let error = #expect(throws: TokenizerFileError.self) {
        try Tokenizer(json: file.serialized())
      }
      let hint = error?.hint ?? ""
      #expect(hint.contains("use a tokenizer with") && !hint.contains("mend"), "\(hint)")
    }
  }

  // MARK: Unused ids

  @Test func `ids may be left out, in the vocabulary and before added tokens`() throws {
    let plain = try Tokenizer(json: Self.file().serialized())
    var file = try Self.file()
    file["model"]?["vocab"]?["zz"] = 300
    file["model"]?["vocab"]?["<x>"] = 310
    file["model"]?["vocab"]?["text"] = 312
    file["added_tokens"] = [
      Self.added("<|endoftext|>", 0, special: true), Self.added("<x>", 310, special: true),
      Self.added("text", 312, special: false),
    ]
    let slow = try Tokenizer(json: file.serialized())
    file["model"]?["vocab"]?["zz"] = 280
    for (tokenizer, last) in [(slow, 300), (try Tokenizer(json: file.serialized()), 280)] {
      #expect(tokenizer.vocabularySize == 313)
      #expect(tokenizer.contains(UInt32(last)) && tokenizer.contains(312))
      #expect((281..<313).filter { tokenizer.contains($0) }.count == (last == 300 ? 3 : 2))
      #expect(tokenizer.bytes(of: 311) == nil && tokenizer.byteCount(of: 311) == 0)
      #expect(tokenizer.decode([311, 305, 312, 310, 309]) == Array("text".utf8))
      #expect(tokenizer.encode("the <x>textthe", allowSpecial: true).suffix(3).contains(312))
      #expect(tokenizer.encode("<x>", allowSpecial: true) == [310])
      #expect(tokenizer.encode("the other") == plain.encode("the other"))
      // What is written leaves them out again.
      let again = try Tokenizer(json: tokenizer.json())
      #expect(again.hash == tokenizer.hash && again.vocabularySize == 313)
      let vocab = try JSONValue(parsing: tokenizer.json())["model"]?["vocab"]?.object
      #expect(vocab?.count == 283 && vocab?.last?.value == .integer(312))
    }
    file["model"]?["vocab"]?["zz"] = 66_097
    #expect(try Tokenizer(json: file.serialized()).vocabularySize == 66_098)
  }

  private static func firstMerge(_ file: JSONValue) -> JSONValue {
    file["model"]?["merges"]?.array?.first ?? .null
  }

  /// What is broken, and what the error must say about it.
  private static let breakages:
    [(name: String, says: String, change: @Sendable (inout JSONValue) -> Void)] = [
      ("an array", "not a JSON object", { $0 = [] }),
      (
        "a merge into a token that is only added", "added token \"zq\"",
        {
          $0["added_tokens"] = [added("zq", 280, special: true)]
          $0["model"]?["merges"] = [["z", "q"]]
        }
      ),
      ("another version", "version", { $0["version"] = "2.0" }),
      ("no model", "no model", { $0["model"] = nil }),
      ("WordPiece", "WordPiece", { $0["model"]?["type"] = "WordPiece" }),
      ("dropout", "dropout", { $0["model"]?["dropout"] = 0.1 }),
      (
        "a prefix", "continuing_subword_prefix",
        {
          $0["model"]?["continuing_subword_prefix"] = "##"
        }
      ),
      ("a suffix", "end_of_word_suffix", { $0["model"]?["end_of_word_suffix"] = "</w>" }),
      ("byte fallback", "falls back to bytes", { $0["model"]?["byte_fallback"] = true }),
      ("a flag that is none", "ignore_merges", { $0["model"]?["ignore_merges"] = "yes" }),
      (
        "a token's flag that is none", "special is neither true nor false",
        { $0["added_tokens"] = [["id": 280, "content": "<x>", "special": "true"]] }
      ),
      (
        "added tokens whose ids are not in their order", "its id is",
        {
          $0["added_tokens"] = [
            added("<y>", 281, special: true), added("<x>", 280, special: true),
          ]
        }
      ),
      (
        "a post-processor without parts", "no list of processors",
        { $0["post_processor"] = ["type": "Sequence"] }
      ),
      (
        "a template that is none", "no lists single and pair",
        { $0["post_processor"] = ["type": "TemplateProcessing", "single": 5] }
      ),
      (
        "Punctuation before ByteLevel", "Sequence of Punctuation, ByteLevel",
        {
          $0["pre_tokenizer"] = [
            "type": "Sequence",
            "pretokenizers": [
              ["type": "Punctuation"], ["type": "ByteLevel", "add_prefix_space": false],
            ],
          ]
        }
      ),
      ("a normalizer", "Lowercase", { $0["normalizer"] = ["type": "Lowercase"] }),
      (
        "two normalizers", "Sequence",
        {
          $0["normalizer"] = [
            "type": "Sequence", "normalizers": [["type": "NFC"], ["type": "Strip"]],
          ]
        }
      ),
      ("no pre-tokenizer", "pre_tokenizer", { $0["pre_tokenizer"] = nil }),
      ("Metaspace", "Metaspace", { $0["pre_tokenizer"] = ["type": "Metaspace"] }),
      ("a prefix space", "add_prefix_space", { $0["pre_tokenizer"] = ["type": "ByteLevel"] }),
      (
        "an unknown pattern", "[a-z]+",
        {
          $0["pre_tokenizer"]?["pretokenizers"] = [
            [
              "type": "Split", "pattern": ["Regex": "[a-z]+"], "behavior": "Isolated",
              "invert": false,
            ],
            ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false],
          ]
        }
      ),
      (
        "a Split that removes", "Split has the behavior Removed and sets invert to false",
        { $0["pre_tokenizer"] = split("Removed", invert: false) }
      ),
      (
        "a Split that joins", "Split has the behavior Contiguous and sets invert to true",
        { $0["pre_tokenizer"] = split("Contiguous", invert: true) }
      ),
      (
        "a Split before GPT-2's pattern", "sets use_regex to true behind Split",
        { $0["pre_tokenizer"] = split("Isolated", invert: false, cuts: true) }
      ),
      (
        "Digits without a pattern", "sets use_regex to false behind Digits",
        { $0["pre_tokenizer"] = digits(individual: true, cuts: false) }
      ),
      (
        "a decoder of several", "Sequence of ByteLevel, Strip",
        {
          $0["decoder"] = [
            "type": "Sequence", "decoders": [["type": "ByteLevel"], ["type": "Strip"]],
          ]
        }
      ),
      (
        "a step too many", "Digits, Split, ByteLevel",
        {
          let parts = $0["pre_tokenizer"]?["pretokenizers"]?.array ?? []
          $0["pre_tokenizer"]?["pretokenizers"] = .array([["type": "Digits"]] + parts)
        }
      ),
      (
        "a type with a line break", "Meta\\nspace",
        { $0["pre_tokenizer"] = ["type": "Meta\nspace"] }
      ),
      ("an empty sequence", "Sequence", { $0["pre_tokenizer"]?["pretokenizers"] = [] }),
      ("a decoder", "WordPiece", { $0["decoder"] = ["type": "WordPiece"] }),
      (
        "a post-processor", "BertProcessing",
        {
          $0["post_processor"] = [
            "type": "Sequence", "processors": [["type": "ByteLevel"], ["type": "BertProcessing"]],
          ]
        }
      ),
      ("no vocabulary", "no vocab", { $0["model"]?["vocab"] = nil }),
      ("a negative id", "\"zz\"", { $0["model"]?["vocab"]?["zz"] = -1 }),
      ("a huge id", "\"zz\"", { $0["model"]?["vocab"]?["zz"] = 4_294_967_296 }),
      ("an id that is text", "\"zz\"", { $0["model"]?["vocab"]?["zz"] = "280" }),
      ("an id that is a fraction", "\"zz\"", { $0["model"]?["vocab"]?["zz"] = 280.5 }),
      ("an id twice", "same id 279", { $0["model"]?["vocab"]?["zz"] = 279 }),
      (
        "an id just too far", "there is an id 66098, although there are only 281 tokens",
        { $0["model"]?["vocab"]?["zz"] = 66_098 }
      ),
      (
        "a claim of billions", "there is an id 4294967295",
        {
          $0["model"]?["vocab"]?["zz"] = 4_294_967_295
        }
      ),
      ("a token with a blank", "\"z z\"", { $0["model"]?["vocab"]?["z z"] = 280 }),
      ("an empty token", "\"\"", { $0["model"]?["vocab"]?[""] = 280 }),
      (
        "a byte without token", "no token for the byte 33",
        {
          let id = $0["model"]?["vocab"]?["!"]
          $0["model"]?["vocab"]?["!"] = nil
          $0["model"]?["vocab"]?["zz"] = id
        }
      ),
      ("no merges", "no merges", { $0["model"]?["merges"] = nil }),
      ("three parts", "merge 0", { $0["model"]?["merges"] = [["t", "h", "e"]] }),
      ("a number as a part", "merge 0", { $0["model"]?["merges"] = [["t", 1, "h"]] }),
      (
        "one part", "merge 1",
        {
          let merge = firstMerge($0)
          $0["model"]?["merges"] = [merge, "the"]
        }
      ),
      ("three words", "merge 0", { $0["model"]?["merges"] = ["t h e"] }),
      ("a number as a merge", "merge 0", { $0["model"]?["merges"] = [7] }),
      ("a merge of nothing known", "\"qqqq\"", { $0["model"]?["merges"] = [["qqqq", "a"]] }),
      ("a merge into nothing known", "\"qz\"", { $0["model"]?["merges"] = [["q", "z"]] }),
      (
        "a merge twice", "merges 0 and 1",
        {
          let merge = firstMerge($0)
          $0["model"]?["merges"] = [merge, merge]
        }
      ),
      (
        "an added token that stands for two texts", "\"Ġt\" is also",
        {
          $0["model"]?["vocab"]?["Ġt"] = 280
          $0["model"]?["merges"] = [["Ġ", "t"]]
          $0["added_tokens"] = [added("Ġt", 280, special: false)]
        }
      ),
      ("added tokens that are no list", "added_tokens", { $0["added_tokens"] = "none" }),
      ("an added token without content", "no content", { $0["added_tokens"] = [["id": 0]] }),
      (
        "an empty added token", "no content",
        { $0["added_tokens"] = [added("", 280, special: true)] }
      ),
      ("an added token without id", "\"<x>\"", { $0["added_tokens"] = [["content": "<x>"]] }),
      (
        "an added token with another's id", "same id 5",
        {
          $0["added_tokens"] = [added("<x>", 5, special: true)]
        }
      ),
      (
        "an added token with two ids", "also the id 0",
        {
          $0["added_tokens"] = [added("<|endoftext|>", 280, special: true)]
        }
      ),
      (
        "an added token twice", "also the id 280",
        {
          $0["added_tokens"] = [added("<x>", 280, special: true), added("<x>", 280, special: true)]
        }
      ),
      (
        "a hole before an added token", "has the id 400000, but where the vocabulary",
        {
          $0["added_tokens"] = [added("<x>", 400_000, special: true)]
        }
      ),
    ]

  @Test(arguments: breakages.indices)
  func `a broken file gives one sentence that names what is broken`(index: Int) throws {
    let (name, says, change) = Self.breakages[index]
    var file = try Self.file()
    #expect(throws: Never.self) { try Tokenizer(json: file.serialized()) }
    change(&file)
    let error = #expect(throws: TokenizerFileError.self, "\(name)") {
      try Tokenizer(json: file.serialized())
    }
    let text = error?.description ?? ""
    #expect(text.contains(says), "\(name): \(text)")
    #expect(error?.hint?.isEmpty == false)
    #expect(text.hasPrefix("tokenizer.json: ") && !text.contains("\n") && text.utf8.count < 300)
  }

  @Test func `a truncated file is an error at every length, and so is a damaged one`() throws {
    let whole = try Self.file().serialized()
    for length in stride(from: 0, to: whole.count - 1, by: 41) {
      #expect(throws: (any Error).self) { try Tokenizer(json: Array(whole[..<length])) }
    }
    // A damaged byte may leave a file that can be read; then it must work.
    var generator = Generator(seed: 8)
    var readable = 0
    for _ in 0..<600 {
      var damaged = whole
      damaged[generator.next(below: whole.count)] = UInt8.random(in: 0...255, using: &generator)
      guard let tokenizer = try? Tokenizer(json: damaged) else { continue }
      readable += 1
      let bytes = RoundTripTests.randomBytes(&generator)
      #expect(tokenizer.decode(tokenizer.encode(bytes)) == bytes)
    }
    #expect(readable < 300)
  }
}

extension JSONValue {
  /// Reads or replaces a member of an object; `nil` removes it.
  subscript(name: String) -> JSONValue? {
    get { object?.first { $0.name == name }?.value }
    set {
      var members = object ?? []
      if let index = members.firstIndex(where: { $0.name == name }) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        members.append(JSONMember(name: name, value: newValue))
      }
      self = .object(members)
    }
  }
}
