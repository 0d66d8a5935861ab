import StrictJSON
import Tokenization

/// Where two tokenizers first cut a corpus differently.
struct TokenizerDifference {
  /// The document, from 1.
  private let document: Int
  /// Where the tokens below begin in it, or in the piece of it that was looked at, in bytes: those before
  /// are the same, and at the same places.
  private let byte: Int
  /// Some tokens of each, from a place where both cut.
  private let ids: [[UInt32]]

  /// So much text is shown.
  private static let shownBytes = 40

  /// Looks at a text; `nil` if both give the same ids.
  init?(_ text: [UInt8], _ tokenizers: [Tokenizer], document: Int) {
    let spans = tokenizers.map { $0.spans(of: text) }
    guard spans[0] != spans[1] else { return nil }
    let same = zip(spans[0], spans[1]).prefix { $0 == $1 }.count
    let start = spans.compactMap { same < $0.count ? $0[same].range.lowerBound : nil }.min()
    let begin = start ?? text.count
    self.document = document
    byte = begin
    ids = spans.map { spans in
      spans[same...].prefix { $0.range.lowerBound < begin + Self.shownBytes }.map(\.id)
    }
  }

  /// Two lines, one for each tokenizer.
  func lines(_ names: [String], _ tokenizers: [Tokenizer]) -> [String] {
    ["first at byte \(grouped(byte)) of document \(grouped(document)):"]
      + zip(names, zip(ids, tokenizers)).map { name, cut in
        "  \(name)  \(CutText.line(cut.0, cut.1))"
      }
  }

  /// With the tokens' texts.
  func json(_ tokenizers: [Tokenizer]) -> JSONValue {
    [
      "document": .integer(document), "byte": .integer(byte),
      "tokens": .array(
        zip(ids, tokenizers).map { ids, tokenizer in
          .array(ids.map { ["id": .integer(Int($0)), "text": .string(tokenizer.shown($0))] })
        }),
    ]
  }
}
