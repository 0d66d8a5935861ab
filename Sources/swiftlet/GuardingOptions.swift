import ArgumentParser
import TensorCore
import Training

/// What keeps a long run safe.
struct GuardingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The latest checkpoints to keep, beside the best; 2 unless given.", valueName: "n"))
  var keep: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End after so many validations in a row without a new best; 0, never.", valueName: "n"))
  var earlyStopping: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Skip steps whose loss or gradient norm is so many standard deviations above the last 128 "
        + "steps'; 6 unless given, 0 for none.", valueName: "x"))
  var skipOutliers: Double?

  @Flag(help: "Check every result; if the loss is not finite, say which operation was first.")
  var traceNan = false

  /// Sets what was asked for.
  func apply(to settings: inout TrainingSettings) {
    if let keep { settings.keep = keep }
    if let earlyStopping { settings.earlyStopping = earlyStopping }
    if let skipOutliers { settings.skipOutliers = skipOutliers }
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: TrainingSettings) throws {
    try requireUnchanged("--keep", keep, s.keep)
    try requireUnchanged("--early-stopping", earlyStopping, s.earlyStopping)
    try requireUnchanged("--skip-outliers", skipOutliers, s.skipOutliers)
  }

  /// Adds the settings to a recipe.
  func add(to recipe: inout RecipeText, _ resolved: TrainingSettings) {
    recipe.add("keep", resolved.keep)
    recipe.add("early-stopping", resolved.earlyStopping)
    recipe.add("skip-outliers", resolved.skipOutliers)
  }

  /// Looks for what is not finite, if that was asked for.
  var watch: OperationWatch? { traceNan ? OperationWatch(.finiteness) : nil }
}
