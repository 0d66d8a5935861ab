import ArgumentParser
import Corpus
import Files
import Runs
import StrictJSON
import Tokenization

/// `tokenizer encode`: text to ids, or to token shards.
struct TokenizerEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode", abstract: "Turn text into token ids.",
    usage: """
      swiftlet tokenizer encode --tokenizer <file> [<options>] < text
      swiftlet tokenizer encode --tokenizer <file> <files> ... --out <dir>
      """,
    discussion: """
      Without --out, reads standard input and prints one line of ids for each line,
      whose newline is not encoded; bytes that are no text are encoded as they are.
      With files and --out, writes token shards: every document begins with
      <|endoftext|>, or where there is none with the bos_token or the eos_token that
      the tokenizer_config.json beside the tokenizer names; some are held out.

        echo "Once upon a time" | swiftlet tokenizer encode --tokenizer T.json
        swiftlet tokenizer encode --tokenizer T.json --whole < book.txt > ids.txt
        swiftlet tokenizer encode --tokenizer T.json stories.jsonl --out shards
      """)

  @Option(help: ArgumentHelp("The tokenizer.json to use.", valueName: "file"))
  var tokenizer: String

  @Argument(help: "Text to turn into token shards; - is standard input.")
  var files: [String] = []

  @Option(
    help: ArgumentHelp("Directory for token shards; those in it are replaced.", valueName: "dir"))
  var out: String?

  @Flag(help: "Encode standard input as one text, newlines included.")
  var whole = false

  @Flag(help: "Turn the text of special tokens into these tokens.")
  var allowSpecial = false

  @Flag(help: "Print each line of ids as a JSON array.")
  var json = false

  @Flag(help: "Print JSON objects with ids and offsets: the bytes from [start, end) of each.")
  var offsets = false

  @OptionGroup var corpus: CorpusOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false

  func validate() throws {
    try require(
      files.isEmpty || files == ["-"] || out != nil,
      hint: "add --out DIR, or print the ids of a file with < FILE"
    ) {
      "token shards of files need --out DIR; to print ids, give the text on standard input"
    }
    try require(out == nil || !files.isEmpty, hint: "name files, or - for standard input") {
      "--out needs files to encode; - is standard input"
    }
    if let out { try requirePath(out, "shards") }
    try require(out != nil || !corpus.isGiven, hint: "leave them out, or add --out DIR") {
      "--format, --field, --separator and --strict are for files, which need --out DIR"
    }
    try require(out == nil || !(whole || json || offsets || allowSpecial), hint: "leave them out") {
      "--whole, --json, --offsets and --allow-special are for standard input, not for token shards"
    }
  }

  func run() throws {
    let tokenizer = try Tokenizer(reading: self.tokenizer)
    if let out {
      try writeShards(tokenizer, to: out)
    } else if whole {
      let text = try StandardInput.readAll()
      try Terminal.write(
        offsets
          ? lineOfSpans(text, tokenizer)
          : line(tokenizer.encode(text, allowSpecial: allowSpecial)))
    } else {
      try printLines(tokenizer)
    }
  }

  private func printLines(_ tokenizer: Tokenizer) throws {
    var cache = EncodingCache()
    var output: [UInt8] = []
    try StandardInput.forEachLine { text in
      if offsets { return output += lineOfSpans(Array(text), tokenizer) }
      text.withUnsafeBytes { bytes in
        var ids: [UInt32] = []
        if allowSpecial {
          ids = tokenizer.encode(bytes, allowSpecial: true)
        } else {
          tokenizer.encode(bytes, using: &cache, into: &ids)
        }
        output += line(ids)
      }
    } pause: {
      try Terminal.write(output)
      output.removeAll(keepingCapacity: true)
    }
  }

  private func lineOfSpans(_ text: [UInt8], _ tokenizer: Tokenizer) -> [UInt8] {
    let spans = tokenizer.spans(of: text, allowSpecial: allowSpecial)
    var line = Array("{\"ids\":[".utf8)
    for (index, span) in spans.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      line += "\(span.id)".utf8
    }
    line += "],\"offsets\":[".utf8
    for (index, span) in spans.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      line += "[\(span.range.lowerBound),\(span.range.upperBound)]".utf8
    }
    return line + "]}\n".utf8
  }

  private func line(_ ids: [UInt32]) -> [UInt8] {
    var line: [UInt8] = json ? [UInt8(ascii: "[")] : []
    for (index, id) in ids.enumerated() {
      if index > 0 { line.append(UInt8(ascii: json ? "," : " ")) }
      line += String(id).utf8
    }
    return line + (json ? "]\n" : "\n").utf8
  }

  private func writeShards(_ tokenizer: Tokenizer, to directory: String) throws {
    let stop = StopSignal()
    let reader = corpus.reader(files, stop)
    var progress = ProgressLine(
      "encoding", total: try reader.totalFileSize(), unit: .bytes, isQuiet: quiet)
    let manifest = try CorpusEncoder.encode(
      reader, tokenizer: tokenizer, into: directory, threads: threads.count
    ) {
      try stop.check()
      progress.update($0.bytesRead, "\(grouped($0.tokens)) tokens")
    }
    progress.finish()
    corpus.warn(ofReplaced: manifest.replacedSequences)
    guard !quiet else { return }
    Terminal.say(
      "wrote \(FileError.printable(directory)): \(grouped(manifest.train.tokens)) tokens of "
        + "\(grouped(manifest.train.documents)) documents to train on, "
        + "\(grouped(manifest.validation.tokens)) tokens to validate")
    Terminal.suggest(
      "swiftlet pretrain --corpus \(Terminal.quoted(directory)) "
        + "--tokenizer \(Terminal.quoted(self.tokenizer)) --preset nano --run checkpoints/first")
  }
}
