import Runs
import StrictJSON

/// The losses of a run, drawn in the terminal.
struct LossCurve {
  typealias Point = MetricsHistory.Point

  let metrics: MetricsHistory

  var validation: [Point] { metrics["validation_loss"] }

  var bestValidation: Point? { validation.min { $0.value < $1.value } }

  func validationLoss(at step: Int) -> Double? { validation.last { $0.step == step }?.value }

  /// At most so many points, each the mean of its neighbours.
  func training(atMost count: Int) -> [Point] { metrics.thinned("loss", to: count) }

  /// The curve in rows of text, 80 columns wide; `·` is training and `o` validation.
  func drawn(rows: Int = 14) -> [String] {
    let columns = 70
    let points = training(atMost: 4 * columns)
    let all = points + validation
    guard let first = all.map(\.step).min(), let last = all.map(\.step).max(),
      let low = all.map(\.value).min(), let high = all.map(\.value).max(), all.count > 1
    else { return [] }
    var cells = [[Character]](repeating: [Character](repeating: " ", count: columns), count: rows)
    func put(_ point: Point, _ mark: Character) {
      let across = last == first ? 0 : Double(point.step - first) / Double(last - first)
      let down = high == low ? 0 : (high - point.value) / (high - low)
      let column = Int((across * Double(columns - 1)).rounded())
      cells[Int((down * Double(rows - 1)).rounded())][column] = mark
    }
    for point in points { put(point, "·") }
    for point in validation { put(point, "o") }
    var lines = cells.enumerated().map { row, line in
      let value = high - (high - low) * Double(row) / Double(rows - 1)
      let label = row % 3 == 0 || row == rows - 1 ? LossCurve.shown(value) : ""
      var text = Chart.padded(label, 8, left: true) + "│" + String(line)
      while text.last == " " { text.removeLast() }
      return text
    }
    lines.append(String(repeating: " ", count: 8) + "└" + String(repeating: "─", count: columns))
    let end = "step \(grouped(last))"
    lines.append(
      String(repeating: " ", count: 9)
        + Chart.padded("step \(grouped(first))", columns - end.count) + end)
    return lines
  }

  /// Three decimals.
  static func shown(_ loss: Double) -> String {
    guard loss.isFinite, abs(loss) < 1e12 else { return "\(loss)" }
    let thousandths = Int((abs(loss) * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return (loss < 0 ? "-" : "") + "\(thousandths / 1000)."
      + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}
