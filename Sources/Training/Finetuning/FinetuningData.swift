import ContentHashing
public import Corpus
import Files
import StrictJSON
public import Tokenization

/// The examples that a model is fine-tuned on, encoded.
public struct FinetuningData: Sendable {
  /// Counts of one side of the examples.
  public struct Counts: Sendable, Equatable {
    /// Examples.
    public var examples = 0
    /// Tokens of all examples; of pairs, those of both answers with what they have in common.
    public var tokens = 0
    /// Tokens that it learns to predict.
    public var supervisedTokens = 0
  }

  /// What is trained on.
  public let train: Counts
  /// What is measured on.
  public let validation: Counts
  /// Examples of which something had to be cut off.
  public let cutExamples: Int
  /// Examples of which nothing was left to learn.
  public let emptyExamples: Int
  /// Examples that the template refused, as one that begins with an answer.
  public let refusedExamples: Int
  /// Why it refused the first of them.
  public let refusal: ChatTemplateError?
  let trainExamples: [EncodedExample]
  let validationExamples: [EncodedExample]
  /// Identifies the files.
  let hash: ContentHash

  /// One example in so many is for validation.
  private static let share: UInt64 = 20
  /// The fewest examples from which some are held out.
  private static let fewest = 40

  /// Encodes the examples of files.
  ///
  /// - Parameters:
  ///   - files: What to train on.
  ///   - validation: What to measure on; where there is none, 1 in 20 of `files`, chosen by the
  ///     hash of its tokens.
  ///   - template: Writes the conversations.
  ///   - context: Tokens that the model reads at once.
  /// - Throws: ``TrainingError`` if nothing is left to train on; `ChatTemplateError` where the template
  ///   refuses all of it.
  public init(
    _ files: [ConversationFile], validation: [ConversationFile] = [], template: ChatTemplate,
    context: Int
  ) throws {
    var left = LeftOut()
    func encode(_ files: [ConversationFile]) throws -> [[EncodedExample]] {
      try files.flatMap(\.examples).compactMap { example in
        let encoded = try left.noting {
          try EncodedExample.all(of: example, template, context: context)
        }
        guard let encoded else { return nil }
        if encoded.isEmpty { left.empty += 1 }
        if encoded.contains(where: \.isCut) { left.cut += 1 }
        return encoded.isEmpty ? nil : encoded
      }
    }
    let (train, held) = (try encode(files), try encode(validation))
    try self.init(
      groups: train, validation: held, left: left,
      hash: Self.hash(files.map(\.hash), validation.map(\.hash)), context: context)
  }

  /// What is not learned, or not whole.
  struct LeftOut {
    var cut = 0
    var empty = 0
    private(set) var refused = 0
    private(set) var refusal: ChatTemplateError?

    /// What `encode` makes of an example, or `nil` where the template refuses it.
    mutating func noting<Made>(_ encode: () throws -> Made) throws -> Made? {
      do {
        return try encode()
      } catch let error as ChatTemplateError {
        refused += 1
        refusal = refusal ?? error
        return nil
      }
    }
  }

  /// Divides examples, of which those in a group stay together.
  init(
    groups: [[EncodedExample]], validation: [[EncodedExample]], left: LeftOut, hash: ContentHash,
    context: Int
  ) throws {
    func isHeld(_ group: [EncodedExample]) -> Bool {
      group[0].ids.withUnsafeBytes { ContentHash(of: $0) }.low % Self.share == 0
    }
    let holdsOut = validation.isEmpty && groups.count >= Self.fewest
    trainExamples = (holdsOut ? groups.filter { !isHeld($0) } : groups).flatMap { $0 }
    validationExamples = (holdsOut ? groups.filter(isHeld) : validation).flatMap { $0 }
    guard !trainExamples.isEmpty else {
      if let refusal = left.refusal, left.cut + left.empty == 0 { throw refusal }
      let refused = left.refusal.map { "the chat template refuses \(left.refused) (\($0)), and " }
      throw TrainingError(
        "no example is left to train on: \(refused ?? "")\(left.cut + left.empty) are too long for the "
          + "context of \(context) tokens, or have nothing to learn",
        hint: "give other --data, or a base with a longer context")
    }
    cutExamples = left.cut
    emptyExamples = left.empty
    refusedExamples = left.refused
    refusal = left.refusal
    self.hash = hash
    train = Self.count(trainExamples)
    self.validation = Self.count(validationExamples)
  }

  /// Identifies the files of training and of validation.
  static func hash(_ data: [ContentHash], _ validation: [ContentHash]) -> ContentHash {
    var hasher = ContentHasher()
    for (name, hashes) in [("data", data), ("validation", validation)] {
      hasher.update(Array("\(name)\0".utf8))
      for hash in hashes { hasher.update(Array("\(hash)\0".utf8)) }
    }
    return hasher.finalize()
  }

  private static func count(_ examples: [EncodedExample]) -> Counts {
    examples.reduce(into: Counts()) { counts, example in
      counts.examples += 1
      counts.tokens += example.ids.count - 1
      counts.supervisedTokens += example.supervisedTokens
    }
  }

  /// Whether an example to train on has the token.
  public func contains(_ token: UInt32) -> Bool {
    trainExamples.contains { $0.ids.contains(token) }
  }

  /// A stretch of an example, and whether it is learned.
  public struct Stretch: Sendable, Equatable {
    /// Its text; special tokens as they are written, control characters spelled out.
    public var text: String
    /// Whether it is learned.
    public let isSupervised: Bool
  }

  /// The first `count` examples to train on, in stretches that are learned or not.
  public func preview(_ count: Int, _ template: ChatTemplate) -> [[Stretch]] {
    trainExamples.prefix(count).map { example in
      var stretches: [(ids: [UInt32], isSupervised: Bool)] = []
      for (id, isSupervised) in zip(example.ids, example.isSupervised) {
        if stretches.last?.isSupervised == isSupervised {
          stretches[stretches.count - 1].ids.append(id)
        } else {
          stretches.append(([id], isSupervised))
        }
      }
      return stretches.map { Stretch(text: template.shown($0.ids), isSupervised: $0.isSupervised) }
    }
  }

  static let trainName = "train.safetensors"
  static let validationName = "validation.safetensors"

  /// Writes the examples into `directory`.
  ///
  /// - Throws: `FileError`.
  func write(to directory: String) throws {
    try FileSystem.createDirectory(directory)
    try ExampleShard.write(trainExamples, to: "\(directory)/\(Self.trainName)")
    try ExampleShard.write(validationExamples, to: "\(directory)/\(Self.validationName)")
  }

  /// The counts, as stored in `run.json`.
  var members: [JSONMember] {
    [("train", train), ("validation", validation)].map { name, counts in
      JSONMember(
        name: name,
        value: [
          "examples": .integer(counts.examples), "tokens": .integer(counts.tokens),
          "supervised_tokens": .integer(counts.supervisedTokens),
        ])
    } + [
      JSONMember(name: "cut_examples", value: .integer(cutExamples)),
      JSONMember(name: "empty_examples", value: .integer(emptyExamples)),
      JSONMember(name: "refused_examples", value: .integer(refusedExamples)),
    ]
  }
}
