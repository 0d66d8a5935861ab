import ArgumentParser
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command-line tool: parses, calls the modules and prints.
@main
struct Swiftlet: ParsableCommand {
  static let version = ToolVersion.current

  static let configuration = CommandConfiguration(
    commandName: "swiftlet", abstract: "Train, study and run small language models on a CPU.",
    discussion: """
      From text to a model that writes:

        swiftlet corpus synthesize --megabytes 20 --out stories
        swiftlet tokenizer train stories/stories.jsonl --vocab-size 2048 \\
            --out tokenizer.json
        swiftlet pretrain --corpus stories/stories.jsonl \\
            --tokenizer tokenizer.json --preset nano --run checkpoints/first
        swiftlet generate --run checkpoints/first "Once upon a time"

      Any option can come from the environment: SWIFTLET_THREADS=2, SWIFTLET_RUN=…
      NO_COLOR turns colours off. Exit status: 0 done, 1 something you can mend, 2 a
      bug or the machine, 64 wrong usage, 130 after Ctrl-C, 143 after SIGTERM,
      129 after the end of the terminal.
      """,
    version: version,
    subcommands: [
      CorpusCommand.self, TokenizerCommand.self, PlanCommand.self, PretrainCommand.self,
      FinetuneCommand.self, DistillCommand.self, MergeCommand.self, ImportCommand.self,
      ExportCommand.self, GenerateCommand.self, ChatCommand.self, SampleCommand.self,
      EvaluateCommand.self,
      RunsCommand.self, InspectCommand.self, ReportCommand.self, BenchmarkCommand.self,
      DoctorCommand.self, ManualCommand.self,
    ])

  static func main() {
    // A reader that has enough, as in `swiftlet … | head`, is no error; see Terminal.
    signal(SIGPIPE, SIG_IGN)
    // A file beyond the shell's limit is an error of the write, with a sentence.
    signal(SIGXFSZ, SIG_IGN)
    endWhenInterrupted()
    let arguments = Array(CommandLine.arguments.dropFirst())
    var sources: ArgumentSources?
    do {
      try checkText()
      try CommandTree.checkNames(in: arguments)
      try CommandTree.checkValues(in: arguments)
      let all = try ArgumentSources(arguments, environment: Terminal.environment)
      sources = all
      var command = try parseAsRoot(all.arguments)
      try command.run()
    } catch {
      fail(error, arguments, sources)
    }
  }

  /// Swift mends arguments that are not UTF-8; nobody means what comes of that.
  private static func checkText() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let text = CommandLine.unsafeArgv[index] else { continue }
      try require(String(validatingCString: text) != nil, hint: "give text in UTF-8") {
        "argument \(index) is not valid UTF-8"
      }
    }
  }

  /// Ctrl-C and SIGTERM end the process at once.
  static func endWhenInterrupted() {
    signal(SIGINT) { _ in _exit(ExitStatus.interrupted) }
    signal(SIGTERM, SIG_DFL)
    // Programs that start others from a thread often leave the signals blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
