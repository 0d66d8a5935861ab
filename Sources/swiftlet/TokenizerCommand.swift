import ArgumentParser

/// `tokenizer`: text to token ids and back.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer", abstract: "Train a tokenizer, and use one.",
    subcommands: [
      TokenizerTrainCommand.self, TokenizerEncodeCommand.self, TokenizerDecodeCommand.self,
      TokenizerInspectCommand.self, TokenizerCompareCommand.self, TokenizerConvertCommand.self,
      TokenizerBenchmarkCommand.self,
    ])
}
