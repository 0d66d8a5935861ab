public import LanguageModel
public import StrictJSON

/// What a fine-tuning run was asked to do.
public struct FinetuningSettings: Sendable, Equatable {
  /// Steps, rates, seed.
  public var training: TrainingSettings
  /// What is trained beside the frozen base; `nil` trains all parameters of the base.
  public var adapter: AdapterConfiguration?
  /// Times the learning rate for the second factors of an adapter. Source: Hayou et al., "LoRA+",
  /// 2024.
  public var secondFactorRate: Double
  /// How pairs of answers are compared; `nil` learns answers as they are.
  public var preference: Preference?
  /// How what teachers find probable in the answers is followed; `nil` where there are no teachers.
  public var teaching: TeachingSettings?
  /// The share of the loss that text of the base's training has, so that the base forgets less.
  public var replay: Double

  /// Collects settings.
  public init(
    training: TrainingSettings, adapter: AdapterConfiguration?, secondFactorRate: Double = 1,
    preference: Preference? = nil, teaching: TeachingSettings? = nil, replay: Double = 0
  ) {
    self.training = training
    self.adapter = adapter
    self.secondFactorRate = secondFactorRate
    self.preference = preference
    self.teaching = teaching
    self.replay = replay
  }

  /// How the settings call what is trained.
  public var method: String {
    guard let adapter else { return "full" }
    return adapter.hasMagnitudes ? "dora" : "lora"
  }

  /// Checks that a base of `configuration` can be fine-tuned so.
  ///
  /// - Throws: ``TrainingError``, `ModelConfigurationError`.
  public func validate(for configuration: ModelConfiguration) throws {
    try training.validate(for: configuration, isFrozen: adapter != nil)
    try adapter?.validate(for: configuration)
    guard adapter == nil || training.dropout == 0 else {
      throw TrainingError(
        "beside an adapter, the base drops nothing, but the settings say \(training.dropout)",
        hint: "let the adapter drop")
    }
    guard training.batchWarmupSteps == 0 else {
      throw TrainingError(
        "batches of examples do not grow, but the settings say \(training.batchWarmupSteps) steps",
        hint: "restore the run's files")
    }
    guard (1...1_000).contains(secondFactorRate) else {
      throw TrainingError(
        "--lora-plus must be from 1 to 1000, not \(secondFactorRate)",
        hint: "leave it out for the default")
    }
    guard training.weightDecay * training.learningRate * secondFactorRate < 1 else {
      throw TrainingError(
        "--weight-decay times --learning-rate times --lora-plus must be below 1, not "
          + "\(training.weightDecay * training.learningRate * secondFactorRate)",
        hint: "choose a smaller one of them")
    }
    guard (0..<1).contains(replay) else {
      throw TrainingError(
        "--replay must be from 0 to below 1, not \(replay)", hint: "leave it out for the default")
    }
    guard replay == 0 || preference == nil else {
      throw TrainingError(
        "--replay goes with answers, and not with pairs of them",
        hint: "leave out --replay and --corpus")
    }
    try teaching?.validate()
    guard teaching == nil || preference == nil else {
      throw TrainingError(
        "--teacher goes with answers, and not with pairs of them", hint: "leave it out")
    }
    if let preference {
      guard preference.beta > 0, preference.beta <= 100 else {
        throw TrainingError(
          "--beta must be above 0 and at most 100, not \(preference.beta)",
          hint: "leave it out for the default")
      }
      guard (0..<0.5).contains(preference.labelSmoothing) else {
        throw TrainingError(
          "--label-smoothing must be from 0 to below 0.5, not \(preference.labelSmoothing)",
          hint: "leave it out for the default")
      }
      guard (0...1_000).contains(preference.chosenWeight) else {
        throw TrainingError(
          "--chosen-weight must be from 0 to 1000, not \(preference.chosenWeight)",
          hint: "leave it out for the default")
      }
      guard preference.kind != .orpo || preference.chosenWeight == 0 else {
        throw TrainingError(
          "--chosen-weight is for dpo and ipo: orpo has the chosen answer's loss already",
          hint: "leave it out, or choose a smaller --beta")
      }
    }
  }

