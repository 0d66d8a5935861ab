import Files
import StrictJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A command that reads a line of JSON for each sample, and prints a number for each.
struct Scorer {
  /// A line for the shell.
  let command: String

  /// The numbers of the samples in a file, one a line.
  ///
  /// The command gets the file as its standard input and is read to its end, so that it need not flush
  /// after each line.
  ///
  /// - Throws: ``CommandError`` for a command that fails, or does not print `count` numbers.
  func scores(ofLinesIn path: String, count: Int, _ stop: StopSignal) throws -> [Double] {
    let quoted = path.replacing("'", with: "'\\''")
    // What this program ignores its children would, too, and a command that prints without end would
    // never learn that nobody reads.
    let disposition = signal(SIGPIPE, SIG_DFL)
    defer { signal(SIGPIPE, disposition) }
    guard let pipe = popen("{ \(command)\n} < '\(quoted)'", "r") else {
      throw CommandError(
        "--score cannot be run: \(String(cString: strerror(errno)))", hint: "try again")
    }
    var output: [UInt8] = []
    // A number, however it is written, takes no more than this.
    let most = 64 * count + 65_536
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while output.count <= most {
      let received = fread(&chunk, 1, chunk.count, pipe)
      if received == 0 { break }
      output += chunk[..<received]
    }
    let status = pclose(pipe)
    try stop.check()
    guard output.count <= most else {
      throw CommandError(
        "--score prints far more than a number for each of \(count) samples", hint: Self.hint)
    }
    guard status == 0 else {
      let code = (status >> 8) & 0xFF
      throw CommandError(
        "--score failed: its exit code is \(code == 0 ? 128 + (status & 0x7F) : code)",
        hint: "run it by hand with a sample on its standard input: \(Self.hint)")
    }
    let lines = output.split(separator: UInt8(ascii: "\n"))
    guard lines.count == count else {
      throw CommandError(
        "--score printed \(lines.count) lines for \(count) samples", hint: Self.hint)
    }
    return try lines.enumerated().map { index, line in
      let text = String(decoding: line, as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace)
      guard words.count == 1, let number = Double(words[0]), number.isFinite else {
        throw CommandError(
          "--score printed \"\(CommandError.oneLine(text, limit: 40))\" for sample \(index + 1), which is no number",
          hint: Self.hint)
      }
      return number
    }
  }

  private static let hint =
    "it reads one line of JSON for each sample and prints one number for each"
}
