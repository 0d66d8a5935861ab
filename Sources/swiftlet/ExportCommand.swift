public import ArgumentParser
import Files
public import Interchange
import StrictJSON
public import TensorCore

extension ModelExport.Format: ExpressibleByArgument {}

extension Precision: ExpressibleByArgument {}

/// `export`: writes a run for Hugging Face's libraries.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a run for transformers or peft.",
    usage: "swiftlet export --run <dir> --format <name> --out <dir> [<options>]",
    discussion: """
      huggingface writes a whole model, an adapter merged into its base; peft writes
      the adapter alone.

        swiftlet export --run checkpoints/books --format huggingface --out model
        swiftlet export --run checkpoints/books --format huggingface --out small \\
            --precision bf16
        swiftlet export --run checkpoints/answers --format peft --out adapter
      """)

  @Option(name: .customLong("run"), help: ArgumentHelp("The run.", valueName: "dir"))
  var runPath: String

  @Option(help: ArgumentHelp("What to write: huggingface or peft.", valueName: "name"))
  var format: ModelExport.Format

  @Option(help: ArgumentHelp("The directory to make.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("The checkpoint: latest, best, or a number.", valueName: "step"))
  var checkpoint = "latest"

  @Option(
    help: ArgumentHelp(
      "How weights are written: float32, or bf16, half as large; as the run has them unless given.",
      valueName: "name"))
  var precision: Precision?

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try require(precision == nil || format == .huggingface, hint: leaveOut) {
      "--precision is for --format huggingface"
    }
  }

  func run() throws {
    let type = precision.map { $0 == .bf16 ? ElementType.bfloat16 : .float32 }
    let files = try ModelExport.run(
      runPath, checkpoint: checkpoint, as: format, elementType: type, to: out,
      on: threads.device())
    if output.json {
      let report: JSONValue = [
        "out": .string(out), "format": .string(format.rawValue),
        "files": .array(files.map { .string($0) }),
      ]
      try Terminal.write(report.line)
    }
    if output.quiet { return }
    Terminal.say("wrote \(FileError.printable(out)): \(files.joined(separator: ", "))")
  }
}