  var optimizerSettings: Optimizer.Settings {
    var settings = training.optimizerSettings
    settings.secondFactorRate = Float(secondFactorRate)
    return settings
  }

  /// As stored in `run.json`.
  public var members: [JSONMember] {
    let adapter: JSONValue =
      self.adapter.map {
        [
          "rank": .integer($0.rank), "alpha": .number($0.alpha), "dropout": .number($0.dropout),
          "targets": .array($0.targets.map { .string($0.rawValue) }),
          "rslora": .bool($0.isRankStabilized), "tokens": .array($0.tokens.map { .integer($0) }),
          "rank_pattern": .object(
            $0.rankPattern.map { JSONMember(name: $0.suffix, value: .integer($0.value)) }),
          "alpha_pattern": .object(
            $0.alphaPattern.map { JSONMember(name: $0.suffix, value: .number($0.value)) }),
        ]
      } ?? .null
    return [
      JSONMember(name: "method", value: .string(method)),
      JSONMember(name: "adapter", value: adapter),
      JSONMember(name: "lora_plus", value: .number(secondFactorRate)),
      JSONMember(name: "replay", value: .number(replay)),
      JSONMember(
        name: "objective",
        value: preference.map {
          [
            "kind": .string($0.kind.rawValue), "beta": .number($0.beta),
            "label_smoothing": .number($0.labelSmoothing),
            "chosen_weight": .number($0.chosenWeight),
          ]
        } ?? "answers"),
      JSONMember(name: "distillation", value: teaching.map { .object($0.members) } ?? .null),
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
    func value<Value>(_ object: JSONValue, _ key: String, _ read: (JSONValue) -> Value?) throws
      -> Value
    {
      guard let value = object[key].flatMap(read) else {
        throw TrainingError(
          "\(path): the setting \(key) is missing or of the wrong kind",
          hint: "the file is damaged or was edited; restore it")
      }
      return value
    }
    training = try TrainingSettings(members, path: path)
    secondFactorRate = try value(object, "lora_plus", \.number)
    replay = try value(object, "replay", \.number)
    if let compared = object["objective"], compared.object != nil {
      preference = Preference(
        try value(compared, "kind") { $0.string.flatMap(Preference.Kind.init) },
        beta: try value(compared, "beta", \.number),
        labelSmoothing: try value(compared, "label_smoothing", \.number),
        // Runs of earlier versions have none.
        chosenWeight: try compared["chosen_weight"].map { _ in
          try value(compared, "chosen_weight", \.number)
        } ?? 0)
    }
    // Runs of earlier versions have none.
    if let taught = object["distillation"], taught != .null {
      teaching = try TeachingSettings(value(object, "distillation", \.object), path: path)
    }
    let method = try value(object, "method", \.string)
    guard let values = object["adapter"], values != .null else {
      adapter = nil
      return
    }
    // Runs of earlier versions have none.
    func pattern<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws -> [LayerValue<Value>]
    {
      guard let members = values[key]?.object else { return [] }
      return try members.map {
        LayerValue(suffix: $0.name, value: try value(.object(members), $0.name, read))
      }
    }
    adapter = AdapterConfiguration(
      rank: try value(values, "rank", \.integer), alpha: try value(values, "alpha", \.number),
      dropout: try value(values, "dropout", \.number),
      targets: try value(values, "targets") {
        $0.array?.compactMap { $0.string.flatMap(Projection.init) }
      },
      isRankStabilized: try value(values, "rslora", \.bool), hasMagnitudes: method == "dora",
      tokens: try value(values, "tokens") { $0.array?.compactMap(\.integer) },
      rankPattern: try pattern("rank_pattern", \.integer),
      alphaPattern: try pattern("alpha_pattern", \.number))
  }
}
