import Files
public import StrictJSON

/// `evaluations.jsonl`: what was measured of the run's model after its training, one JSON object per
/// line, the oldest first.
extension RunDirectory {
  private var evaluationsPath: String { self["evaluations.jsonl"] }

  /// Appends one line, whole or not at all.
  ///
  /// - Parameter line: An object.
  /// - Throws: `FileError` such as a directory that must not be written to.
  public func appendEvaluation(_ line: JSONValue) throws {
    precondition(line.object != nil, "an evaluation is an object")
    try FileSystem.append(line.serialized() + [0x0A], to: evaluationsPath)
  }

  /// The evaluations that can be read.
  ///
  /// - Throws: `FileError`.
  public func evaluations() throws -> [JSONValue] {
    guard FileSystem.exists(evaluationsPath) else { return [] }
    let bytes = try FileSystem.readFile(evaluationsPath, limit: 1 << 30)
    return bytes.split(separator: 0x0A).compactMap { line in
      (try? JSONValue(parsing: Array(line))).flatMap { $0.object == nil ? nil : $0 }
    }
  }
}
