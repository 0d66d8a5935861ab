import ArgumentParser
import Files
import Interchange
import LanguageModel
import StrictJSON
import TensorCore
import Training

/// `import`: makes a run of a Hugging Face directory.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a run of a model from Hugging Face.",
    usage: "swiftlet import <dir> --run <dir> [<options>]",
    discussion: """
      The directory holds config.json, the weights in safetensors (also in shards)
      and tokenizer.json, of the Llama, Qwen2, Qwen3 or GPT-2 architecture. Weights
      keep their precision on disk.

        swiftlet import Qwen3-0.6B --run checkpoints/qwen
        swiftlet finetune --base checkpoints/qwen --data questions.jsonl \\
            --run checkpoints/answers
      """)

  @Argument(help: ArgumentHelp("The directory.", valueName: "dir"))
  var directory: String

  @Option(name: .customLong("run"), help: ArgumentHelp("The run to make.", valueName: "dir"))
  var runPath: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let device = Device(threadCount: 1)
    let imported = try ModelImport.run(
      directory, into: runPath,
      provenance: ModelImport.Provenance(
        toolVersion: ToolVersion.current, libraries: ToolVersion.libraries,
        instructionLevel: device.instructions, precision: device.precision.rawValue))
    let model = imported.configuration
    let architecture = HuggingFaceArchitecture(of: model)?.rawValue ?? ""
    if output.json {
      let report: JSONValue = [
        "run": .string(runPath), "architecture": .string(architecture),
        "parameters": .integer(model.parameterCount),
        "element_types": .array(imported.elementTypes.map { .string($0) }),
      ]
      try Terminal.write(report.line)
    }
    Terminal.warn(ofIgnored: imported.ignoredSettings)
    if output.quiet { return }
    Terminal.say(
      "\(architecture), \(grouped(model.parameterCount)) parameters in "
        + imported.elementTypes.joined(separator: ", "))
    Terminal.suggest("swiftlet generate --run \(Terminal.quoted(runPath)) TEXT")
  }
}
