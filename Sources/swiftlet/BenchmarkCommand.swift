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
      that of the same precision, measured in the same run. Where the time goes is
      measured in three more steps that are watched.

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

  @OptionGroup var memory: MemoryOptions

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
    let device = try threads.device(
      precision: precision.resolved() ?? .float32,
      checkpointsActivations: memory.checkpointActivations)
    let configuration = try model.configuration(
      vocabularySize: model.base.configuration.vocabularySize)
    let result = try TrainingBenchmark.run(
      configuration, batchSize: batchSize ?? TrainingBenchmark.batchSize(of: model.base),
      steps: steps, on: device, memory: { ProcessMemory.peak })
    // Afterwards: it needs memory of its own.
    let peak = device.measurePeaks().operations(in: device.precision)
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
      ("peak_rss_bytes", .integer(result.peakMemory)),
    ]
    let parts = breakdown(result)
    if output.json {
      let operations = parts.map { part -> JSONValue in
        [
          "name": .string(part.name), "forward_share": .number(part.forward),
          "backward_share": .number(part.backward),
        ]
      }
      try Terminal.write(
        JSONValue.object(
          report.map { JSONMember(name: $0.0, value: $0.1) }
            + [JSONMember(name: "operations", value: .array(operations))]
        ).line)
    } else {
      for (name, value) in report {
        let title = name.map { $0 == "_" ? " " : "\($0)" }.joined()
        try Terminal.write(
          title + String(repeating: " ", count: 20 - title.count)
            + shown(value) + "\n")
      }
      try Terminal.write("\n  share of a step   forward  backward\n")
      for part in parts {
        try Terminal.write(
          Chart.padded("  " + part.name, 20) + percent(part.forward) + percent(part.backward) + "\n"
        )
      }
    }
  }

  /// Shares of the watched step: the operations, then what is not among them.
  private func breakdown(_ result: TrainingBenchmark) -> [OperationWatch.Times] {
    let whole = result.watchedSeconds
    let parts = result.operations.map {
      OperationWatch.Times(
        name: $0.name, forward: $0.forward / whole, backward: $0.backward / whole)
    }
    let rest = 1 - parts.reduce(0) { $0 + $1.forward + $1.backward }
    return parts + [.init(name: "update, the rest", forward: max(0, rest), backward: 0)]
  }

  private func shown(_ value: JSONValue) -> String {
    if let text = value.string { return text }
    if let whole = value.integer { return grouped(whole) }
    let number = value.number ?? 0
    return number < 1000
      ? TrainingReport.fixed(number, number < 0.1 ? 5 : 3) : grouped(Int(number.rounded()))
  }

  private func percent(_ share: Double) -> String {
    share == 0
      ? Chart.padded("", 9, left: true)
      : Chart.padded(TrainingReport.fixed(100 * share, 1) + " %", 9, left: true)
  }
}
