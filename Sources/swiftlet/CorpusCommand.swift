import ArgumentParser

/// `corpus`: text to train on.
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Make text to train on, and look at it.",
    subcommands: [CorpusSynthesizeCommand.self, CorpusStatsCommand.self])
}
