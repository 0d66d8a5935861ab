import Runs
import StrictJSON

/// The tensors of a model by module: the layers' numbers are left out, so that all layers' query
/// projections are one row.
struct ParameterTable {
  struct Row {
    let module: String
    var tensors: Int
    var elements: Int
    let shape: [Int]
    var sharesShape = true
  }

  private(set) var rows: [Row] = []
  let elements: Int

  init(_ entries: [SafetensorsEntry]) {
    var positions: [String: Int] = [:]
    for entry in entries {
      let module = entry.name.split(separator: ".", omittingEmptySubsequences: false)
        .map { Int($0) == nil ? String($0) : "*" }.joined(separator: ".")
      let count = entry.shape.reduce(1, *)
      if let position = positions[module] {
        rows[position].tensors += 1
        rows[position].elements += count
        if rows[position].shape != entry.shape { rows[position].sharesShape = false }
      } else {
        positions[module] = rows.count
        rows.append(Row(module: module, tensors: 1, elements: count, shape: entry.shape))
      }
    }
    rows.sort { ($1.elements, $0.module) < ($0.elements, $1.module) }
    elements = rows.reduce(0) { $0 + $1.elements }
  }

  var lines: [String] {
    rows.map { row in
      let shape = row.sharesShape ? row.shape.map(String.init).joined(separator: "×") : "various"
      return Chart.padded(Chart.fitted(row.module, 40), 41)
        + Chart.padded("\(row.tensors) × \(shape)", 17)
        + Chart.padded(grouped(row.elements), 13, left: true)
        + Chart.padded(Chart.percent(row.elements, of: elements), 9, left: true)
    }
  }

  var json: JSONValue {
    .array(
      rows.map {
        [
          "module": .string($0.module), "tensors": .integer($0.tensors),
          "parameters": .integer($0.elements),
        ]
      })
  }
}
