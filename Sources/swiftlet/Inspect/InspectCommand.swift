import ArgumentParser
import Files
import Runs
import StrictJSON
import Tokenization

/// `inspect`: what a run, a tokenizer, a directory of token shards or a safetensors file holds.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a run or a file of Swiftlet's holds.",
    usage: "swiftlet inspect <path> [--json]",
    discussion: """
      PATH is a run (settings, lineage, parameters, loss curve, checkpoints), a
      tokenizer.json, a directory of token shards, a .safetensors file, or a
      directory with a model.safetensors.

        swiftlet inspect checkpoints/first
        swiftlet inspect tokenizer.json --json
        swiftlet inspect checkpoints/first/step-000500/model.safetensors
      """)

  @Argument(help: "A run, a tokenizer.json, token shards or a safetensors file.")
  var path: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let report = try report()
    if json { return try Terminal.write(report.json.line) }
    try Terminal.write(report.lines.map { $0 + "\n" }.joined())
  }

  private func report() throws -> any InspectReport {
    if FileSystem.isDirectory(path) {
      if RunDirectory.exists(at: path) { return try RunReport(path) }
      if FileSystem.exists(path + "/manifest.json") { return try ShardReport(path) }
      if FileSystem.exists(path + "/model.safetensors") {
        return try SafetensorsReport(path + "/model.safetensors")
      }
      throw unknown(
        "holds neither a run.json nor a manifest.json nor a model.safetensors")
    }
    guard FileSystem.exists(path) else {
      throw CommandError(
        "there is nothing at \(FileError.printable(path))", hint: "check the path")
    }
    if path.hasSuffix(".safetensors") { return try SafetensorsReport(path) }
    if path.hasSuffix(".tokens") { return try ShardReport(FileSystem.parent(of: path)) }
    if path.hasSuffix(".json") { return try TokenizerReport(path) }
    throw unknown("is no .safetensors, .tokens or .json file")
  }

  private func unknown(_ reason: String) -> CommandError {
    CommandError(
      "\(FileError.printable(path)) \(reason)",
      hint: "inspect shows runs, tokenizers, token shards and safetensors files; for text there is "
        + "`swiftlet corpus stats`")
  }
}

/// What `inspect` says of one path.
protocol InspectReport {
  var lines: [String] { get }
  var json: JSONValue { get }
}

/// `name` in a column of its own before the value, which may come from a file.
func field(_ name: String, _ value: String) -> String {
  Chart.padded(name, 20) + FileError.printable(value)
}

/// Bytes as people read them, such as `4.2 MB`.
func sized(_ bytes: Int) -> String {
  bytes < 100_000 ? "\(grouped(bytes)) bytes" : "\(ProgressLine.megabytes(bytes)) MB"
}
