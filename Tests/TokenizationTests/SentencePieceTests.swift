import StrictJSON
import Testing
import Tokenization

/// Vocabularies like Llama 2's, which spell characters and fall back to bytes.
@Suite struct SentencePieceTests {
  /// What was recorded, and the file of each way to put blanks before texts.
  private static func recorded() throws -> (golden: JSONValue, files: [JSONValue]) {
    let recorded = try JSONValue(parsing: golden("sentencepiece.json"))
    let files = (recorded["cases"]?.array ?? []).compactMap { recordedCase in
      var file = recordedCase["file"]
      file?["model"]?["vocab"] = recorded["vocab"]
      file?["model"]?["merges"] = recorded["merges"]
      return file
    }
    return (recorded, files)
  }

  @Test func `ids and texts are those of the recorded runs`() throws {
    let (recorded, files) = try Self.recorded()
    let texts = try #require(recorded["texts"]).strings
    #expect(files.count == 4)
    #expect(texts.count == 162)
    for (file, recordedCase) in zip(files, recorded["cases"]?.array ?? []) {
      let tokenizer = try Tokenizer(json: file.serialized())
      #expect(tokenizer.isSentencePiece)
      let results = try #require(recordedCase["results"]?.array)
      for (text, result) in zip(texts, results) {
        let parts = try #require(result.array)
        let note =
          "\(file["normalizer"] ?? .null) \(file["pre_tokenizer"] ?? .null): \(text.debugDescription)"
        for (allowSpecial, ids) in zip([true, false], parts.map(\.ids)) {
          #expect(tokenizer.encode(text, allowSpecial: allowSpecial) == ids, "\(note)")
          let spans = tokenizer.spans(of: Array(text.utf8), allowSpecial: allowSpecial)
          #expect(spans.map(\.id) == ids, "\(note)")
          // One after another, they cover the text.
          var end = 0
          for span in spans {
            #expect(span.range.lowerBound == end, "\(note)")
            end = span.range.upperBound
          }
          #expect(end == text.utf8.count, "\(note)")
        }
        let decoded = String(decoding: tokenizer.decode(parts[1].ids), as: UTF8.self)
        #expect(decoded == parts[2].string, "\(note)")
      }
    }
  }

  @Test func `what is written says the same`() throws {
    for file in try Self.recorded().files {
      let tokenizer = try Tokenizer(json: file.serialized())
      let written = try JSONValue(parsing: tokenizer.json())
      for name in ["normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens"] {
        #expect(written[name] == file[name], "\(name)")
      }
      for name in ["type", "unk_token", "fuse_unk", "byte_fallback", "vocab", "merges"] {
        #expect(written["model"]?[name] == file["model"]?[name], "\(name)")
      }
      #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
    }
  }

  @Test func `text that goes on has no blank of its own`() throws {
    let (_, files) = try Self.recorded()
    for file in files {
      let tokenizer = try Tokenizer(json: file.serialized())
      let text = "the giraffe <|x|> lent it"
      let middle = text.utf8.index(text.utf8.startIndex, offsetBy: 3)
      var cache = EncodingCache()
      var ids: [UInt32] = []
      for (part, isContinuation) in [(text[..<middle], false), (text[middle...], true)] {
        Array(part.utf8).withUnsafeBytes {
          tokenizer.encode($0, isContinuation: isContinuation, using: &cache, into: &ids)
        }
      }
      #expect(ids == tokenizer.encode(text))
      // A stream may go on where a text ended, so its blank stays.
      var stream = StreamingDecoder(tokenizer)
      let whole = tokenizer.encode(" the")
      let streamed = whole.map { stream.append($0) }.joined() + stream.finish()
      #expect(streamed.hasPrefix(" ") && streamed.hasSuffix(" the"))
    }
  }

