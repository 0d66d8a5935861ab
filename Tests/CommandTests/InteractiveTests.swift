import ContentHashing
import Files
import Foundation
import LanguageModel
import Runs
import TensorCore
import TestSupport
import Testing
import Tokenization

/// `generate --interactive`, piped and on a pseudo-terminal.
@Suite struct InteractiveTests {
  private let directory = TemporaryDirectory()

  /// A run whose model is random and small.
  private func makeRun() throws -> String {
    var trainer = BytePairTrainer(vocabularySize: 280)
    trainer.add(Array("the cat sat on the mat and the hen ate the hat".utf8))
    let tokenizer = try trainer.train()
    let record = RunRecord(
      toolVersion: "0.1.0", kind: .pretrain, settings: [], seed: 1, instructionLevel: "plain",
      libraries: [], precision: "float32", tokenizerHash: tokenizer.hash,
      corpusHash: ContentHash(of: []))
    let (run, lock) = try RunDirectory.create(at: directory["run"]) { draft in
      try tokenizer.write(to: draft + "/tokenizer.json")
      try record.write(to: draft + "/run.json")
    }
    let configuration = ModelConfiguration(
      vocabularySize: 280, layers: 1, width: 32, heads: 2, feedForwardWidth: 32, contextLength: 16,
      beginToken: 0)
    let model = Transformer(configuration, seed: 4, on: Device(threadCount: 1))
    try run.writeStep(1, state: []) { try model.save(to: $0) }
    withExtendedLifetime(lock) {}
    return run.path
  }

  @Test func `each line that is piped in is continued`() throws {
    let run = try makeRun()
    func piped(_ lines: String) throws -> CommandResult {
      try swiftlet(
        "generate", "--run", run, "--max-tokens", "8", "--interactive", "--threads", "1",
        input: lines)
    }
    func alone(_ options: String) throws -> String {
      try shell("$swiftlet generate --run \(run) -q --threads 1 --max-tokens 8 \(options)").text
    }
    let one = try piped("the cat\n")
    #expect(one.status == 0 && one.errors == "")
    #expect(try one.text == alone("'the cat'"))
    // Further continuations under a seed differ, as those of --count do.
    #expect(try piped("the cat\nthe cat\n/quit\nthe cat\n").text == alone("'the cat' --count 2"))
    let set = try piped(
      "/temperature 0\n/max-tokens 5\n/stop q9\n/settings\nthe hen\n/seed 9\n//x\n")
    let hen = try alone("'the hen' --temperature 0 --max-tokens 5")
    let slash = try alone("/x --temperature 0 --max-tokens 5")
    #expect(set.text == hen + "\n" + slash)
    #expect(set.errors.hasPrefix("temperature 0.0 · top-k 0 · top-p 0.95 · "))
    #expect(set.errors.contains("max-tokens 5 · seed 0 · stop \"q9\"\n"))
    // An empty line goes on with the text.
    let more = try piped("/temperature 0\n/max-tokens 3\nthe mat\n\n").text
    let first = try alone("'the mat' --temperature 0 --max-tokens 3")
    #expect(more.hasPrefix(first + "\n" + first.dropLast()))
    #expect(more.utf8.count > 2 * first.utf8.count + 1)
  }

  @Test(arguments: [
    ("/temprature 1", "Unknown command '/temprature'. Did you mean '/temperature'?"),
    ("/", "Unknown command '/'."), ("/top-k many", "many is no value for /top-k"),
    ("/temperature", "/temperature needs a value"),
    ("/top-p 7", "top-p must be above 0 and at most 1, not 7.0"),
    ("/max-tokens 0", "the number of tokens must be at least 1, not 0"),
  ])
  func `a command with a mistake changes nothing`(_ command: String, _ sentence: String) throws {
    let run = try makeRun()
    let result = try swiftlet(
      "generate", "--run", run, "--max-tokens", "8", "-i", input: command + "\nthe cat\n")
    #expect(result.status == 0)
    #expect(result.errors.hasPrefix("error: \(sentence)\nhint: "))
    #expect(
      try result.text
        == swiftlet("generate", "--run", run, "--max-tokens", "8", "the cat").text)
  }

  #if os(Linux)
    @Test func `on a terminal there is history, and Ctrl-C ends the text only`() throws {
      let run = try makeRun()
      let terminal = try PseudoTerminal(
        "generate", "--run", run, "--max-tokens", "5", "--temperature", "0", "--interactive",
        "--threads", "1")
      try terminal.expectPrompt()
      // With a mistake and its correction.
      terminal.type("the cax\u{7F}t\r")
      try terminal.expect("\nthe cat")
      try terminal.expectPrompt()
      // The line before, changed at its beginning and in the middle.
      terminal.type("\u{1B}[A\u{1}say \u{1B}[C\u{1B}[C\u{1B}[C hi\u{1B}[1;5D\u{B}\r")
      try terminal.expect("\nsay the ")
      try terminal.expectPrompt()
      terminal.type("/max-tokens 100000000\r")
      try terminal.expectPrompt()
      // Only while text is written is Ctrl-C a signal: before, the terminal hands it on as a byte.
      let begun = try swiftlet(
        "generate", "--run", run, "--max-tokens", "4", "--temperature", "0", "--threads", "1",
        "the hen"
      ).text.dropLast()
      terminal.type("the hen\r")
      try terminal.expect("\n" + begun)
      terminal.type("\u{3}")
      try terminal.expectPrompt()
      // At the prompt it drops the line.
      terminal.type("nothing\u{3}")
      try terminal.expect("Ctrl-D or /quit ends the program")
      try terminal.expectPrompt()
      terminal.type("/max-tokens 2\r")
      try terminal.expectPrompt()
      terminal.type("猫が\u{1B}[D\u{7F}\r")
      try terminal.expect("\nが")
      try terminal.expectPrompt()
      // What is pasted, and what is typed while text is written, waits for its turn.
      terminal.type("the hen\rthe mat\r")
      try terminal.expect("\nthe hen")
      terminal.type("the hat\r")
      try terminal.expect("\nthe mat")
      try terminal.expectPrompt()
      try terminal.expect("\nthe hat")
      try terminal.expectPrompt()
      terminal.type("\u{4}")
      #expect(terminal.status() == 0)
    }

    @Test func `a terminal is left as it was found`() throws {
      let run = try makeRun()
      let terminal = try PseudoTerminal("generate", "--run", run, "--interactive")
      try terminal.expectPrompt()
      #expect(terminal.modes != terminal.modesBefore)
      terminal.signal(SIGTERM)
      #expect(terminal.status() == 143)
      #expect(terminal.modes == terminal.modesBefore)
    }
  #endif
}

