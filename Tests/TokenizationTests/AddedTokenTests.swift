import StrictJSON
import Testing
import Tokenization

/// Added tokens of all kinds, and special tokens that are spelled like what is learned.
@Suite struct AddedTokenTests {
  @Test func `ids and places are those of the recorded runs`() throws {
    let goldens = try JSONValue(parsing: golden("added.json"))
    let alphabet = try #require(goldens["alphabet"]).strings
    let cases = try #require(goldens["cases"]?.array)
    #expect(cases.count == 60)
    for (number, golden) in cases.enumerated() {
      let vocabulary = alphabet.enumerated().map { JSONMember(name: $1, value: .integer($0)) }
      let file = (goldens["file"]?.object ?? []).map { member in
        switch member.name {
        case "model":
          JSONMember(
            name: "model", value: ["type": "BPE", "vocab": .object(vocabulary), "merges": []])
        case "added_tokens", "normalizer":
          JSONMember(name: member.name, value: golden[member.name] ?? .null)
        default: member
        }
      }
      let tokenizer = try Tokenizer(json: JSONValue.object(file).serialized())
      // What is written says the same.
      let written = try JSONValue(parsing: tokenizer.json())
      #expect(written["added_tokens"]?.array?.count == golden["added_tokens"]?.array?.count)
      for token in golden["added_tokens"]?.array ?? [] {
        #expect(written["added_tokens"]?.array?.contains(token) == true)
      }
      let results = try #require(golden["results"]?.array)
      for (text, result) in zip(golden["texts"]?.strings ?? [], results) {
        let lists = (result.array ?? []).map(\.ids)
        for (index, allowSpecial) in [true, false].enumerated() {
          let (ids, offsets) = (lists[2 * index], lists[2 * index + 1])
          let note = "case \(number): \(text.debugDescription)"
          #expect(tokenizer.encode(text, allowSpecial: allowSpecial) == ids, "\(note)")
          let spans = tokenizer.spans(of: Array(text.utf8), allowSpecial: allowSpecial)
          #expect(spans.map(\.id) == ids, "\(note)")
          // Theirs are in characters, and forget those that normalisation joined.
          guard golden["normalizer"] == .null else { continue }
          #expect(spans.map { characters($0.range, in: text) } == pairs(offsets), "\(note)")
        }
      }
    }
  }

  private func pairs(_ offsets: [UInt32]) -> [Range<Int>] {
    stride(from: 0, to: offsets.count, by: 2).map { Int(offsets[$0])..<Int(offsets[$0 + 1]) }
  }

  /// The characters that a range of bytes touches.
  private func characters(_ range: Range<Int>, in text: String) -> Range<Int> {
    var (byte, first, last) = (0, 0, 0)
    for scalar in text.unicodeScalars {
      if byte + UTF8.width(scalar) <= range.lowerBound { first += 1 }
      if byte < range.upperBound { last += 1 }
      byte += UTF8.width(scalar)
    }
    return first..<last
  }

  @Test func `places are those in the text, whatever normalisation makes of it`() throws {
    for normalization in [Normalization.nfc, .nfkc] {
      var trainer = BytePairTrainer(
        vocabularySize: 256, normalization: normalization, specialTokens: [])
      trainer.add([])
      let tokenizer = try trainer.train()
      func places(_ text: String) -> [Range<Int>] {
        tokenizer.spans(of: Array(text.utf8)).map(\.range)
      }
      // é is two bytes afterwards, and three before.
      #expect(places("ae\u{301}b") == [0..<1, 1..<4, 1..<4, 4..<5])
      #expect(places("\u{e9}b") == [0..<1, 1..<2, 2..<3])
      #expect(places("\u{1100}\u{1161}\u{11A8}!") == [0..<9, 0..<9, 0..<9, 9..<10])
      var generator = Generator(seed: 31)
      let cells: [Unicode.Scalar] = [
        "a", "e", "\u{301}", "\u{327}", "\u{1100}", "\u{1161}", "\u{11A8}", "\u{AC00}", "\u{FF76}",
        "\u{FF9E}", "\u{304B}", "\u{3099}", "\u{FB01}", "\u{212B}", "\u{915}", "\u{93C}", "\u{9C7}",
        "\u{9BE}", "\u{1D157}", "\u{1D165}", " ", "\u{FFA1}", "\u{FFC2}",
        "\u{3131}", "\u{314F}", "\u{3133}",
      ]
      for _ in 0..<400 {
        var text = ""
        for _ in 0..<1 + generator.next(below: 8) {
          text.unicodeScalars.append(cells[generator.next(below: cells.count)])
        }
        let bytes = Array(text.utf8)
        let spans = tokenizer.spans(of: bytes)
        #expect(spans.map(\.id) == tokenizer.encode(bytes))
        var end = 0
        for (index, span) in spans.enumerated() {
          // Either the next bytes, or those of the token before once more.
          let again = index > 0 && spans[index - 1].range == span.range
          #expect(again || span.range.lowerBound == end, "\(text.unicodeScalars.map(\.value))")
          end = span.range.upperBound
          // No text is said to be normalised together with what it does not touch.
          let part = Array(bytes[span.range])
          #expect(part.count == 1 || normalization.normalized(part).count > 1)
        }
        #expect(end == bytes.count)
      }
    }
  }

