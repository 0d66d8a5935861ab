import ContentHashing
import Files
import Runs
import StrictJSON
import TestSupport
import Testing

@Suite struct ReportTests {
  private let directory = TemporaryDirectory()

  /// A run of which nothing but settings and metrics is kept.
  private func makeRun(_ name: String, rate: Double = 0.5, _ lines: [JSONValue]) throws -> String {
    let none = ContentHash(of: [])
    let record = RunRecord(
      toolVersion: "0.1.0", kind: .pretrain,
      settings: [JSONMember(name: "learning_rate", value: .number(rate))], seed: 7,
      instructionLevel: "plain", libraries: [], precision: "float32", tokenizerHash: none,
      corpusHash: none)
    let (run, lock) = try RunDirectory.create(at: directory[name]) { draft in
      try record.write(to: draft + "/run.json")
    }
    for line in lines { try run.appendMetrics(line) }
    withExtendedLifetime(lock) {}
    return directory[name]
  }

  @Test func `a page has a chart for each thing measured, and loads nothing`() throws {
    let run = try makeRun(
      "<one>",
      [
        ["step": 1, "loss": 4, "learning_rate": 0.1], ["step": 1, "sample": "a <b> & \"c\""],
        ["step": 101, "loss": 2, "learning_rate": 0.2, "skipped": true],
        ["step": 101, "validation_loss": 2.25, "validation_bits_per_byte": 1.5],
      ])
    let page = directory["page.html"]
    let result = try swiftlet("report", run, "--out", page)
    #expect(result.status == 0 && result.errors == "wrote \(page): 1 run\n", "\(result.errors)")
    let html = String(decoding: try FileSystem.readFile(page), as: UTF8.self)
    #expect(html.contains("<title>&lt;one&gt;</title>"))
    #expect(html.contains("a &lt;b&gt; &amp; &quot;c&quot;") && !html.contains("<b> &"))
    #expect(html.ranges(of: "<svg ").count == 3)
    #expect(!html.contains("src=") && !html.contains("href=") && !html.contains("http"))
    // The rate rises from the frame's lower left to its upper right; one dot says its value.
    #expect(html.contains("d=\"M66.0 230.0L546.0 10.0\""))
    #expect(html.contains("<title>&lt;one&gt;, step 101: 2.2500</title>"))
    #expect(html.contains("<td>2.250 at step 101</td>"))
    #expect(html.contains("<th>outliers skipped</th><td>1</td>"))
  }

