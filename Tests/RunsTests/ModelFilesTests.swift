import Files
import Foundation
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization

@Suite struct ModelFilesTests {
  private let directory = TemporaryDirectory()
  private let device = Device(threadCount: 1)

  private func configuration(ties: Bool = true) -> ModelConfiguration {
    ModelConfiguration(
      vocabularySize: 40, layers: 2, width: 16, heads: 4, keyValueHeads: 2, headSize: 6,
      feedForwardWidth: 24, contextLength: 8, tiesEmbedding: ties, beginToken: 3)
  }

  private func elements(_ model: Transformer) -> [[Float]] {
    (0..<model.parameters.count).map { model.parameters.tensor($0).elements }
  }

  /// Writes the tensors of a model, changed by `edit`, beside its configuration.
  private func write(
    _ model: Transformer, type: SafetensorsElementType = .float32,
    _ edit: (inout [SafetensorsEntry]) -> Void
  ) throws {
    try model.save(to: directory.path)
    var entries = model.parameters.specifications.map {
      SafetensorsEntry(name: $0.name, elementType: type, shape: $0.shape.dimensions)
    }
    edit(&entries)
    try SafetensorsWriter.write(entries, to: directory["model.safetensors"]) { entry, append in
      try [UInt8](repeating: 0, count: entry.byteCount).withUnsafeBytes { try append($0) }
    }
  }

  private func expectRefusal(
    _ sentence: String, hint: String = "both files must come from the same model",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: RunError.self, sourceLocation: sourceLocation) {
      try Transformer(loading: directory.path, on: device)
    }
    let shown = error?.description.replacing(directory.path + "/", with: "")
    #expect(shown == sentence, sourceLocation: sourceLocation)
    #expect(error?.hint == hint, sourceLocation: sourceLocation)
  }

  @Test(arguments: [true, false])
  func `a model that was saved comes back bit for bit`(_ ties: Bool) throws {
    let model = Transformer(configuration(ties: ties), seed: 9, on: device)
    try model.save(to: directory.path)
    let loaded = try Transformer(loading: directory.path, on: device)
    #expect(loaded.configuration == model.configuration)
    #expect(elements(loaded) == elements(model))
    let names = try SafetensorsFile(path: directory["model.safetensors"]).entries.map(\.name)
    #expect(names.contains("lm_head.weight") == !ties)
    #expect(names.count == model.parameters.count)
  }

  @Test func `bf16 weights become the float32 numbers that they are`() throws {
    let model = Transformer(configuration(), seed: 9, on: device)
    try model.save(to: directory.path)
    let entries = model.parameters.specifications.map {
      SafetensorsEntry(name: $0.name, elementType: .bfloat16, shape: $0.shape.dimensions)
    }
    let indices = Dictionary(
      uniqueKeysWithValues: model.parameters.specifications.enumerated().map { ($1.name, $0) })
    try SafetensorsWriter.write(entries, to: directory["model.safetensors"]) { entry, append in
      let numbers = model.parameters.tensor(try #require(indices[entry.name])).elements
      let halves = numbers.map { UInt16($0.bitPattern >> 16).littleEndian }
      try halves.withUnsafeBytes { try append($0) }
    }
    let expected = elements(model).map { numbers in
      numbers.map { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
    }
    #expect(elements(try Transformer(loading: directory.path, on: device)) == expected)
  }

  @Test func `every parameter must be in the file, and nothing else`() throws {
    let model = Transformer(configuration(), seed: 9, on: device)
    let start = "model.safetensors does not fit the config.json beside it: "
    try write(model) { $0.removeAll { $0.name == "model.layers.1.self_attn.k_norm.weight" } }
    expectRefusal(start + "the tensor model.layers.1.self_attn.k_norm.weight is missing")
    try write(model) {
      $0.append(SafetensorsEntry(name: "lm_head.weight", elementType: .float32, shape: [40, 16]))
    }
    expectRefusal(start + "it has the tensor lm_head.weight, which has no place in it")
    try write(model) { entries in
      entries = entries.map { entry in
        entry.name == "model.norm.weight"
          ? SafetensorsEntry(name: entry.name, elementType: .float32, shape: [1, 16]) : entry
      }
    }
    expectRefusal(start + "model.norm.weight has the shape [1, 16], not [16]")
    try write(model, type: .float64) { _ in }
    expectRefusal(
      "model.embed_tokens.weight in model.safetensors is F64, and only F32, BF16, F16 can be read",
      hint: "convert the weights to float32")
  }

  @Test func `a configuration that claims much allocates nothing`() throws {
    let model = Transformer(configuration(), seed: 9, on: device)
    var claimed = configuration()
    claimed.layers = 1 << 20
    try write(model) { _ in }
    try AtomicFile.write(claimed.json.serialized(), to: directory["config.json"])
    expectRefusal(
      "model.safetensors does not fit the config.json beside it: it has 24 tensors, too few for "
        + "1048576 layers")
    claimed = configuration()
    claimed.vocabularySize = 1 << 24
    try AtomicFile.write(claimed.json.serialized(), to: directory["config.json"])
    expectRefusal(
      "model.safetensors does not fit the config.json beside it: model.embed_tokens.weight has the "
        + "shape [40, 16], not [16777216, 16]")
  }

  @Test func `a file that is missing or damaged is named`() throws {
    #expect(throws: FileError.self) { try Transformer(loading: directory.path, on: device) }
    try Transformer(configuration(), seed: 9, on: device).save(to: directory.path)
    try AtomicFile.write(Array("{".utf8), to: directory["config.json"])
    let error = #expect(throws: RunError.self) {
      try Transformer(loading: directory.path, on: device)
    }
    #expect(
      error?.description.hasPrefix("\(directory["config.json"]) is invalid JSON at byte 1") == true)
  }
}

