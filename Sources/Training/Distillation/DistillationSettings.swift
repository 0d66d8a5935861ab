public import StrictJSON

/// What a distillation run was asked to do.
public struct DistillationSettings: Sendable, Equatable {
  /// Steps, rates, seed.
  public var training: TrainingSettings
  /// How the student is compared with the teachers.
  public var teaching: TeachingSettings
  /// The share of the windows that the student writes itself, from 0 to 1.
  public var onPolicy: Double
  /// The weight of the distance between the hidden states of student and teacher, 0 or more.
  public var hiddenWeight: Double
  /// How many of the teachers' most probable tokens are kept on disk, or 0 where the teachers are asked
  /// at each step.
  public var cache: Int

  /// Collects settings.
  public init(
    training: TrainingSettings, teaching: TeachingSettings = TeachingSettings(),
    hiddenWeight: Double = 0, onPolicy: Double = 0, cache: Int = 0
  ) {
    self.training = training
    self.teaching = teaching
    self.hiddenWeight = hiddenWeight
    self.onPolicy = onPolicy
    self.cache = cache
  }

  /// Checks that the settings have a meaning.
  ///
  /// - Throws: ``TrainingError``, which names the option.
  public func validate() throws {
    try training.validate()
    let hint = "leave it out for the default"
    guard training.dropout == 0 else {
      throw TrainingError("students drop nothing, but dropout is \(training.dropout)", hint: hint)
    }
    try teaching.validate()
    guard (0...1_000).contains(hiddenWeight) else {
      throw TrainingError(
        "--hidden-weight must be from 0 to 1000, not \(hiddenWeight)", hint: hint)
    }
    guard (0...1).contains(onPolicy) else {
      throw TrainingError("--on-policy must be from 0 to 1, not \(onPolicy)", hint: hint)
    }
    guard (0...1_024).contains(cache) else {
      throw TrainingError("--cache must be from 0 to 1024, not \(cache)", hint: hint)
    }
    guard cache == 0 || (teaching.loss == .forwardKL && onPolicy == 0 && hiddenWeight == 0) else {
      throw TrainingError(
        "--cache goes with --loss forward-kl and without --on-policy and --hidden-weight: they ask the "
          + "teachers for more than was kept, or about what is not yet written", hint: hint)
    }
  }

  /// As stored in `run.json`.
  public var members: [JSONMember] {
    teaching.members + [
      JSONMember(name: "hidden_weight", value: .number(hiddenWeight)),
      JSONMember(name: "on_policy", value: .number(onPolicy)),
      JSONMember(name: "cache", value: .integer(cache)),
    ] + training.members
  }

  /// Reads what ``members`` wrote.
  ///
  /// - Parameters:
  ///   - members: The settings.
  ///   - path: Names the file in errors.
  /// - Throws: ``TrainingError`` naming the key.
  public init(_ members: [JSONMember], path: String) throws {
    let object = JSONValue.object(members)
    self.init(
      training: try TrainingSettings(members, path: path),
      teaching: try TeachingSettings(members, path: path),
      hiddenWeight: object["hidden_weight"]?.number ?? 0,
      onPolicy: object["on_policy"]?.number ?? 0, cache: object["cache"]?.integer ?? 0)
    try validate()
  }
}
