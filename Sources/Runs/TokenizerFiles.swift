import Files
import StrictJSON
public import Tokenization

/// A tokenizer on disk: `tokenizer.json`, as Hugging Face's `tokenizers` reads it.
extension Tokenizer {
  /// Reads the tokenizer at `path`.
  /// - Throws: `FileError`, and ``RunError`` that names the path and what is wrong in the file.
  public init(reading path: String) throws {
    let bytes = try FileSystem.readFile(path, limit: 1 << 28)
    let shown = FileError.printable(path)
    do {
      try self.init(json: bytes)
    } catch let error as JSONError {
      throw RunError(
        "\(shown) is \(error)",
        hint: "name a tokenizer.json, such as `swiftlet tokenizer train` writes")
    } catch let error as TokenizerFileError {
      throw RunError("\(shown) cannot be used as \(error)", hint: error.hint)
    }
  }

  /// Writes the tokenizer to `path`, replacing what is there.
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    try AtomicFile.write(json(), to: path)
  }
}
