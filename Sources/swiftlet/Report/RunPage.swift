import Files
import LanguageModel
import Runs
import StrictJSON

/// Runs on one page: charts over each other, settings side by side, what the models wrote.
struct RunPage {
  /// A run with what was measured.
  struct Run {
    /// The last part of the path, or all of it where two runs share that.
    let name: String
    let record: RunRecord
    /// Of its model, if it is known.
    let configuration: ModelConfiguration?
    let metrics: MetricsHistory
    /// The greatest number of tokens in a step, where the settings and a checkpoint say it.
    let tokensPerStep: Int?

    init(_ path: String, name: String) throws {
      self.name = FileError.printable(name)
      let directory = try RunDirectory(opening: path)
      record = try directory.record()
      metrics = try directory.metrics()
      let batchSize = record.settings.first { $0.name == "batch_size" }?.value.integer
      let configuration = try? directory.configuration(of: record)
      self.configuration = configuration
      tokensPerStep = batchSize.flatMap { batch in
        configuration.flatMap {
          let (tokens, isTooMany) = batch.multipliedReportingOverflow(by: $0.contextLength)
          return isTooMany ? nil : tokens
        }
      }
    }
  }

  let runs: [Run]

  /// What every page begins with.
  static let beginning = "<!doctype html>"

  init(_ paths: [String]) throws {
    let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    runs = try zip(paths, names).map { path, name in
      try Run(path, name: names.filter { $0 == name }.count > 1 ? path : name)
    }
  }

  /// The whole page; it loads nothing.
  func html() -> String {
    let title = runs.map(\.name).joined(separator: ", ")
    return """
      \(Self.beginning)
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(HTML.escaped(title))</title>
      <style>
      \(Self.style)
      </style></head><body>
      <h1>\(HTML.escaped(title))</h1>
      \(legend)\(summary)<section class="charts">
      \(charts)</section>
      \(table("Settings", rows: settingRows))\(table("Environment", rows: environmentRows))\(samples)
      <footer>Made by swiftlet \(HTML.escaped(Swiftlet.version)).</footer>
      </body></html>

      """
  }

  private var legend: String {
    guard runs.count > 1 else { return "" }
    let items = runs.enumerated().map { index, run in
      "<span class=\"key\"><i class=\"c\(color(index))\"></i>\(HTML.escaped(run.name))</span>"
    }
    return "<p>\(items.joined(separator: " "))</p>\n"
  }

  private func color(_ index: Int) -> Int { index % 6 }

  /// What one wants to know first.
  private var summary: String {
    let rows: [(String, [String])] = [
      ("steps", runs.map { grouped($0.metrics["loss"].last?.step ?? 0) }),
      ("training loss, mean of the last 5 %", runs.map { shown($0.metrics.lastLoss) }),
      ("outliers skipped", runs.map { grouped($0.metrics.skippedSteps) }),
      ("best validation loss", runs.map { best($0, "validation_loss") }),
      ("best bits per byte", runs.map { best($0, "validation_bits_per_byte") }),
      (
        "median tokens per second",
        runs.map { run in
          let speeds = run.metrics["tokens_per_second"].map(\.value).sorted()
          return speeds.isEmpty ? "–" : grouped(Int(min(speeds[speeds.count / 2], 1e15)))
        }
      ),
    ]
    return table("Result", rows: rows)
  }

  private func best(_ run: Run, _ name: String) -> String {
    guard let best = run.metrics[name].min(by: { $0.value < $1.value }) else { return "–" }
    return "\(shown(best.value)) at step \(grouped(best.step))"
  }

  private func shown(_ value: Double?) -> String { value.map(LossCurve.shown) ?? "–" }

  private var charts: String {
    func lines(_ name: String, dots: Bool = false) -> [LineChart.Series] {
      runs.enumerated().map { index, run in
        LineChart.Series(
          name: run.name, color: color(index), points: run.metrics.thinned(name, to: 400),
          hasDots: dots)
      }
    }
    let charts = [
      LineChart(
        title: "loss, of text in nats a token: training, and validation as dots",
        series: lines("loss") + lines("validation_loss", dots: true), hidesBeginning: true),
      LineChart(
        title: "divergence from the teacher", series: lines("divergence"),
        hidesBeginning: true),
      LineChart(
        title: "loss of the text or the answers themselves, beside the teacher",
        series: lines("text_loss"),
        hidesBeginning: true),
      LineChart(
        title: "validation, bits per byte", series: lines("validation_bits_per_byte", dots: true)),
      LineChart(title: "learning rate", series: lines("learning_rate")),
      LineChart(
        title: "norm of the gradient, before clipping", series: lines("gradient_norm"),
        hidesBeginning: true),
      LineChart(title: "tokens per second", series: lines("tokens_per_second")),
      LineChart(
        title: "share of pairs whose better answer is preferred: training, and validation as dots",
        series: lines("accuracy") + lines("validation_accuracy", dots: true)),
      LineChart(
        title: "margin between the answers of a pair",
        series: lines("margin") + lines("validation_margin", dots: true)),
      LineChart(
        title: "distance from the base (KL)",
        series: lines("kl") + lines("validation_kl", dots: true)),
    ]
    return charts.compactMap { $0.svg() }.joined()
  }

