import Corpus
import Files
import Runs
import StrictJSON
import Tokenization

/// A tokenizer.json.
struct TokenizerReport: InspectReport {
  private let path: String
  private let tokenizer: Tokenizer

  init(_ path: String) throws {
    self.path = path
    tokenizer = try Tokenizer(reading: path)
  }

  private var longest: [UInt32] {
    let ids = (0..<UInt32(tokenizer.vocabularySize))
    return Array(
      ids.sorted { (tokenizer.byteCount(of: $1), $0) < (tokenizer.byteCount(of: $0), $1) }
        .prefix(12))
  }

  private var lengths: [(bytes: Int, tokens: Int)] {
    var counts: [Int: Int] = [:]
    for id in 0..<UInt32(tokenizer.vocabularySize) where tokenizer.contains(id) {
      counts[tokenizer.byteCount(of: id), default: 0] += 1
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private func text(_ id: UInt32) -> String {
    String(decoding: tokenizer.bytes(of: id) ?? [], as: UTF8.self)
  }

  var lines: [String] {
    var lines = [
      field("tokenizer", FileError.printable(path)),
      field("tokens", grouped(tokenizer.vocabularySize)),
      field("hash", "\(tokenizer.hash)"),
      field("cuts text like", tokenizer.preTokenizer.rawValue),
      field("normalization", tokenizer.normalization.rawValue),
      field(
        "special tokens",
        tokenizer.specialTokens.map { "\($0.content) \($0.id)" }.joined(separator: ", ")),
    ]
    if !tokenizer.ignoredSettings.isEmpty {
      lines.append(field("not followed", tokenizer.ignoredSettings.joined(separator: ", ")))
    }
    lines += [
      "", "length of tokens, in bytes (0: special)",
    ]
    let lengths = lengths
    let most = lengths.map(\.tokens).max() ?? 1
    for (bytes, tokens) in lengths.prefix(24) {
      lines.append(
        Chart.padded("\(bytes)", 4, left: true) + Chart.padded(grouped(tokens), 10, left: true)
          + "  " + Chart.bar(Double(tokens) / Double(most), cells: 60))
    }
    if lengths.count > 24 { lines.append("   …") }
    lines += ["", "longest tokens"]
    for id in longest {
      lines.append(
        Chart.padded("\(id)", 8, left: true) + "  "
          + Chart.fitted("\"\(text(id))\"", Chart.width - 10))
    }
    return lines
  }

  var json: JSONValue {
    [
      "type": "tokenizer",
      "path": .string(path),
      "vocabulary_size": .integer(tokenizer.vocabularySize),
      "hash": .string("\(tokenizer.hash)"),
      "pre_tokenizer": .string(tokenizer.preTokenizer.rawValue),
      "normalization": .string(tokenizer.normalization.rawValue),
      "special_tokens": .array(
        tokenizer.specialTokens.map {
          ["id": .integer(Int($0.id)), "content": .string($0.content)]
        }),
      "token_lengths": .array(
        lengths.map { ["bytes": .integer($0.bytes), "tokens": .integer($0.tokens)] }),
      "longest_tokens": .array(
        longest.map { ["id": .integer(Int($0)), "text": .string(text($0))] }),
    ]
  }
}

/// A directory of token shards.
struct ShardReport: InspectReport {
  private let path: String
  private let manifest: ShardManifest
  private let files: [(name: String, bytes: Int)]

  init(_ path: String) throws {
    self.path = path
    manifest = try ShardManifest(directory: path)
    try manifest.verifyShards(in: path)
    files = try FileSystem.contents(ofDirectory: path).filter { $0.hasSuffix(".tokens") }
      .map { ($0, try FileSystem.fileSize(path + "/" + $0)) }
  }

  private var sides: [(name: String, side: ShardManifest.Side)] {
    CorpusSplit.allCases.map { ($0.rawValue, manifest[$0]) }
  }

  var lines: [String] {
    var lines = [
      field("token shards", FileError.printable(path)),
      field("tokenizer", "\(manifest.tokenizerHash), \(grouped(manifest.vocabularySize)) tokens"),
      field("document start", "\(manifest.documentStart)"),
      field("corpus", "\(manifest.corpusHash)"),
      field("validation corpus", manifest.validationHash.map { "\($0)" } ?? "cut from the corpus"),
      field("blank documents", grouped(manifest.blankDocuments)),
      field("invalid UTF-8", "\(grouped(manifest.replacedSequences)) sequences"),
      field("dropped documents", grouped(manifest.droppedDocuments)),
      "",
    ]
    for (name, side) in sides {
      let ratio = side.tokens == 0 ? 0 : Double(side.bytes) / Double(side.tokens)
      lines.append(
        field(
          name,
          "\(grouped(side.tokens)) tokens, \(grouped(side.documents)) documents, "
            + "\(grouped(side.bytes)) bytes of text"))
      if side.tokens > 0 {
        lines.append(field("", "\((ratio * 1000).rounded() / 1000) bytes a token"))
      }
    }
    lines.append("")
    lines += files.map { field($0.name, "  " + sized($0.bytes)) }
    return lines
  }

  var json: JSONValue {
    func json(_ side: ShardManifest.Side) -> JSONValue {
      [
        "tokens": .integer(side.tokens), "documents": .integer(side.documents),
        "bytes": .integer(side.bytes),
      ]
    }
    return [
      "type": "token_shards",
      "path": .string(path),
      "tokenizer_hash": .string("\(manifest.tokenizerHash)"),
      "vocabulary_size": .integer(manifest.vocabularySize),
      "document_start": .integer(Int(manifest.documentStart)),
      "corpus_hash": .string("\(manifest.corpusHash)"),
      "validation_hash": manifest.validationHash.map { .string("\($0)") } ?? .null,
      "blank_documents": .integer(manifest.blankDocuments),
      "replaced_sequences": .integer(manifest.replacedSequences),
      "dropped_documents": .integer(manifest.droppedDocuments),
      "train": json(manifest.train),
      "validation": json(manifest.validation),
      "files": .array(
        files.map { ["file": .string($0.name), "bytes": .integer($0.bytes)] }),
    ]
  }
}

/// A safetensors file.
struct SafetensorsReport: InspectReport {
  private let file: SafetensorsFile
  private let table: ParameterTable

  init(_ path: String) throws {
    file = try SafetensorsFile(path: path)
    table = ParameterTable(file.entries)
  }

  var lines: [String] {
    var types: [String: Int] = [:]
    for entry in file.entries { types[entry.elementType.rawValue, default: 0] += 1 }
    var lines = [
      field("safetensors", FileError.printable(file.path)),
      field("size", sized(file.byteCount)),
      field("tensors", grouped(file.entries.count)),
      field("elements", grouped(table.elements)),
      field(
        "element types",
        types.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")),
    ]
    for (name, value) in file.metadata {
      lines.append(field("metadata", Chart.fitted("\(name): \(value)", Chart.width - 20)))
    }
    lines += ["", "by module"] + table.lines + ["", "tensors, in the order of their bytes"]
    lines += file.entries.map { entry in
      Chart.padded(Chart.fitted(entry.name, 54), 55) + Chart.padded(entry.elementType.rawValue, 6)
        + Chart.fitted(
          entry.shape.prefix(16).map(String.init).joined(separator: "×"), Chart.width - 61)
    }
    return lines
  }

  var json: JSONValue {
    [
      "type": "safetensors",
      "path": .string(file.path),
      "bytes": .integer(file.byteCount),
      "elements": .integer(table.elements),
      "metadata": .object(
        file.metadata.map { JSONMember(name: $0.name, value: .string($0.value)) }),
      "parameters_by_module": table.json,
      "tensors": .array(
        file.entries.map { entry in
          [
            "name": .string(entry.name), "dtype": .string(entry.elementType.rawValue),
            "shape": .array(entry.shape.map { .integer($0) }),
          ]
        }),
    ]
  }
}
