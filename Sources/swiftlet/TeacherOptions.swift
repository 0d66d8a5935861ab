public import ArgumentParser
import Files
import Runs
import Training

extension Distillation.Loss: ExpressibleByArgument {}

/// Whom a model learns from, and how it is compared with them.
struct TeacherOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The run to learn from; repeated, the mean of several.", valueName: "dir"))
  var teacher: [String] = []

  @Option(
    help: ArgumentHelp(
      "The checkpoint of each: latest unless given, best, or the number of a step.",
      valueName: "step"))
  var teacherCheckpoint: String?

  @Option(
    help: ArgumentHelp("How the two are compared; forward-kl unless given.", valueName: "name"))
  var loss: Distillation.Loss?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The dial of --loss jsd: towards 0 it behaves as forward-kl, towards 1 as reverse-kl, and "
        + "becomes small near both; 0.5 unless given.", valueName: "x"))
  var jsdBeta: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What all logits are divided by to compare them; 1 unless given.", valueName: "t"))
  var temperature: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The weight of the text or the answers themselves, from 0 to 1; unless given, 0 for distill "
        + "and 0.5 for finetune.",
      valueName: "share"))
  var hardWeight: Double?

  func validate() throws {
    try require(teacherCheckpoint == nil || !teacher.isEmpty, hint: "name both, or neither") {
      "--teacher-checkpoint needs --teacher"
    }
  }

  /// The name of an option that says how a teacher is followed, if one is given.
  var given: String? {
    let all: [(String, Bool)] = [
      ("--loss", loss != nil), ("--jsd-beta", jsdBeta != nil),
      ("--temperature", temperature != nil), ("--hard-weight", hardWeight != nil),
    ]
    return all.first(where: \.1)?.0
  }

  /// How a new run follows its teachers.
  func settings(hardWeight usual: Double) -> TeachingSettings {
    TeachingSettings(
      loss: loss ?? .forwardKL, temperature: temperature ?? 1, hardWeight: hardWeight ?? usual,
      jsdBeta: jsdBeta ?? 0.5)
  }

  /// Refuses what means nothing in a run that is to be made.
  func validateForNew() throws {
    try require(jsdBeta == nil || loss == .jsd, hint: "leave it out, or choose --loss jsd") {
      "--jsd-beta is for --loss jsd"
    }
  }

  /// The steps that are named.
  func runs() throws -> [BaseRun] {
    try teacher.map { try BaseRun(path: $0, checkpoint: teacherCheckpoint ?? "latest") }
  }

  /// Refuses other teachers than those of a run that goes on, or to follow them in another way.
  ///
  /// - Parameters:
  ///   - teachers: Those of the run.
  ///   - settings: How it follows them, if it has any.
  ///   - path: The run.
  func checkUnchanged(
    _ teachers: [RunRecord.Parent], _ settings: TeachingSettings?, _ path: String
  ) throws {
    let named = try runs()
    guard named.isEmpty || named.map(\.parent.hash) == teachers.map(\.hash) else {
      throw CommandError(
        teachers.isEmpty
          ? "the run \(FileError.printable(path)) has no teacher"
          : "the run \(FileError.printable(path)) learns from "
            + teachers.map { "step \($0.step ?? 0) of \(FileError.printable($0.name))" }
            .joined(separator: " and "),
        hint: "leave out --teacher and --teacher-checkpoint, or train another --run")
    }
    guard let settings else {
      guard let option = given else { return }
      throw CommandError(
        "the run \(FileError.printable(path)) has no teacher, and \(option) is for one",
        hint: "leave it out, or train another --run")
    }
    try requireUnchanged("--loss", loss?.rawValue, settings.loss.rawValue)
    try requireUnchanged("--temperature", temperature, settings.temperature)
    try requireUnchanged("--hard-weight", hardWeight, settings.hardWeight)
    try requireUnchanged("--jsd-beta", jsdBeta, settings.jsdBeta)
  }
}
