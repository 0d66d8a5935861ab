import Files
import LanguageModel
import Runs
import StrictJSON

/// A run in a few words.
struct RunSummary {
  let path: String
  let record: RunRecord
  /// Of its model, if it is known.
  let configuration: ModelConfiguration?
  /// Updates that are saved.
  let step: Int
  /// Updates that it was made for, if its settings say so.
  let steps: Int?
  let parameters: Int?
  /// The mean of the last twentieth of the training losses.
  let loss: Double?
  /// The least that was measured, and what belongs to it.
  let validationLoss: Double?
  let bitsPerByte: Double?

  init(_ path: String) throws {
    self.path = path
    let run = try RunDirectory(opening: path)
    record = try run.record()
    configuration = try? run.configuration(of: record)
    let latest = try run.latestStep()
    step = latest ?? 0
    steps = record.settings.first { $0.name == "steps" }?.value.integer
    let weights = try latest.map { try run.path(ofStep: $0) + "/model.safetensors" }
    parameters = try weights.flatMap {
      FileSystem.exists($0)
        ? try SafetensorsFile(path: $0).entries.reduce(0) { $0 + $1.shape.reduce(1, *) } : nil
    }
    let metrics = try run.metrics()
    loss = metrics.lastLoss
    let best = metrics["validation_loss"].min { $0.value < $1.value }
    validationLoss = best?.value
    bitsPerByte = metrics["validation_bits_per_byte"].first { $0.step == best?.step }?.value
  }

  var shownPath: String { FileError.printable(path) }
  var shownParameters: String { parameters.map { grouped($0) } ?? "–" }
  var shownSteps: String { grouped(step) + (steps.map { " of " + grouped($0) } ?? "") }

  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "run": .string(path), "kind": .string(record.kind.rawValue),
      "parameters": parameters.map { .integer($0) } ?? .null, "step": .integer(step),
      "steps": steps.map { .integer($0) } ?? .null, "loss": number(loss),
      "validation_loss": number(validationLoss), "bits_per_byte": number(bitsPerByte),
      "parent": record.parent.map { .string($0.run) } ?? .null,
      "settings": .object(record.settings),
      "model": .object(SettingTable.extents(of: configuration)),
    ]
  }
}
