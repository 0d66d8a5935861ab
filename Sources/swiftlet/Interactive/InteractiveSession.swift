import ArgumentParser
import Files
import Inference
import StrictJSON
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `generate --interactive`: continues each line that is typed or piped in.
struct InteractiveSession {
  private let generator: Generator
  private var settings: GenerationSettings
  /// Which continuation under the seed comes next.
  private var sample = 0
  /// The text so far, which an empty line goes on with.
  private var text = ""
  private var hasWritten = false

  init(_ generator: Generator, _ settings: GenerationSettings) {
    self.generator = generator
    self.settings = settings
  }

  /// Reads lines to the end of standard input.
  mutating func run() throws {
    guard StandardInput.isTerminal else { return try runPiped() }
    let interrupt = Interrupt()
    var editor = LineEditor(prompt: "> ")
    Terminal.say("Each line is continued, an empty one goes on; /help lists what else there is.")
    while true {
      // Ctrl-C that came after the text had ended.
      interrupt.clear()
      switch try editor.readLine(until: { interrupt.isRequested }) {
      case .line(let line): if try !take(line, interrupt) { return }
      case .interrupted: Terminal.say("Ctrl-D or /quit ends the program")
      case .ended:
        if interrupt.isRequested, !interrupt.isTermination {
          interrupt.clear()
          continue
        }
        if interrupt.isTermination { throw ExitCode(128 + SIGTERM) }
        return
      }
    }
  }

  private mutating func runPiped() throws {
    var isOver = false
    try StandardInput.forEachLine { bytes in
      guard !isOver else { return }
      guard let line = String(validating: bytes, as: UTF8.self) else {
        throw CommandError(
          "a line of standard input is not valid UTF-8", hint: "convert it to UTF-8")
      }
      isOver = try !take(line.hasSuffix("\r") ? String(line.dropLast()) : line, nil)
    } pause: {
    }
  }

  /// Does what a line asks for; `false` if that is to end.
  private mutating func take(_ line: String, _ interrupt: Interrupt?) throws -> Bool {
    guard line.hasPrefix("/"), !line.hasPrefix("//") else {
      let prompt = line.hasPrefix("//") ? String(line.dropFirst()) : line
      try generate(prompt.isEmpty ? text : prompt, interrupt)
      return true
    }
    let words = line.dropFirst().split(separator: " ", maxSplits: 1)
    let name = words.first.map(String.init) ?? ""
    let value = words.count > 1 ? String(words[1]).trimmed : ""
    do {
      switch name {
      case "quit", "exit": return false
      case "help": Terminal.say(Self.help)
      case "settings": showSettings()
      default: try change(name, to: value)
      }
    } catch let error as any HintedError {
      Terminal.error(error.description, hint: error.hint)
    }
    return true
  }

  /// Thrown to end a text.
  private struct Stopped: Error {}

  private mutating func generate(_ prompt: String, _ interrupt: Interrupt?) throws {
    // Texts stand apart, as those of --count do.
    if hasWritten, interrupt == nil { try Terminal.write("\n") }
    hasWritten = true
    text = prompt
    try Terminal.write(prompt)
    interrupt?.clear()
    var written = ""
    do {
      _ = try generator.generate(prompt, settings, sample: sample) {
        if interrupt?.isRequested == true { throw Stopped() }
        try Terminal.write($0)
        written += $0
      }
    } catch is Stopped {
      if interrupt?.isTermination == true { throw ExitCode(128 + SIGTERM) }
    }
    sample += 1
    text += written
    if text.utf8.last != UInt8(ascii: "\n") { try Terminal.write("\n") }
  }

  // MARK: Settings

  private static let names = [
    "temperature", "top-k", "top-p", "min-p", "repetition-penalty", "max-tokens", "seed", "stop",
  ]

  private static let help = """
    A line is continued; an empty one goes on with the text. A line that begins
    with / is a command, one that begins with // is text with one of them.

      /temperature 0.7   likewise top-k, top-p, min-p, repetition-penalty, max-tokens
      /seed 5            begins the continuations of another seed
      /stop TEXT         ends texts there, too; without TEXT nothing does
      /settings          shows them all
      /help, /quit

    Ctrl-C ends a text. Arrows, Home and End move; up and down bring back earlier
    lines.
    """

  private func showSettings() {
    let sampler = settings.sampler
    Terminal.say(
      """
      temperature \(sampler.temperature) · top-k \(sampler.topK) · top-p \(sampler.topP) · \
      min-p \(sampler.minP) · repetition-penalty \(sampler.repetitionPenalty)
      max-tokens \(settings.maximumTokens) · seed \(sampler.seed) · \
      stop \(settings.stop.isEmpty ? "nowhere" : settings.stop.map { "\"\($0)\"" }.joined(separator: ", "))
      """)
  }

  private mutating func change(_ name: String, to value: String) throws {
    var new = settings
    func number<Number: LosslessStringConvertible>(_ type: Number.Type) throws -> Number {
      guard let number = Number(value) else {
        throw CommandError(
          value.isEmpty ? "/\(name) needs a value" : "\(value) is no value for /\(name)",
          hint: "write, for example, /\(name) \(Self.examples[name] ?? "1")")
      }
      return number
    }
    switch name {
    case "temperature": new.sampler.temperature = try number(Double.self)
    case "top-k": new.sampler.topK = try number(Int.self)
    case "top-p": new.sampler.topP = try number(Double.self)
    case "min-p": new.sampler.minP = try number(Double.self)
    case "repetition-penalty": new.sampler.repetitionPenalty = try number(Double.self)
    case "max-tokens": new.maximumTokens = try number(Int.self)
    case "seed": new.sampler.seed = try number(UInt64.self)
    case "stop": new.stop = value.isEmpty ? [] : new.stop + [value]
    default:
      let meant = Suggestion.nearest(
        to: name, among: Self.names + ["help", "quit", "exit", "settings"])
      throw CommandError(
        "Unknown command '/\(name)'." + (meant.map { " Did you mean '/\($0)'?" } ?? ""),
        hint: "/help lists the commands")
    }
    try new.validate()
    if name == "seed" { sample = 0 }
    settings = new
  }

  private static let examples = [
    "temperature": "0.7", "top-p": "0.9", "min-p": "0.05", "top-k": "40",
  ]
}

/// Ctrl-C and SIGTERM as a wish to end a text.
struct Interrupt {
  /// The signal that arrived; handlers can reach nothing but globals.
  private static let received = Atomic<Int32>(0)

  /// Begins to listen.
  init() {
    _ = Self.received.load(ordering: .relaxed)
    var action = sigaction()
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = { Interrupt.received.store($0, ordering: .relaxed) }
    #else
      action.__sigaction_u.__sa_handler = { Interrupt.received.store($0, ordering: .relaxed) }
    #endif
    for number in [SIGINT, SIGTERM] { sigaction(number, &action, nil) }
  }

  var isRequested: Bool { Self.received.load(ordering: .relaxed) != 0 }
  var isTermination: Bool { Self.received.load(ordering: .relaxed) == SIGTERM }

  /// Forgets Ctrl-C.
  func clear() {
    _ = Self.received.compareExchange(expected: SIGINT, desired: 0, ordering: .relaxed)
  }
}

extension String {
  /// Without the spaces around it.
  fileprivate var trimmed: String {
    let bytes = Array(utf8)
    let start = bytes.firstIndex { $0 != 0x20 } ?? bytes.count
    let end = bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? start
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
