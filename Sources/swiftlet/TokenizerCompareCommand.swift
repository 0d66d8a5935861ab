import ArgumentParser
import Corpus
import Runs
import StrictJSON
import Tokenization

/// `tokenizer compare`: two tokenizers side by side on a text.
struct TokenizerCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two tokenizers on a text.",
    usage: "swiftlet tokenizer compare <first> <second> <files> ... [<options>]",
    discussion: """
      Shows how many tokens each takes, by script and kind of text, in how many
      documents their ids differ, and how each cuts the first place where they do.

        swiftlet tokenizer compare old.json new.json books/
      """)

  @Argument(help: "A tokenizer.json.")
  var first: String

  @Argument(help: "Another.")
  var second: String

  @Argument(help: "Text to try them on.")
  var files: [String]

  @OptionGroup var corpus: CorpusOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let tokenizers = [try Tokenizer(reading: first), try Tokenizer(reading: second)]
    var usages = tokenizers.map { TokenizerUsage(of: $0) }
    var (documents, differing) = (0, 0)
    var isSame = true
    var difference: TokenizerDifference?
    try corpus.reader(files).forEachPiece { piece, _ in
      let ids = usages.indices.map { usages[$0].add(piece.bytes, isContinuation: !piece.isFirst) }
      if piece.isFirst {
        documents += 1
        isSame = true
      }
      guard isSame, ids[0] != ids[1] else { return }
      isSame = false
      differing += 1
      if difference == nil {
        difference = TokenizerDifference(Array(piece.bytes), tokenizers, document: documents)
      }
    }
    let totals = usages.map(\.total)
    if json {
      return try Terminal.write(
        JSONValue.object([
          JSONMember(name: "same_ids", value: .bool(differing == 0)),
          JSONMember(name: "documents", value: .integer(documents)),
          JSONMember(name: "differing_documents", value: .integer(differing)),
          JSONMember(name: "first_difference", value: difference?.json(tokenizers) ?? .null),
          JSONMember(
            name: "tokenizers",
            value: .array(
              zip([first, second], zip(usages, totals)).map { path, pair in
                [
                  "path": .string(path), "vocabulary_size": .integer(pair.0.counts.count),
                  "bytes": .integer(pair.1.bytes), "tokens": .integer(pair.1.tokens),
                  "bytes_per_token": .number(
                    TokenizerInspectCommand.ratio(pair.1.bytes, pair.1.tokens)),
                  "tokens_used": .integer(pair.0.usedTokens),
                  "kinds": TokenizerInspectCommand.kinds(of: pair.0),
                ]
              })),
        ]).line)
    }
    func row(_ name: String, _ value: (Int) -> String) -> String {
      TokenizerInspectCommand.aligned(name, value(0), value(1))
    }
    func ratio(_ share: TokenizerUsage.Share?) -> String {
      guard let share else { return "-" }
      return "\(TokenizerInspectCommand.ratio(share.bytes, share.tokens))"
    }
    var text = row("", { ["first", "second"][$0] })
    text += row("vocabulary", { grouped(usages[$0].counts.count) })
    text += row("tokens", { grouped(totals[$0].tokens) })
    text += row("tokens used", { grouped(usages[$0].usedTokens) })
    text += row("bytes a token", { ratio(totals[$0]) })
    for kind in TextKind.allCases where usages.contains(where: { $0.kinds[kind] != nil }) {
      text += row("  \(kind.rawValue)", { ratio(usages[$0].kinds[kind]) })
    }
    text +=
      differing == 0
      ? "the ids are the same\n"
      : "the ids differ in \(grouped(differing)) of \(grouped(documents)) "
        + "document\(documents == 1 ? "" : "s")\n"
    for line in difference?.lines(["first ", "second"], tokenizers) ?? [] { text += line + "\n" }
    try Terminal.write(text)
  }
}
