import Files
import Foundation
import StrictJSON
import TestSupport
import Testing

/// What the built program did.
struct CommandResult {
  var status: Int32
  var output: [UInt8]
  var errors: String

  /// Standard output as text.
  var text: String { String(decoding: output, as: UTF8.self) }

  /// Standard output as one JSON value.
  func json() throws -> JSONValue {
    try #require(output.last == UInt8(ascii: "\n"))
    return try JSONValue(parsing: output.dropLast())
  }
}

/// The program lies beside the test program: `swift test` builds both into one directory.
let program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
  .deletingLastPathComponent().appending(path: "swiftlet").path

/// Runs `swiftlet` to its end.
/// - Parameters:
///   - arguments: What follows the name.
///   - input: Standard input.
///   - environment: Replaces variables that decide colours and levels; all of them are unset.
func swiftlet(
  _ arguments: String..., input: String = "", environment: [String: String] = [:]
) throws -> CommandResult {
  try run(program, arguments, input: Array(input.utf8), environment: environment)
}

/// Runs a line in bash, in which `$swiftlet` is the program.
func shell(_ line: String) throws -> CommandResult {
  try run("/bin/bash", ["-c", line], input: [], environment: ["swiftlet": program])
}

private func run(
  _ executable: String, _ arguments: [String], input: [UInt8], environment: [String: String]
) throws -> CommandResult {
  let files = TemporaryDirectory()
  // Files, not pipes: a pipe that nobody empties would stop the program.
  try AtomicFile.write(input, to: files["in"])
  try AtomicFile.write([], to: files["out"])
  try AtomicFile.write([], to: files["err"])
  let process = Process()
  process.executableURL = URL(filePath: executable)
  process.arguments = arguments
  var variables = ProcessInfo.processInfo.environment
  for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "SWIFTLET_CPU", "COLUMNS"] {
    variables[name] = environment[name]
  }
  process.environment = variables.merging(environment) { $1 }
  process.standardInput = FileHandle(forReadingAtPath: files["in"])
  process.standardOutput = FileHandle(forWritingAtPath: files["out"])
  process.standardError = FileHandle(forWritingAtPath: files["err"])
  try process.run()
  process.waitUntilExit()
  return CommandResult(
    status: process.terminationStatus, output: try FileSystem.readFile(files["out"]),
    errors: String(decoding: try FileSystem.readFile(files["err"]), as: UTF8.self))
}

/// Expects that a command failed as commands fail: with one line `error: …`, perhaps a line
/// `hint: …`, nothing on standard output, and the given status.
func expectFailure(
  _ result: CommandResult, _ sentence: String, hint: String? = nil, status: Int32 = 1,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(result.status == status, sourceLocation: sourceLocation)
  #expect(result.text == "", sourceLocation: sourceLocation)
  let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false)
  #expect(lines.first.map(String.init) == "error: \(sentence)", sourceLocation: sourceLocation)
  if let hint {
    #expect(lines.dropFirst().first == "hint: \(hint)", sourceLocation: sourceLocation)
  }
  if status == 1 { #expect(lines.count <= 3, sourceLocation: sourceLocation) }
}
