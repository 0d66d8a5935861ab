import Files
import StoryWorld
import StrictJSON
import TestSupport
import Testing

@Suite struct SynthesizeTests {
  private let directory = TemporaryDirectory()

  private func synthesize(_ name: String, seed: String = "7") throws -> [UInt8] {
    let result = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.3", "--seed", seed, "--out", directory[name])
    #expect(result.status == 0)
    #expect(result.text == "")
    #expect(result.errors.contains("wrote \(directory[name])/stories.jsonl: "))
    #expect(result.errors.contains("next: swiftlet tokenizer train "))
    return try FileSystem.readFile(directory[name] + "/stories.jsonl")
  }

  @Test func `the stories of a seed, in order, up to the size`() throws {
    let bytes = try synthesize("a")
    #expect(bytes.last == UInt8(ascii: "\n"))
    let lines = bytes.dropLast().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // The last story is the one that reaches the size.
    #expect(bytes.count >= 300_000)
    #expect(bytes.count - lines[lines.count - 1].count - 1 < 300_000)
    let world = StoryWorld(seed: 7)
    for (index, line) in lines.enumerated() {
      #expect(try JSONValue(parsing: Array(line)) == ["text": .string(world.story(index).text)])
    }
  }

  @Test func `a directory with tasks is not read as one text`() throws {
    _ = try synthesize("a")
    let all = directory["a/"]
    expectFailure(
      try swiftlet("tokenizer", "train", all, "--out", directory["tokenizer.json"]),
      "\(directory["a"])/conversations.jsonl:1: the object has no field \"text\"",
      hint: "name \(directory["a"])/stories.jsonl instead of the directory, which holds tasks too")
    let alone = try shell(
      "$swiftlet corpus synthesize --megabytes 0.1 --examples 0 --out \(directory["alone"]) && "
        + "$swiftlet corpus stats \(directory["alone"]) | head -1")
    #expect(alone.text.hasPrefix("documents "), "\(alone.errors)")
  }

  @Test func `an interrupt leaves nothing behind`() throws {
    let result = try shell(
      """
      $swiftlet corpus synthesize --megabytes 2000 --out \(directory["new"]) 2> /dev/null & job=$!
      for i in {1..400}; do [ -e \(directory["new"]) ] && break; sleep 0.02; done
      kill -INT $job; wait $job; echo $?
      """)
    #expect(result.text == "130\n")
    #expect(!FileSystem.exists(directory["new"]))
  }

