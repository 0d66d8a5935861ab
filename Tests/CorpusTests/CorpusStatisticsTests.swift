import ContentHashing
import Corpus
import TestSupport
import Testing
import Tokenization

@Suite struct CorpusStatisticsTests {
  private let directory = TemporaryDirectory()

  private func statistics(_ text: String, _ name: String = "a.txt") throws -> CorpusStatistics {
    try CorpusStatistics(of: CorpusReader(paths: [directory.write(text, to: name)]))
  }

  private func count(_ sign: TextSign, in text: String) throws -> Int {
    try statistics(text).signs.first { $0.sign == sign }?.count ?? 0
  }

  @Test func `characters by class, lines, words and lengths`() throws {
    let found = try statistics("The cat's cat.\n\n  Die Übung 42a 7\t\n\n人之初，はい\nThe cat's cat.")
    #expect(found.characterCount == 14 + 2 + 18 + 2 + 7 + 14)
    #expect(found.characters[CharacterClass.han.rawValue] == 3)
    #expect(found.characters[CharacterClass.hiragana.rawValue] == 2)
    #expect(found.characters[CharacterClass.digit.rawValue] == 3)
    #expect(found.characters[CharacterClass.punctuation.rawValue] == 2 + 1 + 2)
    #expect(found.lineCount == 4 && found.blankLines == 2 && found.duplicateLines == 1)
    #expect(found.lineLengths.shortest == 6 && found.lineLengths.longest == 18)
    #expect(found.documentLengths.longest == found.characterCount)
    #expect(found.mostRepeatedLines(5).map(\.text) == ["The cat's cat."])
    // the cat's cat · die übung 42a · 人 之 初 は い · the cat's cat; 7 is no word.
    #expect(found.wordCount == 14)
    #expect(found.distinctWords == 11 && found.singleWords == 8)
    let common = found.mostCommonWords(5)
    #expect(common.map(\.text) == ["the", "cat's", "cat"] && common.allSatisfy { $0.count == 2 })
    #expect(
      Set(found.leastCommonWords(8).map(\.text)) == [
        "die", "übung", "42a", "人", "之", "初", "は", "い",
      ])
    #expect(found.isExact)
  }

  @Test func `repeated documents and blank ones`() throws {
    let lines = ["one", "two", "one", " ", "one"].map { "{\"text\":\"\($0)\"}\n" }.joined()
    let found = try statistics(lines, "a.jsonl")
    #expect(found.counts.documents == 4 && found.counts.blankDocuments == 1)
    #expect(found.duplicateDocuments == 2)
  }

  @Test func `each sign of dirt, and what only looks like one`() throws {
    #expect(try count(.htmlEntity, in: "a&nbsp;b &#8217; &#x20; AT&T; R & D; &;") == 3)
    #expect(try count(.htmlTag, in: "<p>x</p><br/> a < b > c <3 <!-- y --> <a@b.c>") == 4)
    #expect(try count(.address, in: "https://a.b http://c www.d.e awww. shttp://x") == 3)
    #expect(
      try count(.mojibake, in: "cafÃ© itâ€™s ä¸\u{AD}æ\u{96}\u{87} 锟斤拷") == 4)
    #expect(try count(.mojibake, in: "naïve Tomáš « é » Ångström ñandú über €5 – „so“") == 0)
    #expect(try count(.control, in: "a\u{7}b\tc\r\nd\u{85}") == 2)
    #expect(try count(.invisible, in: "a\u{200B}b\u{FEFF}c\u{AD}d") == 3)
    #expect(try count(.privateUse, in: "a\u{E829}b") == 1)
    #expect(try count(.bracketedReading, in: "學(xué)習（xí）處理(NLP)模型(model) x(xué)") == 2)
    #expect(try count(.markRun, in: "!!!! --- ...... ====") == 3)
    #expect(try count(.longLine, in: String(repeating: "ab ", count: 400) + "\nshort") == 1)
    let mixed = try statistics("學習们这")
    #expect(mixed.traditionalCharacters == 2 && mixed.simplifiedCharacters == 2)
  }

  @Test func `U+FFFD of the text is told from what reading replaced`() throws {
    let path = try directory.write(Array("a\u{FFFD}b ".utf8) + [0xFF, 0x20, 0xC3], to: "bad.txt")
    let found = try CorpusStatistics(of: CorpusReader(paths: [path]))
    #expect(found.counts.replacedSequences == 2)
    #expect(found.signs.map(\.sign) == [.replacement] && found.signs[0].count == 1)
    #expect(found.signs[0].example.contains("a\u{FFFD}b"))
  }

  @Test func `long documents count the same in pieces`() throws {
    let lines = (0..<3000).map {
      "line \($0 % 700) says that 人 number \($0 * 7919 % 1000)'s ok &amp;"
    }
    let text = (lines + [String(repeating: "word ", count: 2000)]).joined(separator: "\n")
    var reader = CorpusReader(paths: [try directory.write(text, to: "long.txt")])
    let whole = try CorpusStatistics(of: reader)
    reader.pieceSize = 1000
    let pieces = try CorpusStatistics(of: reader)
    #expect(pieces.characters == whole.characters)
    #expect(pieces.lineLengths == whole.lineLengths && pieces.lineCount == 3001)
    #expect(pieces.documentLengths == whole.documentLengths)
    #expect(pieces.signs == whole.signs && whole.signs.first?.count == 3000)
    #expect(pieces.mostCommonWords(50) == whole.mostCommonWords(50))
    #expect(pieces.duplicateLines == whole.duplicateLines)
    let naive = Dictionary(grouping: lines) { $0 }.values.filter { $0.count > 1 }
    #expect(whole.duplicateLines == naive.reduce(0) { $0 + $1.count - 1 })
  }

  @Test func `the sides are those that encoding makes`() throws {
    var trainer = BytePairTrainer(vocabularySize: 270)
    trainer.add(Array("some words to learn".utf8))
    let tokenizer = try trainer.train()
    let many = (0..<5000).map { "{\"text\":\"document \($0)\"}\n" }.joined()
    let one = (0..<500).map { "line \($0)\n" }.joined()
    for (name, text) in [("many.jsonl", many), ("one.txt", one)] {
      let reader = CorpusReader(paths: [try directory.write(text, to: name)])
      let sides = try #require(try CorpusStatistics(of: reader).sides)
      let manifest = try CorpusEncoder.encode(
        reader, tokenizer: tokenizer, into: directory["shards-\(name)"], threads: 1)
      for split in CorpusSplit.allCases {
        #expect(sides[split]?.documents == manifest[split].documents)
        #expect(sides[split]?.bytes == manifest[split].bytes)
        #expect(manifest[split].bytes > 0)
      }
    }
  }

  @Test func `counts stay within their memory and their error`() {
    var counter = OccurrenceCounter(capacity: 1000, textLimit: 8)
    var exact: [UInt64: Int] = [:]
    var state: UInt64 = 1
    for _ in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Frequent and rare numbers: the square of an even chance.
      let chance = Double(state >> 11) / Double(1 << 53)
      let number = Int(chance * chance * chance * 40_000)
      let bytes = Array("n\(number)".utf8)
      let hash = ContentHash(of: bytes).low
      exact[hash, default: 0] += 1
      bytes.withUnsafeBytes { counter.add(hash: hash, text: $0) }
    }
    #expect(counter.total == 200_000 && !counter.isExact)
    for entry in counter.most(20) {
      let truth = exact[entry.hash] ?? 0
      #expect((entry.count...(entry.count + entry.error)).contains(truth))
    }
    // The most frequent of all are found.
    let frequent = exact.sorted { $0.value > $1.value }.prefix(5).map(\.key)
    #expect(Set(frequent).isSubset(of: counter.most(20).map(\.hash)))
    for entry in counter.least(20) { #expect(exact[entry.hash] == entry.count) }
    // A sample of some hundred tells the whole to a few times 1 / √100.
    let share = Double(counter.distinct) / Double(exact.count)
    #expect((0.7...1.3).contains(share), "\(counter.distinct) of \(exact.count)")
    let repeats = Double(counter.repeats) / Double(200_000 - exact.count)
    #expect((0.5...1.5).contains(repeats), "\(counter.repeats)")
    let first = counter.most(1)[0]
    #expect(counter.text(of: first) == "n0")
  }

  @Test func `quantiles are right to a sixteenth`() {
    var histogram = LengthHistogram()
    var lengths: [Int] = []
    for index in 0..<5000 {
      let length = index * index % 9973 + index % 7
      lengths.append(length)
      histogram.add(length)
    }
    lengths.sort()
    for share in [0.0, 0.01, 0.5, 0.9, 0.99, 1] {
      let truth = lengths[max(0, Int((share * 5000).rounded(.up)) - 1)]
      let found = histogram.quantile(share)
      #expect(found >= truth && Double(found) <= Double(truth) * 17 / 16 + 1, "\(share)")
    }
    #expect(histogram.bars.reduce(0) { $0 + $1.count } == 5000)
    for (range, count) in histogram.bars {
      #expect(count == lengths.count { range.contains($0) })
    }
    #expect(LengthHistogram().bars.isEmpty && LengthHistogram().quantile(0.5) == 0)
  }
}