  @Test func `runs whose folders would be one have two, and all lie below the directory`() throws {
    let runs = try ["a/x", "a-x"].map { try makeRun($0, [["step": 1, "loss": 4]]) }
    let twice = try swiftlet("report", runs[0], runs[0] + "/", "--out", directory["p.html"])
    #expect(twice.status == 0 && twice.errors.hasSuffix("p.html: 1 run\n"))
    #expect(
      twice.errors.contains("warning: \(runs[0])/ is left out: it is \(runs[0]), named before"))
    let events = directory["events"]
    let two = try shell(
      "cd \(directory["a-x"]) && $swiftlet report . ../a/x --tensorboard \(events)")
    #expect(two.status == 0, "\(two.errors)")
    #expect(try FileSystem.contents(ofDirectory: events).sorted() == ["run", "x"])
  }

  @Test func `metrics that no run has are drawn as well as can be`() throws {
    let run = try makeRun(
      "far",
      [
        ["step": 0, "validation_loss": 1e15], ["step": 1000, "loss": 2],
        ["step": 1001, "loss": 2.01],
      ])
    let result = try swiftlet("report", run, "--out", directory["page.html"])
    #expect(result.status == 0, "\(result.errors)")
    let list = try swiftlet("runs", run)
    #expect(list.status == 0 && list.text.contains("far"), "\(list.text)")
  }

  @Test func `several runs lie over each other, and what differs is marked`() throws {
    let lines: [JSONValue] = [["step": 1, "loss": 4], ["step": 2, "loss": 3]]
    let (a, b) = (try makeRun("a", lines), try makeRun("b", rate: 0.25, lines))
    let page = directory["page.html"]
    #expect(try swiftlet("report", a, b, "--out", page).status == 0)
    let html = String(decoding: try FileSystem.readFile(page), as: UTF8.self)
    #expect(html.ranges(of: "<svg ").count == 1 && html.ranges(of: "class=\"line c").count == 2)
    #expect(html.ranges(of: "<tr class=\"differs\">").count == 1)
    #expect(html.contains("<tr class=\"differs\"><th>learning_rate</th><td>0.5</td><td>0.25</td>"))
  }

  @Test func `runs are listed, and compared where they differ`() throws {
    let lines: [JSONValue] = [
      ["step": 1, "loss": 4], ["step": 2, "loss": 3, "validation_loss": 2.5],
      ["step": 4, "validation_loss": 2.75],
    ]
    let a = try makeRun("all/first", lines)
    let b = try makeRun("all/deep/second", rate: 0.25, [])
    let list = try swiftlet("runs", directory["all"])
    #expect(list.status == 0 && list.text.split(separator: "\n").count == 3, "\(list.errors)")
    #expect(list.text.contains("2.5000"))
    let comparison = try swiftlet("runs", a, b, "--compare").text
    #expect(comparison.contains("learning_rate        0.5 ") && comparison.contains(" 0.25"))
    let json = try swiftlet("runs", directory["all"], "--json").output
    let runs = try #require(JSONValue(parsing: json).array)
    #expect(runs.map { $0["run"]?.string } == [b, a])
    #expect(runs.map { $0["validation_loss"]?.number } == [nil, 2.5])
    try AtomicFile.write(Array("{".utf8), to: a + "/run.json")
    let rest = try swiftlet("runs", directory["all"])
    #expect(rest.status == 0 && rest.text.split(separator: "\n").count == 2)
    #expect(rest.errors.hasPrefix("warning: \(a) is left out: "), "\(rest.errors)")
    #expect(try swiftlet("runs", a, b).status == 1)
    let none = try swiftlet("runs", directory["nowhere"])
    #expect(none.status == 1 && none.errors.contains("hint: "))
  }

  /// The records that TensorBoard's own writer makes of the same events.
  @Test func `event files are TensorBoard's to the byte`() throws {
    let run = try makeRun("a", [["step": 3, "loss": 2.5], ["step": 3, "sample": "hi"]])
    let events = directory["events"]
    let result = try swiftlet("report", run, "--tensorboard", events)
    #expect(result.errors == "wrote \(events): 1 run\nnext: tensorboard --logdir \(events)\n")
    let bytes = try FileSystem.readFile(events + "/a/events.out.tfevents.0.swiftlet")
    let shown = bytes.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    let expected = """
      1800000000000000a37f4b220900000000000000001a0d627261696e2e4576656e743a32eedf28a3
      1a00000000000000129bd82d09000000000000000010032a0d0a0b0a046c6f73731500002040e3ba
      9c662f000000000000006d5d1d5009000000000000000010032a220a200a0673616d706c65420c08
      07120412020801420268694a080a060a0474657874a0c21b1b
      """
    #expect(shown == expected.filter { $0 != "\n" })
  }

  @Test func `only a page is replaced by a page`() throws {
    let run = try makeRun("a", [["step": 1, "loss": 4]])
    let page = directory["page.html"]
    // An empty file holds nothing that could be lost.
    try AtomicFile.write([], to: page)
    for _ in 1...2 { #expect(try swiftlet("report", run, "--out", page).status == 0) }
    let before = try FileSystem.readFile(run + "/run.json")
    let short = try directory.write("abc", to: "short.html")
    expectFailure(
      try swiftlet("report", run, "--out", short),
      "\(short) is there, and no page: it would be lost",
      hint: "name another file with --out")
    let refused = try swiftlet("report", run, "--out", run + "/run.json")
    #expect(refused.status == 1 && refused.errors.contains("is there, and no page"))
    #expect(try FileSystem.readFile(run + "/run.json") == before)
    #expect(try swiftlet("report", run, "--tensorboard", "").status == 64)
  }

  @Test func `what is no run is refused`() throws {
    expectFailure(
      try swiftlet("report", directory["nothing"]), "there is no run at \(directory["nothing"])")
  }
}
