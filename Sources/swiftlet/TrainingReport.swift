import ArgumentParser
import Evaluation
import Files
import Runs
import Training

/// Tells on standard error how training goes.
struct TrainingReport {
  private let isQuiet: Bool
  private var progress: ProgressLine
  private var loss: Double?
  private var accuracy: Double?
  private var margin: Double?
  private var tokensPerSecond: Double?
  private var watch: PlanWatch?

  init(steps: Int, watch: PlanWatch? = nil, isQuiet: Bool) {
    self.watch = watch
    self.isQuiet = isQuiet
    progress = ProgressLine(
      "step", total: steps, plainInterval: max(1, min(100, steps / 20)), isQuiet: isQuiet)
  }

  /// What is said of a run that has nothing left to do.
  static func finished(_ path: String, after done: Int, of steps: Int) -> String {
    let run = "the run \(FileError.printable(path))"
    return done < steps
      ? "\(run) ended early, after \(grouped(done)) of \(grouped(steps)) steps, as --early-stopping asked"
      : "\(run) is finished: all \(grouped(steps)) steps are done"
  }

  /// What a line that uses the trained model needs where its last step is not its best.
  static func bestCheckpoint(of path: String) -> String {
    guard let run = try? RunDirectory(opening: path), let best = try? run.bestStep(),
      let latest = try? run.latestStep(), best < latest
    else { return "" }
    return " --checkpoint best"
  }

  mutating func show(_ event: TrainingEvent) throws {
    switch event {
    case .warning(let text): Terminal.warn(text)
    case .step(let step, let report, let tokens, let seconds):
      // Averages over some twenty steps: single ones jump.
      loss = Self.smoothed(loss, report.loss)
      tokensPerSecond = Self.smoothed(tokensPerSecond, Double(tokens) / seconds)
      let detail = detail(report)
      progress.update(step, detail)
      warn(watch?.add(tokens: tokens, seconds: seconds))
    case .validation(let step, let score, let isBest):
      say(
        "step \(step): validation loss \(Self.fixed(score.loss, 4)), perplexity "
          + "\(Self.fixed(score.perplexity, 2)), \(Self.fixed(score.bitsPerByte, 4)) bits per byte"
          + (isBest ? ", the best so far" : ""))
    case .comparison(let step, let loss, let measures, let isBest):
      let others = measures.all.map {
        "\($0.name.replacing("_", with: " ")) \(Self.fixed($0.value, 3))"
      }
      say(
        "step \(step): validation loss \(Self.fixed(loss, 4)), "
          + others.joined(separator: ", ") + (isBest ? ", the best so far" : ""))
    case .sample(let step, let text):
      let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      say("step \(step) writes: \(FileError.printable(line))")
    case .checkpoint: warn(watch?.lookAtMemory())
    }
  }

  private mutating func warn(_ sentence: String??) {
    guard case let sentence?? = sentence else { return }
    progress.finish()
    Terminal.warn(sentence)
  }

  mutating func finish() { progress.finish() }

  private mutating func say(_ line: String) {
    if !isQuiet { progress.say(line) }
  }

  private mutating func detail(_ report: StepReport) -> String {
    let speed = Self.fixed((tokensPerSecond ?? 0) / 1000, 1)
    // Of pairs; where few are given and none held out, this is all that there is to see.
    accuracy = report.measures["accuracy"].map { Self.smoothed(accuracy, $0) }
    margin = report.measures["margin"].map { Self.smoothed(margin, $0) }
    let compared = accuracy.map { " · accuracy \(Self.fixed($0, 2))" } ?? ""
    let apart = margin.map { " · margin \(Self.fixed($0, 2))" } ?? ""
    return "loss \(Self.fixed(loss ?? report.loss, 3))\(compared)\(apart) · \(speed)k tok/s"
  }

  private static func smoothed(_ old: Double?, _ new: Double) -> Double {
    old.map { $0 + 0.1 * (new - $0) } ?? new
  }

  /// `number` with so many digits behind the point.
  static func fixed(_ number: Double, _ digits: Int) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let scaled = Int((abs(number) * scale).rounded())
    let whole = scaled / Int(scale), part = String(scaled % Int(scale))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    return digits == 0
      ? "\(sign)\(whole)"
      : "\(sign)\(whole)." + String(repeating: "0", count: digits - part.count) + part
  }
}

extension TrainingOutcome {
  /// Where a run was interrupted, says so and how it goes on, and throws what ends the command.
  func conclude(goingOnBy command: String, _ stop: StopSignal, isQuiet: Bool) throws {
    guard case .interrupted(let step) = self else { return }
    Terminal.say(
      step == 0
        ? "stopped before the first step" : "stopped at step \(grouped(step)), which is saved")
    if !isQuiet { Terminal.suggest(command) }
    throw ExitCode(stop.exitStatus)
  }
}
