import Files
import StrictJSON

/// What `evaluate --task` measured, as a line of JSON or as text.
struct EvaluationReport {
  /// All of it, in the order in which it is shown.
  let values: JSONValue

  func write(_ output: OutputOptions) throws {
    if output.json { return try Terminal.write(values.line) }
    for member in values.object ?? [] where member.value != .object([]) {
      switch member.name {
      case "kinds": try Terminal.write(kinds)
      case "confusion": try Terminal.write(confusion)
      case "labels": try Terminal.write(labels)
      // They are shown with these two.
      case "kind_counts", "kind_intervals", "confusion_labels": continue
      default: try Terminal.write(Self.text("", member))
      }
    }
  }

  /// A line for each kind of question.
  private var kinds: String {
    let lines = (values["kinds"]?.object ?? []).map { kind in
      let count = values["kind_counts"]?[kind.name]?.integer ?? 0
      return Chart.padded("  " + Chart.fitted(kind.name, 20), 24) + Self.shown(kind.value)
        + " (\(Self.shown(values["kind_intervals"]?[kind.name] ?? .null, " to "))) of "
        + "\(grouped(count))\n"
    }
    return "kinds\n" + lines.joined()
  }

  /// What was measured of each label. They are names of the data, not of measures, and stay as they are.
  private var labels: String {
    let parts = (values["labels"]?.object ?? []).map { label in
      "  " + Chart.fitted(FileError.printable(label.name), 60) + "\n"
        + (label.value.object ?? []).map { Self.text("    ", $0) }.joined()
    }
    return "labels\n" + parts.joined()
  }

  /// A row for each label with how often it was taken for which, as far as the width reaches.
  private var confusion: String {
    let names = (values["confusion_labels"]?.array ?? []).compactMap(\.string).map {
      Chart.fitted(FileError.printable($0), 12)
    }
    let width = max(8, (names.map(Chart.columns).max() ?? 0) + 2)
    let columns = max(1, min(names.count, (Chart.width - 24) / width))
    func row(_ name: String, _ cells: [String]) -> String {
      Chart.padded("  " + name, 24)
        + cells.prefix(columns).map { Chart.padded($0, width, left: true) }.joined() + "\n"
    }
    var text = "confusion\n" + row("is \\ taken for", names)
    for (name, counts) in zip(names, values["confusion"]?.array ?? []) {
      text += row(name, (counts.array ?? []).map { Self.shown($0) })
    }
    if names.count > columns {
      text += "  and \(counted(names.count - columns, "label")) more: see --json\n"
    }
    return text
  }

  private static func text(_ indent: String, _ member: JSONMember) -> String {
    let label = indent + member.name.replacing("_", with: " ")
    if let members = member.value.object {
      return "\(label)\n" + members.map { text(indent + "  ", $0) }.joined()
    }
    let line = shown(member.value, member.name.hasSuffix("interval") ? " to " : ", ")
    return Chart.padded(label, 24) + line + "\n"
  }

  /// A number, or several with what stands between them.
  private static func shown(_ value: JSONValue, _ separator: String = ", ") -> String {
    if let numbers = value.array { return numbers.map { shown($0) }.joined(separator: separator) }
    return value.integer.map(grouped) ?? value.number.map { TrainingReport.fixed($0, 4) } ?? ""
  }
}
