import ArgumentParser
import Corpus
import Files
import Runs
import StrictJSON
import Tokenization

/// `tokenizer inspect`: what a tokenizer consists of, and what it makes of texts.
struct TokenizerInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a tokenizer consists of and does.",
    usage: "swiftlet tokenizer inspect <tokenizer> [<files> ...] [<options>]",
    discussion: """
      With files, also how many bytes a token stands for, by script and kind of text,
      and how much of the vocabulary they use. With --text, how it is cut.

        swiftlet tokenizer inspect tokenizer.json
        swiftlet tokenizer inspect tokenizer.json books/
        swiftlet tokenizer inspect tokenizer.json --text "It's 12345 kB."
      """)

  @Argument(help: "The tokenizer.json to look at.")
  var tokenizer: String

  @Argument(help: "Text to try it on.")
  var files: [String] = []

  @Option(help: ArgumentHelp("Text to show the tokens of.", valueName: "text"))
  var text: String?

  @OptionGroup var corpus: CorpusOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    try require(text == nil || files.isEmpty || json, hint: "leave one of them out, or add --json")
    {
      "--text is given, and files too"
    }
  }

  func run() throws {
    let tokenizer = try Tokenizer(reading: self.tokenizer)
    Terminal.warn(ofIgnored: tokenizer.ignoredSettings)
    if let text, !json { return try show(text, tokenizer) }
    var report = Self.description(of: tokenizer)
    if let text {
      report.append(
        JSONMember(
          name: "tokens",
          value: .array(
            tokenizer.spans(of: Array(text.utf8)).map {
              [
                "id": .integer(Int($0.id)), "start": .integer($0.range.lowerBound),
                "end": .integer($0.range.upperBound),
              ]
            })))
    }
    if !files.isEmpty {
      var usage = TokenizerUsage(of: tokenizer)
      try corpus.reader(files).forEachPiece { piece, _ in
        usage.add(piece.bytes, isContinuation: !piece.isFirst)
      }
      report += Self.description(of: usage, tokenizer)
    }
    if json { return try Terminal.write(JSONValue.object(report).line) }
    for member in report where member.name != "kinds" && member.value != [] {
      try Terminal.write(Self.line(member))
    }
    if let kinds = report.first(where: { $0.name == "kinds" })?.value.object {
      try Terminal.write("\n" + Self.table(kinds))
    }
  }

  // MARK: The parts of the report

  private static func description(of tokenizer: Tokenizer) -> [JSONMember] {
    let longest = (0..<UInt32(tokenizer.vocabularySize)).filter(tokenizer.contains)
      .sorted { (tokenizer.byteCount(of: $1), $0) < (tokenizer.byteCount(of: $0), $1) }.prefix(8)
    let unreachable = tokenizer.unreachableTokens()
    return [
      JSONMember(name: "vocabulary_size", value: .integer(tokenizer.vocabularySize)),
      JSONMember(name: "pre_tokenizer", value: .string(tokenizer.preTokenizer.rawValue)),
      JSONMember(name: "normalization", value: .string(tokenizer.normalization.rawValue)),
      JSONMember(
        name: "special_tokens", value: .array(tokenizer.specialTokens.map { .string($0.content) })),
      JSONMember(
        name: "longest_tokens", value: .array(longest.map { .string(tokenizer.shown($0)) })),
      JSONMember(name: "unreachable_tokens", value: .integer(unreachable.count)),
      JSONMember(
        name: "first_unreachable",
        value: .array(unreachable.prefix(8).map { .string(tokenizer.shown($0)) })),
      JSONMember(name: "hash", value: .string("\(tokenizer.hash)")),
    ]
  }

  private static func description(of usage: TokenizerUsage, _ tokenizer: Tokenizer) -> [JSONMember]
  {
    let total = usage.total
    let special = Set(tokenizer.specialTokens.map(\.id))
    // Those that were learned first, from text that was another then.
    let unused = usage.counts.indices
      .filter { usage.counts[$0] == 0 && tokenizer.contains(UInt32($0)) }
    return [
      JSONMember(name: "bytes", value: .integer(total.bytes)),
      JSONMember(name: "tokens_in_text", value: .integer(total.tokens)),
      JSONMember(
        name: "bytes_per_token", value: .number(ratio(total.bytes, total.tokens))),
      JSONMember(name: "tokens_used", value: .integer(usage.usedTokens)),
      JSONMember(name: "tokens_unused", value: .integer(unused.count)),
      JSONMember(
        name: "first_unused",
        value: .array(
          unused.filter { !special.contains(UInt32($0)) }.prefix(8).map {
            .string(tokenizer.shown(UInt32($0)))
          })),
      JSONMember(name: "kinds", value: kinds(of: usage)),
    ]
  }

  /// The kinds of text in `usage`, the most frequent first.
  static func kinds(of usage: TokenizerUsage) -> JSONValue {
    .object(
      usage.kinds.sorted { ($1.value.bytes, $0.key.rawValue) < ($0.value.bytes, $1.key.rawValue) }
        .map { kind, share in
          JSONMember(
            name: kind.rawValue,
            value: [
              "bytes": .integer(share.bytes), "tokens": .integer(share.tokens),
              "bytes_per_token": .number(ratio(share.bytes, share.tokens)),
            ])
        })
  }

  /// Two decimals.
  static func ratio(_ bytes: Int, _ tokens: Int) -> Double {
    (100 * Double(bytes) / Double(max(tokens, 1))).rounded() / 100
  }

  private static func line(_ member: JSONMember) -> String {
    let title = member.name.map { $0 == "_" ? " " : "\($0)" }.joined()
    // Tokens that go on are cut, so that lines keep to 80 columns.
    func shown(_ token: String) -> String {
      token.unicodeScalars.count > 12 ? String(token.unicodeScalars.prefix(11)) + "…" : token
    }
    var list = member.value.array?.compactMap(\.string) ?? []
    list =
      member.name == "special_tokens" ? list.map(FileError.printable) : list.prefix(4).map(shown)
    let value =
      member.value.array.map { _ in list.joined(separator: "  ") }
      ?? member.value.string ?? member.value.integer.map(grouped)
      ?? String(decoding: member.value.serialized(), as: UTF8.self)
    return title + String(repeating: " ", count: 20 - title.count) + value + "\n"
  }

  private static func table(_ kinds: [JSONMember]) -> String {
    var text = aligned("kind of text", "bytes", "tokens", "bytes a token")
    for kind in kinds {
      text += aligned(
        kind.name, grouped(kind.value["bytes"]?.integer ?? 0),
        grouped(kind.value["tokens"]?.integer ?? 0),
        "\(kind.value["bytes_per_token"]?.number ?? 0)")
    }
    return text
  }

  /// A row whose first column is on the left and the others on the right.
  static func aligned(_ first: String, _ others: String...) -> String {
    func blanks(_ width: Int, _ text: String) -> String {
      String(repeating: " ", count: max(1, width - text.count))
    }
    return first + blanks(26, first) + others.map { blanks(15, $0) + $0 }.joined() + "\n"
  }

  private func show(_ text: String, _ tokenizer: Tokenizer) throws {
    let bytes = Array(text.utf8)
    let spans = tokenizer.spans(of: bytes)
    try Terminal.write(
      CutText.line(spans.map(\.id), tokenizer) + "\n"
        + spans.map { String($0.id) }.joined(separator: " ") + "\n"
        + "\(bytes.count) bytes, \(spans.count) tokens\n")
  }
}
