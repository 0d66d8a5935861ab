import ArgumentParser
import Inference

/// How a command that lets a model write does so unless it is told otherwise.
protocol SamplingDefaults {
  /// What `--max-tokens` bounds, as its help says it.
  static var mostTokens: String { get }
  static var temperature: Double { get }
  static var topP: Double { get }
}

/// The options that all commands share that let a model write.
struct SamplingOptions<Defaults: SamplingDefaults>: ParsableArguments {
  @Option(
    parsing: .unconditional, help: ArgumentHelp("\(Defaults.mostTokens).", valueName: "n"))
  var maxTokens = 256

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How random: 0 always takes the most probable token.", valueName: "t"))
  var temperature = Defaults.temperature

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choose among the tokens that make up this probability.", valueName: "p"))
  var topP = Defaults.topP

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Decides all random choices.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("The checkpoint: latest, best, or the number of a step.", valueName: "step"))
  var checkpoint = "latest"

  /// Settings with these values.
  var settings: GenerationSettings {
    GenerationSettings(
      sampler: Sampler(temperature: temperature, topP: topP, seed: seed), maximumTokens: maxTokens)
  }
}
