import ArgumentParser
import Training

/// What shapes training from its first step on.
struct ShapingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The weight of the squared logarithm of the softmax's sum in the gradient, such as 1e-4; 0 "
        + "unless given.", valueName: "x"))
  var zLoss: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often an element of the embeddings and of what layers add is dropped, against overfitting "
        + "where a small text is read many times, such as 0.1; 0 unless given.", valueName: "share")
  )
  var dropout: Double?

  @Flag(help: "Begin with zeros in the projections back into the residual stream.")
  var zeroInit = false

  @Flag(
    help: ArgumentHelp(
      "Let attention cross from one document into the next where a window holds several. Windows "
        + "begin with a document: it matters where documents are shorter than the context."))
  var crossDocuments = false

  /// Sets what was asked for.
  func apply(to settings: inout TrainingSettings) {
    if let zLoss { settings.zLoss = zLoss }
    if let dropout { settings.dropout = dropout }
    settings.zeroInit = zeroInit
    settings.crossesDocuments = crossDocuments
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: TrainingSettings) throws {
    try requireUnchanged("--z-loss", zLoss, s.zLoss)
    try requireUnchanged("--dropout", dropout, s.dropout)
    if zeroInit { try requireUnchanged("--zero-init", zeroInit, s.zeroInit) }
    if crossDocuments {
      try requireUnchanged("--cross-documents", crossDocuments, s.crossesDocuments)
    }
  }

  /// Adds the settings to a recipe.
  func add(to recipe: inout RecipeText) {
    recipe.add("z-loss", zLoss ?? 0)
    recipe.add("dropout", dropout ?? 0)
    recipe.add("zero-init", zeroInit)
    recipe.add("cross-documents", crossDocuments)
  }
}