  @Test func `the same seed gives the same bytes, another one others`() throws {
    let first = try synthesize("a")
    // Replaces what is there.
    #expect(try synthesize("a") == first)
    #expect(try synthesize("b") == first)
    #expect(try synthesize("c", seed: "8") != first)
    let tasks = [
      "conversations.jsonl", "preferences.jsonl", "questions.jsonl", "sentiment.jsonl",
      "topics.jsonl",
    ]
    #expect(
      Set(try FileSystem.contents(ofDirectory: directory["a"]))
        == Set(tasks + ["stories.jsonl", "heldout"]))
    #expect(Set(try FileSystem.contents(ofDirectory: directory["a/heldout"])) == Set(tasks))
    for name in tasks + ["heldout/questions.jsonl"] {
      #expect(
        try FileSystem.readFile(directory["a/" + name])
          == FileSystem.readFile(directory["b/" + name]))
    }
  }

  @Test func `a directory that cannot be made is an error`() throws {
    let file = try directory.write("", to: "file")
    let result = try swiftlet("corpus", "synthesize", "--megabytes", "1", "--out", file + "/d")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error: cannot create \(file)/d: not a directory\nhint: "))
  }

  private func lines(_ name: String) throws -> [JSONValue] {
    try FileSystem.readFile(directory[name]).split(separator: UInt8(ascii: "\n")).map {
      try JSONValue(parsing: Array($0))
    }
  }

  @Test func `tasks have their fields, and held-out ones come from another world`() throws {
    let result = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.1", "--seed", "5", "--language", "both",
      "--examples", "50", "--out", directory["t"], "-q")
    #expect(result.status == 0 && result.text == "" && result.errors == "")
    let questions = try lines("t/questions.jsonl")
    #expect((40...50).contains(questions.count))
    for question in questions {
      let messages = try #require(question["messages"]?.array)
      #expect(messages.map { $0["role"]?.string } == ["user", "assistant"])
      #expect(messages[1]["content"]?.string == question["answer"]?.string)
      #expect(question["kind"]?.string != nil)
    }
    for conversation in try lines("t/conversations.jsonl") {
      let messages = try #require(conversation["messages"]?.array)
      #expect((2...8).contains(messages.count))
      #expect(
        messages.map { $0["role"]?.string }
          == messages.indices.map { $0 % 2 == 0 ? "user" : "assistant" })
    }
    for pair in try lines("t/preferences.jsonl") {
      #expect(pair["prompt"]?.string != nil && pair["chosen"]?.string != pair["rejected"]?.string)
    }
    for name in ["sentiment", "topics"] {
      #expect(try lines("t/\(name).jsonl").count == 50)
      #expect(try lines("t/\(name).jsonl").allSatisfy { $0["label"]?.string != nil })
      let held = try lines("t/heldout/\(name).jsonl")
      #expect(held.count == 10)
      #expect(try held.allSatisfy { try !lines("t/\(name).jsonl").contains($0) })
    }
    // Languages take turns.
    let stories = try lines("t/stories.jsonl").compactMap { $0["text"]?.string }
    #expect(stories[0] == StoryWorld(seed: 5).story(0).text)
    #expect(stories[1] == StoryWorld(seed: 5, language: .chinese).story(1).text)
  }

  @Test func `an audit goes to standard output`() throws {
    let result = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.1", "--examples", "100", "--audit", "--out",
      directory["t"], "-q")
    #expect(result.status == 0)
    #expect(result.text.hasPrefix("English\nstories "))
    #expect(result.text.contains("\npreferences: a bag of the answer's words"))
  }

  @Test func `an audit of both languages is of what was written, as JSON too`() throws {
    let line =
      "$swiftlet corpus synthesize --megabytes 0.1 --examples 100 --language both --audit "
      + "--out \(directory["t"]) -q"
    let result = try shell(line + " --json")
    let report = try JSONValue(parsing: Array(result.text.utf8))
    let written = try lines("t/stories.jsonl").count
    let counts = ["en", "zh"].map { report[$0]?["corpus"]?["stories"]?.integer ?? 0 }
    #expect(counts.reduce(0, +) == written && abs(counts[0] - counts[1]) <= 1)
    for language in ["en", "zh"] {
      let tasks = try #require(report[language]?["tasks"])
      #expect(tasks["stories"]?.integer == 50)
      #expect(tasks["shared_with_heldout"]?.integer == 0)
      #expect(tasks["shares"]?.array?.allSatisfy { $0["share"]?.number != nil } == true)
    }
    #expect(report["en"] != report["zh"])
    let text = try shell(line).text
    #expect(text.contains("English\nstories \(counts[0]), "))
    #expect(text.contains("Chinese\nstories \(counts[1]), "))
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count < 160 }, "\(text)")
    expectFailure(
      try shell("$swiftlet corpus synthesize --json --out \(directory["u"])"),
      "--json prints what --audit finds", hint: "add --audit, or leave out --json", status: 64)
  }

  @Test func `no examples, no files of tasks`() throws {
    let result = try swiftlet(
      "corpus", "synthesize", "--megabytes", "0.01", "--examples", "0", "--out", directory["t"])
    #expect(result.status == 0)
    #expect(try FileSystem.contents(ofDirectory: directory["t"]) == ["stories.jsonl"])
  }

  @Test func `without examples, those of other stories are removed and nothing else`() throws {
    let line = "$swiftlet corpus synthesize --megabytes 0.01 --out \(directory["t"])"
    let first = try shell(line + " --seed 1 --examples 5")
    #expect(first.status == 0)
    #expect(first.errors.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("/t") })
    _ = try directory.write("mine", to: "t/mine.txt")
    #expect(try shell(line + " --seed 2 --examples 0").status == 0)
    #expect(
      Set(try FileSystem.contents(ofDirectory: directory["t"])) == ["stories.jsonl", "mine.txt"])
  }

  @Test func `an interrupt while auditing ends at once with 130, and the files are whole`() throws {
    let out = directory["audited"]
    let result = try shell(
      """
      $swiftlet corpus synthesize --megabytes 8 --examples 20 --audit --out \(out) -q & job=$!
      for i in {1..2000}; do [ -e \(out)/heldout/preferences.jsonl ] && break; sleep 0.01; done
      sleep 0.2; kill -INT $job; wait $job; echo $?
      """)
    #expect(result.text == "130\n")
    #expect(try lines("audited/heldout/preferences.jsonl").count == 4)
  }
}