#if os(Linux)
  /// The program on a terminal of its own.
  private final class PseudoTerminal {
    private let master: Int32
    private let slave: Int32
    private let process = Process()
    private let files = TemporaryDirectory()
    private var seen: [UInt8] = []
    /// ``modes`` before the program began.
    private(set) var modesBefore: [UInt32] = []

    /// Nothing came that was waited for.
    struct Silence: Error { let seen: String }

    init(_ arguments: String...) throws {
      master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      // TIOCSPTLCK and TIOCGPTN, which are macros: unlock the other side, and ask for its number.
      var (lock, number) = (Int32(0), UInt32(0))
      try #require(ioctl(master, 0x4004_5431, &lock) == 0)
      try #require(ioctl(master, 0x8004_5430, &number) == 0)
      slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      try #require(slave >= 0)
      var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
      try #require(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
      modesBefore = modes
      // In a session of its own, so that keys such as Ctrl-C become signals.
      process.executableURL = URL(filePath: "/usr/bin/setsid")
      process.arguments =
        [
          "--ctty", "--wait", "/bin/bash", "-c", "echo $$ > \"$0\"; exec \"$@\"", files["pid"],
          program,
        ] + arguments
      let handle = FileHandle(fileDescriptor: slave)
      process.standardInput = handle
      process.standardOutput = handle
      process.standardError = handle
      try process.run()
    }

    deinit {
      // What hangs would hold the terminal, and the tests.
      if process.isRunning { signal(SIGKILL) }
      close(master)
      close(slave)
    }

    func type(_ text: String) {
      let bytes = Array(text.utf8)
      #expect(write(master, bytes, bytes.count) == bytes.count)
    }

    /// Waits until `text` comes, and forgets all up to its end.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let wanted = Array(text.utf8)
      for _ in 0..<600 {
        if let range = seen.firstRange(of: wanted) {
          seen.removeSubrange(..<range.upperBound)
          return
        }
        drain()
      }
      Issue.record(
        "\(text) did not come after \(String(decoding: seen.suffix(500), as: UTF8.self))",
        sourceLocation: sourceLocation)
      throw Silence(seen: String(decoding: seen.suffix(500), as: UTF8.self))
    }

    /// An empty line, ready to be typed into; a prompt is also drawn with every key.
    func expectPrompt(sourceLocation: SourceLocation = #_sourceLocation) throws {
      try expect("\u{1B}[K> \r\u{1B}[2C", sourceLocation: sourceLocation)
    }

    /// Sends a signal to the program, not to what started it.
    func signal(_ number: Int32) {
      let text = (try? FileSystem.readFile(files["pid"])) ?? []
      if let id = Int32(String(decoding: text.dropLast(), as: UTF8.self)) { kill(id, number) }
    }

    /// The exit status; -1 if the program does not end in time.
    func status() -> Int32 {
      for _ in 0..<600 where process.isRunning {
        drain()
        usleep(50_000)
      }
      return process.isRunning ? -1 : process.terminationStatus
    }

    /// Reads what is there, so that the program can go on writing.
    private func drain() {
      var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 50) > 0 else { return }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(master, &buffer, buffer.count)
      if count > 0 { seen += buffer[..<count] }
      // A text without end may be long.
      if seen.count > 1 << 22 { seen.removeFirst(1 << 21) }
    }

    /// How the terminal treats keys.
    var modes: [UInt32] {
      var modes = termios()
      tcgetattr(slave, &modes)
      return [modes.c_iflag, modes.c_oflag, modes.c_lflag]
    }
  }
#endif
