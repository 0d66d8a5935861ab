import ArgumentParser
import LanguageModel

/// The extents of a new model: a preset, and what is to be different.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The size to start from; nano unless given.", valueName: "name"))
  var preset: Preset?

  @Option(
    help: ArgumentHelp(
      "The layers: \(HuggingFaceArchitecture.allCases.map(\.rawValue).joined(separator: ", ")); "
        + "qwen3 unless given.", valueName: "name"))
  var architecture: HuggingFaceArchitecture?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Tokens that the model sees at once; unless given, \(byPreset { "\($0.configuration.contextLength)" }).",
      valueName: "n"))
  var context: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Transformer layers; unless given, \(byPreset { "\($0.configuration.layers)" }).",
      valueName: "n"))
  var layers: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Elements of the residual stream; unless given, \(byPreset { "\($0.configuration.width)" }).",
      valueName: "n"))
  var width: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Query heads; unless given, \(byPreset { "\($0.configuration.heads)" }).", valueName: "n"))
  var heads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Key-value heads; a divisor of the heads; unless given, \(byPreset { "\($0.configuration.keyValueHeads)" }).",
      valueName: "n"))
  var kvHeads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Elements of a head; width / heads unless given.", valueName: "n"))
  var headSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Hidden units of the feed-forward layer; unless given, \(byPreset { "\($0.configuration.feedForwardWidth)" }).",
      valueName: "n"))
  var ffn: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Base of the rotary frequencies; 10000 unless given.", valueName: "x"))
  var rotaryBase: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Added to the mean square in norms; 1e-6 unless given.", valueName: "x"))
  var normEpsilon: Float?

  @Flag(help: "Give the head a weight of its own, apart from the embedding.")
  var untied = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep logits below x in size, such as 30; a model with it is not exported. No cap unless given.",
      valueName: "x"))
  var logitSoftCap: Float?

  /// The size to start from.
  var base: Preset { preset ?? .nano }

  /// Refuses what no model can be, whatever the tokenizer.
  func validateExtents() throws {
    try check { _ = try configuration(vocabularySize: base.configuration.vocabularySize) }
  }

  /// The model for a tokenizer.
  ///
  /// - Throws: `ModelConfigurationError` naming what cannot be.
  func configuration(vocabularySize: Int) throws -> ModelConfiguration {
    let base = base.configuration
    let width = width ?? base.width, heads = heads ?? base.heads
    // A preset's key-value heads and head size belong to its own heads and width.
    let block = (architecture ?? .qwen3).block
    let sameHeads = heads == base.heads && architecture != .gpt2
    guard block.positions == .rotary || rotaryBase == nil else {
      throw ModelConfigurationError(
        description: "positions are learned, so there is no rotary base",
        hint: "leave out --rotary-base")
    }
    let configuration = ModelConfiguration(
      vocabularySize: vocabularySize, layers: layers ?? base.layers, width: width, heads: heads,
      keyValueHeads: kvHeads ?? (sameHeads ? base.keyValueHeads : nil), headSize: headSize,
      feedForwardWidth: ffn ?? base.feedForwardWidth,
      contextLength: context ?? base.contextLength, rotaryBase: rotaryBase ?? base.rotaryBase,
      normEpsilon: normEpsilon ?? base.normEpsilon, tiesEmbedding: !untied,
      logitSoftCap: logitSoftCap, block: block)
    guard headSize != nil || heads < 1 || width % heads == 0 else {
      throw ModelConfigurationError(
        description: "\(heads) heads do not divide the width \(width)",
        hint: "choose --heads that divide --width, or give --head-size")
    }
    try configuration.validate()
    return configuration
  }

  /// Refuses options that contradict the model of a run that goes on.
  func checkUnchanged(_ c: ModelConfiguration) throws {
    let given: [(String, Int?, Int)] = [
      ("--context", context, c.contextLength), ("--layers", layers, c.layers),
      ("--width", width, c.width), ("--heads", heads, c.heads),
      ("--kv-heads", kvHeads, c.keyValueHeads), ("--head-size", headSize, c.headSize),
      ("--ffn", ffn, c.feedForwardWidth),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    let name = HuggingFaceArchitecture(of: c)?.rawValue ?? ""
    try requireUnchanged("--architecture", architecture?.rawValue, name)
    try requireUnchanged("--rotary-base", rotaryBase, c.rotaryBase)
    try requireUnchanged("--norm-epsilon", normEpsilon, c.normEpsilon)
    try requireUnchanged(
      "--logit-soft-cap", logitSoftCap.map { "\($0)" }, c.logitSoftCap.map { "\($0)" } ?? "none")
    try requireUnchanged("--untied", untied ? true : nil, !c.tiesEmbedding)
  }
}

/// Refuses an option of a run that goes on, unless it is what the run was made with.
func requireUnchanged<Value: Equatable>(_ name: String, _ given: Value?, _ kept: Value) throws {
  guard let given, given != kept else { return }
  throw CommandError(
    "the run was made with \(name) \(kept), and goes on with it, not with \(given)",
    hint: "leave out \(name), or train another --run")
}
