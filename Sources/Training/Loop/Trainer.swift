import Evaluation
import Files
import LanguageModel
import Runs
import StrictJSON
import TensorCore

/// A trainer, whatever it trains.
protocol TrainingLoop: AnyObject {
  var directory: RunDirectory { get }
  var startStep: Int { get }
  var model: Transformer { get }
  var isFinished: Bool { get }
  func train(
    shouldStop: () -> Bool, observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome
}

/// The loop of every kind of training, with its files: steps, metrics, validation, samples,
/// checkpoints, and going on from them.
final class Trainer<Stage: TrainingStage>: TrainingLoop {
  /// Where the run is stored.
  let directory: RunDirectory
  /// How it is trained.
  let settings: TrainingSettings
  /// What is particular to this kind of training.
  let stage: Stage
  /// Updates done when the run was opened.
  let startStep: Int
  private let lock: FileLock
  private var step: TrainingStep<Stage.O>
  private var best: BestStep?
  private var outliers: OutlierWindow
  private var overfitting = Overfitting()
  private let warnings: [String]

  /// Opens a run to go on after its latest step, or to begin.
  ///
  /// - Throws: `RunError` for a damaged step, ``TrainingError`` for another precision or model.
  init(
    _ directory: RunDirectory, _ lock: FileLock, _ settings: TrainingSettings, _ stage: Stage,
    on device: Device
  ) throws {
    self.directory = directory
    self.lock = lock
    self.settings = settings
    self.stage = stage
    let latest = try directory.latestStep()
    startStep = latest ?? 0
    let state = try latest.map { try Self.verify($0, of: directory) }
    let path = try latest.map { try directory.path(ofStep: $0) }
    let model = try stage.model(ofStep: path, on: device)
    let optimizer =
      if let path {
        try OptimizerFile.read(
          directory: path, stage.optimizer, model.trained, step: startStep, on: device)
      } else {
        Optimizer(stage.optimizer, of: model.trained, on: device)
      }
    step = TrainingStep(
      stage.objective, model: model, optimizer: optimizer, maximumNorm: settings.maximumNorm)
    best = state.flatMap { BestStep($0.members, after: $0.step) }
    // What a kill between saving the step and this left undone.
    if let best, try directory.steps.contains(best.step), try directory.bestStep() != best.step {
      try directory.markBest(best.step)
    }
    if latest != nil { try directory.removeSteps(keepingLast: settings.keep) }
    try directory.cutMetrics(after: startStep)
    outliers = OutlierWindow(try directory.metrics())
    var warnings = Self.warnings(try directory.record(), device)
    if settings.skipOutliers > 0, outliers.count < min(startStep, OutlierWindow.length) {
      warnings.append(
        "metrics.jsonl does not have all of the last \(OutlierWindow.length) steps any more: which step "
          + "is an outlier is judged without them, and the run may end with other bits")
    }
    for (option, count) in [
      ("--warmup-steps", settings.warmupSteps), ("--batch-warmup-steps", settings.batchWarmupSteps),
    ] where startStep == 0 && count > settings.steps {
      warnings.append(
        "\(option) is \(count), more than the \(settings.steps) steps: the run ends before it is "
          + "warm")
    }
    self.warnings = warnings
  }

  /// Checks the step to go on from, and says how to go on without it.
  private static func verify(_ latest: Int, of directory: RunDirectory) throws -> StepState {
    do {
      return try directory.verifyStep(latest)
    } catch let error as RunError {
      guard let earlier = try directory.steps.last(where: { $0 < latest }) else { throw error }
      throw RunError(
        error.description,
        hint: "remove \(try directory.path(ofStep: latest)) to go on from step \(earlier)")
    }
  }

