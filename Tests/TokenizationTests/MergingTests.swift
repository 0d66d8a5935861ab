import StrictJSON
import Testing
import Tokenization

/// Pieces of all lengths, beside the definition: the merges one after another, each wherever it
/// stands, from left to right.
@Suite struct MergingTests {
  private let tokenizer: Tokenizer
  private let ids: [String: UInt32]
  private let merges: [[String]]

  init() throws {
    var random = Generator(seed: 3)
    var trainer = BytePairTrainer(
      vocabularySize: 400, preTokenizer: .whole, specialTokens: [])
    for _ in 0..<60 {
      trainer.add(Self.text(&random, length: 400))
    }
    tokenizer = try trainer.train()
    let model = try #require(JSONValue(parsing: tokenizer.json())["model"])
    let vocabulary = try #require(model["vocab"]?.object)
    ids = Dictionary(
      uniqueKeysWithValues: vocabulary.map { ($0.name, UInt32($0.value.integer ?? 0)) })
    merges = try #require(model["merges"]?.array).map(\.strings)
  }

  /// Letters at random, or a few of them again and again, or both.
  private static func text(_ random: inout Generator, length: Int) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < length {
      let unit = (0..<1 + random.next(below: 6)).map { _ in
        UInt8(ascii: "a") + UInt8(random.next(below: 4))
      }
      let times = random.next(below: 3) == 0 ? 1 + random.next(below: length) : 1
      for _ in 0..<times where text.count < length { text += unit }
    }
    return Array(text.prefix(length))
  }

  private func expected(_ text: [UInt8]) -> [UInt32] {
    var symbols = text.map { String(UnicodeScalar($0)) }
    for merge in merges {
      var merged: [String] = []
      var index = 0
      while index < symbols.count {
        if symbols[index] == merge[0], index + 1 < symbols.count, symbols[index + 1] == merge[1] {
          merged.append(merge[0] + merge[1])
          index += 2
        } else {
          merged.append(symbols[index])
          index += 1
        }
      }
      symbols = merged
    }
    return symbols.compactMap { ids[$0] }
  }

  @Test func `short, long and huge pieces are merged as the merges define it`() {
    var random = Generator(seed: 4)
    #expect(merges.count == 144)
    for length in Array(1...120) + [1_023, 1_024, 1_025, 2_000, 3_000, 4_001] {
      for _ in 0..<3 {
        let text = Self.text(&random, length: length)
        let made = tokenizer.encode(text)
        #expect(made == expected(text), "\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  @Test(arguments: ["a", "ab", "abc", "abcd", "abcda"])
  func `a huge piece of one unit, wherever it breaks off`(unit: String) {
    for length in 1_024..<1_048 {
      let text = Array(String(repeating: unit, count: length).utf8.prefix(length))
      #expect(tokenizer.encode(text) == expected(text))
      let broken = text + [UInt8(ascii: "d")] + text
      #expect(tokenizer.encode(broken) == expected(broken))
    }
  }
}
