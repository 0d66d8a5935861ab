import Files
import LanguageModel
import Runs
import TensorCore

/// The model of a run that began from another one: all of its parameters are trained, or an adapter
/// beside them.
struct TunedModel {
  let configuration: ModelConfiguration
  /// What is trained beside the frozen base; `nil` trains all.
  let adapter: AdapterConfiguration?
  let seed: UInt64
  /// The name of the base, for adapters.
  let baseName: String
  /// Loads the model that the run began from.
  let base: () throws -> Transformer

  /// See ``TrainingStage/model(ofStep:on:)``.
  ///
  /// - Parameter ids: Tokens on which a new adapter must change nothing.
  func model(ofStep directory: String?, checkedOn ids: [Int32], on device: Device) throws
    -> Transformer
  {
    guard let adapter else {
      guard let directory else { return try base() }
      let model = try Transformer(loading: directory, on: device)
      guard model.configuration == configuration else {
        throw TrainingError(
          "\(directory)/config.json is not the configuration of the run",
          hint: "restore the run's files")
      }
      return model
    }
    let base = try base()
    guard let directory else {
      let model = Transformer(base, adapter: Adapter(adapter, of: base, seed: seed))
      try checkIdentity(model, base, ids)
      return model
    }
    return Transformer(
      base, adapter: try Adapter(loading: directory, for: configuration, on: device))
  }

  /// A new adapter must change nothing; DoRA adds the residual stream in another order, which rounds
  /// differently. A few tokens tell.
  ///
  /// - Throws: ``TrainingError`` where the base computes no numbers, or the adapter others.
  private func checkIdentity(_ model: Transformer, _ base: Transformer, _ ids: [Int32]) throws {
    let ids = Array(ids.prefix(256))
    func logits(_ model: Transformer) -> [Float] {
      let tape = Tape(on: model.device, isRecording: false)
      let hidden = model.hidden(ids, lengths: [ids.count], on: tape)
      return tape.logits(hidden, model.head(on: tape)).elements
    }
    let (before, after) = (logits(base), logits(model))
    guard before.allSatisfy(\.isFinite) else { throw TrainingError.notFinite(baseName) }
    let scale = before.reduce(1e-20) { max($0, abs($1)) }
    let difference =
      zip(before, after).reduce(0) { $1.1.isFinite ? max($0, abs($1.0 - $1.1)) : .infinity } / scale
    let isExact = adapter?.hasMagnitudes != true
    let tolerance: Float = isExact ? 0 : model.device.precision == .float32 ? 1e-4 : 5e-2
    guard difference <= tolerance else {
      throw TrainingError(
        "a new adapter changes what the base \(FileError.printable(baseName)) computes by "
          + "\(difference) of its greatest logit, and must change nothing",
        hint: "its weights are too large or too small for this precision; try --method lora, or "
          + "--precision float32")
    }
  }

  /// See ``TrainingStage/save(_:to:)``.
  func save(_ model: Transformer, to directory: String) throws {
    guard let adapter = model.adapters.last else { return try model.save(to: directory) }
    try adapter.save(
      to: directory, base: baseName, for: configuration)
  }
}

extension TrainingError {
  /// A base of which nothing can be learned.
  static func notFinite(_ base: String) -> TrainingError {
    TrainingError(
      "what the base \(FileError.printable(base)) computes are not finite numbers",
      hint: "its weights are damaged, or were too large for their precision; restore them, or "
        + "choose another --base")
  }
}
