import ArgumentParser
import LanguageModel
import StrictJSON
import TensorCore
import Training

/// `benchmark …`: how fast this machine is at what Swiftlet does.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measure the speed of training.",
    subcommands: [BenchmarkTrainCommand.self])
}

/// `benchmark train`: times training steps.
struct BenchmarkTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Time training steps on random tokens.",
    discussion: """
      The median of some steps, after two to warm up. FLOPs are 6 per parameter and
      token, and 6 · layers · context · width for causal attention; the peak is
      measured in the same run.

        swiftlet benchmark train --preset micro
        swiftlet benchmark train --preset nano --batch-size 8 --json
      """)

  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sequences of a step; unless given, \(byPreset { "\(TrainingBenchmark.batchSize(of: $0))" }).",
      valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Steps that count.", valueName: "n"))
  var steps = 7

  @OptionGroup var precision: PrecisionOptions

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try model.validateExtents()
    try require((1...100_000).contains(steps), hint: leaveOut) {
      "--steps must be from 1 to 100000, not \(steps)"
    }
    try require((1...65_536).contains(batchSize ?? 1), hint: leaveOut) {
      "--batch-size must be from 1 to 65536, not \(batchSize ?? 0)"
    }
  }

  func run() throws {
    let device = try threads.device(precision: precision.resolved() ?? .float32)
    let configuration = try model.configuration(
      vocabularySize: model.base.configuration.vocabularySize)
    let peak = device.measurePeaks().float32Operations
    let result = try TrainingBenchmark.run(
      configuration, batchSize: batchSize ?? TrainingBenchmark.batchSize(of: model.base),
      steps: steps, on: device)
    let report: [(String, JSONValue)] = [
      ("preset", .string(model.base.rawValue)),
      ("parameters", .integer(result.parameterCount)),
      ("tokens_per_step", .integer(result.tokensPerStep)),
      ("threads", .integer(device.threadCount)),
      ("instruction_level", .string(device.level.rawValue)),
      ("precision", .string(device.precision.rawValue)),
      ("seconds_per_step", .number(result.secondsPerStep)),
      ("tokens_per_second", .number(result.tokensPerSecond)),
      ("gflops", .number(result.operationsPerSecond / 1e9)),
      ("share_of_peak", .number(result.operationsPerSecond / peak)),
      ("peak_rss_bytes", .integer(ProcessMemory.peak)),
    ]
    if output.json {
      try Terminal.write(
        JSONValue.object(report.map { JSONMember(name: $0.0, value: $0.1) }).line)
    } else {
      for (name, value) in report {
        let title = name.map { $0 == "_" ? " " : "\($0)" }.joined()
        try Terminal.write(
          title + String(repeating: " ", count: 20 - title.count)
            + (value.string ?? String(decoding: value.serialized(), as: UTF8.self)) + "\n")
      }
    }
  }
}
