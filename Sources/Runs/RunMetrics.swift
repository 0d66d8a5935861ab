import Files
public import StrictJSON

/// `metrics.jsonl`: one JSON object per line, each with the step it belongs to.
extension RunDirectory {
  /// Bytes of the largest file of metrics that is read: some twenty million steps.
  private static let largestMetrics = 1 << 32

  var metricsPath: String { self["metrics.jsonl"] }

  /// Appends one line, whole or not at all. The run must be locked.
  /// - Parameter line: An object with an integer `step`.
  /// - Throws: ``RunError`` where the run is gone, `FileError` such as a full disk.
  public func appendMetrics(_ line: JSONValue) throws {
    guard let step = line["step"]?.integer else {
      preconditionFailure("a line of metrics needs a step")
    }
    try checkPresence("step \(step) cannot be recorded")
    try FileSystem.append(line.serialized() + [0x0A], to: metricsPath)
  }

  /// All that was measured so far.
  /// - Throws: `FileError`.
  public func metrics() throws -> MetricsHistory {
    guard FileSystem.exists(metricsPath) else { return MetricsHistory([]) }
    return MetricsHistory(try FileSystem.readFile(metricsPath, limit: Self.largestMetrics))
  }

  /// Keeps the lines up to and including `step`, byte for byte, so that training resumed from
  /// there writes what follows once more. A line that a kill or a full disk cut short is dropped.
  /// The run must be locked.
  /// - Throws: `FileError`.
  public func cutMetrics(after step: Int) throws {
    guard FileSystem.exists(metricsPath) else { return }
    let bytes = try FileSystem.readFile(metricsPath, limit: Self.largestMetrics)
    var kept: [UInt8] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      let line = Array(bytes[start..<end])
      if let value = try? JSONValue(parsing: line), let at = value["step"]?.integer, at <= step {
        kept += bytes[start...end]
      }
      start = end + 1
    }
    if kept != bytes { try AtomicFile.write(kept, to: metricsPath) }
  }
}
