import Runs

/// A chart over the steps, as SVG that needs nothing else.
struct LineChart {
  /// One line, or dots where little was measured.
  struct Series {
    let name: String
    /// Which of the report's colours.
    let color: Int
    let points: [MetricsHistory.Point]
    var hasDots = false
  }

  let title: String
  let series: [Series]
  /// Whether what the first steps reach may lie above the frame, so that the rest can be seen.
  var hidesBeginning = false

  private static let width = 560.0, height = 260.0
  private static let frame = (left: 66.0, right: 546.0, top: 10.0, bottom: 230.0)

  /// The chart, or `nil` where there is nothing to draw.
  func svg() -> String? {
    let all = series.flatMap(\.points)
    guard let first = all.map(\.step).min(), let last = all.map(\.step).max(),
      let low = all.map(\.value).min()
    else { return nil }
    let begin = hidesBeginning ? first + (last - first) / 50 : first
    let high = all.filter { $0.step >= begin }.map(\.value).max() ?? low
    let ticks = Ticks(low: low, high: high)
    let steps = Ticks(low: Double(first), high: Double(last), isInteger: true)
    let frame = Self.frame
    func x(_ step: Double) -> Double {
      let span = max(1, Double(last - first))
      return frame.left + (step - Double(first)) / span * (frame.right - frame.left)
    }
    func y(_ value: Double) -> Double {
      frame.bottom - (value - ticks.low) / (ticks.high - ticks.low) * (frame.bottom - frame.top)
    }
    var body = ""
    for value in ticks.values {
      let at = Self.place(y(value))
      body +=
        "<path class=\"grid\" d=\"M\(Self.place(frame.left)) \(at)H\(Self.place(frame.right))\"/>"
      body += "<text x=\"\(Self.place(frame.left - 6))\" y=\"\(Self.place(y(value) + 4))\" "
      body += "text-anchor=\"end\">\(ticks.shown(value))</text>\n"
    }
    for value in steps.values where value >= Double(first) && value <= Double(last) {
      body += "<text x=\"\(Self.place(x(value)))\" y=\"\(Self.place(frame.bottom + 18))\" "
      body += "text-anchor=\"middle\">\(grouped(Int(value)))</text>\n"
    }
    for line in series {
      let places = line.points.map {
        "\(Self.place(x(Double($0.step)))) \(Self.place(y($0.value)))"
      }
      if line.points.count > 1 {
        body += "<path class=\"line c\(line.color)\(line.hasDots ? " thin" : "")\" "
        body += "d=\"M\(places.joined(separator: "L"))\"/>\n"
      }
      for (place, point) in zip(places, line.points) where line.hasDots || line.points.count == 1 {
        let parts = place.split(separator: " ")
        body +=
          "<circle class=\"dot c\(line.color)\" cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"3\">"
        body += "<title>\(HTML.escaped(line.name)), step \(grouped(point.step)): "
        body += "\(ticks.shown(point.value, more: 2))</title></circle>\n"
      }
    }
    // What lies above the frame is cut off there.
    return """
      <figure><figcaption>\(HTML.escaped(title))</figcaption>
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
      aria-label="\(HTML.escaped(title))">
      \(body)</svg></figure>

      """
  }

  /// A coordinate with one decimal; what is above the chart stays just above it.
  private static func place(_ value: Double) -> String {
    let tenths = Int((min(max(value, -20), 2 * width) * 10).rounded())
    return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}

/// Round numbers along an axis.
struct Ticks {
  let low: Double
  let high: Double
  let values: [Double]
  private let decimals: Int

  /// About five between `low` and `high`, and the round numbers around them.
  init(low: Double, high: Double, isInteger: Bool = false) {
    var power = 1.0
    let rough = max((high - low) / 5, abs(high) * 1e-6, 1e-12)
    var decimals = 0
    while power > rough { (power, decimals) = (power / 10, decimals + 1) }
    while power * 10 <= rough { power *= 10 }
    let multiple = [1.0, 2, 5, 10].first { $0 * power >= rough } ?? 10
    var step = multiple * power
    if isInteger { step = max(1, step) }
    self.decimals = isInteger ? 0 : decimals
    let first = (low / step).rounded(.down), last = max((high / step).rounded(.up), first + 1)
    self.low = first * step
    self.high = last * step
    values = (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// A value with the decimals that the axis needs; in powers of ten where it would be too wide.
  func shown(_ value: Double, more: Int = 0) -> String {
    if abs(value) >= 1e7 { return "\(Float(value))" }
    let places = min(decimals + more, 12)
    if places == 0 { return grouped(Int(value.rounded())) }
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    // A value far outside the axis.
    guard abs(value) * scale < 1e18 else { return "\(value)" }
    let whole = Int((abs(value) * scale).rounded())
    let fraction = String(whole % Int(scale))
    return (value < 0 && whole > 0 ? "-" : "") + grouped(whole / Int(scale)) + "."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