  /// What has changed since the run was created that changes bits, but not results.
  private static func warnings(_ record: RunRecord, _ device: Device) -> [String] {
    var changes: [String] = []
    if record.instructionLevel != device.instructions {
      changes.append(
        "the instruction level is \(device.instructions), not \(record.instructionLevel)")
    }
    let libraries = ToolVersion.libraries
    for before in record.libraries where !libraries.contains(where: { $0.name == before.name }) {
      changes.append("this build has no \(before.name)")
    }
    for library in libraries {
      let before = record.libraries.first { $0.name == library.name }?.value
      if before != library.value {
        changes.append(
          "\(library.name) is \(library.value.string ?? ""), not \(before?.string ?? "recorded")")
      }
    }
    return changes.map {
      "\($0): the run goes on, with bits that differ from those of the first machine"
    }
  }

  /// What is trained.
  var model: Transformer { step.model }

  /// Whether all steps are done, or as many as early stopping allows.
  var isFinished: Bool { startStep >= settings.steps || stopsEarly(after: startStep) }

  /// Whether the validation after `done` steps is the last that early stopping waits for.
  private func stopsEarly(after done: Int) -> Bool {
    guard settings.earlyStopping > 0, done % settings.evaluateEvery == 0, let best else {
      return false
    }
    return (done - best.step) / settings.evaluateEvery >= settings.earlyStopping
  }

  /// Trains to the last step, measuring, sampling and saving on the way.
  ///
  /// - Parameters:
  ///   - shouldStop: Asked before the first step and after each; `true` saves the step and returns.
  ///   - observe: Told what happens; what it throws stops the run.
  /// - Throws: ``TrainingError`` if the loss is no longer finite, with what was saved untouched;
  ///   `RunError` where the run is gone, `FileError` such as a full disk.
  func train(
    shouldStop: () -> Bool, observe: (TrainingEvent) throws -> Void
  ) throws -> TrainingOutcome {
    for warning in warnings { try observe(.warning(warning)) }
    if !isFinished, shouldStop() { return .interrupted(step: startStep) }
    let schedule = settings.learningRateSchedule
    for index in startStep..<(isFinished ? startStep : settings.steps) {
      let clock = ContinuousClock.now
      let batches = try stage.microBatches(ofStep: index, for: model)
      let limits =
        settings.skipOutliers > 0 ? outliers.limits(deviations: settings.skipOutliers) : nil
      let report = step.run(batches, learningRate: schedule.rate(at: index), limits: limits)
      let done = index + 1
      guard report.loss.isFinite, report.gradientNorm.isFinite else {
        let place = report.nonFiniteGradient.map { ", first that of \($0)" } ?? ""
        throw diverged(
          "the loss (\(Self.shown(report.loss))) or its gradient "
            + "(norm \(Self.shown(report.gradientNorm))\(place)) is",
          step: done, good: index - 1)
      }
      outliers.add(loss: report.loss, norm: report.gradientNorm)
      overfitting.add(loss: report.loss)
      let seconds = (ContinuousClock.now - clock) / .seconds(1)
      let tokens = batches.reduce(0) { $0 + stage.objective.tokens(in: $1) }
      try directory.appendMetrics(line(done, report, tokens: tokens, seconds: seconds))
      try observe(.step(done, report, tokens: tokens, seconds: seconds))
      if report.isSkipped, let limits { try observe(.warning(Self.skipped(done, report, limits))) }
      var isLast = done == settings.steps
      let isBest = try isLast || done % settings.evaluateEvery == 0 ? measure(done, observe) : false
      if !isLast, stopsEarly(after: done), let best {
        isLast = true
        try observe(
          .warning(
            "no new best in \(settings.earlyStopping) validations: the run ends after step "
              + "\(done); --checkpoint best is step \(best.step)"))
      }
      if settings.sampleEvery > 0, done % settings.sampleEvery == 0 || isLast {
        if let text = try stage.sample(model) {
          try directory.appendMetrics(["step": .integer(done), "sample": .string(text)])
          try observe(.sample(step: done, text))
        }
      }
      let isStopping = shouldStop() && !isLast
      if isLast || isBest || isStopping || done % settings.checkpointEvery == 0 {
        try save(done)
        try observe(.checkpoint(step: done, path: try directory.path(ofStep: done)))
      }
      if isStopping { return .interrupted(step: done) }
      if isLast { break }
    }
    return .finished
  }

