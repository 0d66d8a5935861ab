import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Tokenization

/// The runs that a student learns from, as its run records them.
enum Teachers {
  private static let name = "teachers"

  /// Checks that the teachers can be compared with each other and with a student, and loaded beside it.
  ///
  /// - Parameters:
  ///   - teachers: At least one.
  ///   - configuration: Of the student.
  ///   - isFrozen: Whether an adapter of the student is trained.
  ///   - tokenizer: Of the student; a new one has the teachers'.
  /// - Throws: ``TrainingError``.
  static func check(
    _ teachers: [BaseRun], for configuration: ModelConfiguration, isFrozen: Bool = false,
    _ tokenizer: Tokenizer?
  ) throws {
    guard teachers.allSatisfy({ $0.tokenizer.hash == teachers[0].tokenizer.hash }) else {
      throw TrainingError(
        "the teachers do not have the same tokenizer, so their predictions cannot be averaged",
        hint: "name only teachers that were trained with one tokenizer.json")
    }
    guard tokenizer.map({ $0.hash == teachers[0].tokenizer.hash }) ?? true else {
      throw TrainingError(
        "the student's tokenizer is not the teacher's, so their predictions cannot be compared",
        hint: "begin with a model that was trained with the teacher's tokenizer.json, or let the "
          + "teacher write by `swiftlet sample`")
    }
    for teacher in teachers {
      guard configuration.vocabularySize == teacher.configuration.vocabularySize else {
        throw TrainingError(
          "the student predicts \(configuration.vocabularySize) tokens, and the teacher "
            + "\(teacher.configuration.vocabularySize)",
          hint:
            "models of one tokenizer may be padded differently: begin with one of as many rows, "
            + "or let the teacher write by `swiftlet sample`")
      }
      guard configuration.contextLength <= teacher.configuration.contextLength else {
        throw TrainingError(
          "the student sees \(configuration.contextLength) tokens, and the teacher only "
            + "\(teacher.configuration.contextLength)",
          hint: "choose a student that sees no more, or another --teacher")
      }
    }
    try TrainingMemory.check(
      configuration, isFrozen: isFrozen, teachers: teachers.map(\.configuration))
  }

  /// As stored in the settings of `run.json`.
  static func member(_ teachers: [BaseRun]) -> JSONMember {
    JSONMember(name: name, value: .array(teachers.map(\.parent.json)))
  }

  /// Reads what ``member(_:)`` wrote.
  ///
  /// - Throws: ``TrainingError`` for what is no list of runs.
  static func parents(in record: RunRecord, path: String) throws -> [RunRecord.Parent] {
    guard let value = JSONValue.object(record.settings)[name] else { return [] }
    let named = value.array ?? [.null]
    let parents = named.compactMap(RunRecord.Parent.init)
    guard parents.count == named.count else {
      throw TrainingError(
        "\(path): the setting \(name) names no runs",
        hint: "the file is damaged or was edited; restore it")
    }
    return parents
  }

  /// Loads the teachers of a run.
  ///
  /// - Throws: `RunError` where one is gone or has changed; ``TrainingError`` where one does not fit.
  static func models(
    _ parents: [RunRecord.Parent], for directory: RunDirectory,
    _ configuration: ModelConfiguration, on device: Device
  ) throws -> [Transformer] {
    let models = try parents.map { try $0.model(for: directory, as: .teacher, on: device) }
    for model in models {
      guard model.configuration.vocabularySize == configuration.vocabularySize,
        model.configuration.contextLength >= configuration.contextLength
      else {
        throw TrainingError(
          "the teacher does not fit the student of \(directory["run.json"])",
          hint: "restore the files of both runs")
      }
    }
    return models
  }
}
