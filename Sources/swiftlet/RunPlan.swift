import LanguageModel
import Runs
import StrictJSON
import TensorCore
import Training

/// What a run will take.
struct RunPlan {
  private let configuration: ModelConfiguration
  private let settings: TrainingSettings
  private let sample: CorpusSample?
  private let measured: Measured
  /// The same with `--checkpoint-activations`; `nil` where that is what was measured.
  private let checkpointed: Measured?
  private let precision: Precision
  private let threads: Int
  private let modules: ParameterTable
  /// Some steps of the run.
  struct Measured {
    let trial: TrainingTrial
    /// The most that the process held during them, on top of what it held before, in bytes.
    let memory: Int
  }
  private var trial: TrainingTrial { measured.trial }

  /// Bytes by part.
  private let memory: [(name: String, key: String, bytes: Int)]
  private let disk: [(name: String, key: String, bytes: Int)]

  /// Text that waits for one encoding thread: two rounds of eight batches of 256 KiB. Their ids wait, too.
  private static let encoding = 16 << 18
  /// Tokens of validation text that a run scores each time.
  private static let validationTokens = 65_536

  /// - Parameters:
  ///   - memoryBefore: What the process held before the trial.
  init(
    _ configuration: ModelConfiguration, _ settings: TrainingSettings, _ sample: CorpusSample?,
    _ measured: Measured, checkpointed: Measured?, precision: Precision, threads: Int,
    memoryBefore: Int
  ) {
    self.configuration = configuration
    self.settings = settings
    self.sample = sample
    self.measured = measured
    self.checkpointed = checkpointed
    self.precision = precision
    self.threads = threads
    let specifications = Transformer.specifications(configuration)
    modules = ParameterTable(
      specifications.map {
        SafetensorsEntry(name: $0.name, elementType: .float32, shape: $0.shape.dimensions)
      })
    let weights = 4 * configuration.parameterCount
    let hidden = specifications.filter(\.isHidden).reduce(0) { $0 + 4 * $1.shape.count }
    // Muon has one moment of the hidden matrices.
    let moments =
      2 * weights
      - (settings.optimizer == .adamw ? 0 : settings.optimizer == .muon ? hidden : weights)
    let width = configuration.vocabularySize <= 1 << 16 ? 2 : 4
    let text = sample.map { width * ($0.trainTokens + $0.validationTokens) } ?? 0
    memory = [
      ("program", "program", memoryBefore),
      (
        "encoding", "encoding",
        // The bytes and their ids: of a small corpus not more than all. And what is remembered of pieces on
        // both sides of the split, and half as much again, as a table grows beside the one before; the
        // sample's own is in the program already.
        sample.map {
          Int(
            Double(min(threads * Self.encoding, $0.bytesToEncode)) * (1 + 4 * $0.tokensPerByte))
            + (2 * threads - 1) * $0.cacheBytes * 3 / 2
        } ?? 0
      ),
      ("weights", "weights", weights), ("gradient", "gradient", weights),
      ("optimizer", "optimizer", moments),
      ("activations", "activations", max(0, measured.memory - 2 * weights - moments)),
    ]
    // The latest, the best, and the one that is being written; each new best is written, too.
    var (kept, step) = (0, 0)
    while kept < settings.keep + 2, step < settings.steps {
      let next = [settings.checkpointEvery, settings.evaluateEvery].map { (step / $0 + 1) * $0 }
      step = min(settings.steps, next[0], next[1])
      kept += 1
    }
    disk = [("text", "text", text), ("checkpoints", "checkpoints", kept * (weights + moments))]
  }

  private var tokensPerStep: Int { settings.batchSize * configuration.contextLength }
  private var tokens: Int {
    settings.batches.sequences(before: settings.steps) * configuration.contextLength
  }
  private var operations: Double { configuration.trainingOperationsPerToken * Double(tokens) }
  private var tokensPerSecond: Double { Double(tokensPerStep) / trial.secondsPerStep }

  /// Seconds by part.
  private var seconds: [(name: String, key: String, seconds: Double)] {
    let encoding = sample.map {
      Double($0.bytesToEncode) / $0.encodedBytesPerSecond / Double(threads)
    }
    let scored = min(sample?.validationTokens ?? Self.validationTokens, Self.validationTokens)
    let validations = (settings.steps + settings.evaluateEvery - 1) / settings.evaluateEvery
    return [
      ("encoding", "encoding", encoding ?? 0),
      ("steps", "steps", Double(tokens) / tokensPerSecond),
      ("validation", "validation", Double(validations * scored) * trial.secondsPerScoredToken),
    ]
  }

