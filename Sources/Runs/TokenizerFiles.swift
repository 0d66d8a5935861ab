import Files
import StrictJSON
public import Tokenization

/// A tokenizer on disk: `tokenizer.json`, as Hugging Face's `tokenizers` reads it.
extension Tokenizer {
  private static let name = "tokenizer.json"

  /// Where the configuration of the tokenizer at `path` lies; there is none for other names than
  /// `tokenizer.json`.
  public static func configurationPath(_ path: String) -> String? {
    configurationPath(path, "tokenizer_config.json")
  }

  private static func configurationPath(_ path: String, _ name: String) -> String? {
    guard path == Self.name || path.hasSuffix("/" + Self.name) else { return nil }
    return path.dropLast(Self.name.utf8.count) + name
  }

  /// Reads the tokenizer at `path`, and of a `tokenizer.json` the `tokenizer_config.json` and the
  /// `chat_template.jinja` that lie beside it.
  /// - Throws: `FileError`, and ``RunError`` that names the path and what is wrong in the file.
  public init(reading path: String) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 28)
    let shown = FileError.printable(path)
    do {
      try self.init(json: bytes)
    } catch let error as JSONError {
      throw RunError("\(shown) is \(error)", hint: Self.hint(bytes, path))
    } catch let error as TokenizerFileError {
      throw RunError("\(shown) cannot be used as \(error)", hint: error.hint)
    }
    try readConfiguration(beside: path)
  }

  /// What to do with a file that is no JSON: the other files of tokenizers can be converted.
  private static func hint(_ bytes: [UInt8], _ path: String) -> String {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    let convert = "`swiftlet tokenizer convert"
    if line.starts(with: "#version".utf8) || path.hasSuffix("merges.txt") {
      return convert + " vocab.json --merges merges.txt --out tokenizer.json` makes one of it"
    }
    if path.hasSuffix(".tiktoken")
      || words.count == 2 && Int(String(decoding: words[1], as: UTF8.self)) != nil
    {
      return convert + " FILE.tiktoken --pre-tokenizer NAME --out tokenizer.json` makes one of it"
    }
    return "name a tokenizer.json, such as `swiftlet tokenizer train` writes"
  }

  private mutating func readConfiguration(beside path: String) throws {
    guard let file = Self.configurationPath(path), FileSystem.exists(file) else { return }
    let shown = FileError.printable(file)
    do {
      configuration = try TokenizerConfiguration(json: FileSystem.readFile(file, limit: 1 << 26))
    } catch let error as JSONError {
      throw RunError(
        "\(shown) is \(error)", hint: "mend it, or remove it: \(Self.name) does without")
    } catch let error as TokenizerFileError {
      throw RunError("\(shown) cannot be used as \(error)", hint: error.hint)
    }
    guard let template = Self.configurationPath(path, "chat_template.jinja"),
      FileSystem.exists(template)
    else { return }
    guard
      let text = String(
        validating: try FileSystem.readFile(template, limit: 1 << 20), as: UTF8.self)
    else {
      throw RunError(
        "\(FileError.printable(template)) is not UTF-8", hint: "write it as UTF-8, or remove it")
    }
    configuration?.chatTemplate = text
  }

  /// Writes the tokenizer to `path`, replacing what is there; beside a `tokenizer.json` also the
  /// `tokenizer_config.json`, made for it where the tokenizer came with none.
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    try AtomicFile.write(json(), to: path)
    guard let file = Self.configurationPath(path) else { return }
    if configuration == nil, FileSystem.exists(file) { return }
    let configuration = configuration ?? TokenizerConfiguration(for: self)
    try AtomicFile.write(configuration.json(), to: file)
  }
}

extension RunDirectory {
  /// The run's tokenizer, if it is the one that the run was trained with.
  ///
  /// - Throws: What reading it throws; ``RunError`` for another one.
  package func tokenizer(of record: RunRecord) throws -> Tokenizer {
    let path = self["tokenizer.json"]
    let tokenizer = try Tokenizer(reading: path)
    guard tokenizer.hash == record.tokenizerHash else {
      throw RunError(
        "\(FileError.printable(path)) is not the tokenizer that the run was trained with",
        hint: "its hash is \(tokenizer.hash); restore the one whose hash is \(record.tokenizerHash)"
      )
    }
    return tokenizer
  }
}
