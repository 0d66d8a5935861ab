import ArgumentParser
import Dispatch
import Files
import StoryWorld
import StrictJSON
import TensorCore

/// Which languages the stories are told in.
enum LanguageChoice: String, CaseIterable, ExpressibleByArgument {
  case english = "en"
  case chinese = "zh"
  case both
}

/// `corpus synthesize`: stories of a simulated world.
struct CorpusSynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize", abstract: "Tell short stories of a simulated world.",
    usage: "swiftlet corpus synthesize --out <dir> [<options>]",
    discussion: """
      Writes DIR/stories.jsonl, one story in the field "text" of each line, and from
      the same worlds questions.jsonl (chat messages with an answer that can be
      checked), conversations.jsonl (one to four questions about a story),
      sentiment.jsonl and topics.jsonl (text and label), preferences.jsonl (prompt,
      chosen, rejected); DIR/heldout holds tasks from another seed. The same seed
      gives the same files on every machine.

      --audit --json prints one object, by language (en, zh): corpus (stories, bytes,
      words, sentences, duplicates, distinct_words, frequent_words, rare_words,
      unknown_words, skeletons, commonest_skeleton_share, largest_overlap) and tasks
      (stories, shared_with_heldout, and as shares the name of each way to answer
      without reading and its share of right answers), null without examples.

        swiftlet corpus synthesize --megabytes 20 --out stories
        swiftlet corpus synthesize --megabytes 5 --language both --out bilingual
        swiftlet corpus synthesize --megabytes 1 --examples 4000 --audit --out tasks
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size of stories.jsonl, in millions of bytes; the last story may exceed it.",
      valueName: "n"))
  var megabytes = 20.0

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Decides all stories.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("en, zh, or both in turn.", valueName: "name"))
  var language = LanguageChoice.english

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stories that each of the other files is made from; those of heldout/ are made from a "
        + "fifth as many; 0 removes them. Unless given: as many as stories.jsonl has, at most 5000.",
      valueName: "n"))
  var examples: Int?

  @Flag(
    help: "Also report how rich the stories are, and how far the tasks can be solved unread.")
  var audit = false

  @Flag(help: "Print what --audit finds as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp("Directory to write to; files in it are replaced.", valueName: "dir"))
  var out: String

  @Flag(name: .shortAndLong, help: "Print no progress and no advice.")
  var quiet = false

  /// Stories that one thread tells at a time.
  private static let chunk = 128

  func validate() throws {
    try requirePath(out, "stories")
    try require(audit || !json, hint: "add --audit, or leave out --json") {
      "--json prints what --audit finds"
    }
    try require(megabytes > 0 && megabytes <= 1e6, hint: leaveOut) {
      "--megabytes must be above 0 and at most 1000000, not \(megabytes)"
    }
    try require((0...100_000_000).contains(examples ?? 0), hint: leaveOut) {
      "--examples must be from 0 to 100000000, not \(examples ?? 0)"
    }
  }

  func run() throws {
    let stop = StopSignal()
    let isNew = !FileSystem.exists(out)
    try FileSystem.createDirectory(out)
    do {
      try write(stop)
    } catch {
      if isNew, (try? FileSystem.contents(ofDirectory: out)) == [] { try? FileSystem.remove(out) }
      throw error
    }
  }

  private func write(_ stop: StopSignal) throws {
    let size = Int((megabytes * 1e6).rounded(.up))
    let path = out + "/stories.jsonl"
    var progress = ProgressLine("writing", total: size, unit: .bytes, isQuiet: quiet)
    let (stories, written) = try writeStories(to: path, size: size, of: worlds, stop, &progress)
    progress.finish()
    let examples = examples ?? min(stories, 5000)
    // A fifth, but at least one where there are any.
    let heldOut = (examples + 4) / 5
    try writeTasks(examples, heldOut: heldOut, stop)
    if !quiet {
      Terminal.say(
        "wrote \(FileError.printable(path)): \(grouped(stories)) stories, "
          + "\(ProgressLine.megabytes(written)) MB")
      if examples > 0 {
        // Two lines of at most 80 columns.
        let files = TaskFile.allCases.map(\.rawValue).joined(separator: ", ")
        Terminal.say("wrote \(files), all .jsonl,")
        Terminal.say(
          "  there and in heldout/, from \(grouped(examples)) and \(grouped(heldOut)) stories")
      }
    }
    if audit {
      // All files are whole: a signal loses nothing but the audit.
      try stop.check()
      stop.ignore()
      try writeAudit(of: stories, examples)
    }
    guard !quiet else { return }
    Terminal.suggest(
      "swiftlet tokenizer train \(Terminal.quoted(path)) --vocab-size 2048 --out tokenizer.json")
  }

  private var worlds: [StoryWorld] {
    switch language {
    case .english: [StoryWorld(seed: seed)]
    case .chinese: [StoryWorld(seed: seed, language: .chinese)]
    case .both: [StoryWorld(seed: seed), StoryWorld(seed: seed, language: .chinese)]
    }
  }

  // MARK: Writing

  private func writeStories(
    to path: String, size: Int, of worlds: [StoryWorld], _ stop: StopSignal,
    _ progress: inout ProgressLine
  ) throws -> (stories: Int, bytes: Int) {
    var file = try AtomicFile(path: path)
    var written = 0
    var stories = 0
    while written < size {
      try stop.check()
      let lines = Self.lines(from: stories, Device.availableCores * Self.chunk) { index in
        ["text": .string(Self.world(worlds, index).story(index).text)]
      }
      for line in lines where written < size {
        try file.write(line)
        written += line.count
        stories += 1
      }
      progress.update(written)
    }
    try file.commit()
    return (stories, written)
  }

  private func writeTasks(_ examples: Int, heldOut: Int, _ stop: StopSignal) throws {
    guard examples > 0 else { return try removeTasks() }
    try FileSystem.createDirectory(out + "/heldout")
    for (directory, worlds, count) in [
      (out, worlds, examples), (out + "/heldout", worlds.map(\.heldOut), heldOut),
    ] {
      for task in TaskFile.allCases {
        var progress = ProgressLine(task.rawValue, total: count, isQuiet: quiet)
        var file = try AtomicFile(path: task.path(in: directory))
        var first = 0
        while first < count {
          try stop.check()
          let number = min(count - first, Device.availableCores * Self.chunk)
          for line in Self.lines(
            from: first, number, { task.line($0, of: Self.world(worlds, $0)) })
          {
            try file.write(line)
          }
          first += number
          progress.update(first)
        }
        try file.commit()
        progress.finish()
      }
    }
  }

  /// Removes tasks of other stories than those that were written.
  private func removeTasks() throws {
    for directory in [out, out + "/heldout"] {
      for task in TaskFile.allCases {
        let path = task.path(in: directory)
        if FileSystem.exists(path) { try FileSystem.remove(path) }
      }
    }
    let heldOut = out + "/heldout"
    if (try? FileSystem.contents(ofDirectory: heldOut)) == [] { try FileSystem.remove(heldOut) }
  }

  /// Bilingual corpora change the language with each story.
  private static func world(_ worlds: [StoryWorld], _ index: Int) -> StoryWorld {
    worlds[index % worlds.count]
  }

  /// The lines of some stories, told by all cores at once.
  private static func lines(
    from first: Int, _ count: Int, _ line: @Sendable (Int) -> JSONValue?
  ) -> [[UInt8]] {
    let chunks = (count + chunk - 1) / chunk
    var told = [[[UInt8]]](repeating: [], count: chunks)
    told.withUnsafeMutableBufferPointer { told in
      // Each iteration writes to its own element.
      nonisolated(unsafe) let told = told
      DispatchQueue.concurrentPerform(iterations: chunks) { index in
        let begin = first + index * chunk
        let end = min(begin + chunk, first + count)
        told[index] = (begin..<end).compactMap { line($0)?.line }
      }
    }
    return told.flatMap { $0 }
  }

  // MARK: Audit

  private func writeAudit(of stories: Int, _ examples: Int) throws {
    var members: [JSONMember] = []
    for world in worlds {
      // What is in the files: bilingual ones change the language with each story.
      func own(_ count: Int) -> [Int] {
        (0..<count).filter { Self.world(worlds, $0).language == world.language }
      }
      let report = StoryAudit(own(stories).map { world.story($0).text }, language: world.language)
      let tasks = own(min(examples, 5000))
      let taskReport = tasks.count > 1 ? TaskAudit(world, tasks) : nil
      if json {
        members.append(
          JSONMember(name: world.language.rawValue, value: Self.json(report, taskReport)))
      } else {
        try Terminal.write("\(world.language == .english ? "English" : "Chinese")\n\(report)\n")
        if let taskReport { try Terminal.write("\(taskReport)\n") }
      }
    }
    if json { try Terminal.write(JSONValue.object(members).line) }
  }

  private static func json(_ corpus: StoryAudit, _ tasks: TaskAudit?) -> JSONValue {
    var taskValue = JSONValue.null
    if let tasks {
      taskValue = [
        "stories": .integer(tasks.examples), "shared_with_heldout": .integer(tasks.sharedTexts),
        "shares": .array(
          tasks.shares.map { ["name": .string($0.name), "share": .number($0.share)] }),
      ]
    }
    return [
      "corpus": [
        "stories": .integer(corpus.stories), "bytes": .integer(corpus.bytes),
        "words": .integer(corpus.words), "sentences": .integer(corpus.sentences),
        "duplicates": .integer(corpus.duplicates),
        "distinct_words": .integer(corpus.distinctWords),
        "frequent_words": .integer(corpus.frequentWords),
        "rare_words": .integer(corpus.rareWords.count),
        "unknown_words": .integer(corpus.unknownWords.count),
        "skeletons": .integer(corpus.skeletons),
        "commonest_skeleton_share": .number(corpus.commonestSkeletonShare),
        "largest_overlap": .number(corpus.largestOverlap),
      ],
      "tasks": taskValue,
    ]
  }
}

/// The files beside the stories.
private enum TaskFile: String, CaseIterable {
  case questions, conversations, sentiment, topics, preferences

  func path(in directory: String) -> String { "\(directory)/\(rawValue).jsonl" }

  /// The line that a story gives; `nil` if it gives none.
  func line(_ index: Int, of world: StoryWorld) -> JSONValue? {
    switch self {
    case .questions:
      guard let question = world.question(index) else { return nil }
      return [
        "messages": messages([question]),
        "answer": .string(question.answer),
        "kind": .string(question.kind),
      ]
    case .conversations:
      let questions = world.conversation(index)
      return questions.isEmpty ? nil : ["messages": messages(questions)]
    case .sentiment: return labelled(world.sentiment(index))
    case .topics: return labelled(world.topic(index))
    case .preferences:
      guard let preference = world.preference(index) else { return nil }
      return [
        "prompt": .string(preference.prompt), "chosen": .string(preference.chosen),
        "rejected": .string(preference.rejected),
      ]
    }
  }

  /// The first question with the story before it, then the others, with their answers.
  private func messages(_ questions: [StoryQuestion]) -> JSONValue {
    func message(_ role: String, _ content: String) -> JSONValue {
      ["role": .string(role), "content": .string(content)]
    }
    return .array(
      questions.enumerated().flatMap { index, asked in
        [
          message("user", (index == 0 ? asked.story + "\n\n" : "") + asked.question),
          message("assistant", asked.answer),
        ]
      })
  }

  private func labelled(_ story: LabelledStory) -> JSONValue {
    ["text": .string(story.text), "label": .string(story.label)]
  }
}
