import ArgumentParser
import Training

/// What every training has: how the rate moves, what is kept and measured on the way.
struct LoopOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("How the learning rate comes down; cosine unless given.", valueName: "name"))
  var schedule: LearningRateSchedule.Shape?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates of the linear warm-up; a 20th of all unless given, at most 200.", valueName: "n"))
  var warmupSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The greatest global norm of the gradient; 1 unless given.", valueName: "x"))
  var maximumNorm: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates between checkpoints; a quarter of all unless given, at most 500.", valueName: "n"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates between validations; a quarter of all unless given, at most 250.", valueName: "n"))
  var evaluateEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Updates between samples, 0 for none; a quarter of all unless given, at most 500.",
      valueName: "n"))
  var sampleEvery: Int?

  @OptionGroup var guarding: GuardingOptions

  /// Adds the settings to a recipe; those in proportion to the steps are known with them.
  func add(to recipe: inout RecipeText, _ resolved: TrainingSettings, knowsSteps: Bool) {
    recipe.add("schedule", resolved.schedule.rawValue)
    recipe.add("maximum-norm", resolved.maximumNorm)
    recipe.add("warmup-steps", knowsSteps ? resolved.warmupSteps : warmupSteps)
    recipe.add("checkpoint-every", knowsSteps ? resolved.checkpointEvery : checkpointEvery)
    recipe.add("evaluate-every", knowsSteps ? resolved.evaluateEvery : evaluateEvery)
    recipe.add("sample-every", knowsSteps ? resolved.sampleEvery : sampleEvery)
    guarding.add(to: &recipe, resolved)
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: TrainingSettings) throws {
    let given: [(String, Int?, Int)] = [
      ("--warmup-steps", warmupSteps, s.warmupSteps),
      ("--checkpoint-every", checkpointEvery, s.checkpointEvery),
      ("--evaluate-every", evaluateEvery, s.evaluateEvery),
      ("--sample-every", sampleEvery, s.sampleEvery),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    try guarding.checkUnchanged(s)
    try requireUnchanged("--maximum-norm", maximumNorm, s.maximumNorm)
    try requireUnchanged("--schedule", schedule?.rawValue, s.schedule.rawValue)
  }
}
