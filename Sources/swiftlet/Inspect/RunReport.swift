import Files
import Runs
import StrictJSON
import Tokenization

/// What a run is, how it went and what it saved.
struct RunReport: InspectReport {
  private struct Checkpoint {
    let step: Int
    let bytes: Int
    let validationLoss: Double?
  }

  private let path: String
  private let record: RunRecord
  private let ancestors: [(run: String, note: String)]
  private let curve: LossCurve
  private let checkpoints: [Checkpoint]
  private let latest: Int?
  private let best: Int?
  private let parameters: ParameterTable?
  private let evaluations: [JSONValue]
  /// What is wrong with the extents, or with the files of the latest step.
  private let damage: String?

  init(_ path: String) throws {
    let run = try RunDirectory(opening: path)
    self.path = path
    record = try run.record()
    ancestors = RunReport.lineage(of: record)
    let curve = LossCurve(metrics: try run.metrics())
    self.curve = curve
    checkpoints = try run.steps.map { step in
      let directory = try run.path(ofStep: step)
      let bytes = try FileSystem.contents(ofDirectory: directory).reduce(0) {
        $0 + ((try? FileSystem.fileSize(directory + "/" + $1)) ?? 0)
      }
      return Checkpoint(
        step: step, bytes: bytes, validationLoss: curve.validationLoss(at: step))
    }
    latest = try run.latestStep()
    best = try run.bestStep()
    evaluations = try run.evaluations()
    do {
      if record.configurationHash != nil { _ = try run.configuration(of: record) }
      if !checkpoints.isEmpty { try run.verifyStep(try run.resolve(checkpoint: "latest")) }
      let tokenizer = run["tokenizer.json"]
      guard try Tokenizer(reading: tokenizer).hash == record.tokenizerHash else {
        throw CommandError(
          "\(FileError.printable(tokenizer)) is not the tokenizer of the run", hint: "restore it")
      }
      damage = Self.damage(of: curve.metrics, upTo: latest ?? 0, record.kind)
    } catch let error as any HintedError {
      damage = error.description
    }
    let weights = try latest.map { try run.path(ofStep: $0) + "/model.safetensors" }
    parameters = try weights.flatMap { path in
      FileSystem.exists(path) ? ParameterTable(try SafetensorsFile(path: path).entries) : nil
    }
  }

  /// The runs that this one came from, the nearest first.
  private static func lineage(of record: RunRecord) -> [(run: String, note: String)] {
    var lineage: [(run: String, note: String)] = []
    var parent = record.parent
    while let next = parent, lineage.count < 32 {
      guard let run = try? RunDirectory(opening: next.run), let record = try? run.record() else {
        lineage.append((next.run, "no longer there"))
        break
      }
      lineage.append((next.run, "weights \(next.hash)"))
      parent = record.parent
    }
    return lineage
  }

