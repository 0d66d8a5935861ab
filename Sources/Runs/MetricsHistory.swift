import StrictJSON

/// What `metrics.jsonl` says, by name.
public struct MetricsHistory: Sendable {
  /// A number at a step.
  public struct Point: Sendable, Equatable {
    /// The step, from 1.
    public let step: Int
    /// The value; finite.
    public let value: Double

    /// A value at a step.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// The finite numbers of each name, in the order of the file.
  public private(set) var series: [String: [Point]] = [:]
  /// The texts that the model wrote on its way.
  public private(set) var samples: [(step: Int, text: String)] = []

  /// How many steps were outliers and changed nothing.
  public private(set) var skippedSteps = 0
  /// How many lines, but for the last, were no metrics.
  public private(set) var damagedLines = 0
  /// Beyond these nothing can be drawn, and no run comes.
  private static let (mostSteps, greatest) = (1 << 48, 1e15)

  /// Reads the lines of a `metrics.jsonl`; what is no line of metrics is passed over, as the last
  /// line of a killed run may be.
  public init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A)
    for (index, line) in lines.enumerated() {
      guard let value = try? JSONValue(parsing: Array(line)), let step = value["step"]?.integer,
        (0...Self.mostSteps).contains(step)
      else {
        if index + 1 < lines.count { damagedLines += 1 }
        continue
      }
      if value["skipped"] == true { skippedSteps += 1 }
      for member in value.object ?? [] where member.name != "step" {
        if let number = member.value.number, abs(number) <= Self.greatest {
          series[member.name, default: []].append(Point(step: step, value: number))
        } else if member.name == "sample", let text = member.value.string {
          samples.append((step, text))
        }
      }
    }
  }

  /// The mean training loss of the last twentieth of the steps: that of one step jumps.
  public var lastLoss: Double? { thinned("loss", to: 20).last?.value }

  /// The numbers of a name, in the order of the file.
  public subscript(name: String) -> [Point] { series[name] ?? [] }

  /// At most so many points of a name, each the mean of its neighbours and at the last one's step.
  public func thinned(_ name: String, to count: Int) -> [Point] {
    let points = self[name]
    guard points.count > count else { return points }
    return (0..<count).map { index in
      let part = points[(index * points.count / count)..<((index + 1) * points.count / count)]
      return Point(
        step: part[part.endIndex - 1].step,
        value: part.reduce(0) { $0 + $1.value } / Double(part.count))
    }
  }
}