  private static func skipped(_ step: Int, _ report: StepReport, _ limits: OutlierWindow.Limits)
    -> String
  {
    let isLoss = report.loss > limits.loss
    let (name, value, limit) =
      isLoss
      ? ("loss", report.loss, limits.loss)
      : ("norm of the gradient", report.gradientNorm, limits.norm)
    func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }
    return "step \(step) is an outlier and was skipped: its \(name), \(rounded(value)), is above "
      + "\(rounded(limit)), the limit of the \(OutlierWindow.length) steps before"
  }

  /// What is no number has no sign.
  private static func shown(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

  /// The error of a step that could not be done, or spoilt the model. Steps up to `good` are known
  /// to have had a finite loss: the weights of a later one may be what failed.
  private func diverged(_ what: String, step: Int, good: Int) -> TrainingError {
    let saved = (try? directory.steps.last { $0 <= good }) ?? nil
    let cause =
      model.device.watch.map { watch in
        watch.firstNonFinite.map { " (first \($0))" }
          ?? " (every operation's result is finite: sums of their squares are not)"
      } ?? ""
    let trace = model.device.watch == nil ? "; --resume --trace-nan says where it comes from" : ""
    return TrainingError(
      "\(what) not finite at step \(step)\(cause); "
        + (saved.map { "step \($0) is saved" } ?? "no earlier step was saved"),
      hint: "start another --run with a smaller --learning-rate than \(settings.learningRate)"
        + trace)
  }

  /// Scores the validation data; says whether it is the best so far.
  private func measure(_ done: Int, _ observe: (TrainingEvent) throws -> Void) throws -> Bool {
    guard let score = try stage.validate(model) else {
      if settings.earlyStopping > 0, done == settings.evaluateEvery {
        try observe(
          .warning("there is nothing to validate with, so --early-stopping never ends the run"))
      }
      return false
    }
    guard score.loss.isFinite else {
      throw diverged(
        "the validation loss (\(Self.shown(score.loss))) is", step: done, good: done - 1)
    }
    let isBest = best.map { score.loss < $0.loss } ?? true
    if isBest { best = BestStep(step: done, loss: score.loss) }
    try directory.appendMetrics(
      .object([JSONMember(name: "step", value: .integer(done))] + score.members))
    switch score {
    case .text(let score): try observe(.validation(step: done, score, isBest: isBest))
    case .measures(let loss, let measures):
      try observe(.comparison(step: done, loss: loss, measures, isBest: isBest))
    }
    if overfitting.validated(isBest: isBest), stage.validatesLoss, let best {
      try observe(
        .warning(
          "the training loss falls and the validation loss has not since step \(best.step): the "
            + "model begins to learn its training data by heart"))
    }
    return isBest
  }

  private func save(_ done: Int) throws {
    var members = [
      stage.cursor(after: done),
      JSONMember(name: "seed", value: .integer(settings.seed)),
      JSONMember(
        name: "learning_rate",
        value: .number(settings.learningRateSchedule.rate(at: done - 1))),
    ]
    if let best { members += best.members }
    try directory.writeStep(done, state: members) { path in
      try stage.save(model, to: path)
      try OptimizerFile.write(step.optimizer, model.trained, directory: path)
    }
    if best?.step == done { try directory.markBest(done) }
    try directory.removeSteps(keepingLast: settings.keep)
  }

  private func line(_ done: Int, _ report: StepReport, tokens: Int, seconds: Double) -> JSONValue {
    let values: [(String, Double)] = [
      ("loss", report.loss), ("learning_rate", report.learningRate),
      ("gradient_norm", report.gradientNorm), ("tokens_per_second", Double(tokens) / seconds),
    ]
    let all = values + report.measures.all.map { ($0.name, $0.value) }
    return .object(
      [
        JSONMember(name: "step", value: .integer(done)),
        JSONMember(name: "tokens", value: .integer(tokens)),
      ] + all.map { JSONMember(name: $0.0, value: .number($0.1)) }
        + (report.isSkipped ? [JSONMember(name: "skipped", value: .bool(true))] : []))
  }
}
