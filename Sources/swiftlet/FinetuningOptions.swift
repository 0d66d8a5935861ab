import ArgumentParser
import Files
import LanguageModel
import Runs
import StrictJSON
import Training

/// What of a model is trained.
enum FinetuningMethod: String, ExpressibleByArgument, CaseIterable {
  case lora, dora, full
}

/// What of the base is trained, and through what.
struct AdapterOptions: ParsableArguments {
  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "A small adapter beside the frozen base, or all of it; lora unless given.",
      valueName: "method"))
  var requestedMethod: FinetuningMethod?

  /// What a new run does.
  var method: FinetuningMethod { requestedMethod ?? .lora }

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The rank of the adapter; 16.", valueName: "n"))
  var rank: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The scale of the adapter, divided by the rank; 32.", valueName: "x"))
  var alpha: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Other ranks, such as q_proj=8,layers.0.mlp.down_proj=32.", valueName: "names"))
  var rankPattern: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Other scales, written in the same way.", valueName: "names"))
  var alphaPattern: String?

  @Option(
    help: ArgumentHelp(
      "What it changes: all, attention, mlp, or names such as q_proj,v_proj.",
      valueName: "names"))
  var targets: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often an element of an adapter's input is dropped; with --method full, of the embeddings "
        + "and of what layers add; 0.", valueName: "share"))
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
      rank != nil || alpha != nil || rankPattern != nil || alphaPattern != nil || targets != nil
      || rslora || loraPlus != nil
    try require(method != .full || !isGiven, hint: "leave them out, or choose --method lora") {
      "--rank, --alpha, their patterns, --targets, --rslora and --lora-plus are for adapters"
    }
    try check { try configuration(tokens: [])?.validate() }
    try require((1...1_000).contains(loraPlus ?? 1), hint: leaveOut) {
      "--lora-plus must be from 1 to 1000, not \(loraPlus ?? 1)"
    }
  }

  /// The adapter, if one is trained.
  func configuration(tokens: [Int]) throws -> AdapterConfiguration? {
    guard method != .full else { return nil }
    return AdapterConfiguration(
      rank: rank ?? 16, alpha: alpha ?? 32, dropout: dropout ?? 0,
      targets: try projections() ?? Projection.allCases, isRankStabilized: rslora,
      hasMagnitudes: method == .dora, tokens: tokens, rankPattern: try ranks(),
      alphaPattern: try alphas())
  }

  /// What a model drops that is trained itself.
  var residualDropout: Double { method == .full ? dropout ?? 0 : 0 }

  private func ranks() throws -> [LayerValue<Int>] {
    try pattern("--rank-pattern", rankPattern) { Int($0) }
  }

  private func alphas() throws -> [LayerValue<Double>] {
    try pattern("--alpha-pattern", alphaPattern) { Double($0) }
  }

  /// What `names=value` with commas between them says.
  private func pattern<Value>(_ option: String, _ text: String?, _ read: (Substring) -> Value?)
    throws
    -> [LayerValue<Value>]
  {
    try (text ?? "").split(separator: ",").map { entry in
      let parts = entry.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let value = read(parts[1]) else {
        throw ValidationError(
          "\"\(FileError.printable(String(entry)))\" is no entry of \(option)\n\(hintMark)write "
            + "names and numbers, such as q_proj=8,layers.0.mlp.down_proj=32")
      }
      return LayerValue(suffix: String(parts[0]), value: value)
    }
  }

  /// A pattern as it is written in an option.
  private func text<Value>(_ pattern: [LayerValue<Value>]) -> String {
    pattern.map { "\($0.suffix)=\($0.value)" }.joined(separator: ",")
  }

  /// What `--targets` names.
  private func projections() throws -> [Projection]? {
    switch targets {
    case nil: return nil
    case "all": return Projection.allCases
    case "attention": return Projection.attention
    case "mlp": return Projection.feedForward
    case let names?:
      let projections = try names.split { $0 == "," || $0 == " " }.map { name in
        guard let projection = Projection(rawValue: String(name)) else {
          let all = Projection.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError(
            "\"\(FileError.printable(String(name)))\" is no target\n\(hintMark)choose all, "
              + "attention, mlp, or some of \(all) with commas between them")
        }
        return projection
      }
      return Set(projections).sorted()
    }
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: FinetuningSettings) throws {
    let adapter = s.adapter
    try requireUnchanged("--method", requestedMethod?.rawValue, s.method)
    try requireUnchanged("--rank", rank, adapter?.rank ?? 0)
    try requireUnchanged("--alpha", alpha, adapter?.alpha ?? 0)
    try requireUnchanged(
      "--rank-pattern", rankPattern.map { _ in text(try ranks()) }, text(adapter?.rankPattern ?? [])
    )
    try requireUnchanged(
      "--alpha-pattern", alphaPattern.map { _ in text(try alphas()) },
      text(adapter?.alphaPattern ?? []))
    try requireUnchanged("--dropout", dropout, adapter?.dropout ?? s.training.dropout)
    try requireUnchanged("--lora-plus", loraPlus, s.secondFactorRate)
    try requireUnchanged("--rslora", rslora ? true : nil, adapter?.isRankStabilized ?? false)
    if let given = try projections() {
      let names = { (all: [Projection]) in all.sorted().map(\.rawValue).joined(separator: ",") }
      try requireUnchanged("--targets", names(given), names(adapter?.targets ?? []))
    }
  }
}

/// What is learned from the data.
struct ObjectiveOptions: ParsableArguments {
  /// What can be learned.
  enum Choice: String, ExpressibleByArgument, CaseIterable {
    case answers, dpo, ipo, orpo
  }