  private var totalSeconds: Double { seconds.reduce(0) { $0 + $1.seconds } }
  private var totalMemory: Int { memory.reduce(0) { $0 + $1.bytes } }
  /// All memory if the steps take another's, in bytes.
  private func memory(of other: Measured) -> Int { totalMemory - measured.memory + other.memory }
  /// The time of its steps over that of this plan's.
  private func slowdown(of other: Measured) -> Double {
    other.trial.secondsPerStep / trial.secondsPerStep
  }
  private var totalDisk: Int { disk.reduce(0) { $0 + $1.bytes } }

  // MARK: Shown

  /// For people, in 80 columns.
  var lines: [String] {
    var lines = ["\(grouped(configuration.parameterCount)) parameters"]
    lines += modules.lines
    let about = sample?.isExact == true ? "" : "about "
    var text = "\(counted(settings.steps, "step")) of "
    text += "\(settings.batchWarmupSteps > 0 ? "up to " : "")\(settings.batchSize) × "
    text += "\(configuration.contextLength) tokens: \(grouped(tokens))"
    lines += ["", field("training", text)]
    if let sample {
      let passes = Double(tokens) / Double(max(sample.trainTokens, 1))
      lines.append(
        field(
          "",
          "\(TrainingReport.fixed(passes, 2)) passes over \(about)"
            + "\(grouped(sample.trainTokens)) tokens of text"))
    }
    lines += [
      field(
        "compute",
        "\(Self.scaled(operations))FLOP, \(Self.scaled(configuration.trainingOperationsPerToken))"
          + "FLOP a token"),
      field(
        "speed",
        "\(grouped(Int(tokensPerSecond))) tokens/s, \(Self.scaled(operationsPerSecond))FLOP/s "
          + "in \(precision.rawValue) on \(counted(threads, "thread"))"),
      "", field("time", "about \(ProgressLine.duration(totalSeconds))"),
    ]
    lines += seconds.filter { $0.seconds > 0 }.map {
      field("  " + $0.name, ProgressLine.duration($0.seconds))
    }
    lines += ["", field("memory", "about \(sized(totalMemory))")]
    lines += memory.filter { $0.bytes > 0 }.map { field("  " + $0.name, sized($0.bytes)) }
    if let checkpointed {
      lines.append(
        field(
          "  or",
          "\(sized(memory(of: checkpointed))) with --checkpoint-activations, "
            + "\(TrainingReport.fixed(slowdown(of: checkpointed), 2)) × the time"))
    }
    lines += ["", field("disk", "at most \(sized(totalDisk))")]
    lines += disk.filter { $0.bytes > 0 }.map { field("  " + $0.name, sized($0.bytes)) }
    return lines
  }

  private var operationsPerSecond: Double {
    configuration.trainingOperationsPerToken * tokensPerSecond
  }

  /// `1.2 G` and the like, for what is counted in powers of ten.
  private static func scaled(_ number: Double) -> String {
    var number = number
    for unit in ["", "k", "M", "G", "T", "P"] {
      if number < 1000 { return "\(TrainingReport.fixed(number, 1)) \(unit)" }
      number /= 1000
    }
    return "\(TrainingReport.fixed(number, 1)) E"
  }

  /// For programs, `pretrain --plan` among them.
  var json: JSONValue {
    func object(_ parts: [(key: String, value: JSONValue)]) -> JSONValue {
      .object(parts.map { JSONMember(name: $0.key, value: $0.value) })
    }
    return [
      "parameters": .integer(configuration.parameterCount),
      "modules": modules.json,
      "vocabulary_size": .integer(configuration.vocabularySize),
      "steps": .integer(settings.steps),
      "settings": .object(PlanWatch.settings(configuration, settings)),
      "tokens_per_step": .integer(tokensPerStep),
      "tokens": .integer(tokens),
      "corpus_tokens": sample.map { .integer($0.trainTokens) } ?? .null,
      "flops_per_token": .number(configuration.trainingOperationsPerToken),
      "flops": .number(operations),
      "precision": .string(precision.rawValue),
      "threads": .integer(threads),
      "seconds_per_step": .number(trial.secondsPerStep),
      "tokens_per_second": .number(tokensPerSecond),
      "gflops": .number(operationsPerSecond / 1e9),
      "seconds": object(
        seconds.map { ($0.key, .number($0.seconds)) } + [("total", .number(totalSeconds))]),
      "memory_bytes": object(
        memory.map { ($0.key, .integer($0.bytes)) } + [("total", .integer(totalMemory))]),
      "checkpoint_activations": .bool(checkpointed == nil),
      "with_checkpoint_activations": checkpointed.map {
        [
          "memory_bytes": .integer(memory(of: $0)),
          "seconds_per_step": .number($0.trial.secondsPerStep),
        ]
      } ?? .null,
      "disk_bytes": object(
        disk.map { ($0.key, .integer($0.bytes)) } + [("total", .integer(totalDisk))]),
    ]
  }
}
