/// How long something will still take, steadier than elapsed time over work done.
///
/// The moment of completion is smoothed exponentially, and may slip no faster than the clock runs,
/// so the time that is left never grows. What happened before the first observation, such as
/// warming up, is not projected. Source of the idea: DuckDB's terminal progress bar.
package struct TimeEstimate {
  private var first: (done: Double, time: Double)?
  private var last: (time: Double, completion: Double)?
  private static let weightOfNew = 0.3
  /// More than 99 hours are not worth saying.
  private static let longest = 99.0 * 3600

  /// Begins without observations.
  package init() {}

  /// Seconds left, or `nil` while nothing can be said.
  /// - Parameters:
  ///   - done: The share of the work that is done, 0 ... 1; it never shrinks.
  ///   - time: Seconds since any fixed moment.
  package mutating func remaining(done: Double, at time: Double) -> Double? {
    guard let first else {
      first = (done, time)
      return nil
    }
    guard done > first.done, time > first.time else { return nil }
    let measured = time + (1 - done) * (time - first.time) / (done - first.done)
    var completion = measured
    if let last {
      completion = last.completion + Self.weightOfNew * (measured - last.completion)
      completion = min(completion, last.completion + (time - last.time))
    }
    last = (time, completion)
    let left = max(0, completion - time)
    return left > Self.longest ? nil : left
  }
}
