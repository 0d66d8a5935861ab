import Corpus
import Files
import Inference
import StrictJSON
import Tokenization

/// What a model wrote that came to an end by itself, in the order in which it was asked.
struct SampleSet {
  /// A text.
  struct Sample {
    /// The place of the question that it answers.
    let prompt: Int
    let text: String
    var score: Double?
  }

  /// What was asked; nothing where the model wrote from nothing.
  let prompts: [PromptFile.Prompt]
  /// What is finished.
  private(set) var all: [Sample]
  /// How many texts became too long to come to an end.
  let cutOff: Int

  /// Takes what was generated, `count` texts for each prompt; `nil` for those that were stopped.
  init(_ generations: [Generation?], of prompts: [PromptFile.Prompt], each count: Int) {
    self.prompts = prompts
    all = generations.enumerated().compactMap { index, generation in
      guard let generation, generation.finishReason != .length else { return nil }
      return Sample(prompt: index / count, text: generation.text)
    }
    cutOff = generations.count { $0?.finishReason == .length }
  }

  /// A line to learn from.
  func line(_ sample: Sample) -> JSONValue {
    if prompts.isEmpty { return ["text": .string(sample.text)] }
    let messages = prompts[sample.prompt].messages + [Message(.assistant, sample.text)]
    let turns = messages.map { message -> JSONValue in
      ["role": .string(message.role.rawValue), "content": .string(message.content)]
    }
    return .object(
      [JSONMember(name: "messages", value: .array(turns))]
        + (sample.score.map { [JSONMember(name: "score", value: .number($0))] } ?? []))
  }

  /// Gives each answer what a command says of it.
  ///
  /// - Throws: ``CommandError`` for a command that does not do its part.
  mutating func score(by scorer: Scorer, _ stop: StopSignal) throws {
    if all.isEmpty { return }
    let lines = all.map { sample in
      JSONValue.object(
        prompts[sample.prompt].line.filter { $0.name != "sample" }
          + [JSONMember(name: "sample", value: .string(sample.text))])
    }
    let scores = try ScratchDirectory.with { directory in
      let path = "\(directory)/samples.jsonl"
      try AtomicFile.write(lines.flatMap(\.line), to: path)
      return try scorer.scores(ofLinesIn: path, count: lines.count, stop)
    }
    for index in all.indices { all[index].score = scores[index] }
  }

  /// The best answer to each question, the first of equals.
  var best: [Sample] {
    var best: [Sample] = []
    for sample in all {
      if best.last?.prompt != sample.prompt {
        best.append(sample)
      } else if let score = sample.score, score > best[best.count - 1].score ?? -.infinity {
        best[best.count - 1] = sample
      }
    }
    return best
  }

  /// Leaves out all but the best answers, and those of them with a lower score.
  mutating func keepBest(atLeast minimum: Double?) {
    all = best.filter { $0.score ?? 0 >= minimum ?? -.infinity }
  }
}