  var lines: [String] {
    var lines = [
      field("run", FileError.printable(path)),
      field("made by", "\(record.kind.rawValue), swiftlet \(record.toolVersion)"),
      field("seed", "\(record.seed)"),
      field("precision", "\(record.precision), \(record.instructionLevel)"),
      field("tokenizer", "\(record.tokenizerHash)"),
      field("corpus", "\(record.corpusHash)"),
    ]
    for (index, library) in record.libraries.enumerated() {
      lines.append(
        field(
          index == 0 ? "libraries" : "",
          Chart.fitted("\(library.name) \(library.value.string ?? "?")", Chart.width - 20)))
    }
    for (index, ancestor) in ancestors.enumerated() {
      lines.append(
        field(
          index == 0 ? "from" : "", "\(FileError.printable(ancestor.run)), \(ancestor.note)"))
    }
    if ancestors.isEmpty {
      lines.append(
        field("from", record.kind == .imported ? "a model from outside" : "random weights"))
    }
    if let damage { lines.append(field("damaged", damage)) }
    lines += ["", "settings"]
    lines += RunReport.settings(record.settings)
    if let parameters {
      lines += ["", "parameters: \(grouped(parameters.elements))"] + parameters.lines
    }
    lines += ["", "loss: · training, o validation"]
    let drawn = curve.drawn()
    lines += drawn.isEmpty ? ["no step was measured yet"] : drawn
    if let best = curve.bestValidation {
      lines.append(
        "best validation loss \(LossCurve.shown(best.value)) at step \(grouped(best.step))")
    }
    lines += ["", "checkpoints"]
    if checkpoints.isEmpty { lines.append("none yet") }
    for checkpoint in checkpoints {
      var marks: [String] = []
      if checkpoint.step == latest { marks.append("latest") }
      if checkpoint.step == best { marks.append("best") }
      let loss = checkpoint.validationLoss.map { "validation \(LossCurve.shown($0))" } ?? ""
      lines.append(
        Chart.padded("step \(grouped(checkpoint.step))", 20)
          + Chart.padded(sized(checkpoint.bytes), 14)
          + Chart.padded(loss, 22) + marks.joined(separator: ", "))
    }
    if !evaluations.isEmpty { lines += ["", "evaluations"] + evaluations.map(Self.evaluation) }
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// What the metrics lack; merged and imported runs have none.
  private static func damage(
    of metrics: MetricsHistory, upTo step: Int, _ kind: RunRecord.Kind
  ) -> String? {
    if metrics.damagedLines > 0 {
      let count = metrics.damagedLines
      return "\(counted(count, "line")) of metrics.jsonl cannot be read"
    }
    let last = metrics.series.values.compactMap { $0.last?.step }.max() ?? 0
    guard last < step, kind != .merge, kind != .imported else { return nil }
    return "metrics.jsonl ends at step \(grouped(last)), before the latest checkpoint"
  }

  /// What was measured, how certain it is, and how it was asked, so that two of a task can be told apart.
  private static func evaluation(_ value: JSONValue) -> String {
    var result = ["accuracy", "bits_per_byte"].compactMap { name in
      value[name]?.number.map {
        "\(name.replacing("_", with: " ")) \(TrainingReport.fixed($0, 4))"
      }
    }.joined(separator: ", ")
    if let ends = value["confidence_interval"]?.array?.compactMap(\.number), ends.count == 2 {
      result += " (\(TrainingReport.fixed(ends[0], 3)) to \(TrainingReport.fixed(ends[1], 3)))"
    }
    if let count = value["count"]?.integer { result += " of \(grouped(count))" }
    var how: [String] = []
    if let shown = value["few_shot"]?.integer, shown > 0 { how.append("\(shown) shown") }
    if let folds = value["folds"]?.integer { how.append("\(folds) folds") }
    if let stride = value["stride"]?.integer { how.append("stride \(stride)") }
    how.append(
      FileError.printable(
        value["data"]?.array?.compactMap(\.string).joined(separator: " ") ?? ""))
    let step = Chart.padded("step \(grouped(value["step"]?.integer ?? 0))", 14)
    let line = step + Chart.padded(Chart.fitted(value["task"]?.string ?? "", 11), 12) + result
    let rest = how.joined(separator: ", ")
    if Chart.columns(line + rest) + 2 <= Chart.width { return line + "  " + rest }
    let indent = String(repeating: " ", count: 26)
    return line + "\n" + indent + Chart.fitted(rest, Chart.width - indent.count)
  }

  private static func settings(_ members: [JSONMember]) -> [String] {
    SettingTable.flat(members).map { name, value in
      "  " + Chart.padded(Chart.fitted(name, 28), 30) + Chart.fitted(value, Chart.width - 32)
    }
  }

  var json: JSONValue {
    func points(_ points: [LossCurve.Point]) -> JSONValue {
      .array(points.map { ["step": .integer($0.step), "loss": .number($0.value)] })
    }
    return [
      "type": "run",
      "path": .string(path),
      "kind": .string(record.kind.rawValue),
      "tool_version": .string(record.toolVersion),
      "seed": .integer(record.seed),
      "precision": .string(record.precision),
      "instruction_level": .string(record.instructionLevel),
      "libraries": .object(record.libraries),
      "tokenizer_hash": .string("\(record.tokenizerHash)"),
      "corpus_hash": .string("\(record.corpusHash)"),
      "lineage": .array(ancestors.map { ["run": .string($0.run), "note": .string($0.note)] }),
      "settings": .object(record.settings),
      "parameters": .integer(parameters?.elements ?? 0),
      "parameters_by_module": parameters?.json ?? .array([]),
      "training_loss": points(curve.training(atMost: 500)),
      "validation_loss": points(curve.validation),
      "latest_step": latest.map { .integer($0) } ?? .null,
      "best_step": best.map { .integer($0) } ?? .null,
      "checkpoints": .array(
        checkpoints.map {
          [
            "step": .integer($0.step), "bytes": .integer($0.bytes),
            "validation_loss": $0.validationLoss.map { .number($0) } ?? .null,
          ]
        }),
      "evaluations": .array(evaluations),
      "damage": damage.map { .string($0) } ?? .null,
    ]
  }
}
