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
