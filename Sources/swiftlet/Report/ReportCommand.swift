import ArgumentParser
import Files
import Runs

/// `report`: the charts of runs, as a page or for TensorBoard.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show the charts of runs, as a page or in TensorBoard.",
    usage: "swiftlet report <run> ... [--out <file>] [--tensorboard <dir>]",
    discussion: """
      Writes one HTML page that needs nothing else: losses, learning rate,
      gradient norms, speed, settings and what the model wrote on its way. The
      charts of several runs lie over each other.

        swiftlet report checkpoints/first
        swiftlet report checkpoints/first checkpoints/second --out both.html
        swiftlet report checkpoints/* --tensorboard events
      """)

  @Argument(help: "Runs.")
  var runs: [String]

  @Option(
    help: ArgumentHelp("Where the page goes; report.html unless given.", valueName: "file"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Write event files for TensorBoard below this directory, a folder a run, and a page only "
        + "under --out.", valueName: "dir"))
  var tensorboard: String?

  func validate() throws {
    try require(out != "", hint: "name a file") { "--out is empty" }
    try require(out != "-", hint: "name a file") {
      "--out must name a file, not standard output (-)"
    }
    try require(tensorboard != "", hint: "name a directory") { "--tensorboard is empty" }
  }

  func run() throws {
    var paths: [String] = []
    for run in runs {
      if let same = paths.first(where: { FileSystem.areSame($0, run) }) {
        Terminal.warn(
          "\(FileError.printable(run)) is left out: it is \(FileError.printable(same)), named before"
        )
      } else {
        paths.append(run)
      }
    }
    let page = try RunPage(paths)
    let path = out ?? "report.html"
    guard tensorboard != nil && out == nil || Self.mayReplace(path) else {
      throw CommandError(
        "\(FileError.printable(path)) is there, and no page: it would be lost",
        hint: "name another file with --out")
    }
    let count = page.runs.count == 1 ? "1 run" : "\(grouped(page.runs.count)) runs"
    if let tensorboard {
      var folders: Set<String> = []
      for run in page.runs {
        var folder = run.name.map { $0 == "/" ? "-" : String($0) }.joined()
        if [".", ".."].contains(folder) { folder = "run" }
        while !folders.insert(folder).inserted { folder += "-2" }
        try write(run, to: tensorboard + "/" + folder)
      }
      Terminal.say("wrote \(FileError.printable(tensorboard)): \(count)")
      if out == nil {
        return Terminal.suggest("tensorboard --logdir \(Terminal.quoted(tensorboard))")
      }
    }
    try AtomicFile.write(Array(page.html().utf8), to: path)
    Terminal.say("wrote \(FileError.printable(path)): \(count)")
  }

  /// Whether nothing is there that would be lost: an older page, or an empty file.
  private static func mayReplace(_ path: String) -> Bool {
    guard FileSystem.exists(path) else { return true }
    guard let file = try? RandomAccessFile(path: path) else { return false }
    var beginning = [UInt8](repeating: 0, count: RunPage.beginning.utf8.count)
    guard file.count >= beginning.count else { return file.count == 0 }
    let isRead: Void? = try? beginning.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    return isRead != nil && beginning.elementsEqual(RunPage.beginning.utf8)
  }

  private func write(_ run: RunPage.Run, to folder: String) throws {
    var seconds: [Int: Double] = [:]
    var sum = 0.0
    // Runs that say only the speed are taken to have had full steps.
    let tokens = Dictionary(
      run.metrics["tokens"].map { ($0.step, $0.value) }, uniquingKeysWith: { $1 })
    for point in run.metrics["tokens_per_second"] where point.value > 0 {
      sum += (tokens[point.step] ?? Double(run.tokensPerStep ?? 0)) / point.value
      seconds[point.step] = sum
    }
    let file = EventFile(run.metrics) { seconds[$0] ?? 0 }
    try FileSystem.createDirectory(folder)
    try AtomicFile.write(file.bytes, to: folder + "/events.out.tfevents.0.swiftlet")
  }
}
