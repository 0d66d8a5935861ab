import ArgumentParser
import Files
import Inference
import LanguageModel
import Runs
import StrictJSON
import Tokenization

/// `generate`: continues text with a trained model.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continue text with a trained model.",
    usage: "swiftlet generate --run <dir> [<prompt>] [<options>]",
    discussion: """
      The text comes from the arguments, or from standard input. The same arguments
      give the same text. With --json, "tokens" are all that were generated: after a
      stop string ("finish_reason": "stop") they hold it, and "text" does not.

        swiftlet generate --run checkpoints/first "Once upon a time"
        swiftlet generate --run checkpoints/first --count 3 --temperature 0.7
        echo "One day" | swiftlet generate --run checkpoints/first --json
        swiftlet generate --run checkpoints/first --interactive
      """)

  @Option(
    name: .customLong("run"), help: ArgumentHelp("The run whose model to use.", valueName: "dir"))
  var runPath: String

  @Argument(help: "Text to continue; - reads it from standard input.")
  var prompt: [String] = []

  /// What this command does by itself.
  enum Defaults: SamplingDefaults {
    static let mostTokens = "The most tokens to generate"
    static let temperature = 0.8
    static let topP = 0.95
  }

  @OptionGroup var sampling: SamplingOptions<Defaults>

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choose among this many tokens; 0 is all.", valueName: "k"))
  var topK = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choose among tokens this times as probable as the first.", valueName: "p"))
  var minP = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Above 1, makes tokens that occurred less probable.", valueName: "x"))
  var repetitionPenalty = 1.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many continuations to generate.", valueName: "n"))
  var count = 1

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Text that ends a continuation; repeat for several.", valueName: "text"))
  var stop: [String] = []

  @Flag(name: .shortAndLong, help: "Continue one line after the other; /help says what else.")
  var interactive = false

  @OptionGroup var added: AddedAdapters

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  private var settings: GenerationSettings {
    var settings = sampling.settings
    settings.sampler.topK = topK
    settings.sampler.minP = minP
    settings.sampler.repetitionPenalty = repetitionPenalty
    settings.stop = stop
    return settings
  }

  func validate() throws {
    try require(
      prompt.count <= 1, hint: "put it in quotes: \"\(prompt.joined(separator: " "))\""
    ) {
      "the text to continue must be one argument, not \(prompt.count)"
    }
    try require(
      !interactive || (prompt.isEmpty && count == 1 && !output.json), hint: "leave it out"
    ) {
      "--interactive goes with no text in the arguments, no --count and no --json"
    }
    try check { try settings.validate() }
    try require((1...1_000_000).contains(count), hint: "leave it out for one continuation") {
      "--count must be from 1 to 1000000, not \(count)"
    }
  }

  func run() throws {
    let run = try OpenedRun(
      path: runPath, checkpoint: sampling.checkpoint, adapters: added.paths, on: threads.device())
    let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
    if interactive {
      var session = InteractiveSession(generator, settings)
      return try session.run()
    }
    let prompt = try readPrompt()
    let context = run.model.configuration.contextLength
    let length = 1 + run.tokenizer.encode(prompt).count
    if length > context {
      Terminal.warn(
        "the prompt has \(length) tokens, and the model sees \(context): only its end is used")
    }
    if output.json {
      try printJSON(generator, prompt)
    } else {
      try stream(generator, prompt)
    }
    if !output.quiet {
      Terminal.suggest("swiftlet evaluate --run \(Terminal.quoted(runPath)) --corpus FILE")
    }
  }

  private func stream(_ generator: Generator, _ prompt: String) throws {
    for sample in 0..<count {
      if sample > 0 { try Terminal.write("\n") }
      try Terminal.write(prompt)
      var last = prompt.utf8.last
      _ = try generator.generate(prompt, settings, sample: sample) {
        last = $0.utf8.last
        try Terminal.write($0)
      }
      if last != UInt8(ascii: "\n") { try Terminal.write("\n") }
    }
  }

  private func printJSON(_ generator: Generator, _ prompt: String) throws {
    var values: [JSONValue] = []
    for sample in 0..<count {
      let generation = generator.generate(prompt, settings, sample: sample)
      values.append([
        "prompt": .string(prompt),
        "text": .string(generation.text),
        "tokens": .array(generation.tokens.map { .integer(Int($0)) }),
        "finish_reason": .string(generation.finishReason.rawValue),
        "seed": Int(exactly: sampling.seed).map { .integer($0) } ?? .string("\(sampling.seed)"),
      ])
    }
    try Terminal.write((values.count == 1 ? values[0] : .array(values)).line)
  }

  /// The text to continue: the argument, or standard input without the newline at its end.
  private func readPrompt() throws -> String {
    if let prompt = prompt.first, prompt != "-" { return prompt }
    if prompt.isEmpty, StandardInput.isTerminal { return "" }
    var bytes = try StandardInput.readAll()
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(
        "the prompt on standard input is not valid UTF-8", hint: "convert it to UTF-8")
    }
    return text
  }
}
