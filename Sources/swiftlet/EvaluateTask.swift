import ArgumentParser
import Evaluation
import Files
import Inference
import LanguageModel
import Runs
import StrictJSON
import Tokenization

/// What `evaluate` measures instead of how a text is predicted.
enum EvaluationTask: String, ExpressibleByArgument, CaseIterable {
  case questions, choice, classify, preferences
}

/// `--task` and what belongs to it.
struct TaskOptions: ParsableArguments {
  @Option(help: "Measure a task instead of the prediction of text; needs --data.")
  var task: EvaluationTask?

  @Option(help: ArgumentHelp("The examples of the task, JSON Lines.", valueName: "file"))
  var data: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("So many of the first examples are shown, not asked.", valueName: "k"))
  var fewShot = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Classify by a linear head on the hidden states, trained on the other parts of the file, "
        + "of which there are k.", valueName: "k"))
  var folds: Int?

  @Option(
    help: ArgumentHelp(
      "Write each answer of --task questions to this file, JSON Lines.", valueName: "file"))
  var answers: String?

  func validate() throws {
    try require((task == nil) == (data == nil), hint: "give both or neither") {
      "--task and --data belong together"
    }
    try require((0...1_000).contains(fewShot), hint: leaveOut) {
      "--few-shot must be from 0 to 1000, not \(fewShot)"
    }
    try require(answers == nil || task == .questions, hint: "leave it out") {
      "--answers goes with --task questions"
    }
    try require(answers?.isEmpty != true, hint: "name a file") { "--answers is empty" }
    try require(fewShot == 0 || task != .preferences, hint: leaveOut) {
      "--few-shot does not go with --task preferences"
    }
    try require(folds.map { (2...100).contains($0) } ?? true, hint: "5 or 10 are usual") {
      "--folds must be from 2 to 100, not \(folds ?? 0)"
    }
    try require(folds == nil || (task == .classify && fewShot == 0), hint: "leave it out") {
      "--folds goes with --task classify, without --few-shot"
    }
  }

  /// Measures the task, if one was asked for.
  ///
  /// - Returns: Whether one was.
  func run(_ opened: OpenedRun, _ output: OutputOptions) throws -> Bool {
    guard let task, let data else { return false }
    let generator = try Generator(model: opened.model, tokenizer: opened.tokenizer)
    let template = try ChatTemplate(opened.tokenizer)
    let values =
      switch task {
      case .questions: try questions(data, generator, template, output)
      case .choice:
        try choices(ChoiceEvaluation(path: data, fewShot: fewShot), generator, template, output)
      case .preferences:
        try choices(ChoiceEvaluation(preferences: data), generator, template, output)
      case .classify: try labels(data, generator, template, output)
      }
    opened.keep(
      [
        JSONMember(name: "task", value: .string(task.rawValue)),
        JSONMember(name: "data", value: .array([.string(data)])),
        JSONMember(name: "few_shot", value: .integer(fewShot)),
        JSONMember(name: "folds", value: folds.map { .integer($0) } ?? .null),
      ] + values)
    try EvaluationReport(values: .object(values)).write(output)
    return true
  }

  /// Says how many conversations the context does not hold: such a one loses its oldest turns, the
  /// examples of `--few-shot` first.
  private func warn(cut: Int, of count: Int, _ generator: Generator, losing: String? = nil) {
    if cut == 0 { return }
    let lost =
      losing ?? "beginning" + (fewShot > 0 ? ", which is the examples of --few-shot" : "")
    Terminal.warn(
      "\(grouped(cut)) of \(grouped(count)) do not fit the context of "
        + "\(grouped(generator.model.configuration.contextLength)) tokens"
        + (losing == nil ? " beside an answer" : "") + " and lose their \(lost)")
  }

  private func questions(
    _ path: String, _ generator: Generator, _ template: ChatTemplate, _ output: OutputOptions
  ) throws -> [JSONMember] {
    let stop = StopSignal()
    let evaluation = try QuestionEvaluation(path: path, fewShot: fewShot)
    // Begun before hours of answers, so that a name that cannot be written is said at once.
    if let answers {
      try requireApart(answers, from: [path], option: "--answers")
      _ = try AtomicFile(path: answers)
    }
    let cut = try evaluation.cutPrompts(generator, template)
    warn(cut: cut, of: evaluation.questions.count, generator)
    var progress = ProgressLine(
      "asking", total: evaluation.questions.count, isQuiet: output.quiet)
    let (score, given) = try evaluation.score(generator, template) {
      try stop.check()
      progress.update($0)
    }
    progress.finish()
    if let answers {
      let lines = zip(evaluation.questions, given).map { question, answer -> JSONValue in
        [
          "question": .string(question.messages.last?.content ?? ""),
          "expected": .string(question.answer), "answer": .string(answer),
        ]
      }
      try AtomicFile.write(lines.flatMap(\.line), to: answers)
    }
    return Self.values(
      score.accuracy,
      [
        ("right", .integer(score.right)), ("cut_prompts", .integer(cut)),
        ("most_frequent_answer", .number(Double(score.mostFrequent) / Double(score.count))),
        (
          "kinds",
          .object(
            score.kinds.map {
              JSONMember(name: $0.name, value: .number(Double($0.right) / Double($0.count)))
            })
        ),
        (
          "kind_counts",
          .object(score.kinds.map { JSONMember(name: $0.name, value: .integer($0.count)) })
        ),
        (
          "kind_intervals",
          .object(
            score.kinds.map {
              JSONMember(
                name: $0.name, value: .interval(Proportion($0.right, of: $0.count).interval))
            })
        ),
      ])
  }

  private func choices(
    _ evaluation: ChoiceEvaluation, _ generator: Generator, _ template: ChatTemplate,
    _ output: OutputOptions
  ) throws -> [JSONMember] {
    let stop = StopSignal()
    let cut = try evaluation.cutPrompts(generator, template)
    warn(cut: cut, of: evaluation.count, generator)
    var progress = ProgressLine("comparing", total: evaluation.count, isQuiet: output.quiet)
    let score = try evaluation.score(generator, template) {
      try stop.check()
      progress.update($0)
    }
    progress.finish()
    return Self.values(
      score.accuracy,
      [
        ("accuracy_per_token", .number(score.perToken.share)), ("chance", .number(score.chance)),
        ("cut_prompts", .integer(cut)),
      ])
  }

  private func labels(
    _ path: String, _ generator: Generator, _ template: ChatTemplate, _ output: OutputOptions
  ) throws -> [JSONMember] {
    let stop = StopSignal()
    let evaluation = try ClassificationEvaluation(path: path, fewShot: fewShot)
    var progress = ProgressLine("classifying", total: evaluation.count, isQuiet: output.quiet)
    func show(_ done: Int) throws {
      try stop.check()
      progress.update(done)
    }
    let score: ClassificationScore
    let cut: Int
    var accuracies: [Double] = []
    if let folds {
      cut = evaluation.cutTexts(generator)
      warn(cut: cut, of: evaluation.count, generator, losing: "end")
      (score, accuracies) = try evaluation.crossValidate(generator, folds: folds, progress: show)
    } else {
      cut = try evaluation.cutPrompts(generator, template)
      warn(cut: cut, of: evaluation.count, generator)
      score = try evaluation.score(generator, template, progress: show)
    }
    progress.finish()
    let intervals = score.intervals()
    let labels: [JSONMember] = score.labels.indices.map { label in
      let right = score.confusion[label][label]
      let count = score.confusion[label].reduce(0, +)
      let chosen = score.confusion.reduce(0) { $0 + $1[label] }
      let values: JSONValue = [
        "count": .integer(count),
        "precision": .number(score.precisions[label]),
        "precision_interval": chosen == 0
          ? .null : .interval(Proportion(right, of: chosen).interval),
        "recall": .number(score.recalls[label]),
        "recall_interval": count == 0 ? .null : .interval(Proportion(right, of: count).interval),
        "f1": .number(score.f1s[label]), "auc_roc": .number(score.areas[label]),
      ]
      return JSONMember(name: score.labels[label], value: values)
    }
    var values: [(String, JSONValue)] = [
      ("precision", .number(score.mean(score.precisions))),
      ("precision_interval", .interval(intervals.precision)),
      ("recall", .number(score.mean(score.recalls))),
      ("recall_interval", .interval(intervals.recall)),
      ("f1", .number(score.mean(score.f1s))), ("f1_interval", .interval(intervals.f1)),
      ("auc_roc", .number(score.mean(score.areas))),
      ("auc_roc_interval", .interval(intervals.area)),
      ("calibration_error", .number(score.calibrationError)),
      ("most_frequent_label", .number(score.mostFrequent)), ("cut_prompts", .integer(cut)),
      ("labels", .object(labels)),
    ]
    if !accuracies.isEmpty {
      values.append(("fold_accuracies", .array(accuracies.map { .number($0) })))
    }
    values.append(("confusion_labels", .array(score.labels.map { .string($0) })))
    values.append(
      ("confusion", .array(score.confusion.map { .array($0.map { .integer($0) }) })))
    return Self.values(score.accuracy, values)
  }

  /// An accuracy with its interval, and what else was measured.
  private static func values(_ accuracy: Proportion, _ others: [(String, JSONValue)])
    -> [JSONMember]
  {
    let values: [(String, JSONValue)] =
      [
        ("accuracy", .number(accuracy.share)), ("count", .integer(accuracy.count)),
        ("confidence_interval", .interval(accuracy.interval)),
      ] + others
    return values.map { JSONMember(name: $0.0, value: $0.1) }
  }
}

extension JSONValue {
  /// Both ends.
  static func interval(_ interval: ClosedRange<Double>) -> JSONValue {
    [.number(interval.lowerBound), .number(interval.upperBound)]
  }
}

extension OpenedRun {
  /// Keeps a result in the run; a run that must not be written to goes without.
  func keep(_ result: [JSONMember]) {
    let line = [JSONMember(name: "step", value: .integer(step))] + result
    do {
      try directory.appendEvaluation(.object(line))
    } catch {
      Terminal.warn("the result is not kept in the run: \(error)")
    }
  }
}
