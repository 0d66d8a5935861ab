import Files
import Foundation
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Training

/// Adapters against Python's `peft`, on the tiny models that `Goldens/README.md` describes.
@Suite struct AdapterTests {
  static let adapters = [
    ("lora", "multi-head"), ("rslora", "grouped"), ("dora", "grouped"), ("qwen2-dora", "qwen2"),
    ("patterns", "multi-head"),
  ]
  private let device = Device(threadCount: 2)

  private func folder(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: "Goldens", withExtension: nil)
    return try #require(url).appending(path: name).path
  }

  private func base(_ name: String) throws -> Transformer {
    try Transformer(loading: folder(name), on: device)
  }

  private func adapted(_ name: String, _ base: Transformer) throws -> Transformer {
    let adapter = try Adapter(
      loading: folder("adapters/\(name)"), for: base.configuration, on: device)
    return Transformer(base, adapter: adapter)
  }

  /// Loads an adapter of `peft` for the model "multi-head" with one setting, `"key": value`, instead of the
  /// one whose value `value` matches.
  private func loading(_ name: String, changed value: String, to setting: String) throws -> Adapter
  {
    let directory = TemporaryDirectory()
    let source = try folder("adapters/\(name)")
    let whole = try String(contentsOfFile: source + "/adapter_config.json", encoding: .utf8)
    let key = try #require(setting.split(separator: ":").first)
    let old = try #require(try Regex("\(key): \(value)").firstMatch(in: whole)?.range)
    try AtomicFile.write(
      Array(whole.replacingCharacters(in: old, with: setting).utf8),
      to: directory["adapter_config.json"])
    try AtomicFile.write(
      FileSystem.readFile(source + "/adapter_model.safetensors"),
      to: directory["adapter_model.safetensors"])
    return try Adapter(
      loading: directory.path, for: base("multi-head").configuration, on: device)
  }

  private func numbers<Number: BitwiseCopyable>(
    _ name: String, _ file: SafetensorsFile
  ) throws -> [Number] {
    let numbers = try file.withBytes(of: name) { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
    return try #require(numbers, "no tensor \(name)")
  }

  /// The recorded batch, with every third target.
  private func batch(_ golden: SafetensorsFile) throws -> TokenBatch {
    let tokens: [Int32] = try numbers("tokens", golden)
    let shape = try #require(golden.entry(named: "tokens")?.shape)
    let rows = (0..<shape[0]).map { tokens[$0 * shape[1]..<($0 + 1) * shape[1]] }
    let targets = rows.flatMap { $0.dropFirst() }.enumerated().map { index, target in
      index % 3 == 0 ? target : -1
    }
    return TokenBatch(
      inputs: rows.flatMap { $0.dropLast() }, targets: targets,
      lengths: Array(repeating: shape[1] - 1, count: shape[0]))
  }

  private func logits(_ model: Transformer, _ batch: TokenBatch) -> [Float] {
    let tape = Tape(on: device, isRecording: false)
    let hidden = model.hidden(batch.inputs, lengths: batch.lengths, on: tape)
    return tape.logits(hidden, model.head(on: tape)).elements
  }

  private func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
    guard actual.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-20) { max($0, abs($1)) }
    return zip(actual, expected).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference / scale)
    }
  }

  @Test(arguments: adapters)
  func `logits with an adapter of peft equal peft's`(name: String, model: String) throws {
    let golden = try SafetensorsFile(path: folder("adapters/\(name)/golden.safetensors"))
    let adapted = try adapted(name, base(model))
    let expected: [Float] = try numbers("logits", golden)
    #expect(relativeError(logits(adapted, try batch(golden)), expected) < 1e-5)
  }

  @Test(arguments: adapters)
  func `the gradients of an adapter equal peft's, and the base has none`(
    name: String, model: String
  ) throws {
    let golden = try SafetensorsFile(path: folder("adapters/\(name)/golden.safetensors"))
    let adapted = try adapted(name, base(model))
    let batch = try batch(golden)
    var gradients = Gradients(of: adapted.trained, on: device)
    let count = NextToken().supervisedTokens(in: batch)
    let loss = NextToken().accumulate(
      batch, of: adapted, scale: 1 / Float(count), into: &gradients)
    let expected: [Float] = try numbers("loss", golden)
    #expect(abs(Float(loss / Double(count)) / expected[0] - 1) < 1e-5)
    for (index, specification) in adapted.trained.specifications.enumerated() {
      let gradient = try #require(gradients[index], "no gradient of \(specification.name)")
      let expected: [Float] = try numbers(
        "gradient.base_model.model.\(specification.name)", golden)
      #expect(relativeError(gradient.elements, expected) < 2e-5, "\(specification.name)")
    }
  }

  @Test(arguments: adapters)
  func `merged weights equal peft's, and compute the same`(name: String, model: String) throws {
    let golden = try SafetensorsFile(path: folder("adapters/\(name)/golden.safetensors"))
    let base = try base(model)
    let adapted = try adapted(name, base)
    let merged = adapted.merged()
    var changed = 0
    for (index, specification) in merged.parameters.specifications.enumerated() {
      let name = "merged.\(specification.name)"
      let weight = merged.parameters.tensor(index).elements
      if golden.entry(named: name) == nil {
        #expect(weight == base.parameters.tensor(index).elements, "\(name)")
      } else {
        changed += 1
        #expect(relativeError(weight, try numbers(name, golden)) < 1e-6, "\(name)")
      }
    }
    #expect(changed == golden.entries.count { $0.name.hasPrefix("merged.") })
    let batch = try batch(golden)
    #expect(relativeError(logits(merged, batch), logits(adapted, batch)) < 1e-5)
  }

  @Test func `two adapters beside one base compute what peft computes, merged or not`() throws {
    let both = try SafetensorsFile(path: folder("adapters/patterns+lora.safetensors"))
    let expected: [Float] = try numbers("logits", both)
    let batch = try batch(SafetensorsFile(path: folder("adapters/lora/golden.safetensors")))
    let model = try adapted("lora", adapted("patterns", base("multi-head")))
    #expect(relativeError(logits(model, batch), expected) < 1e-5)
    #expect(relativeError(logits(model.merged(), batch), expected) < 1e-5)
  }

  @Test(arguments: [
    (#""rank_pattern": {"q_proj": 2, "up|down": 5}"#, "regular expressions"),
    (#""rank_pattern": {"q_proj": "2"}"#, "rank_pattern"),
    (#""rank_pattern": {"q_proj": 0}"#, "rank must be"),
    (#""rank_pattern": {"lm_head": 2}"#, "no layer"),
    (#""rank_pattern": [2]"#, "rank_pattern"),
    (#""alpha_pattern": {"q_proj": 1, "q_proj": 2}"#, "q_proj"),
    (#""alpha_pattern": {"q_proj": -1}"#, "alpha must be"),
  ])
  func `a pattern that means nothing is refused by name`(pattern: String, part: String) throws {
    let error = #expect(throws: (any Error).self) {
      _ = try loading("patterns", changed: "\\{[^}]*\\}", to: pattern)
    }
    #expect(error.map { "\($0)" }?.contains(part) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    (#""init_lora_weights": "pissa_niter_4""#, "sets another init_lora_weights"),
    (#""init_lora_weights": "loftq""#, "sets another init_lora_weights"),
    (#""use_rslora": 1"#, "use_rslora"), (#""use_dora": "yes""#, "use_dora"),
    (#""r": 0"#, "adapter_config.json: the rank must be"),
  ])
  func `what would be added otherwise, or has no meaning, is refused with its file`(
    setting: String, part: String
  ) throws {
    let error = #expect(throws: RunError.self) {
      _ = try loading("lora", changed: "[^,}\\n]*", to: setting)
    }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test func `target modules may be whole paths, of all layers`() throws {
    let base = try base("multi-head")
    func load(_ modules: String) throws -> Adapter {
      try loading("lora", changed: "\\[[^\\]]*\\]", to: "\"target_modules\": " + modules)
    }
    let paths = (0..<base.configuration.layers).flatMap { layer in
      ["q_proj", "k_proj", "v_proj", "o_proj"].map { "model.layers.\(layer).self_attn.\($0)" }
        + ["gate_proj", "up_proj", "down_proj"].map { "model.layers.\(layer).mlp.\($0)" }
    }
    func list(_ names: some Sequence<String>) -> String {
      "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
    #expect(try load(list(paths)).configuration.targets == Projection.allCases)
    for (modules, part) in [
      (list(paths.dropLast()), "target modules of some layers only"),
      (list(paths + ["lm_head"]), "a target module other than"),
      ("\".*q_proj\"", "target_modules by a regular expression"),
    ] {
      let error = #expect(throws: RunError.self) { _ = try load(modules) }
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
  }

  @Test func `a row of zeros has a magnitude and gradients, and no NaN`() throws {
    let base = try base("grouped")
    let name = "model.layers.0.mlp.down_proj.weight"
    let weight = base.parameters[name].tensor
    var elements = weight.elements
    for index in 0..<weight.shape.width { elements[index] = 0 }
    elements.withUnsafeBytes { weight.copyBytes(from: $0) }
    let configuration = AdapterConfiguration(rank: 2, alpha: 4, hasMagnitudes: true)
    let model = Transformer(base, adapter: Adapter(configuration, of: base, seed: 1))
    let tape = Tape(on: device)
    let ids: [Int32] = [1, 2, 3, 4]
    let hidden = model.hidden(ids, lengths: [4], on: tape)
    let loss = tape.linearCrossEntropy(hidden, model.head(on: tape), targets: [2, 3, 4, 5])
    #expect(loss.tensor.elements.reduce(0, +).isFinite)
    var gradients = Gradients(of: model.trained, on: device)
    tape.backward([(loss, Tensor([1, 1, 1, 1], [4], on: device))], into: &gradients)
    #expect(gradients.norm().isFinite && gradients.norm() > 0)
    #expect(model.merged().parameters[name].tensor.elements.reduce(0, +).isFinite)
  }

  /// GPT-2 stores queries, keys and values as one, and `peft` adapts them as one; here they are three
  /// projections with one first factor.
  @Test(arguments: ["gpt2-lora", "gpt2-dora"])
  func `an adapter of fused projections is peft's, and what is written is the same change`(
    name: String
  ) throws {
    let golden = try SafetensorsFile(path: folder("adapters/\(name)/golden.safetensors"))
    let base = try base("gpt2")
    let adapted = try adapted(name, base)
    let batch = try batch(golden)
    let expected: [Float] = try numbers("logits", golden)
    #expect(relativeError(logits(adapted, batch), expected) < 1e-5)
    #expect(relativeError(logits(adapted.merged(), batch), expected) < 1e-5)

    var gradients = Gradients(of: adapted.trained, on: device)
    let count = NextToken().supervisedTokens(in: batch)
    _ = NextToken().accumulate(batch, of: adapted, scale: 1 / Float(count), into: &gradients)
    var stored: [String: [Float]] = [:]
    for (index, specification) in adapted.trained.specifications.enumerated() {
      let gradient = try #require(gradients[index]).elements
      let name = HuggingFaceArchitecture.gpt2.storedName(specification.name)
      if let others = stored[name], name.hasSuffix("lora_A.weight") {
        stored[name] = zip(others, gradient).map { $0 + $1 }
      } else {
        stored[name, default: []] += gradient
      }
    }
    for (name, gradient) in stored {
      let expected: [Float] = try numbers("gradient.base_model.model.\(name)", golden)
      #expect(relativeError(gradient, expected) < 2e-5, "\(name)")
    }

    let directory = TemporaryDirectory()
    try adapted.adapters[0].save(to: directory.path, base: "gpt2", for: base.configuration)
    let read = try Adapter(loading: directory.path, for: base.configuration, on: device)
    for index in read.parameters.specifications.indices {
      #expect(
        read.parameters.tensor(index).elements
          == adapted.trained.tensor(index).elements)
    }
  }

  @Test(arguments: [false, true])
  func `a new adapter changes nothing: LoRA to the bit, DoRA to rounding`(hasMagnitudes: Bool)
    throws
  {
    for precision in Precision.allCases where precision.isSupported {
      let device = Device(threadCount: 2, precision: precision)
      let configuration = ModelConfiguration(
        vocabularySize: 90, layers: 2, width: 48, heads: 3, feedForwardWidth: 80,
        contextLength: 64, tiesEmbedding: hasMagnitudes)
      let base = Transformer(configuration, seed: 3, on: device)
      let adapter = Adapter(
        AdapterConfiguration(rank: 5, alpha: 7, hasMagnitudes: hasMagnitudes, tokens: [1, 8]),
        of: base, seed: 4)
      func logits(_ model: Transformer) -> [Float] {
        let tape = Tape(on: device, isRecording: false)
        let tokens = (0..<40).map { Int32($0 * 7 % 90) }
        let hidden = model.hidden(tokens, lengths: [30, 10], on: tape)
        return tape.logits(hidden, model.head(on: tape)).elements
      }
      let after = logits(Transformer(base, adapter: adapter))
      if hasMagnitudes {
        // The residual stream is added in another order.
        #expect(relativeError(after, logits(base)) < (precision == .float32 ? 1e-5 : 2e-2))
      } else {
        #expect(after == logits(base))
      }
    }
  }

  @Test(arguments: adapters)
  func `an adapter is written as it was read`(name: String, model: String) throws {
    let base = try base(model)
    let adapter = try #require(try adapted(name, base).adapters.first)
    let directory = TemporaryDirectory()
    try adapter.save(
      to: directory.path, base: model, for: base.configuration)
    let read = try Adapter(loading: directory.path, for: base.configuration, on: device)
    #expect(read.configuration == adapter.configuration)
    for index in adapter.parameters.specifications.indices {
      #expect(read.parameters.tensor(index).elements == adapter.parameters.tensor(index).elements)
    }
    let ours = try SafetensorsFile(path: directory["adapter_model.safetensors"])
    let theirs = try SafetensorsFile(
      path: folder("adapters/\(name)/adapter_model.safetensors"))
    #expect(Set(ours.entries.map(\.name)) == Set(theirs.entries.map(\.name)))
  }

  @Test func `an adapter may be stored in 16 bits`() throws {
    let base = try base("multi-head")
    let source = try folder("adapters/lora")
    let file = try SafetensorsFile(path: source + "/adapter_model.safetensors")
    let directory = TemporaryDirectory()
    try AtomicFile.write(
      FileSystem.readFile(source + "/adapter_config.json"), to: directory["adapter_config.json"])
    let entries = file.entries.map {
      SafetensorsEntry(name: $0.name, elementType: .bfloat16, shape: $0.shape)
    }
    // The upper halves: what is left out is less than a 128th.
    try SafetensorsWriter.write(entries, to: directory["adapter_model.safetensors"]) {
      entry, append in
      let floats: [Float] = try numbers(entry.name, file)
      let halves = floats.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16).littleEndian }
      try halves.withUnsafeBytes { try append($0) }
    }
    let short = try Adapter(loading: directory.path, for: base.configuration, on: device)
    let whole = try #require(try adapted("lora", base).adapters.first)
    for index in whole.parameters.specifications.indices {
      let pairs = zip(
        short.parameters.tensor(index).elements, whole.parameters.tensor(index).elements)
      for (short, whole) in pairs {
        #expect(short.bitPattern == whole.bitPattern & 0xFFFF_0000)
      }
    }
  }

  @Test func `dropout is a function of its source, and of nothing else`() throws {
    let configuration = ModelConfiguration(
      vocabularySize: 90, layers: 1, width: 32, heads: 2, feedForwardWidth: 48, contextLength: 64)
    let base = Transformer(configuration, seed: 3, on: device)
    let adapter = try #require(
      Adapter(AdapterConfiguration(rank: 4, alpha: 8, dropout: 0.5), of: base, seed: 4) as Adapter?)
    for (index, specification) in adapter.parameters.specifications.enumerated() {
      Initialization.normal(standardDeviation: 0.3).fill(
        adapter.parameters.tensor(index), name: specification.name, seed: 9)
    }
    let model = Transformer(base, adapter: adapter)
    func hidden(_ source: RandomSource?) -> [Float] {
      let tape = Tape(on: device, isRecording: false)
      return model.hidden(
        [1, 2, 3, 4], lengths: [4], dropout: source.map { Dropout($0) }, on: tape
      ).tensor.elements
    }
    let one = RandomSource(seed: 1, stream: 1)
    #expect(hidden(one) == hidden(one))
    #expect(hidden(one) != hidden(RandomSource(seed: 1, stream: 2)))
    #expect(hidden(one) != hidden(nil))
  }
}
