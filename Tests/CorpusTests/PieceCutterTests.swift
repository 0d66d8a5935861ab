import Corpus
import TestSupport
import Testing
import Tokenization

@Suite struct PieceCutterTests {
  let directory = TemporaryDirectory()

  /// Characters that pre-tokenizers and normalisation treat in unlike ways.
  static let alphabet = [
    "a", "b", "Z", "é", "中", "國", "の", "한", "д", "λ", "1", "2", " ", " ", " ", "  ", "\n", "\n",
    "\n",
    "\n\n", "\r\n", "\r", "\t", "\u{B}", "\u{3000}", "\u{A0}", "\u{85}", "\u{2028}", "\u{2003}",
    "\u{1680}", "/", "//", "!", ".", "。", "，", "'s", "'", "'ll", "-", "…", "\u{301}", "\u{A8}",
    "\u{B4}", "\u{2DC}", "\u{203E}", "\u{37A}", "\u{FC60}", "\u{FFE3}", "ﬁ", "①", "½", "😀",
    "\u{200D}",
    "\u{FEFF}", "<|endoftext|>", "\0", "\u{1F}", "\u{7F}", "䷀", "㐀", "ำ", "ࠕ", "ힰ",
  ]

  private func text(_ generator: inout SeededGenerator, _ count: Int) -> String {
    (0..<count).map { _ in Self.alphabet.randomElement(using: &generator)! }.joined()
  }

  @Test(arguments: [PreTokenizer.gpt2, .gpt4, .llama3, .qwen2], [Normalization.none, .nfc, .nfkc])
  func `pieces have the ids of the whole`(
    preTokenizer: PreTokenizer, normalization: Normalization
  ) throws {
    var generator = SeededGenerator(seed: 3)
    let tokenizer = try smallTokenizer(
      of: text(&generator, 30_000), vocabularySize: 1000, preTokenizer: preTokenizer,
      normalization: normalization)
    var cuts = 0
    for _ in 0..<500 {
      // A byte order mark in front would be dropped.
      let document = "x" + text(&generator, 60)
      let path = try directory.write(document, to: "a.txt")
      var reader = CorpusReader(paths: [path])
      reader.pieceSize = Int.random(in: 8...40, using: &generator)
      let pieces = try reader.pieces()
      // Cut at the limit, ids may differ.
      guard pieces.allSatisfy({ $0.count < 60 * reader.pieceSize }) else { continue }
      cuts += pieces.count - 1
      let ids = pieces.map { tokenizer.encode($0) }
      guard Array(ids.joined()) != tokenizer.encode(document) else { continue }
      // What the user would see: tokens, and where they differ.
      func show(_ ids: some Sequence<UInt32>) -> [String] {
        ids.map { id in
          String(decoding: tokenizer.bytes(of: id)!, as: UTF8.self)
            .unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
        }
      }
      let pair = (show(ids.joined()), show(tokenizer.encode(document)))
      let same = zip(pair.0, pair.1).prefix { $0 == $1 }.count
      Issue.record(
        "\(pair.0[max(0, same - 3)...].prefix(9)) is not \(pair.1[max(0, same - 3)...].prefix(9))")
      return
    }
    #expect(cuts > 500, "\(cuts)")
  }
}
