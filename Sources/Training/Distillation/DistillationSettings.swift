public import StrictJSON

/// What a distillation run was asked to do.
public struct DistillationSettings: Sendable, Equatable {
  /// Steps, rates, seed.
  public var training: TrainingSettings
  /// How the student is compared with the teacher.
  public var loss: Distillation.Loss
  /// What both logits are divided by.
  public var temperature: Double
  /// The weight of the text itself, from 0 to 1.
  public var hardWeight: Double
  /// The share of the windows that the student writes itself, from 0 to 1.
  public var onPolicy: Double
  /// The weight of the distance between the hidden states of student and teacher, 0 or more.
  public var hiddenWeight: Double
  /// How many of the teachers' most probable tokens are kept on disk, or 0 where the teachers are asked
  /// at each step.
  public var cache: Int
  /// The teacher's share of the mixture of the Jensen–Shannon divergence; see ``Distillation/jsdBeta``.
  public var jsdBeta: Double

  /// Collects settings.
  public init(
    training: TrainingSettings, loss: Distillation.Loss = .forwardKL, temperature: Double = 1,
    hardWeight: Double = 0, hiddenWeight: Double = 0, onPolicy: Double = 0, cache: Int = 0,
    jsdBeta: Double = 0.5
  ) {
    self.training = training
    self.loss = loss
    self.temperature = temperature
    self.hardWeight = hardWeight
    self.hiddenWeight = hiddenWeight
    self.onPolicy = onPolicy
    self.cache = cache
    self.jsdBeta = jsdBeta
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
    guard temperature >= 0.01, temperature <= 100 else {
      throw TrainingError(
        "--temperature must be from 0.01 to 100, not \(temperature)", hint: hint)
    }
    guard (0...1).contains(hardWeight) else {
      throw TrainingError("--hard-weight must be from 0 to 1, not \(hardWeight)", hint: hint)
    }
    guard (0...1_000).contains(hiddenWeight) else {
      throw TrainingError(
        "--hidden-weight must be from 0 to 1000, not \(hiddenWeight)", hint: hint)
    }
    guard (0...1).contains(onPolicy) else {
      throw TrainingError("--on-policy must be from 0 to 1, not \(onPolicy)", hint: hint)
    }
    // As the kernels see it, in float32, it must be neither 0 nor 1.
    guard (1e-6...0.999_999).contains(jsdBeta) else {
      throw TrainingError("--jsd-beta must be between 0 and 1, not \(jsdBeta)", hint: hint)
    }
    guard (0...1_024).contains(cache) else {
      throw TrainingError("--cache must be from 0 to 1024, not \(cache)", hint: hint)
    }
    guard cache == 0 || (loss == .forwardKL && onPolicy == 0 && hiddenWeight == 0) else {
      throw TrainingError(
        "--cache goes with --loss forward-kl and without --on-policy and --hidden-weight: they ask the "
          + "teachers for more than was kept, or about what is not yet written", hint: hint)
    }
  }

  /// As stored in `run.json`.
  public var members: [JSONMember] {
    [
      JSONMember(name: "loss", value: .string(loss.rawValue)),
      JSONMember(name: "temperature", value: .number(temperature)),
      JSONMember(name: "hard_weight", value: .number(hardWeight)),
      JSONMember(name: "hidden_weight", value: .number(hiddenWeight)),
      JSONMember(name: "on_policy", value: .number(onPolicy)),
      JSONMember(name: "cache", value: .integer(cache)),
      JSONMember(name: "jsd_beta", value: .number(jsdBeta)),
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
    guard let loss = object["loss"]?.string.flatMap(Distillation.Loss.init),
      let temperature = object["temperature"]?.number, let weight = object["hard_weight"]?.number
    else {
      throw TrainingError(
        "\(path): the settings of the distillation are missing or of the wrong kind",
        hint: "the file is damaged or was edited; restore it")
    }
    self.init(
      training: try TrainingSettings(members, path: path), loss: loss, temperature: temperature,
      hardWeight: weight, hiddenWeight: object["hidden_weight"]?.number ?? 0,
      onPolicy: object["on_policy"]?.number ?? 0,
      cache: object["cache"]?.integer ?? 0, jsdBeta: object["jsd_beta"]?.number ?? 0.5)
    try validate()
  }
}
