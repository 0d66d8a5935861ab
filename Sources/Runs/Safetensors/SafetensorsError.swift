import Files
public import StrictJSON

/// A safetensors file that breaks the format's rules, and which one.
public struct SafetensorsError: HintedError, Equatable {
  /// The file.
  public let path: String
  /// The broken rule, such as `the tensor "a" has no shape`.
  public let reason: String

  /// One sentence.
  public var description: String {
    "\(FileError.printable(path)) is not a valid safetensors file: \(reason)"
  }
  /// What to do.
  public var hint: String? { "the file may be cut short or damaged: fetch or write it again" }
}
