import ArgumentParser
import Dispatch
import Files
import StoryWorld
import StrictJSON
import TensorCore

/// `corpus synthesize`: stories of a simulated world.
struct CorpusSynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize", abstract: "Tell short stories of a simulated world.",
    usage: "swiftlet corpus synthesize --out <dir> [<options>]",
    discussion: """
      Writes DIR/stories.jsonl, one story in the field "text" of each line. The same
      seed gives the same stories on every machine.

        swiftlet corpus synthesize --megabytes 20 --out stories
        swiftlet corpus synthesize --megabytes 1 --seed 2 --out validation
      """)

  @Option(
    help: ArgumentHelp(
      "Size of the file, in millions of bytes; the last story may exceed it.", valueName: "n"))
  var megabytes = 20.0

  @Option(help: ArgumentHelp("Decides all stories.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("Directory to write to; stories.jsonl in it is replaced.", valueName: "dir"))
  var out: String

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false

  /// Stories that one thread tells at a time.
  private static let chunk = 128

  func validate() throws {
    try require(megabytes > 0 && megabytes <= 1e6) {
      "--megabytes must be above 0 and at most 1000000, not \(megabytes)"
    }
  }

  func run() throws {
    let size = Int((megabytes * 1e6).rounded(.up))
    try FileSystem.createDirectory(out)
    let path = out + "/stories.jsonl"
    var file = try AtomicFile(path: path)
    var progress = ProgressLine("writing", total: size, unit: .bytes, isQuiet: quiet)
    var written = 0
    var stories = 0
    while written < size {
      for line in Self.lines(from: stories, of: StoryWorld(seed: seed)) where written < size {
        try file.write(line)
        written += line.count
        stories += 1
      }
      progress.update(written)
    }
    try file.commit()
    progress.finish()
    guard !quiet else { return }
    Terminal.say(
      "wrote \(FileError.printable(path)): \(grouped(stories)) stories, "
        + "\(ProgressLine.megabytes(written)) MB")
    Terminal.suggest(
      "swiftlet tokenizer train \(path) --vocab-size 2048 --out tokenizer.json")
  }

  /// The lines of the next stories, told by all cores at once.
  private static func lines(from first: Int, of world: StoryWorld) -> [[UInt8]] {
    let chunks = Device.availableCores
    var told = [[[UInt8]]](repeating: [], count: chunks)
    told.withUnsafeMutableBufferPointer { told in
      // Each iteration writes to its own element.
      nonisolated(unsafe) let told = told
      DispatchQueue.concurrentPerform(iterations: chunks) { index in
        let begin = first + index * chunk
        told[index] = (begin..<begin + chunk).map { story in
          let line: JSONValue = ["text": .string(world.story(story).text)]
          return line.line
        }
      }
    }
    return told.flatMap { $0 }
  }
}
