import StrictJSON
import Testing
import Tokenization

/// Vocabularies like Llama 2's, which spell characters and fall back to bytes.
@Suite struct SentencePieceTests {
  /// What was recorded, and the file of each way to put blanks before texts.
  private static func recorded() throws -> (golden: JSONValue, files: [JSONValue]) {
    let recorded = try JSONValue(parsing: golden("sentencepiece.json"))
    let files = (recorded["cases"]?.array ?? []).map { recordedCase in
      replacing(
        recordedCase["file"] ?? .null, "model",
        with: replacing(
          replacing(
            recordedCase["file"]?["model"] ?? .null, "vocab", with: recorded["vocab"] ?? .null),
          "merges", with: recorded["merges"] ?? .null))
    }
    return (recorded, files)
  }

  private static func replacing(
    _ object: JSONValue, _ name: String, with value: JSONValue
  ) -> JSONValue {
    .object(
      (object.object ?? []).map { $0.name == name ? JSONMember(name: name, value: value) : $0 })
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
      let ids = tokenizer.encode(continuing: "the giraffe")
      #expect(ids.flatMap { tokenizer.bytes(of: $0) ?? [] } == Array("the giraffe".utf8))
      // A stream may go on where a text ended, so its blank stays.
      var stream = StreamingDecoder(tokenizer)
      let blank = tokenizer.encode(continuing: " the")
      #expect(blank.map { stream.append($0) }.joined() + stream.finish() == " the")
    }
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
    ("byte", "has no token <0x41>"), ("joined", "joins a token that stands for a byte"),
    ("blank", "has a blank"), ("pre_tokenizer", "Metaspace"),
    ("decoder", "the decoder Sequence of"),
    ("ignore_merges", "ignore_merges"),
  ])
  func `what is not done the same is refused by name`(what: String, message: String) throws {
    let file = try Self.recorded().files[1]
    let model = try #require(file["model"])
    var vocabulary = try #require(model["vocab"]?.object)
    var changed = file
    switch what {
    case "byte":
      vocabulary = vocabulary.map {
        $0.name == "<0x41>" ? JSONMember(name: "<0x41", value: $0.value) : $0
      }
    case "joined":
      vocabulary.append(JSONMember(name: "<0x41>a", value: .integer(vocabulary.count)))
      changed = Self.replacing(
        file, "model", with: Self.replacing(model, "merges", with: [["<0x41>", "a"]]))
    case "blank":
      vocabulary.append(JSONMember(name: "of it", value: .integer(vocabulary.count)))
    case "pre_tokenizer":
      changed = Self.replacing(
        file, "pre_tokenizer",
        with: [
          "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true,
        ])
    case "decoder":
      changed = Self.replacing(
        file, "decoder", with: ["type": "Sequence", "decoders": [["type": "Fuse"]]])
    default:
      changed = Self.replacing(
        file, "model", with: Self.replacing(model, "ignore_merges", with: true))
    }
    // An added token that the vocabulary lacks has the id behind it.
    changed = Self.replacing(changed, "added_tokens", with: [])
    changed = Self.replacing(
      changed, "model",
      with: Self.replacing(changed["model"] ?? .null, "vocab", with: .object(vocabulary)))
    let error = #expect(throws: TokenizerFileError.self) {
      try Tokenizer(json: changed.serialized())
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
