import Files
import LanguageModel
import StrictJSON
import TensorCore
import Training

/// Compares a run with its plan, and says once where it departs from it.
package struct PlanWatch {
  private let path: String
  private let tokensPerSecond: Double
  private let memory: Int
  private var seconds = 0.0
  private var tokens = 0
  private var steps = 0
  private var hasSpokenOfSpeed = false
  private var hasSpokenOfMemory = false

  /// Steps from one look at the speed to the next.
  private static let steps = 20
  /// The share by which speed may differ.
  private static let speedTolerance = 0.25
  /// The share by which memory may exceed the plan.
  private static let memoryTolerance = 0.15

  private let parameters: Int
  private let tokensPerStep: Int
  private let plan: JSONValue

  /// Reads what `plan --json` printed.
  /// - Throws: `FileError`, ``CommandError``.
  package init(reading path: String) throws {
    self.path = FileError.printable(path)
    let bytes = try FileSystem.readFile(path, limit: 1 << 24, allowsPipes: true)
    guard let plan = try? JSONValue(parsing: bytes),
      let speed = plan["tokens_per_second"]?.number, (1e-9...1e15).contains(speed),
      let memory = plan["memory_bytes"]?["total"]?.integer,
      let parameters = plan["parameters"]?.integer, let step = plan["tokens_per_step"]?.integer
    else {
      throw CommandError(
        "\(self.path) is not a plan", hint: "make one with `swiftlet plan --json`")
    }
    self.plan = plan
    tokensPerSecond = speed
    self.memory = memory
    self.parameters = parameters
    tokensPerStep = step
  }

  /// Refuses the plan of another run.
  func check(_ configuration: ModelConfiguration, batchSize: Int) throws {
    let tokens = batchSize * configuration.contextLength
    guard parameters != configuration.parameterCount || tokensPerStep != tokens else { return }
    throw CommandError(
      "\(path) is the plan of another run: of \(grouped(parameters)) parameters and "
        + "\(grouped(tokensPerStep)) tokens a step, not \(grouped(configuration.parameterCount)) "
        + "and \(grouped(tokens))", hint: "give `swiftlet plan` the options of this run")
  }

  /// The settings that decide what a run costs.
  static func settings(_ configuration: ModelConfiguration, _ settings: TrainingSettings)
    -> [JSONMember]
  {
    let names = [
      "steps", "batch_size", "batch_warmup_steps", "optimizer", "evaluate_every",
      "checkpoint_every", "sample_every", "keep", "dropout", "cross_documents",
    ]
    return [JSONMember(name: "context", value: .integer(configuration.contextLength))]
      + settings.members.filter { names.contains($0.name) }
  }

  /// Says which settings of a run are not the plan's; `nil` if all of them are.
  func departure(
    _ configuration: ModelConfiguration, _ settings: TrainingSettings, on device: Device
  ) -> String? {
    func shown(_ value: JSONValue) -> String {
      value.string ?? String(decoding: value.serialized(), as: UTF8.self)
    }
    var differences: [String] = []
    func compare(_ name: String, _ value: JSONValue, _ planned: JSONValue?) {
      guard let planned, planned != value else { return }
      differences.append("\(name) \(shown(value)), not \(FileError.printable(shown(planned)))")
    }
    for setting in Self.settings(configuration, settings) {
      let name = setting.name.replacing("_", with: " ")
      compare(name, setting.value, plan["settings"]?[setting.name])
    }
    compare("precision", .string(device.precision.rawValue), plan["precision"])
    compare("threads", .integer(device.threadCount), plan["threads"])
    compare(
      "checkpoint-activations", .bool(device.checkpointsActivations),
      plan["checkpoint_activations"])
    return differences.isEmpty
      ? nil : "the run departs from \(path): \(differences.joined(separator: "; "))"
  }

  /// Takes a step, and says what is far from the plan: the speed of all full steps so far, looked at
  /// every 20 of them. The small ones of a warm-up are slower by nature, and the first one allocates.
  package mutating func add(tokens: Int, seconds: Double) -> String? {
    guard tokens == tokensPerStep, !hasSpokenOfSpeed else { return nil }
    steps += 1
    guard steps > 1 else { return nil }
    self.tokens += tokens
    self.seconds += seconds
    guard (steps - 1) % Self.steps == 0 else { return nil }
    let speed = Double(self.tokens) / self.seconds
    guard abs(speed / tokensPerSecond - 1) > Self.speedTolerance else { return nil }
    hasSpokenOfSpeed = true
    return "\(grouped(Int(speed))) tokens/s, and \(path) expects \(grouped(Int(tokensPerSecond))): "
      + "the run takes \(TrainingReport.fixed(tokensPerSecond / speed, 1)) times as long"
  }

  /// Looks at the memory that was used, and says if it is far above the plan.
  package mutating func lookAtMemory() -> String? {
    let peak = ProcessMemory.peak
    guard !hasSpokenOfMemory, Double(peak) > Double(memory) * (1 + Self.memoryTolerance) else {
      return nil
    }
    hasSpokenOfMemory = true
    return "\(sized(peak)) of memory, and \(path) expects \(sized(memory))"
  }
}
