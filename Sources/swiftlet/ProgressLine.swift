#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One line on standard error that says how far something is.
///
/// On a terminal it is drawn over and over, from one second on. Elsewhere it is a plain line every
/// so often.
package struct ProgressLine {
  /// What is counted.
  package enum Unit { case count, bytes }

  private let title: String
  /// What the count will reach, if that is known.
  package var total: Int?
  private let unit: Unit
  private let plainInterval: Int?
  private let isShown: Bool
  private let isWatched: Bool
  private let start: Double
  private var estimate = TimeEstimate()
  private var lastDrawing: (time: Double, line: String)?
  private var lastPlain: (done: Int, time: Double)
  /// Where nobody watches and no interval is given, a line is written each time so many seconds are over.
  private static let plainSeconds = 30.0

  /// Begins a line.
  /// - Parameters:
  ///   - title: What is being done, in one word.
  ///   - total: What the count will reach, if that is known.
  ///   - unit: What is counted.
  ///   - plainInterval: Where nobody watches, a line is written each time so much more is done;
  ///     `nil` writes one each half minute.
  ///   - isQuiet: Whether nothing is shown at all.
  package init(
    _ title: String, total: Int?, unit: Unit = .count, plainInterval: Int? = nil,
    isQuiet: Bool = false
  ) {
    self.title = title
    self.total = total
    self.unit = unit
    self.plainInterval = plainInterval
    isShown = !isQuiet
    isWatched = Terminal.isWatched
    start = Self.now
    lastPlain = (0, start)
  }

  /// Says how much is done.
  /// - Parameter detail: More to say, such as the loss.
  package mutating func update(_ done: Int, _ detail: @autoclosure () -> String = "") {
    guard isShown else { return }
    let time = Self.now
    if isWatched {
      let isDue = time - start >= 1 && time - (lastDrawing?.time ?? 0) >= 0.1
      // The estimate watches from the beginning, though nothing is drawn yet.
      guard isDue || lastDrawing == nil else { return }
      let remaining = remaining(done, time)
      guard isDue else { return }
      let line = String(text(done, detail(), remaining).prefix(max(Terminal.width - 1, 1)))
      if line != lastDrawing?.line { Terminal.show("\r\(line)\u{1B}[K") }
      lastDrawing = (time, line)
    } else {
      let isDue =
        plainInterval.map { done == total || done - lastPlain.done >= $0 }
        ?? (time - lastPlain.time >= Self.plainSeconds)
      guard isDue else { return }
      lastPlain = (done, time)
      Terminal.say(text(done, detail(), remaining(done, time)))
    }
  }

  /// Writes a line that stays; the progress goes on below it.
  package mutating func say(_ line: String) {
    clear()
    Terminal.say(line)
  }

  /// Takes the line away.
  package mutating func finish() { clear() }

  private mutating func clear() {
    if lastDrawing != nil { Terminal.show("\r\u{1B}[K") }
    lastDrawing = lastDrawing.map { ($0.time, "") }
  }

  private mutating func remaining(_ done: Int, _ time: Double) -> Double? {
    guard let total, total > 0 else { return nil }
    return estimate.remaining(done: Double(min(done, total)) / Double(total), at: time)
  }

  private func text(_ done: Int, _ detail: String, _ remaining: Double?) -> String {
    Self.text(title, done, of: total, unit, detail: detail, remaining: remaining)
  }

  // MARK: How it reads

  /// Such as `step 1200/5000  24% ▕██▌       ▏ loss 3.412 · 6m 10s left`; the parts before the
  /// detail keep their width.
  package static func text(
    _ title: String, _ done: Int, of total: Int?, _ unit: Unit, detail: String, remaining: Double?
  ) -> String {
    var parts = [title]
    switch (unit, total) {
    case (.count, nil): parts.append("\(done)")
    case (.count, let total?): parts.append("\(padded("\(done)", "\(total)".count))/\(total)")
    case (.bytes, nil): parts.append("\(megabytes(done)) MB")
    case (.bytes, let total?):
      let all = megabytes(total)
      parts.append("\(padded(megabytes(done), all.count))/\(all) MB")
    }
    if let total, total > 0 {
      let share = min(1, Double(done) / Double(total))
      parts.append(padded("\(Int(share * 100))%", 4))
      parts.append("▕\(bar(share, cells: 10))▏")
    }
    let tail = [detail, remaining.map { "\(duration($0)) left" } ?? ""].filter { !$0.isEmpty }
    return (parts + [tail.joined(separator: " · ")]).filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// Such as `42s`, `6m 10s` and `3h 05m`.
  package static func duration(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return "\(seconds / 60)m \(two(seconds % 60))s" }
    return "\(seconds / 3600)h \(two(seconds / 60 % 60))m"
  }

  /// Millions of bytes with one decimal.
  package static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func bar(_ share: Double, cells: Int) -> String {
    let eighths = Int(share * Double(cells * 8))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let filled = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return filled + String(repeating: " ", count: cells - filled.count)
  }

  /// Seconds on a clock that only moves forward.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
