import StrictJSON

/// What `sample` says when it is done.
struct SampleReport {
  private let questions: Int?
  private let samples: Int
  private let cutOff: Int
  private var scores: [(name: String, mean: Double)] = []
  /// How many lines were written.
  var kept = 0

  /// - Parameter asked: Whether there were questions.
  init(_ set: SampleSet, asked: Bool) {
    questions = asked ? set.prompts.count : nil
    samples = set.all.count
    cutOff = set.cutOff
  }

  /// Adds how good all answers are, and the best to each question.
  mutating func add(scoresOf set: SampleSet) {
    scores = [("mean_score", set.all), ("mean_best_score", set.best)].map { name, samples in
      let scores = samples.compactMap(\.score)
      return (name, scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count))
    }
  }

  /// Says it.
  func show(_ output: OutputOptions) throws {
    if kept == 0 {
      Terminal.warn(
        samples == 0
          ? "nothing is kept: every answer was cut off; a greater --max-tokens may help"
          : "nothing is kept: no score reaches --minimum")
    }
    let counts = [
      ("questions", questions), ("samples", samples), ("cut_off", cutOff), ("kept", kept),
    ]
    if output.json {
      let members =
        counts.compactMap { name, count in
          count.map { JSONMember(name: name, value: .integer($0)) }
        } + scores.map { JSONMember(name: $0.name, value: .number($0.mean)) }
      return try Terminal.write(JSONValue.object(members).line)
    }
    if output.quiet { return }
    let lines =
      counts.compactMap { name, count in count.map { (name, grouped($0)) } }
      + scores.map { ($0.name, TrainingReport.fixed($0.mean, 4)) }
    for (name, text) in lines {
      Terminal.say(Chart.padded(name.replacing("_", with: " "), 18) + text)
    }
  }
}
