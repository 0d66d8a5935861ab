import StrictJSON

/// How a student is compared with its teachers; see ``Distillation``.
public struct TeachingSettings: Sendable, Equatable {
  /// How the two are compared.
  public var loss: Distillation.Loss
  /// What both logits are divided by.
  public var temperature: Double
  /// The weight of the text or the answers themselves, from 0 to 1; the teachers have the rest.
  public var hardWeight: Double
  /// The teacher's share of the mixture of the Jensen–Shannon divergence; see ``Distillation/jsdBeta``.
  public var jsdBeta: Double

  /// Collects settings.
  public init(
    loss: Distillation.Loss = .forwardKL, temperature: Double = 1, hardWeight: Double = 0,
    jsdBeta: Double = 0.5
  ) {
    self.loss = loss
    self.temperature = temperature
    self.hardWeight = hardWeight
    self.jsdBeta = jsdBeta
  }

  /// Checks that the settings have a meaning.
  ///
  /// - Throws: ``TrainingError``, which names the option.
  public func validate() throws {
    let hint = "leave it out for the default"
    guard temperature >= 0.01, temperature <= 100 else {
      throw TrainingError(
        "--temperature must be from 0.01 to 100, not \(temperature)", hint: hint)
    }
    guard (0...1).contains(hardWeight) else {
      throw TrainingError("--hard-weight must be from 0 to 1, not \(hardWeight)", hint: hint)
    }
    // As the kernels see it, in float32, it must be neither 0 nor 1.
    guard (1e-6...0.999_999).contains(jsdBeta) else {
      throw TrainingError("--jsd-beta must be between 0 and 1, not \(jsdBeta)", hint: hint)
    }
  }

  /// As stored in `run.json`.
  var members: [JSONMember] {
    [
      JSONMember(name: "loss", value: .string(loss.rawValue)),
      JSONMember(name: "temperature", value: .number(temperature)),
      JSONMember(name: "hard_weight", value: .number(hardWeight)),
      JSONMember(name: "jsd_beta", value: .number(jsdBeta)),
    ]
  }

  /// Reads what ``members`` wrote.
  ///
  /// - Parameters:
  ///   - members: The settings.
  ///   - path: Names the file in errors.
  /// - Throws: ``TrainingError`` naming the key.
  init(_ members: [JSONMember], path: String) throws {
    let object = JSONValue.object(members)
    let damaged = "the file is damaged or was edited; restore it"
    func value<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws -> Value {
      guard let value = object[key].flatMap(read) else {
        throw TrainingError(
          "\(path): the setting \(key) is missing or of the wrong kind", hint: damaged)
      }
      return value
    }
    self.init(
      loss: try value("loss") { $0.string.flatMap(Distillation.Loss.init) },
      temperature: try value("temperature", \.number),
      hardWeight: try value("hard_weight", \.number),
      // Runs of earlier versions have none.
      jsdBeta: object["jsd_beta"] == nil ? 0.5 : try value("jsd_beta", \.number))
    do {
      try validate()
    } catch let error as TrainingError {
      throw TrainingError("\(path): \(error.description)", hint: damaged)
    }
  }
}
