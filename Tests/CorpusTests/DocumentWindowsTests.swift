import Corpus
import TestSupport
import Testing
import Tokenization

@Suite struct DocumentWindowsTests {
  let directory = TemporaryDirectory()
  let documents = randomDocuments(60, seed: 14, words: 1...60) + ["a", "雨"]
  let tokenizer: Tokenizer
  let stream: TokenStream

  init() throws {
    tokenizer = try smallTokenizer()
    let path = try directory.write(jsonLines(documents), to: "a.jsonl")
    try CorpusEncoder.encode(
      CorpusReader(paths: [path]), validation: .none, tokenizer: tokenizer, into: directory["out"],
      threads: 1, tokensPerShard: 97)
    stream = try TokenStream(directory: directory["out"], split: .train, tokenizer: tokenizer)
  }

  @Test(arguments: [1, 2, 3, 16, 64, 10_000], [1, 50, 1000, 1_000_000])
  func `windows are those of the definition`(context: Int, budget: Int) throws {
    var inputs: [[Int32]] = []
    var targets: [[Int32]] = []
    for document in documents {
      let ids = ([tokenizer.endOfText!] + tokenizer.encode(document)).map { Int32($0) }
      for start in stride(from: 0, to: ids.count - 1, by: context) {
        let end = min(start + context, ids.count - 1)
        inputs.append(Array(ids[start..<end]))
        targets.append(Array(ids[(start + 1)...end]))
      }
    }
    var windows = DocumentWindows(stream, context: context)
    var index = 0
    while let batch = try windows.nextBatch(budget: budget) {
      #expect(batch.inputs.count <= budget || batch.windows.count == 1)
      #expect(batch.targets.count == batch.inputs.count)
      var end = 0
      for window in batch.windows {
        #expect(window.lowerBound == end)
        end = window.upperBound
        #expect(Array(batch.inputs[window]) == inputs[index])
        #expect(Array(batch.targets[window]) == targets[index])
        index += 1
      }
      #expect(end == batch.inputs.count)
      // The next window would not have fitted.
      if index < inputs.count { #expect(end + inputs[index].count > budget) }
    }
    #expect(index == inputs.count)
  }

  /// Every id but the first of a document is a target once, with as many ids before it as the definition
  /// of overlapping windows gives it.
  @Test(
    arguments: [(7, 7), (7, 6), (7, 3), (7, 1), (1, 1), (64, 5), (10_000, 3)], [1, 100, 5_000])
  func `windows that overlap predict each id once`(extents: (context: Int, step: Int), budget: Int)
    throws
  {
    let (context, step) = extents
    var expected: [[Int32]] = []
    for document in documents {
      let ids = ([tokenizer.endOfText!] + tokenizer.encode(document)).map { Int32($0) }
      for target in ids.indices.dropFirst() {
        // Of the windows that begin at multiples of the step, the first that holds the target.
        let start = (max(0, target - context) + step - 1) / step * step
        expected.append(Array(ids[start...target]))
      }
    }
    var windows = DocumentWindows(stream, context: context, stride: step)
    var found: [[Int32]] = []
    while let batch = try windows.nextBatch(budget: budget) {
      #expect(batch.inputs.count <= budget || batch.windows.count == 1)
      for window in batch.windows {
        #expect(batch.targets[window].contains { $0 >= 0 })
        for index in window where batch.targets[index] >= 0 {
          found.append(Array(batch.inputs[window.lowerBound...index]) + [batch.targets[index]])
        }
      }
    }
    #expect(found == expected)
  }

  @Test func `every byte of text is a target once`() throws {
    var windows = DocumentWindows(stream, context: 7)
    var bytes = 0
    while let batch = try windows.nextBatch(budget: 100) {
      bytes += batch.targets.reduce(0) { $0 + tokenizer.byteCount(of: UInt32($1)) }
    }
    #expect(bytes == documents.joined().utf8.count)
    #expect(bytes == stream.byteCount)
  }
}
