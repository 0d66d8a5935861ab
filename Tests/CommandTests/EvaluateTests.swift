import Files
import StrictJSON
import TestSupport
import Testing

/// `evaluate`, as a user runs it.
@Suite struct EvaluateTests {
  private let base: PretrainedBase
  private var directory: TemporaryDirectory { base.directory }

  init() throws { base = try PretrainedBase() }

  private func run(_ line: String) throws -> CommandResult { try base.run(line) }

  @Test func `labels, choices and answers are measured`() throws {
    let labels = try run(
      "evaluate --run base --task classify --data st/heldout/sentiment.jsonl --json -q")
    let values = try labels.json()
    for name in ["accuracy", "precision", "recall", "f1", "auc_roc"] {
      let value = try #require(values[name]?.number, "\(name)")
      #expect((0...1).contains(value))
    }
    let line = ##"{"question":"q","choices":["a","b","c","d"],"answer":"c"}"##
    try AtomicFile.write(Array("\(line)\n\(line)\n".utf8), to: directory["choices.jsonl"])
    let choices = try run(
      "evaluate --run base --task choice --data choices.jsonl --few-shot 1 --json -q")
    #expect(try choices.json()["count"] == 1 && choices.json()["chance"] == 0.25)
    #expect(try choices.json()["cut_prompts"] == 0 && choices.errors == "")
    let many = try run(
      "evaluate --run base --task questions --data st/heldout/questions.jsonl --few-shot 9 --json -q"
    )
    let cut = try #require(many.json()["cut_prompts"]?.integer)
    #expect(try cut > 0 && many.json()["count"] == .integer(cut))
    #expect(many.errors.contains(" do not fit the context of 512 tokens beside an answer and lose"))
  }

  @Test func `results are kept in the run`() throws {
    let labels = try run(
      "evaluate --run base --task classify --folds 3 --data st/heldout/sentiment.jsonl --json -q")
    #expect(labels.status == 0, "\(labels.errors)")
    #expect(try labels.json()["fold_accuracies"]?.array?.count == 3)
    let text = try run("evaluate --run base --corpus st/stories.jsonl --json -q")
    let kept = try run("inspect base --json").json()["evaluations"]?.array ?? []
    #expect(kept.map { $0["task"]?.string } == ["classify", "text"])
    #expect(try kept[0]["accuracy"] == labels.json()["accuracy"])
    #expect(try kept[1]["bits_per_byte"] == text.json()["bits_per_byte"])
    let shown = try run("inspect base")
    #expect(shown.text.contains("\nevaluations\nstep 4        classify    accuracy 0."))
    #expect(shown.text.contains(" of \(try #require(labels.json()["count"]?.integer))"))
    #expect(shown.text.contains("3 folds, st/heldout/sentiment.jsonl"))
  }

  @Test func `labels are shown as they are, and command no terminal`() throws {
    let words = String(repeating: "word ", count: 600)
    let lines = ["new_york", "e\\u001b[31m"].flatMap { label in
      (0..<3).map { "{\"text\":\"\($0) \(words)\",\"label\":\"\(label)\"}\n" }
    }
    try AtomicFile.write(Array(lines.joined().utf8), to: directory["labels.jsonl"])
    let result = try run("evaluate --run base --task classify --folds 3 --data labels.jsonl -q")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("\n  new_york\n") && !result.text.contains("\u{1B}"))
    #expect(
      result.errors.contains("6 of 6 do not fit the context of 512 tokens and lose their end"))
  }

  @Test func `kinds of questions have intervals of their own`() throws {
    let line = "evaluate --run base --task questions --data st/heldout/questions.jsonl"
    let report = try run("\(line) --json -q").json()
    let kinds = try #require(report["kinds"]?.object)
    #expect(kinds.count > 3)
    let counts = kinds.compactMap { report["kind_counts"]?[$0.name]?.integer }
    #expect(counts.reduce(0, +) == report["count"]?.integer)
    for kind in kinds {
      let ends = (report["kind_intervals"]?[kind.name]?.array ?? []).compactMap(\.number)
      let share = try #require(kind.value.number)
      #expect(ends.count == 2 && ends[0] <= share && share <= ends[1])
    }
    let shown = try run("\(line) -q").text
    #expect(shown.contains("\nkinds\n  "))
    #expect(shown.matches(of: /\) of \d+\n/).count == kinds.count)
  }

  @Test func `labels that are confused are shown in a table`() throws {
    let result = try run(
      "evaluate --run base --task classify --folds 3 --data st/heldout/sentiment.jsonl -q")
    #expect(result.status == 0, "\(result.errors)")
    let table = result.text.split(separator: "confusion\n").last?.split(separator: "\n") ?? []
    #expect(table.first?.hasPrefix("  is \\ taken for") == true)
    let rows = table.dropFirst().map { $0.split(separator: " ") }
    #expect(rows.count == 2 && rows.allSatisfy { $0.count == 3 })
    #expect(table.first?.split(separator: " ").suffix(2) == ArraySlice(rows.map { $0[0] }))
    let kept = try run("inspect base --json").json()["evaluations"]?.array?.last
    let counts = (kept?["confusion"]?.array ?? []).map { ($0.array ?? []).compactMap(\.integer) }
    #expect(rows.map { $0.dropFirst().compactMap { Int($0.filter { $0 != "," }) } } == counts)
  }
}

/// What is refused before anything is read.
@Suite struct EvaluateUsageTests {
  @Test(arguments: [
    ("evaluate --run r", "--corpus is missing"),
    ("evaluate --run r --task questions --data d --stride 3", "--stride is for --corpus"),
    ("evaluate --run r --task questions", "--task and --data belong together"),
    (
      "evaluate --run r --corpus c --task questions --data d",
      "--corpus and --task exclude each other"
    ),
  ])
  func `arguments without a meaning are refused`(arguments: String, sentence: String) throws {
    let result = try shell("$swiftlet \(arguments)")
    #expect(result.status == 64)
    #expect(result.errors.hasPrefix("error: \(sentence)\n"), "\(result.errors)")
  }
}
