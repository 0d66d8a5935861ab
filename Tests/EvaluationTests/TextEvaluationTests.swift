import Corpus
import Evaluation
import Foundation
import LanguageModel
import Runs
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct TextEvaluationTests {
  private let directory = TemporaryDirectory()

  /// The tiny model `long`, and its recorded ids and losses; see the goldens of the language model.
  private func golden() throws -> (model: Transformer, ids: [UInt32], losses: [Float]) {
    let tests = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
    let path = "\(tests)/LanguageModelTests/Goldens/long"
    let file = try SafetensorsFile(path: "\(path)/golden.safetensors")
    func numbers<Number: BitwiseCopyable>(_ name: String) throws -> [Number] {
      let numbers = try file.withBytes(of: name) { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Number.self) }
      }
      return try #require(numbers)
    }
    let ids: [Int32] = try numbers("tokens")
    return (
      try Transformer(loading: path, on: Device(threadCount: 2)), ids.map { UInt32($0) },
      try numbers("token_losses64")
    )
  }

  @Test func `losses are those of transformers`() throws {
    let (model, ids, losses) = try golden()
    let tokenizer = try byteTokenizer()
    let stream = try stream(ofIDs: ids, byteCount: 777, tokenizer, in: directory)
    let score = try TextEvaluation(stream, tokenizer: tokenizer).score(model)
    let total = losses.reduce(0.0) { $0 + Double($1) }
    #expect(score.tokens == 200)
    #expect(score.bytes == 777)
    #expect(abs(score.loss - total / 200) < 1e-6)
    #expect(abs(score.perplexity - exp(total / 200)) < 1e-6 * score.perplexity)
    #expect(abs(score.bitsPerByte - total / log(2) / 777) < 1e-6 * score.bitsPerByte)
  }

  @Test(arguments: [1, 50, 199])
  func `a limit cuts windows and counts the bytes of their tokens`(_ limit: Int) throws {
    let (model, ids, losses) = try golden()
    let tokenizer = try byteTokenizer()
    let stream = try stream(ofIDs: ids, byteCount: 777, tokenizer, in: directory)
    let evaluation = TextEvaluation(stream, tokenizer: tokenizer, maximumTokens: limit)
    let score = try evaluation.score(model)
    let total = losses.prefix(limit).reduce(0.0) { $0 + Double($1) }
    #expect(score.tokens == limit)
    // Of this vocabulary id 0 stands for no byte and every other for one.
    #expect(score.bytes == ids[1...limit].count { $0 != 0 })
    #expect(abs(score.totalLoss - total) < 1e-6 * total)
  }

  @Test func `a model that knows nothing needs the logarithm of the vocabulary`() throws {
    let tokenizer = try byteTokenizer()
    let documents = ["Once upon a time.", "x", "Grüße, 世界!", String(repeating: "ab ", count: 99)]
    let stream = try stream(documents, tokenizer, in: directory)
    let configuration = ModelConfiguration(
      vocabularySize: 257, layers: 1, width: 16, heads: 2, feedForwardWidth: 16, contextLength: 32)
    // All parameters zero: all logits zero.
    let model = Transformer(configuration, on: Device(threadCount: 1)) { _, _ in }
    let score = try TextEvaluation(stream, tokenizer: tokenizer).score(model)
    let bytes = documents.reduce(0) { $0 + $1.utf8.count }
    #expect(score.bytes == bytes)
    #expect(score.tokens == bytes)
    #expect(abs(score.loss - log(257)) < 1e-6)
    #expect(abs(score.perplexity - 257) < 1e-3)
    #expect(abs(score.bitsPerByte - log2(257)) < 1e-6)
  }

  /// Leaving out one part after the other (the jackknife) tells the deviation, too.
  @Test(arguments: [1, 4])
  func `an interval is as wide as what its parts tell, which are documents if there are enough`(
    windowsADocument: Int
  ) throws {
    let source = RandomSource(seed: 3)
    func part(_ index: Int) -> TextScore.Part {
      let bytes = 50 + Int(200 * source.uniform(at: UInt64(2 * index)))
      return TextScore.Part(
        loss: Double(bytes) * (0.5 + source.uniform(at: UInt64(2 * index + 1))), bytes: bytes,
        beginsDocument: index % windowsADocument == 0)
    }
    let windows = (0..<400).map(part)
    func bits(_ parts: [TextScore.Part]) -> Double {
      parts.reduce(0) { $0 + $1.loss } / Double(parts.reduce(0) { $0 + $1.bytes }) / log(2)
    }
    let score = TextScore(
      totalLoss: windows.reduce(0) { $0 + $1.loss }, tokens: 1,
      bytes: windows.reduce(0) { $0 + $1.bytes }, windows: windows)
    let without = stride(from: 0, to: 400, by: windowsADocument).map { begin in
      bits(
        windows.enumerated().filter { $0.offset / windowsADocument != begin / windowsADocument }
          .map(\.element))
    }
    let mean = without.reduce(0, +) / Double(without.count)
    let variance =
      without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * Double(without.count - 1)
      / Double(without.count)
    let interval = try #require(score.interval)
    let half = (interval.upperBound - interval.lowerBound) / 2
    #expect(abs(half / (1.96 * variance.squareRoot()) - 1) < 0.02)
    #expect(abs((interval.lowerBound + interval.upperBound) / 2 - bits(windows)) < 1e-12)
    let one = TextScore(totalLoss: 1, tokens: 1, bytes: 1, windows: [part(0)])
    #expect(one.interval == nil)
  }

  @Test(arguments: [8, 7, 3, 1])
  func `windows overlap as they are asked to, and never reach into another document`(step: Int)
    throws
  {
    var trainer = BytePairTrainer(vocabularySize: 280)
    trainer.add(Array("the cat sat on the mat and the hen ate the hat".utf8))
    let tokenizer = try trainer.train()
    let documents = [1, 2, 31, 32, 33, 64, 65, 200].map { length in
      String(repeating: "the cat, ", count: length).prefix(length)
    }.map(String.init)
    let stream = try stream(documents, tokenizer, in: directory)
    let context = 8
    let configuration = ModelConfiguration(
      vocabularySize: 280, layers: 2, width: 32, heads: 4, feedForwardWidth: 48,
      contextLength: context)
    let model = Transformer(configuration, seed: 4, on: Device(threadCount: 2))

    // One window at a time, through plain logits.
    var expected = 0.0
    var tokens = 0
    for document in documents {
      let ids = [try #require(tokenizer.endOfText)] + tokenizer.encode(document)
      var predicted = 1
      for start in stride(from: 0, to: ids.count - 1, by: step) {
        let inputs = ids[start..<min(start + context, ids.count - 1)]
        let tape = Tape(on: model.device, isRecording: false)
        let hidden = model.hidden(inputs.map { Int32($0) }, lengths: [inputs.count], on: tape)
        let logits = tape.logits(hidden, model.head(on: tape)).elements
        for index in inputs.indices where index + 1 >= predicted {
          let row = logits[(index - start) * 280..<(index - start + 1) * 280].map { Double($0) }
          expected += log(row.reduce(0) { $0 + exp($1) }) - row[Int(ids[index + 1])]
          tokens += 1
        }
        predicted = max(predicted, inputs.endIndex + 1)
      }
    }
    let evaluation = TextEvaluation(
      stream, tokenizer: tokenizer, stride: step == context ? nil : step)
    var reported: [Int] = []
    let score = try evaluation.score(model) { reported.append($0) }
    #expect(score.tokens == tokens)
    #expect(evaluation.expectedTokens == tokens)
    #expect(reported.last == tokens)
    #expect(score.bytes == documents.reduce(0) { $0 + $1.utf8.count })
    #expect(abs(score.totalLoss - expected) < 1e-6 * expected)

    let interval = try #require(score.interval)
    #expect(interval.contains(score.bitsPerByte))
    for threads in [1, 3] {
      let other = Transformer(configuration, seed: 4, on: Device(threadCount: threads))
      #expect(try evaluation.score(other) == score)
    }
  }
}