@Suite struct OpenedRunTests {
  private let directory = TemporaryDirectory()
  private let device = Device(threadCount: 1)

  /// A run with one step of a model that has `vocabulary` ids.
  private func makeRun(vocabulary: Int = 259, begin: Int? = 0) throws -> Transformer {
    var trainer = BytePairTrainer(vocabularySize: 259)
    let tokenizer = try trainer.train()
    var record = sampleRecord
    record.tokenizerHash = tokenizer.hash
    let (run, lock) = try RunDirectory.create(at: directory["run"]) { draft in
      try tokenizer.write(to: draft + "/tokenizer.json")
      try record.write(to: draft + "/run.json")
    }
    let configuration = ModelConfiguration(
      vocabularySize: vocabulary, layers: 1, width: 8, heads: 2, feedForwardWidth: 8,
      contextLength: 8, beginToken: begin)
    let model = Transformer(configuration, seed: 1, on: device)
    try run.writeStep(7, state: []) { try model.save(to: $0) }
    withExtendedLifetime(lock) {}
    return model
  }

  private func open() throws -> OpenedRun { try OpenedRun(path: directory["run"], on: device) }

  @Test func `holds the model of the step and its tokenizer`() throws {
    let model = try makeRun()
    let run = try open()
    #expect(run.step == 7)
    #expect(run.tokenizer.vocabularySize == 259)
    #expect(run.record.tokenizerHash == run.tokenizer.hash)
    #expect(run.model.parameters.tensor(0).elements == model.parameters.tensor(0).elements)
  }

  @Test func `a model of a smaller vocabulary is refused`() throws {
    _ = try makeRun(vocabulary: 258)
    let error = #expect(throws: RunError.self) { try open() }
    #expect(error?.description.contains("259 tokens, and the model of step 7 has 258") == true)
  }

  @Test func `a model whose documents begin with another token is refused`() throws {
    _ = try makeRun(begin: 1)
    let error = #expect(throws: RunError.self) { try open() }
    #expect(error?.description.contains("begin with token 1 in the model of step 7") == true)
  }

  @Test func `a model that does not say how documents begin is accepted`() throws {
    _ = try makeRun(begin: nil)
    #expect(try open().step == 7)
  }
}
