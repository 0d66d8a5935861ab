import ArgumentParser
import Files
import Runs
import StrictJSON

/// `runs`: what runs there are, and how they differ.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List runs, or compare them.",
    usage: "swiftlet runs [<dir> ...] [--compare] [--json]",
    discussion: """
      Lists the runs below some directories, checkpoints unless given. --compare
      shows in which settings they differ, and results; the training loss is the mean
      of the last twentieth of the steps. To train one again under other settings,
      use its own as a recipe; to go on with one, resume it:

        swiftlet runs
        swiftlet runs checkpoints/first checkpoints/second --compare
        swiftlet pretrain --from checkpoints/first --seed 2 --run checkpoints/again
        swiftlet pretrain --run checkpoints/first --resume
      """)

  @Argument(help: "Runs, or directories with runs below them.")
  var directories: [String] = ["checkpoints"]

  @Flag(help: "Show the settings in which they differ, and results, side by side.")
  var compare = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    var paths: [String] = []
    for directory in directories { paths += try Self.runs(below: directory, depth: 3) }
    var seen: Set<String> = []
    let runs = try paths.filter { seen.insert($0).inserted }.compactMap(summary)
    guard !runs.isEmpty else {
      throw CommandError(
        "there are no runs below \(directories.map(FileError.printable).joined(separator: ", "))",
        hint: "name other directories, or train one with `swiftlet pretrain`")
    }
    if output.json {
      return try Terminal.write(JSONValue.array(runs.map(\.json)).line)
    }
    try Terminal.write((compare ? comparison(runs) : list(runs)).map { $0 + "\n" }.joined())
  }

  /// A run that was named must be whole; of those that were found, a damaged one hides no other.
  private func summary(of path: String) throws -> RunSummary? {
    do {
      return try RunSummary(path)
    } catch let error as any HintedError where !directories.contains(path) {
      Terminal.warn("\(FileError.printable(path)) is left out: \(error.description)")
      return nil
    }
  }

  /// The directory if it is a run, else those in it that are, and so on.
  private static func runs(below directory: String, depth: Int) throws -> [String] {
    if RunDirectory.exists(at: directory) { return [directory] }
    guard FileSystem.isDirectory(directory) else {
      throw CommandError(
        "\(FileError.printable(directory)) is no directory", hint: "name a run, or where runs are")
    }
    if depth == 0 { return [] }
    return try FileSystem.contents(ofDirectory: directory).sorted()
      .filter { $0.utf8.first != 0x2E }.map { directory + "/" + $0 }
      .filter { FileSystem.isDirectory($0) }
      .flatMap { try runs(below: $0, depth: depth - 1) }
  }

  /// One run a line, in the order of their names.
  private func list(_ runs: [RunSummary]) -> [String] {
    let width = min(30, max(3, runs.map { Chart.columns($0.shownPath) }.max() ?? 3))
    func line(_ values: [String]) -> String {
      Chart.padded(Chart.fitted(values[0], width), width) + " " + Chart.padded(values[1], 9)
        + Chart.padded(values[2], 10, left: true) + " "
        + Chart.padded(values[3], 15, left: true) + Chart.padded(values[4], 12, left: true)
    }
    return [line(["run", "made by", "parameters", "steps", "validation"])]
      + runs.map { run in
        line([
          run.shownPath, run.record.kind.rawValue, run.shownParameters, run.shownSteps,
          run.validationLoss.map { TrainingReport.fixed($0, 4) } ?? "–",
        ])
      }
  }

  /// The settings that differ, a column a run, then the results.
  private func comparison(_ runs: [RunSummary]) -> [String] {
    let environment: [(name: String, values: [String])] = [
      ("precision", runs.map(\.record.precision)),
      ("instructions", runs.map(\.record.instructionLevel)),
    ]
    let settings = (SettingTable(runs.map { ($0.record, $0.configuration) }).rows + environment)
      .filter { Set($0.values).count > 1 }
    let results: [(name: String, values: [String])] = [
      ("made by", runs.map(\.record.kind.rawValue)), ("parameters", runs.map(\.shownParameters)),
      ("steps done", runs.map(\.shownSteps)),
      ("training loss", runs.map { $0.loss.map { TrainingReport.fixed($0, 4) } ?? "–" }),
      (
        "best validation loss",
        runs.map { $0.validationLoss.map { TrainingReport.fixed($0, 4) } ?? "–" }
      ),
      (
        "bits per byte", runs.map { $0.bitsPerByte.map { TrainingReport.fixed($0, 4) } ?? "–" }
      ),
    ]
    let rows = [("run", runs.map(\.shownPath))] + settings + results
    let first = rows.map { Chart.columns($0.0) }.max() ?? 0
    let width = max(8, min(28, (Chart.width - first) / runs.count - 1))
    return rows.map { name, values in
      var line = Chart.padded(name, first)
      for value in values { line += " " + Chart.padded(Chart.fitted(value, width), width) }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
