import ArgumentParser
import StrictJSON
import TensorCore
import Tokenization
import Training

/// `doctor`: what the program and the machine are, measured.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show versions, and measure what this machine can do.",
    discussion: """
      Takes about a second. The environment variable SWIFTLET_CPU (plain, avx2,
      avx512) chooses an instruction level; bf16 needs avx512.

        swiftlet doctor
        swiftlet doctor --threads 1 --json
      """)

  @OptionGroup var threads: ThreadOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let device = try threads.device()
    let peaks = device.measurePeaks()
    let all = device.threadCount == 1 ? "1 thread" : "\(device.threadCount) threads"
    let libraries = ToolVersion.libraries.map { ($0.name, $0.value.string ?? "") }
    if output.json {
      let report: JSONValue = [
        "version": .string(Swiftlet.version),
        "instruction_level": .string(device.level.rawValue),
        "threads": .integer(device.threadCount),
        "cores": .integer(Device.availableCores),
        "libraries": .object(libraries.map { JSONMember(name: $0, value: .string($1)) }),
        "unicode_version": .string(UnicodeTables.unicodeVersion),
        "peak_gflops": .number(peaks.float32Operations / 1e9),
        "peak_bf16_gflops": peaks.bf16Operations.map { .number($0 / 1e9) } ?? .null,
        "peak_gflops_one_thread": .number(peaks.float32OperationsOneThread / 1e9),
        "read_gigabytes_per_second": .number(peaks.readBandwidth / 1e9),
      ]
      try Terminal.write(report.line)
      return
    }
    let levels = InstructionLevel.allCases.filter(\.isSupported).map(\.rawValue)
    var rows = [
      ("version", Swiftlet.version),
      ("instruction level", "\(device.level.rawValue) (of \(levels.joined(separator: ", ")))"),
      ("threads", "\(device.threadCount) on \(Device.availableCores) cores"),
    ]
    rows += libraries
    if device.threadCount > 1 {
      rows.append(
        ("float32, 1 thread", "\(tenths(peaks.float32OperationsOneThread / 1e9)) GFLOP/s"))
    }
    rows += [
      ("float32, \(all)", "\(tenths(peaks.float32Operations / 1e9)) GFLOP/s"),
      (
        "bf16, \(all)",
        peaks.bf16Operations.map { "\(tenths($0 / 1e9)) GFLOP/s" } ?? "not at this level"
      ),
      ("memory read", "\(tenths(peaks.readBandwidth / 1e9)) GB/s"),
    ]
    for (name, value) in rows {
      try Terminal.write(
        "\(name)\(String(repeating: " ", count: max(1, 20 - name.count)))\(value)\n")
    }
    if !output.quiet {
      Terminal.suggest("swiftlet corpus synthesize --megabytes 20 --out stories")
    }
  }

  private func tenths(_ number: Double) -> String {
    "\((number * 10).rounded() / 10)"
  }
}