  @Test func `a question that is too long loses its beginning`() throws {
    for file in try Self.recorded().files {
      var tokenizer = try Tokenizer(json: file.serialized())
      tokenizer.configuration = try TokenizerConfiguration(
        json: Array(#"{"bos_token": "<s>", "eos_token": "</s>"}"#.utf8))
      let template = try ChatTemplate(tokenizer)
      for question in ["小兔子在花园里", "The giraffe lent it. ", "鹿"] {
        let asked = String(repeating: question, count: 40)
        let all = try template.prompt([Message(.user, asked)], limit: .max)
        let prompt = try template.prompt([Message(.user, asked)], limit: all.count - 7)
        #expect(prompt.count <= all.count - 7 && prompt.suffix(30) == all.suffix(30))
      }
    }
  }

  /// A token of two characters of which the second is a mark: to Swift, one character.
  @Test func `a blank with a mark is written as it was read`() throws {
    var file = try Self.recorded().files[0]
    let model = try #require(file["model"])
    let mark = "\u{301}"
    var vocabulary = try #require(model["vocab"]?.object)
    for token in [mark, "\u{2581}\(mark)"] where model["vocab"]?[token] == nil {
      vocabulary.append(JSONMember(name: token, value: .integer(vocabulary.count)))
    }
    let merges = (model["merges"]?.array ?? []) + [["\u{2581}", .string(mark)]]
    file["model"]?["vocab"] = .object(vocabulary)
    file["model"]?["merges"] = .array(merges)
    file["added_tokens"] = []
    let tokenizer = try Tokenizer(json: file.serialized())
    #expect(tokenizer.encode(mark) == [UInt32(vocabulary.count - 1)])
    let again = try Tokenizer(json: tokenizer.json())
    #expect(again.hash == tokenizer.hash)
  }

  @Test func `long texts are cut without a trace, and bytes come back`() throws {
    let (recorded, files) = try Self.recorded()
    // Behind an added token a blank is put before the rest.
    let texts = try #require(recorded["texts"]).strings.filter { !$0.contains("<|x|>") }
    let tokenizer = try Tokenizer(json: files[0].serialized())
    let long = Array((0..<40).map { _ in texts.joined(separator: "鹿 \u{1F98B} ") }.joined().utf8)
    #expect(long.count > 100_000)
    let ids = tokenizer.encode(long)
    #expect(ids.allSatisfy { tokenizer.contains($0) })
    // `▁` reads as a blank.
    let plain = String(decoding: long, as: UTF8.self).split(
      separator: "\u{2581}", omittingEmptySubsequences: false
    ).joined(separator: " ")
    #expect(String(decoding: tokenizer.decode(ids), as: UTF8.self) == plain)
    // Neither the beginnings of characters nor lone bytes give anything but bytes.
    let broken: [UInt8] = [0x61, 0xE9, 0xF0, 0x9F, 0xA6, 0xE9, 0xB9, 0x80, 0xFF, 0xC3]
    #expect(tokenizer.decode(tokenizer.encode(broken)) == broken)
  }

  @Test(arguments: [
    ("byte", "has no token <0x41>"), ("added byte", "has no token <0xFF>"),
    ("joined", "is of a token that stands for a byte"),
    ("made", "is of a token that stands for a byte"), ("no blank", "which stands for a blank"),
    ("stripping", "takes blanks"),
    ("blank", "has a blank"), ("pre_tokenizer", "Metaspace"),
    ("decoder", "the decoder Sequence of"),
    ("ignore_merges", "ignore_merges"),
  ])
  func `what is not done the same is refused by name`(what: String, message: String) throws {
    let files = try Self.recorded().files
    var file = files[1]
    let model = try #require(file["model"])
    var vocabulary = try #require(model["vocab"]?.object)
    // An added token that the vocabulary lacks has the id behind it.
    var added: JSONValue = []
    switch what {
    case "byte":
      vocabulary = vocabulary.map {
        $0.name == "<0x41>" ? JSONMember(name: "<0x41", value: $0.value) : $0
      }
    case "added byte":
      // The last id, so that the file could say it in either place.
      let last = UInt32(vocabulary.count - 1)
      vocabulary = vocabulary.map { member in
        switch member.name {
        case "<0xFF>": JSONMember(name: "other", value: member.value)
        default: member
        }
      }
      added = [["id": .integer(Int(last) + 1), "content": "<0xFF>", "special": false]]
    case "made":
      for token in ["<0", "<0x", "<0x4", "x", "4", "1", "0", "<", ">"]
      where model["vocab"]?[token] == nil {
        vocabulary.append(JSONMember(name: token, value: .integer(vocabulary.count)))
      }
      vocabulary.append(JSONMember(name: "<0x41", value: .integer(vocabulary.count)))
      file["model"]?["merges"] = [
        ["<", "0"], ["<0", "x"], ["<0x", "4"], ["<0x4", "1"], ["<0x41", ">"],
      ]
    case "no blank":
      vocabulary = vocabulary.filter { $0.name.unicodeScalars.allSatisfy { $0 != "\u{2581}" } }
      file["model"]?["merges"] = []
    case "stripping":
      file = files[0]
      added = [["id": .integer(vocabulary.count), "content": "<y>", "rstrip": true]]
    case "joined":
      vocabulary.append(JSONMember(name: "<0x41>a", value: .integer(vocabulary.count)))
      file["model"]?["merges"] = [["<0x41>", "a"]]
    case "blank":
      vocabulary.append(JSONMember(name: "of it", value: .integer(vocabulary.count)))
    case "pre_tokenizer":
      file["pre_tokenizer"]?["split"] = true
    case "decoder":
      file["decoder"]?["decoders"] = [["type": "Fuse"]]
    default:
      file["model"]?["ignore_merges"] = true
    }
    file["added_tokens"] = added
    file["model"]?["vocab"] = .object(vocabulary)
    let error = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(json: file.serialized())
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "nothing")")
  }

  @Test func `other files cannot hold it`() throws {
    let tokenizer = try Tokenizer(json: Self.recorded().files[0].serialized())
    #expect(throws: TokenizerFileError.self) { try tokenizer.tiktoken() }
    #expect(throws: TokenizerFileError.self) { try tokenizer.vocabularyAndMerges() }
  }

  @Test func `documents begin with the bos_token`() throws {
    var tokenizer = try Tokenizer(json: Self.recorded().files[0].serialized())
    #expect(tokenizer.documentStart == tokenizer.id(ofSpecial: "</s>"))
    tokenizer.configuration = try TokenizerConfiguration(
      json: Array(#"{"bos_token": "<s>", "eos_token": {"content": "</s>"}}"#.utf8))
    #expect(tokenizer.documentStart == tokenizer.id(ofSpecial: "<s>"))
    #expect(tokenizer.endOfText == tokenizer.id(ofSpecial: "</s>"))
  }

  @Test func `conversations without tokens of their own end each message as documents end`() throws
  {
    var tokenizer = try Tokenizer(json: Self.recorded().files[0].serialized())
    tokenizer.configuration = try TokenizerConfiguration(
      json: Array(#"{"bos_token": "<s>", "eos_token": "</s>"}"#.utf8))
    let template = try ChatTemplate(tokenizer)
    let text = try template.text([Message(.user, "the"), Message(.assistant, "giraffe")])
    #expect(text == "<s><|user|>\nthe</s>\n<|assistant|>\ngiraffe</s>\n")
    #expect(template.beginToken == tokenizer.id(ofSpecial: "<s>"))
    #expect(template.endOfTurn == tokenizer.id(ofSpecial: "</s>"))
    let prompt = try template.prompt([Message(.user, "the")], limit: 100)
    #expect(template.shown(prompt) == "<s><|user|>\nthe</s>\n<|assistant|>\n")
  }
}
