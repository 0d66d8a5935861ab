import ArgumentParser

/// The command-line tool: parses, calls the modules and prints.
@main
struct Swiftlet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftlet", abstract: "Train, study and run small language models on a CPU.",
    version: "0.1.0")
}
