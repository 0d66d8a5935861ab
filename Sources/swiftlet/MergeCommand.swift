import ArgumentParser
import Files
import Runs
import StrictJSON
import Training

/// `merge`: folds an adapter into its base.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Fold an adapter into its base, as a run of its own.",
    usage: "swiftlet merge --adapter <dir> --run <dir> [<options>]",
    discussion: """
      The adapter is a run that finetune made, or with --base a directory that peft
      (Python) wrote. Logits before and after are compared. The merged weights are
      float32, whatever the base's are; export --precision bf16 halves them.

        swiftlet merge --adapter checkpoints/answers --run checkpoints/merged
        swiftlet merge --adapter peft-output --base checkpoints/first \\
            --run checkpoints/merged
      """)

  @Option(help: ArgumentHelp("The adapter's run, or a directory of peft.", valueName: "dir"))
  var adapter: String

  @Option(
    help: ArgumentHelp("The adapter's checkpoint: latest, best, or a number.", valueName: "step"))
  var checkpoint = "latest"

  @Option(help: ArgumentHelp("The base of an adapter that is no run.", valueName: "dir"))
  var base: String?

  @Option(name: .customLong("run"), help: ArgumentHelp("The run to make.", valueName: "dir"))
  var runPath: String

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    if base != nil, RunDirectory.exists(at: adapter) {
      throw CommandError(
        "\(FileError.printable(adapter)) is a run, which knows its base", hint: "leave out --base")
    }
    let merge = try AdapterMerge.run(
      adapter: adapter, checkpoint: checkpoint, base: base, into: runPath,
      device: try threads.device())
    if output.json {
      let report: JSONValue = [
        "run": .string(runPath), "changed_weights": .integer(merge.changedWeights),
        "greatest_difference": .number(merge.greatestDifference),
        "greatest_logit": .number(merge.greatestLogit),
      ]
      try Terminal.write(report.line)
    }
    if output.quiet { return }
    let (difference, logit) = (shown(merge.greatestDifference), shown(merge.greatestLogit))
    Terminal.say(
      "\(grouped(merge.changedWeights)) matrices changed; logits before and after differ by at most "
        + "\(difference), and the greatest is \(logit)")
    Terminal.suggest("swiftlet chat --run \(Terminal.quoted(runPath))")
  }

  /// With two digits that count.
  private func shown(_ value: Double) -> String {
    var scale = 1.0
    while value * scale < 10, scale < 1e12 { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }
}
