import ArgumentParser
import Inference
import LanguageModel
import Runs
import Tokenization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `chat`: talks to a model.
struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talk to a model that was fine-tuned on conversations.",
    usage: "swiftlet chat --run <dir> [--system <text>] [<options>]",
    discussion: """
      Each line is a message; \\n in it is a line break. The model sees the
      conversation so far, as much of it as fits its context. An empty line begins a
      new conversation, Ctrl-C stops an answer, Ctrl-D ends.

        swiftlet chat --run checkpoints/answers
        echo "What is the girl's name?" | swiftlet chat --run checkpoints/answers
      """)

  @Option(
    name: .customLong("run"), help: ArgumentHelp("The run whose model to use.", valueName: "dir"))
  var runPath: String

  @Option(help: ArgumentHelp("Instructions that stand before the conversation.", valueName: "text"))
  var system: String?

  /// What this command does by itself.
  enum Defaults: SamplingDefaults {
    static let mostTokens = "The most tokens of an answer"
    static let temperature = 0.0
    static let topP = 0.95
  }

  @OptionGroup var sampling: SamplingOptions<Defaults>

  @OptionGroup var added: AddedAdapters

  @OptionGroup var threads: ThreadOptions

  func validate() throws { try check { try sampling.settings.validate() } }

  func run() throws {
    let run = try OpenedRun(
      path: runPath, checkpoint: sampling.checkpoint, adapters: added.paths, on: threads.device())
    let generator = try Generator(model: run.model, tokenizer: run.tokenizer)
    let template = try ChatTemplate(run.tokenizer)
    func begin() -> ChatSession { ChatSession(generator, template, system: system) }
    var session = begin()
    var isCut = false
    func ask() { if StandardInput.isTerminal { Terminal.show("> ") } }
    ask()
    try StandardInput.forEachLine { line in
      let text = String(decoding: line, as: UTF8.self).replacing("\\n", with: "\n")
      if text.isEmpty {
        session = begin()
        isCut = false
        if StandardInput.isTerminal { Terminal.say("a new conversation") }
      } else {
        if !isCut, try !session.holds(text, sampling.settings) {
          isCut = true
          Terminal.warn(
            "the conversation is longer than the context of "
              + "\(grouped(run.model.configuration.contextLength)) tokens holds beside an answer: from "
              + "here on its oldest turns, then the beginning of the question, are left out")
        }
        try respond(to: text, &session)
      }
      ask()
    } pause: {
    }
  }

  /// Thrown where Ctrl-C ends an answer.
  private struct Stopped: Error {}

  /// Writes the answer. At a terminal, Ctrl-C ends it and not the program; what was asked is forgotten then.
  private func respond(to text: String, _ session: inout ChatSession) throws {
    let interrupt = StandardInput.isTerminal ? Interrupt() : nil
    defer { if interrupt != nil { Swiftlet.endWhenInterrupted() } }
    interrupt?.clear()
    do {
      _ = try session.respond(to: text, sampling.settings) {
        try Terminal.write($0)
        guard let interrupt, interrupt.isRequested else { return }
        throw interrupt.isTermination ? ExitCode(128 + SIGTERM) : Stopped() as any Error
      }
      try Terminal.write("\n")
    } catch is Stopped {
      Terminal.say("\nstopped; neither question nor answer is remembered")
    }
  }
}
