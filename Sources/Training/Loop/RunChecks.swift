import Files
import Runs
import TensorCore
import Tokenization

extension RunRecord {
  /// Refuses to go on with a run that another command made.
  ///
  /// - Throws: ``TrainingError``.
  func check(_ expected: Kind, _ path: String) throws {
    guard kind == expected else {
      throw TrainingError(
        "the run \(FileError.printable(path)) was made by \(kind.rawValue), not by "
          + expected.rawValue, hint: "choose another --run")
    }
  }

  /// Refuses to go on in another precision than before.
  ///
  /// - Throws: ``TrainingError``.
  func check(_ device: Device) throws {
    guard precision == device.precision.rawValue else {
      throw TrainingError(
        "the run computes in \(precision), not in \(device.precision.rawValue)",
        hint: "leave out --precision to go on as before, or start another --run")
    }
  }
}

extension RunDirectory {
  /// The run's tokenizer, if it is the one that the run was made with.
  ///
  /// - Throws: What reading it throws; ``TrainingError`` for another one.
  func tokenizer(of record: RunRecord) throws -> Tokenizer {
    let tokenizer = try Tokenizer(reading: self["tokenizer.json"])
    guard tokenizer.hash == record.tokenizerHash else {
      throw TrainingError(
        "\(self["tokenizer.json"]) is not the tokenizer that the run was made with",
        hint: "restore it, or train a new run")
    }
    return tokenizer
  }
}
