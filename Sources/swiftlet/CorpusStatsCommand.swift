import ArgumentParser
import Corpus
import StrictJSON

/// `corpus stats`: what a corpus consists of.
struct CorpusStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Show what a corpus consists of, and its dirt.",
    usage: "swiftlet corpus stats <files> ... [<options>]",
    discussion: """
      Files are plain text, JSON Lines (.jsonl), either compressed (.gz, .zst),
      directories of such, or - for standard input. They are read once, or twice to
      find the validation text, and never held in memory whole.

        swiftlet corpus stats books/
        swiftlet corpus stats pages.jsonl.zst --field content --json
      """)

  @Argument(help: "Text to count.")
  var files: [String]

  @OptionGroup var corpus: CorpusOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Lines and words to list.", valueName: "n"))
  var top = 10

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try require((1...1000).contains(top), hint: leaveOut) {
      "--top must be from 1 to 1000, not \(top)"
    }
  }

  func run() throws {
    var reader = corpus.reader(files)
    reader.countsDamage = !corpus.strict
    var progress = ProgressLine(
      "reading", total: try reader.totalFileSize(), unit: .bytes, isQuiet: output.quiet)
    let statistics = try CorpusStatistics(of: reader) { progress.update($0) }
    progress.finish()
    let report = CorpusStatsReport(statistics, top: top)
    if output.json { return try Terminal.write(report.json.line) }
    try Terminal.write(report.text)
    if !output.quiet {
      Terminal.suggest(
        "swiftlet tokenizer train \(Terminal.quoted(files)) --vocab-size 2048 --out tokenizer.json")
    }
  }
}
