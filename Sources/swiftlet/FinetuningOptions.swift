import ArgumentParser
import Files
import LanguageModel
import Runs
import TensorCore
import Training

/// What of a model is trained.
enum FinetuningMethod: String, ExpressibleByArgument, CaseIterable {
  case lora, dora, full
}

/// What of the base is trained, and through what.
struct AdapterOptions: ParsableArguments {
  @Option(help: "A small adapter beside the frozen base, or all of it.")
  var method = FinetuningMethod.lora

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The rank of the adapter; 16.", valueName: "n"))
  var rank: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The scale of the adapter, divided by the rank; 32.", valueName: "x"))
  var alpha: Double?

  @Option(
    help: ArgumentHelp(
      "What it changes: all, attention, mlp, or names such as q_proj,v_proj.",
      valueName: "names"))
  var targets: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often an adapter's input is dropped; 0.", valueName: "share"))
  var dropout: Double?

  @Flag(help: "Divide alpha by the root of the rank (rsLoRA).")
  var rslora = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Times the learning rate for the adapter's second factors (LoRA+); 1.", valueName: "x"))
  var loraPlus: Double?

  func validate() throws {
    let isGiven =
      rank != nil || alpha != nil || targets != nil || dropout != nil || rslora || loraPlus != nil
    try require(method != .full || !isGiven, hint: "leave them out, or choose --method lora") {
      "--rank, --alpha, --targets, --dropout, --rslora and --lora-plus are for adapters"
    }
    _ = try projections()
  }

  /// The adapter, if one is trained.
  func configuration(tokens: [Int]) throws -> AdapterConfiguration? {
    guard method != .full else { return nil }
    return AdapterConfiguration(
      rank: rank ?? 16, alpha: alpha ?? 32, dropout: dropout ?? 0,
      targets: try projections() ?? Projection.allCases, isRankStabilized: rslora,
      hasMagnitudes: method == .dora, tokens: tokens)
  }

  /// What `--targets` names.
  private func projections() throws -> [Projection]? {
    switch targets {
    case nil: return nil
    case "all": return Projection.allCases
    case "attention": return Projection.attention
    case "mlp": return Projection.feedForward
    case let names?:
      return try names.split(separator: ",").map { name in
        guard let projection = Projection(rawValue: String(name)) else {
          let all = Projection.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(
            "\"\(FileError.printable(String(name)))\" is no target\n\(hintMark)choose all, "
              + "attention, mlp, or some of \(all) with commas between them")
        }
        return projection
      }
    }
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: FinetuningSettings) throws {
    let adapter = s.adapter
    try requireUnchanged("--rank", rank, adapter?.rank ?? 0)
    try requireUnchanged("--alpha", alpha, adapter?.alpha ?? 0)
    try requireUnchanged("--dropout", dropout, adapter?.dropout ?? 0)
    try requireUnchanged("--lora-plus", loraPlus, s.secondFactorRate)
    try requireUnchanged("--rslora", rslora ? true : nil, adapter?.isRankStabilized ?? false)
    if let given = try projections() {
      let names = { (all: [Projection]) in all.sorted().map(\.rawValue).joined(separator: ",") }
      try requireUnchanged("--targets", names(given), names(adapter?.targets ?? []))
    }
  }
}

/// How long and how a model is fine-tuned.
struct FinetuningOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Updates.", valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Passes over the examples, instead of --steps; 3.", valueName: "x"))
  var epochs: Double?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Examples of an update; 16.", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The greatest learning rate; 2e-3 for adapters, else 5e-4.", valueName: "x"))
  var learningRate: Double?

  @Option(help: "How the learning rate comes down.")
  var schedule: LearningRateSchedule.Shape?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Updates of the linear warm-up.", valueName: "n"))
  var warmupSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Decay of matrices, per unit of learning rate; 0.", valueName: "x"))
  var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The greatest global norm of the gradient; 1.", valueName: "x"))
  var maximumNorm: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Of the adapter and of the order of the examples.", valueName: "n"))
  var seed: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Updates from one checkpoint to the next.", valueName: "n"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Updates from one validation to the next.", valueName: "n"))
  var evaluateEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Updates from one sample to the next; 0 for none.", valueName: "n"))
  var sampleEvery: Int?

  func validate() throws {
    try require(steps == nil || epochs == nil, hint: "leave out the other") {
      "only one of --steps and --epochs can say how long to train"
    }
    try require(epochs.map { $0 > 0 && $0 <= 1e6 } ?? true, hint: leaveOut) {
      "--epochs must be above 0 and at most 1000000, not \(epochs ?? 0)"
    }
    try check { try settings(.lora, examples: 1).validate() }
  }

  /// The settings of a new run on so many examples.
  func settings(_ method: FinetuningMethod, examples: Int) -> TrainingSettings {
    let batchSize = batchSize ?? 16
    return TrainingSettings(
      steps: steps ?? requestedSteps(epochs ?? 3, examples: examples, batchSize: batchSize),
      batchSize: batchSize, learningRate: learningRate ?? (method == .full ? 5e-4 : 2e-3),
      schedule: schedule ?? .cosine, warmupSteps: warmupSteps, weightDecay: weightDecay ?? 0,
      maximumNorm: maximumNorm ?? 1, seed: seed ?? 0, checkpointEvery: checkpointEvery,
      evaluateEvery: evaluateEvery, sampleEvery: sampleEvery)
  }

  private func requestedSteps(_ epochs: Double, examples: Int, batchSize: Int) -> Int {
    max(1, Int((epochs * Double(examples) / Double(max(1, batchSize))).rounded(.up)))
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: TrainingSettings) throws {
    let given: [(String, Int?, Int)] = [
      ("--steps", steps, s.steps), ("--batch-size", batchSize, s.batchSize),
      ("--warmup-steps", warmupSteps, s.warmupSteps), ("--seed", seed, s.seed),
      ("--checkpoint-every", checkpointEvery, s.checkpointEvery),
      ("--evaluate-every", evaluateEvery, s.evaluateEvery),
      ("--sample-every", sampleEvery, s.sampleEvery),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    try requireUnchanged("--learning-rate", learningRate, s.learningRate)
    try requireUnchanged("--weight-decay", weightDecay, s.weightDecay)
    try requireUnchanged("--maximum-norm", maximumNorm, s.maximumNorm)
    try requireUnchanged("--schedule", schedule?.rawValue, s.schedule.rawValue)
  }
}

extension Precision {
  /// That of the run to go on with.
  ///
  /// - Throws: ``CommandError`` where this processor lacks it; `RunError`.
  static func stored(in path: String) throws -> Precision {
    let name = try RunDirectory(opening: path).record().precision
    guard let precision = Precision(rawValue: name), precision.isSupported else {
      throw CommandError(
        "the run \(FileError.printable(path)) computes in \(FileError.printable(name)), for which "
          + "this processor has no instructions", hint: "go on where it was made")
    }
    return precision
  }
}
