import Files
import Foundation
import Interchange
import LanguageModel
import Runs
import StrictJSON
import TensorCore
import TestSupport
import Testing
import Tokenization

/// Directories that `transformers` wrote, as runs; `Goldens/generate.py` made them.
@Suite struct ImportTests {
  static let models = [
    "llama-plain", "llama-grouped-bf16", "llama-tied-f16", "llama-biases-sharded", "llama-linear",
    "llama-dynamic", "llama-llama3", "llama-yarn", "qwen2-yarn-fields", "qwen2-tied-sharded",
    "qwen3-headsize", "gpt2", "gpt2-bare", "gpt2-untied-sharded", "llama-digits",
  ]
  private let directory = TemporaryDirectory()
  private let device = Device(threadCount: 2)

  private func golden(_ name: String) throws -> String {
    let url = Bundle.module.url(forResource: "Goldens", withExtension: nil)
    return try #require(url).appending(path: name).path
  }

  @discardableResult
  private func importing(_ source: String, as name: String = "run") throws -> ModelImport {
    try ModelImport.run(
      source, into: directory[name],
      provenance: ModelImport.Provenance(
        toolVersion: "0", libraries: [], instructionLevel: "plain", precision: "float32"))
  }

  private func numbers<Number: BitwiseCopyable>(
    _ name: String, _ file: SafetensorsFile
  ) throws -> [Number] {
    let numbers = try file.withBytes(of: name) { bytes in
      (0..<bytes.count / MemoryLayout<Number>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self)
      }
    }
    return try #require(numbers)
  }

  private func logits(_ model: Transformer, _ tokens: [Int32]) -> [Float] {
    let tape = Tape(on: device, isRecording: false)
    let hidden = model.hidden(tokens, lengths: [tokens.count], on: tape)
    return tape.logits(hidden, model.head(on: tape)).elements
  }

  @Test func `a text ends at the tokens of generation_config.json, too`() throws {
    let source = directory["source"]
    try FileManager.default.copyItem(atPath: golden("llama-plain"), toPath: source)
    let before = try importing(source, as: "before").configuration.endTokens
    try AtomicFile.write(
      Array(#"{"eos_token_id": [5, 7]}"#.utf8), to: source + "/generation_config.json")
    let imported = try importing(source)
    // What config.json names alone begins documents, too, and is no end of its own then.
    #expect(before == [])
    #expect(imported.configuration.endTokens == [256, 5, 7])
    let opened = try OpenedRun(path: directory["run"], on: device)
    #expect(opened.model.configuration == imported.configuration)
    let wrong = "generation_config.json: eos_token_id must hold ids of the model's"
    for (json, message) in [
      ("{", "invalid JSON"), (#"{"eos_token_id": [-1]}"#, wrong),
      (#"{"eos_token_id": ["a"]}"#, wrong),
    ] {
      try AtomicFile.write(Array(json.utf8), to: source + "/generation_config.json")
      let error = #expect(throws: (any Error).self) { try importing(source, as: "other") }
      #expect("\(error as Any)".contains(message))
    }
  }

  @Test(arguments: models)
  func `logits of an imported model equal those of transformers`(name: String) throws {
    let source = try golden(name)
    let imported = try importing(source)
    let file = try SafetensorsFile(path: source + "/golden.safetensors")
    let tokens: [Int32] = try numbers("tokens", file)
    let expected: [Float] = try numbers("logits", file)
    let opened = try OpenedRun(path: directory["run"], on: device)
    #expect(opened.model.configuration == imported.configuration)
    let actual = logits(opened.model, tokens)
    try #require(actual.count == expected.count)
    let scale = expected.reduce(0) { max($0, abs($1)) }
    let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
    #expect(error < 1e-5, "\(name)")

    // The file's precision stays, and what is trained on would be saved under the same names.
    let stored = try SafetensorsFile(path: directory["run/step-000000/model.safetensors"])
    #expect(Set(stored.entries.map(\.elementType.rawValue)).sorted() == imported.elementTypes)
    #expect(
      imported.elementTypes == [
        name.hasSuffix("bf16") || ["qwen2-tied-sharded", "llama-digits"].contains(name)
          ? "BF16" : name.hasSuffix("f16") || name == "gpt2-bare" ? "F16" : "F32"
      ])
    try FileSystem.createDirectory(directory["saved"])
    try opened.model.save(to: directory["saved"])
    let saved = try SafetensorsFile(path: directory["saved/model.safetensors"])
    #expect(Set(saved.entries.map(\.name)) == Set(stored.entries.map(\.name)))
    #expect(logits(try Transformer(loading: directory["saved"], on: device), tokens) == actual)

    // In bfloat16, what was bfloat16 stays as it is, and the rest is rounded to eight bits.
    try FileSystem.createDirectory(directory["half"])
    try opened.model.save(to: directory["half"], as: .bfloat16)
    let half = try SafetensorsFile(path: directory["half/model.safetensors"])
    #expect(half.entries.allSatisfy { $0.elementType == .bfloat16 })
    let rounded = try Transformer(loading: directory["half"], on: device)
    for index in 0..<rounded.parameters.count {
      let pairs = zip(
        rounded.parameters.tensor(index).elements, opened.model.parameters.tensor(index).elements)
      #expect(pairs.allSatisfy { abs($0 - $1) <= abs($1) / 256 })
    }
    if imported.elementTypes == ["BF16"] { #expect(logits(rounded, tokens) == actual) }
  }

  @Test(arguments: models)
  func `what is exported is what was imported`(name: String) throws {
    let source = try golden(name)
    try importing(source)
    let files = try ModelExport.run(
      directory["run"], as: .huggingface, to: directory["out"], on: device)
    #expect(
      files == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
      #expect(
        try FileSystem.readFile(directory["out/\(file)"])
          == FileSystem.readFile("\(source)/\(file)"))
    }
    try importing(directory["out"], as: "again")
    let weights = "step-000000/model.safetensors"
    #expect(
      try FileSystem.readFile(directory["again/\(weights)"])
        == FileSystem.readFile(directory["run/\(weights)"]))
  }

  @Test func `a tokenizer of SmolLM2's structure gives the ids of transformers`() throws {
    let source = try golden("llama-digits")
    let imported = try importing(source)
    #expect(imported.ignoredSettings == [])
    let tokenizer = try Tokenizer(reading: directory["run/tokenizer.json"])
    #expect(tokenizer.preTokenizer == .gpt2Digits && tokenizer.specialTokens.count == 17)
    let file = try JSONValue(parsing: FileSystem.readFile(source + "/ids.json"))
    let texts = (file["texts"]?.array ?? []).compactMap(\.string)
    #expect(texts.count == 6)
    for (text, ids) in zip(texts, file["ids"]?.array ?? []) {
      let expected = (ids.array ?? []).compactMap { $0.integer.map(UInt32.init) }
      #expect(tokenizer.encode(text, allowSpecial: true) == expected, "\(text)")
    }
  }

  @Test func `truncation and padding of a saved fine-tune are named and not followed`() throws {
    let source = try copy("llama-digits")
    try replace(
      source + "/tokenizer.json", "\"truncation\": null", "\"truncation\": {\"max_length\": 5}")
    #expect(try importing(source).ignoredSettings == ["truncation"])
  }

  // MARK: Refusals

  /// A copy of a golden that can be spoiled.
  private func copy(_ name: String) throws -> String {
    let source = try golden(name), copy = directory["copy"]
    try FileSystem.createDirectory(copy)
    for name in try FileSystem.contents(ofDirectory: source) where name != "golden.safetensors" {
      try FileSystem.append(FileSystem.readFile("\(source)/\(name)"), to: "\(copy)/\(name)")
    }
    return copy
  }

  private func replace(_ path: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try FileSystem.readFile(path), as: UTF8.self)
    try #require(text.contains(old), "\(path) has no \(old)")
    try AtomicFile.write(Array(text.replacing(old, with: new).utf8), to: path)
  }

  private func expectRefusal(
    _ source: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(sourceLocation: sourceLocation) {
      try importing(source)
    } throws: { error in
      "\(error)".contains(words) && (error as? any HintedError)?.hint != nil
    }
    #expect(!FileSystem.exists(directory["run"]), sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    ("\"model_type\": \"llama\"", "\"model_type\": \"mistral\"", "model_type is \"mistral\""),
    ("\"model_type\": \"llama\"", "\"model_type\": \"mis\\ntral\"", "model_type is \"mis\\ntral\""),
    (
      "\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "hidden_act \"gelu\" is not supported"
    ),
    ("\"rope_type\": \"linear\"", "\"rope_type\": \"longrope\"", "rope_type \"longrope\""),
    ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 16777216", "too few for 16777216 layers"),
    ("\"hidden_size\": 16", "\"hidden_size\": 1099511627776", "the width must be from 1 to"),
    ("\"vocab_size\": 260", "\"vocab_size\": 258", "has the shape [260, 16], not [258, 16]"),
    ("\"factor\": 2.5", "\"factor\": 1e400", "double precision cannot hold"),
    ("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true", "is not its embedding"),
    ("\"attention_bias\": false", "\"attention_bias\": true", "q_proj.bias is missing"),
  ])
  func `a config json that does not fit is refused`(
    _ old: String, _ new: String, _ words: String
  ) throws {
    let source = try copy("llama-linear")
    try replace("\(source)/config.json", old, new)
    expectRefusal(source, words)
  }

  @Test func `shards that are not as the index says are refused`() throws {
    let source = try copy("gpt2-untied-sharded")
    let index = "\(source)/model.safetensors.index.json"
    let original = try FileSystem.readFile(index)
    func spoil(_ old: String, _ new: String, _ words: String) throws {
      try AtomicFile.write(original, to: index)
      try replace(index, old, new)
      expectRefusal(source, words)
    }
    try spoil(
      "\"lm_head.weight\": \"model-", "\"lm_head.weight\": \"../model-", "in no file beside it")
    try spoil(
      "\"lm_head.weight\"", "\"another\"", "which model.safetensors.index.json does not place")
    try spoil("\"weight_map\"", "\"map\"", "has no \"weight_map\"")
    try spoil("00001-of-00009", "00010-of-00009", "no such file")
    try AtomicFile.write(original, to: index)
    try FileSystem.remove("\(source)/model-00002-of-00009.safetensors")
    expectRefusal(source, "model-00002-of-00009.safetensors")
  }

  @Test func `a directory without weights or tokenizer is refused`() throws {
    let source = try copy("gpt2")
    try FileSystem.rename("\(source)/tokenizer.json", to: "\(source)/other")
    expectRefusal(source, "has no tokenizer.json")
    try FileSystem.remove("\(source)/model.safetensors")
    expectRefusal(source, "has neither model.safetensors nor model.safetensors.index.json")
  }

  @Test func `weights that cannot be read are refused before anything is made`() throws {
    let source = try copy("gpt2")
    let path = "\(source)/model.safetensors"
    let entries = try SafetensorsFile(path: path).entries.map {
      SafetensorsEntry(name: $0.name, elementType: .int8, shape: $0.shape)
    }
    try SafetensorsWriter.write(entries, to: path) { entry, append in
      try [UInt8](repeating: 0, count: entry.byteCount).withUnsafeBytes { try append($0) }
    }
    expectRefusal(source, "I8, and only F32, BF16, F16 can be read")
    let whole = try FileSystem.readFile(path)
    try AtomicFile.write(Array(whole.dropLast(3)), to: path)
    expectRefusal(source, "is not a valid safetensors file")
  }

  @Test func `export refuses what is there, and a model as an adapter`() throws {
    try importing(golden("gpt2"))
    #expect {
      try ModelExport.run(directory["run"], as: .peft, to: directory["out"], on: device)
    } throws: { "\($0)".contains("is a whole model, and no adapter") }
    try FileSystem.createDirectory(directory["out"])
    try FileSystem.append([1], to: directory["out/x"])
    #expect {
      try ModelExport.run(directory["run"], as: .huggingface, to: directory["out"], on: device)
    } throws: { "\($0)".contains("is not an empty directory") }
    #expect(try FileSystem.contents(ofDirectory: directory["out"]) == ["x"])
  }
}
