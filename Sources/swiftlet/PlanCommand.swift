import ArgumentParser
import Corpus
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization
import Training

/// `plan`: what a run will take, before it is made.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Foresee what pretraining will take, from a few timed steps.",
    usage: "swiftlet plan [<the options of pretrain>] [--json]",
    discussion: """
      Takes the options of pretrain, makes no run, and needs neither text nor
      tokenizer, though it knows more with them. `pretrain --plan FILE` says when a
      run departs from the plan that --json printed.

        swiftlet plan --preset micro --tokens 50000000
        swiftlet plan --corpus books/ --tokenizer tokenizer.json --preset mini
        swiftlet plan --config recipe.yaml --json > plan.json
      """)

  @OptionGroup var options: PretrainOptions

  @OptionGroup var recipe: RecipeOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try options.model.validateExtents()
    if recipe.printConfig { return }
    try require(
      options.text.tokenizer != nil || options.text.corpus.isEmpty || isShards,
      hint: "name one, or leave out --corpus"
    ) {
      "--tokenizer is missing, without which --corpus cannot be counted"
    }
    try require(CorpusReader(paths: options.text.corpus).pipes.isEmpty, hint: "name the files") {
      "a plan cannot read standard input or another pipe, which the run will need"
    }
    try require(options.training.epochs == nil || !options.text.corpus.isEmpty, hint: "name it") {
      "--epochs needs --corpus"
    }
  }

  private var isShards: Bool { options.text.corpus.contains { ShardManifest.exists(at: $0) } }

  func run() throws {
    if recipe.printConfig { return try Terminal.write(options.recipe()) }
    let stop = StopSignal()
    let precision = try options.precision.resolved() ?? .float32
    let isCheckpointed = options.memory.checkpointActivations
    let tokenizer = try options.text.tokenizer.map { try Tokenizer(reading: $0) }
    let sample = try sample(tokenizer, stop)
    let configuration = try options.model.configuration(
      vocabularySize: sample?.vocabularySize ?? tokenizer?.vocabularySize
        ?? options.model.base.configuration.vocabularySize)
    try options.training.validateBeforeReading(options.model.base, configuration)
    let settings = options.settings(
      configuration, corpusTokens: sample?.trainTokens ?? 1 << 50)
    // A step of a large model takes long, and nothing is on disk.
    stop.ignore()
    let before = ProcessMemory.current
    if !output.quiet, Terminal.isWatched { Terminal.show("timing a few steps …") }
    // Each on a device of its own, which takes its memory with it; the one that needs less comes first.
    func measure(isCheckpointed: Bool) throws -> RunPlan.Measured {
      let trial = try TrainingTrial.run(
        configuration, settings,
        documentLength: sample?.documentLength ?? configuration.contextLength, seconds: 3,
        on: options.threads.device(
          precision: precision, checkpointsActivations: isCheckpointed))
      return RunPlan.Measured(trial: trial, memory: ProcessMemory.peak - before)
    }
    let checkpointed = try measure(isCheckpointed: true)
    let measured = try isCheckpointed ? checkpointed : measure(isCheckpointed: false)
    if !output.quiet, Terminal.isWatched { Terminal.show("\r\u{1B}[K") }
    let plan = RunPlan(
      configuration, settings, sample, measured, checkpointed: isCheckpointed ? nil : checkpointed,
      precision: precision, threads: options.threads.count, memoryBefore: before)
    if output.json { return try Terminal.write(plan.json.line) }
    try Terminal.write(plan.lines.joined(separator: "\n") + "\n")
    if !output.quiet {
      Terminal.say("`swiftlet pretrain` takes the same options, and --run DIR")
    }
  }

  private func sample(_ tokenizer: Tokenizer?, _ stop: StopSignal) throws -> CorpusSample? {
    guard !options.text.corpus.isEmpty else { return nil }
    switch try options.source(stop) {
    case .shards(let directory): return try CorpusSample(shards: directory, tokenizer: tokenizer)
    case .text(let reader, _):
      guard let tokenizer else { return nil }
      return try CorpusSample(
        reader, hasOwnValidation: !options.text.validation.isEmpty, tokenizer: tokenizer, stop)
    }
  }
}
