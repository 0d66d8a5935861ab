public import ArgumentParser
public import Corpus
import Files
import Runs
import StrictJSON
import TensorCore

extension CorpusFormat: ExpressibleByArgument {}

/// `--threads`, which changes speed and nothing else.
struct ThreadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads to compute with; one per core unless given.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    try require(threads.map { (1...1024).contains($0) } ?? true, hint: leaveOut) {
      "--threads must be from 1 to 1024, not \(threads ?? 0)"
    }
  }

  /// The number of threads.
  var count: Int { threads ?? Device.availableCores }

  /// A device with that many threads.
  /// - Throws: ``CommandError`` where `SWIFTLET_CPU` asks for what this processor lacks.
  func device(
    precision: Precision = .float32, checkpointsActivations: Bool = false,
    watch: OperationWatch? = nil
  ) throws -> Device {
    if let name = Terminal.environment("SWIFTLET_CPU"), !name.isEmpty,
      InstructionLevel(rawValue: name)?.isSupported != true
    {
      let levels = InstructionLevel.allCases.filter(\.isSupported).map(\.rawValue)
      throw CommandError(
        "SWIFTLET_CPU is \"\(name)\", which is no instruction level of this processor",
        hint: "unset it, or set it to \(levels.joined(separator: ", "))")
    }
    return Device(
      threadCount: count, precision: precision, checkpointsActivations: checkpointsActivations,
      watch: watch)
  }
}

/// `--precision`.
struct PrecisionOptions: ParsableArguments {
  /// What can be asked for.
  enum Choice: String, ExpressibleByArgument, CaseIterable {
    case float32, bf16, auto
  }

  @Option(
    help: ArgumentHelp(
      "How exactly factors of large products are held; float32 unless given. bf16 needs "
        + "AVX512-BF16 or AMX; auto takes it where it is faster.", valueName: "name"))
  var precision: Choice?

  /// The precision that was asked for, if any.
  /// - Throws: ``CommandError`` where this processor lacks it.
  func resolved() throws -> Precision? {
    switch precision {
    case nil: nil
    case .float32: .float32
    case .auto: .fastest
    case .bf16:
      if Precision.bf16.isSupported {
        .bf16
      } else {
        throw CommandError(
          "\(Precision.withoutBF16) has no instructions for bf16",
          hint: "choose --precision float32 or auto")
      }
    }
  }
}

/// `--checkpoint-activations`, which changes time and memory, and nothing else.
struct MemoryOptions: ParsableArguments {
  @Flag(
    help: "Keep only what lies between layers, and compute the rest twice: less memory, more time.")
  var checkpointActivations = false

  /// What a line that goes on with the run needs, too: it is no setting of the run.
  var resumed: String { checkpointActivations ? " --checkpoint-activations" : "" }
}

/// `--json` and `--quiet`.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false
}

/// How files are read as text.
struct CorpusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the text is held; told from each file's name unless given.", valueName: "format"))
  var format: CorpusFormat?

  @Option(
    help: ArgumentHelp(
      "The field of a JSON Lines object that holds the document.", valueName: "name"))
  var field = "text"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Text that divides plain files into documents.", valueName: "text"))
  var separator: String?

  @Flag(help: "Refuse invalid UTF-8 instead of replacing it.")
  var strict = false

  func validate() throws {
    try require(separator != "", hint: "leave it out to take each file as one document") {
      "--separator must not be empty"
    }
  }

  /// Whether any of them is not as it is by itself.
  var isGiven: Bool { format != nil || field != "text" || separator != nil || strict }

  /// The corpus in files.
  /// - Parameter stop: What ends the reading; given where Ctrl-C does not end the process itself.
  func reader(_ paths: [String], _ stop: StopSignal? = nil) -> CorpusReader {
    var reader = CorpusReader(
      paths: paths, format: format, field: field, separator: separator.map { Array($0.utf8) },
      isStrict: strict)
    if let stop { reader.whileWaiting = { try stop.check() } }
    return reader
  }

  /// Says what was replaced.
  func warn(ofReplaced sequences: Int) {
    if sequences > 0 {
      Terminal.warn(
        "\(sequences) invalid UTF-8 sequence\(sequences == 1 ? " was" : "s were") replaced by "
          + "U+FFFD; --strict refuses them")
    }
  }
}

/// Stands before the hint in the text of a `ValidationError`, which has no place for one.
let hintMark = "hint: "

/// The hint for an option whose default always works.
let leaveOut = "leave it out for the default"

/// Refuses arguments that have no meaning, in one sentence and a hint.
func require(_ holds: Bool, hint: String? = nil, _ sentence: () -> String) throws {
  if !holds { throw ValidationError(sentence() + (hint.map { "\n" + hintMark + $0 } ?? "")) }
}

/// Refuses what a module's own check refuses.
func check(_ validate: () throws -> Void) throws {
  do {
    try validate()
  } catch let error as any HintedError {
    try require(false, hint: error.hint) { error.description }
  }
}

/// Refuses to write over one of the files that are to be read.
func requireApart(_ out: String, from files: [String], option: String = "--out") throws {
  if let file = files.first(where: { FileSystem.areSame($0, out) }) {
    throw CommandError(
      "\(option) would replace \(FileError.printable(file)), which is to be read",
      hint: "name another file")
  }
}

/// Refuses `-` where a file or directory is written: there is no standard output for it.
func requirePath(_ path: String, _ example: String) throws {
  try require(!path.isEmpty && path != "-", hint: "name one, such as --out \(example)") {
    "--out must name what to write, not \(path.isEmpty ? "nothing" : "standard output (-)")"
  }
}

extension JSONValue {
  /// One line of JSON.
  var line: [UInt8] { serialized() + [UInt8(ascii: "\n")] }
}

/// `12345` as `12,345`.
func grouped(_ number: Int) -> String {
  var digits = Array(String(number))
  var index = digits.count - 3
  while index > 0 {
    digits.insert(",", at: index)
    index -= 3
  }
  return String(digits)
}

/// So many of what `noun` names, which takes an s.
func counted(_ number: Int, _ noun: String) -> String {
  "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
}

extension Precision {
  /// What has no bf16, where nothing has it.
  static var withoutBF16: String {
    Terminal.environment("SWIFTLET_CPU").map {
      "a processor of the level \(FileError.printable($0)), as SWIFTLET_CPU asks,"
    } ?? "this processor"
  }

  /// That of the run to go on with.
  ///
  /// - Throws: ``CommandError`` where this processor lacks it; `RunError`.
  static func stored(in path: String) throws -> Precision {
    let name = try RunDirectory(opening: path).record().precision
    guard let precision = Precision(rawValue: name), precision.isSupported else {
      throw CommandError(
        "the run \(FileError.printable(path)) computes in \(FileError.printable(name)), for which "
          + "\(withoutBF16) has no instructions", hint: "go on where it was made")
    }
    return precision
  }
}