  @Test func `special tokens that are learned have the ids and merges of the recorded runs`() throws
  {
    let goldens = try JSONValue(parsing: golden("collisions.json"))
    let cases = try #require(goldens["cases"]?.array)
    #expect(cases.count == 24)
    var learned = 0
    for golden in cases {
      let documents = try #require(golden["documents"]).strings
      let size = try #require(golden["size"]?.integer)
      var trainer = BytePairTrainer(
        vocabularySize: size,
        preTokenizer: try #require(
          golden["pre_tokenizer"]?.string.flatMap(PreTokenizer.init(rawValue:))),
        specialTokens: try #require(golden["specials"]).strings,
        minimumFrequency: try #require(golden["minimum_frequency"]?.integer),
        maximumTokenLength: golden["maximum_token_length"]?.integer)
      for document in documents { trainer.add(Array(document.utf8)) }
      let tokenizer = try trainer.train()
      let model = try #require(try JSONValue(parsing: tokenizer.json())["model"])
      let vocabulary = try #require(model["vocab"]?.object)
      #expect(vocabulary.dropFirst(251).map(\.name) == golden["tokens"]?.strings)
      let ids = Dictionary(uniqueKeysWithValues: vocabulary.map { ($0.name, $0.value.integer) })
      let merges = (model["merges"]?.array ?? []).flatMap(\.strings).map { ids[$0] ?? nil }
      #expect(merges == golden["merges"]?.array?.map(\.integer))
      let expected = (golden["ids"]?.array ?? []).map(\.ids)
      learned += tokenizer.learnedSpecialTokens.count
      for tokenizer in [tokenizer, try Tokenizer(json: tokenizer.json())] {
        #expect(documents.map { tokenizer.encode($0) } == expected)
        #expect(
          documents.map { tokenizer.decode(tokenizer.encode($0)) }
            == documents.map { Array($0.utf8) })
      }
      #expect(try Tokenizer(json: tokenizer.json()).hash == tokenizer.hash)
    }
    #expect(learned > 20)
  }

  @Test func `long pieces in chunks have the ids of the whole`() throws {
    var generator = Generator(seed: 32)
    var trainer = BytePairTrainer(vocabularySize: 400, preTokenizer: .whole, specialTokens: [])
    func text(_ length: Int) -> [UInt8] {
      var text: [UInt8] = []
      while text.count < length {
        let unit = (0..<1 + generator.next(below: 6)).map { _ in
          UInt8(ascii: "a") + UInt8(generator.next(below: 4))
        }
        let times = generator.next(below: 3) == 0 ? 1 + generator.next(below: 200) : 1
        for _ in 0..<times { text += unit }
      }
      return text
    }
    for _ in 0..<60 { trainer.add(text(400)) }
    let tokenizer = try trainer.train()
    for chunkSize in [16, 48, 64, 256, 1_024] {
      var (chunks, whole) = (EncodingCache(chunkSize: chunkSize), EncodingCache(chunkSize: 1 << 40))
      for _ in 0..<60 {
        let bytes = text(3 * chunkSize + 2_000)
        var (first, second): ([UInt32], [UInt32]) = ([7], [7])
        bytes.withUnsafeBytes {
          tokenizer.encode($0, using: &chunks, into: &first)
          tokenizer.encode($0, using: &whole, into: &second)
        }
        #expect(first == second, "\(chunkSize): \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  @Test func `keys that are chosen to collide are found soon`() {
    // Under Fibonacci hashing, all of these pairs have the same place.
    let inverse: UInt64 = 0xF1DE_83E1_9937_733D
    #expect(inverse &* 0x9E37_79B9_7F4A_7C15 == 1)
    func longestSearch(_ seed: HashSeed) -> Int {
      var table = PairTable(seed: seed)
      for number in 1...UInt64(10_000) {
        _ = table.value(number &* inverse, insertingIfAbsent: number)
      }
      return table.longestSearch
    }
    #expect(longestSearch(HashSeed(1, 2, 0x9E37_79B9_7F4A_7C15)) > 5_000)
    #expect(longestSearch(HashSeed(1, 2, 0x5851_F42D_4C95_7F2D)) < 500)

    // Where the first eight bytes are the number that is mixed in, the others do not count.
    func longestSearch(ofPieces seed: HashSeed) -> Int {
      var words = WordCounts(seed: seed)
      for number in UInt32(0)..<3_000 {
        let piece =
          withUnsafeBytes(of: UInt64(0xA076_1D64_78BD_642F).littleEndian) { Array($0) }
          + withUnsafeBytes(of: number.littleEndian) { Array($0) }
        piece.withUnsafeBufferPointer { words.add($0) }
      }
      return words.longestSearch
    }
    #expect(longestSearch(ofPieces: HashSeed(0xA076_1D64_78BD_642F, 2, 3)) > 2_000)
    #expect(longestSearch(ofPieces: .shared) < 200)
  }
}
