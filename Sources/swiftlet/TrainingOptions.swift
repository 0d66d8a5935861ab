import ArgumentParser
import LanguageModel
import Training

/// How long and how a model is trained.
struct TrainingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates; unless given, 20 tokens a parameter, but at most 4 passes.", valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Tokens to train on, instead of --steps.", valueName: "n"))
  var tokens: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Passes over the text, instead of --steps.", valueName: "x"))
  var epochs: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sequences of an update; unless given, \(byPreset { "\(PretrainingDefaults($0).batchSize)" }).",
      valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates in which the batch grows from an eighth of it to all; 0 unless given.",
      valueName: "n"))
  var batchWarmupSteps: Int?

  @Option(
    help: ArgumentHelp(
      "The rule for hidden matrices, muon unless given; AdamW does the rest, but sgd (with "
        + "momentum) does all.", valueName: "name"))
  var optimizer: Optimizer.Kind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The greatest rate; unless given, \(byPreset { "\(PretrainingDefaults($0).learningRate)" }), or "
        + "of other rules \(byPreset { "\(PretrainingDefaults($0, .adamw).learningRate)" }).",
      valueName: "x"))
  var learningRate: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decay of matrices, per unit of learning rate; 0.1 unless given.", valueName: "x"))
  var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Of the initial weights, the order of the text and what is dropped; 0 unless given.",
      valueName: "n"))
  var seed: Int?

  @OptionGroup var loop: LoopOptions

  func validate() throws {
    try require(
      [steps != nil, tokens != nil, epochs != nil].count { $0 } <= 1, hint: "leave out the others"
    ) {
      "only one of --steps, --tokens and --epochs can say how long to train"
    }
    try require((1...1 << 40).contains(tokens ?? 1), hint: leaveOut) {
      "--tokens must be from 1 to \(1 << 40), not \(tokens ?? 0)"
    }
    try require(epochs.map { $0 > 0 && $0 <= 1e6 } ?? true, hint: leaveOut) {
      "--epochs must be above 0 and at most 1000000, not \(epochs ?? 0)"
    }
    // Names the first of the others that has no meaning.
    try check { try settings(steps: steps ?? 1, preset: .nano).validate() }
  }

  /// Refuses what cannot be before the corpus is read.
  func validateBeforeReading(_ preset: Preset, _ configuration: ModelConfiguration) throws {
    try settings(steps: steps ?? 1, preset: preset).validate(for: configuration)
  }

  /// Sequences of an update.
  func batchSize(_ preset: Preset) -> Int { batchSize ?? PretrainingDefaults(preset).batchSize }

  /// The settings of a new run.
  func settings(preset: Preset, configuration: ModelConfiguration, corpusTokens: Int)
    -> PretrainingSettings
  {
    let batches = settings(steps: 1, preset: preset).batches
    let context = configuration.contextLength
    let steps =
      steps
      ?? requestedSteps(batches, context: context, corpusTokens: corpusTokens)
      ?? Self.steps(
        PretrainingDefaults.tokens(for: configuration, corpusTokens: corpusTokens),
        batches, context: context)
    return settings(steps: steps, preset: preset)
  }

  /// What `--tokens` or `--epochs` ask for.
  private func requestedSteps(_ batches: BatchSizeSchedule, context: Int, corpusTokens: Int) -> Int?
  {
    // More than any run reads is refused as so many steps.
    let tokens = tokens ?? epochs.map { Int(min($0 * Double(corpusTokens), 1e15)) }
    return tokens.map { Self.steps($0, batches, context: context) }
  }

  private static func steps(_ tokens: Int, _ batches: BatchSizeSchedule, context: Int) -> Int {
    max(1, batches.steps(toRead: (tokens + context - 1) / context))
  }

  /// The settings of so many steps.
  func settings(steps: Int, preset: Preset) -> PretrainingSettings {
    let optimizer = optimizer ?? PretrainingDefaults.optimizer
    let defaults = PretrainingDefaults(preset, optimizer)
    var settings = PretrainingSettings(
      steps: steps, batchSize: batchSize ?? defaults.batchSize,
      optimizer: optimizer,
      learningRate: learningRate ?? defaults.learningRate, schedule: loop.schedule ?? .cosine,
      warmupSteps: loop.warmupSteps, weightDecay: weightDecay ?? 0.1,
      maximumNorm: loop.maximumNorm ?? 1, seed: seed ?? 0, checkpointEvery: loop.checkpointEvery,
      evaluateEvery: loop.evaluateEvery, sampleEvery: loop.sampleEvery, preset: preset)
    settings.batchWarmupSteps = batchWarmupSteps ?? 0
    loop.guarding.apply(to: &settings)
    return settings
  }

  /// Adds the settings to a recipe.
  func add(to recipe: inout RecipeText, _ preset: Preset) {
    let resolved = settings(steps: steps ?? 1, preset: preset)
    if let steps {
      recipe.add("steps", steps)
    } else if let tokens {
      recipe.add("tokens", tokens)
    } else if let epochs {
      recipe.add("epochs", epochs)
    } else {
      recipe.comment("steps: 20 tokens a parameter, but at most 4 passes over the text")
    }
    recipe.add("batch-size", resolved.batchSize)
    recipe.add("batch-warmup-steps", resolved.batchWarmupSteps)
    recipe.add("optimizer", resolved.optimizer.rawValue)
    recipe.add("learning-rate", resolved.learningRate)
    recipe.add("weight-decay", resolved.weightDecay)
    recipe.add("seed", resolved.seed)
    loop.add(to: &recipe, resolved, knowsSteps: steps != nil)
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: PretrainingSettings, context: Int, corpusTokens: Int) throws {
    if let steps = requestedSteps(s.batches, context: context, corpusTokens: corpusTokens),
      steps != s.steps
    {
      throw CommandError(
        "the run was made with \(s.steps) steps, and goes on with them: "
          + "\(tokens == nil ? "--epochs" : "--tokens") asks for \(steps)",
        hint: "leave it out, or train another --run")
    }
    let given: [(String, Int?, Int)] = [
      ("--steps", steps, s.steps), ("--batch-size", batchSize, s.batchSize),
      ("--batch-warmup-steps", batchWarmupSteps, s.batchWarmupSteps),
      ("--seed", seed, s.seed),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    try requireUnchanged("--learning-rate", learningRate, s.learningRate)
    try requireUnchanged("--weight-decay", weightDecay, s.weightDecay)
    try requireUnchanged("--optimizer", optimizer?.rawValue, s.optimizer.rawValue)
    try loop.checkUnchanged(s)
  }
}

/// A value of each preset, smallest first, for help: `8, 16, 8 or 4 by preset`.
func byPreset(_ value: (Preset) -> String) -> String {
  let values = Preset.allCases.map(value)
  guard let last = values.last, Set(values).count > 1 else { return values.first ?? "" }
  return values.dropLast().joined(separator: ", ") + " or \(last) by preset"
}