  @Option(
    name: .customLong("objective"),
    help: ArgumentHelp(
      "Learn answers, or to prefer one answer to another; answers unless given.",
      valueName: "objective"))
  var requestedObjective: Choice?

  private var objective: Choice { requestedObjective ?? .answers }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much the base counts against the pairs; for orpo their weight; 0.1.", valueName: "x"))
  var beta: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often a pair is the wrong way round, for dpo; 0.", valueName: "share"))
  var labelSmoothing: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much the loss of the chosen answer's tokens counts beside dpo or ipo, so that less of what "
        + "the base can do is lost; 0.", valueName: "x"))
  var chosenWeight: Double?

  /// Refuses what contradicts the objective of a run that is to be made.
  func validateForNew() throws {
    try require(
      objective != .answers || (beta == nil && labelSmoothing == nil && chosenWeight == nil),
      hint: "leave them out, or choose another --objective"
    ) { "--beta, --label-smoothing and --chosen-weight are for dpo, ipo and orpo" }
    try require(objective == .dpo || labelSmoothing == nil, hint: "leave it out") {
      "--label-smoothing is for dpo"
    }
    try require(objective != .orpo || chosenWeight == nil, hint: "leave it out") {
      "--chosen-weight is for dpo and ipo: orpo has the chosen answer's loss already"
    }
  }

  /// How pairs are compared, if they are.
  var preference: Preference? {
    Preference.Kind(rawValue: objective.rawValue).map {
      Preference(
        $0, beta: beta ?? 0.1, labelSmoothing: labelSmoothing ?? 0, chosenWeight: chosenWeight ?? 0)
    }
  }

  /// Whether the data are pairs: as the run that goes on had it, else as asked for.
  func isPreference(in run: String?) -> Bool {
    guard let run, let record = try? RunDirectory(opening: run).record() else {
      return preference != nil
    }
    return JSONValue.object(record.settings)["objective"]?.object != nil
  }

  /// Refuses options that contradict those of a run that goes on.
  func checkUnchanged(_ s: FinetuningSettings) throws {
    let kept = s.preference?.kind.rawValue ?? Choice.answers.rawValue
    try requireUnchanged(
      "--objective", requestedObjective?.rawValue, kept)
    try requireUnchanged("--beta", beta, s.preference?.beta ?? 0)
    try requireUnchanged("--label-smoothing", labelSmoothing, s.preference?.labelSmoothing ?? 0)
    try requireUnchanged("--chosen-weight", chosenWeight, s.preference?.chosenWeight ?? 0)
  }
}

/// How long and how a model is fine-tuned.
struct FinetuningOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: ArgumentHelp("Updates.", valueName: "n"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Passes over the examples, instead of --steps; 3, or 1 for pairs.", valueName: "x"))
  var epochs: Double?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Examples of an update; 16.", valueName: "n"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The greatest rate; 2e-3 for adapters, else 5e-4, a fifth of it for pairs.",
      valueName: "x"))
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "The rule for hidden matrices, an adapter's among them; adamw unless given.",
      valueName: "name"))
  var optimizer: Optimizer.Kind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Decay of matrices, per unit of learning rate; 0.", valueName: "x"))
  var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Of the adapter, of the order of the examples, and of what is dropped.", valueName: "n"))
  var seed: Int?

  @OptionGroup var loop: LoopOptions

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
  func settings(
    _ method: FinetuningMethod, isPreference: Bool = false, examples: Int, dropout: Double = 0
  ) -> TrainingSettings {
    // Comparing answers moves a model further than the same rate does on answers.
    let usual = (method == .full ? 5e-4 : 2e-3) * (isPreference ? 0.2 : 1)
    let batchSize = batchSize ?? 16
    var settings = TrainingSettings(
      steps: steps
        ?? requestedSteps(
          epochs ?? (isPreference ? 1 : 3), examples: examples, batchSize: batchSize),
      batchSize: batchSize, learningRate: learningRate ?? usual,
      schedule: loop.schedule ?? .cosine, warmupSteps: loop.warmupSteps,
      weightDecay: weightDecay ?? 0, maximumNorm: loop.maximumNorm ?? 1, seed: seed ?? 0,
      checkpointEvery: loop.checkpointEvery, evaluateEvery: loop.evaluateEvery,
      sampleEvery: loop.sampleEvery)
    settings.optimizer = optimizer ?? .adamw
    settings.dropout = dropout
    loop.guarding.apply(to: &settings)
    return settings
  }

  private func requestedSteps(_ epochs: Double, examples: Int, batchSize: Int) -> Int {
    max(1, Int((epochs * Double(examples) / Double(max(1, batchSize))).rounded(.up)))
  }

  /// Refuses options that contradict those of a run that goes on, of so many examples.
  func checkUnchanged(_ s: TrainingSettings, examples: Int) throws {
    if let epochs {
      let steps = requestedSteps(epochs, examples: examples, batchSize: s.batchSize)
      guard steps == s.steps else {
        throw CommandError(
          "the run was made with \(s.steps) steps, and goes on with them: --epochs asks for \(steps)",
          hint: "leave it out, or train another --run")
      }
    }
    let given: [(String, Int?, Int)] = [
      ("--steps", steps, s.steps), ("--batch-size", batchSize, s.batchSize),
      ("--seed", seed, s.seed),
    ]
    for (name, value, kept) in given { try requireUnchanged(name, value, kept) }
    try requireUnchanged("--learning-rate", learningRate, s.learningRate)
    try requireUnchanged("--weight-decay", weightDecay, s.weightDecay)
    try requireUnchanged("--optimizer", optimizer?.rawValue, s.optimizer.rawValue)
    try loop.checkUnchanged(s)
  }
}