  private var settingRows: [(String, [String])] {
    SettingTable(runs.map { ($0.record, $0.configuration) }).rows
  }

  private var environmentRows: [(String, [String])] {
    [
      ("made by", runs.map { "\($0.record.kind.rawValue), swiftlet \($0.record.toolVersion)" }),
      ("seed", runs.map { "\($0.record.seed)" }),
      ("precision", runs.map { $0.record.precision }),
      ("instructions", runs.map { $0.record.instructionLevel }),
      (
        "libraries",
        runs.map { run in
          run.record.libraries.map { "\($0.name) \($0.value.string ?? "?")" }
            .joined(separator: ", ")
        }
      ),
      ("tokenizer", runs.map { "\($0.record.tokenizerHash)" }),
      ("corpus", runs.map { "\($0.record.corpusHash)" }),
      ("from", runs.map { $0.record.parent?.run ?? "random weights" }),
    ]
  }

  /// A row whose values differ is marked.
  private func table(_ title: String, rows: [(name: String, values: [String])]) -> String {
    var text = "<h2>\(title)</h2>\n<div class=\"wide\"><table>\n"
    if runs.count > 1 {
      let heads = runs.map { "<th>\(HTML.escaped($0.name))</th>" }.joined()
      text += "<tr><th></th>\(heads)</tr>\n"
    }
    for row in rows {
      let differs = Set(row.values).count > 1
      text += "<tr\(differs ? " class=\"differs\"" : "")><th>\(HTML.escaped(row.name))</th>"
      text += row.values.map { "<td>\(HTML.escaped($0))</td>" }.joined() + "</tr>\n"
    }
    return text + "</table></div>\n"
  }

  private var samples: String {
    let written = runs.filter { !$0.metrics.samples.isEmpty }
    guard !written.isEmpty else { return "" }
    return "<h2>What it wrote on its way</h2>\n"
      + written.map { run in
        (runs.count > 1 ? "<h3>\(HTML.escaped(run.name))</h3>\n" : "")
          + run.metrics.samples.map { sample in
            "<p class=\"sample\"><b>step \(grouped(sample.step))</b> "
              + "\(HTML.escaped(sample.text))</p>\n"
          }.joined()
      }.joined()
  }

  private static let style = """
    :root{color-scheme:light dark;--ink:#1d2330;--soft:#667085;--line:#d9dee7;--paper:#fff;--mark:#fff4d6}
    @media(prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#98a2b3;--line:#343b49;--paper:#14171d;
    --mark:#3a3218}}
    body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1180px;
    margin:2rem auto;padding:0 1rem}
    h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}h3{font-size:1rem}
    .charts{margin-top:1.5rem;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:1rem}
    figure{margin:0}figcaption{color:var(--soft);font-size:.9rem}
    svg{width:100%;height:auto;overflow:hidden}svg text{font-size:11px;fill:var(--soft)}
    .grid{stroke:var(--line);fill:none}.line{fill:none;stroke-width:1.6}.thin{stroke-width:1;opacity:.6}
    .c0{stroke:#2563eb;fill:#2563eb;background:#2563eb}.c1{stroke:#d9480f;fill:#d9480f;background:#d9480f}
    .c2{stroke:#2b8a3e;fill:#2b8a3e;background:#2b8a3e}.c3{stroke:#9c36b5;fill:#9c36b5;background:#9c36b5}
    .c4{stroke:#b08900;fill:#b08900;background:#b08900}.c5{stroke:#0b7285;fill:#0b7285;background:#0b7285}
    path.line{fill:none}.dot{stroke:none}
    .key{margin-right:1rem;white-space:nowrap}.key i{display:inline-block;width:.9em;height:.9em;
    border-radius:50%;margin-right:.35em;vertical-align:-.1em}
    .wide{overflow-x:auto}td{min-width:8ch}table{border-collapse:collapse;font-size:.9rem}
    th,td{text-align:left;padding:.15rem .9rem .15rem 0;vertical-align:top;overflow-wrap:anywhere}
    th{font-weight:500;color:var(--soft);white-space:nowrap}tr{border-bottom:1px solid var(--line)}
    .differs{background:var(--mark)}.sample b{color:var(--soft);font-weight:500;margin-right:.5em}
    .sample{max-width:75ch}footer{color:var(--soft);font-size:.85rem;margin-top:2rem}
    """
}
