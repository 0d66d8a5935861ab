import TestSupport
import Testing

/// The tokenizer commands, in a directory with a short text.
struct TokenizerCommands {
  let directory = TemporaryDirectory()
  static let text = """
    The cat sat on the mat. The cat ate the fish, and the cat was happy.
    Die Katze saß auf der Matte; 猫が魚を食べた。 🎉
    """

  func train(_ arguments: String = "--vocab-size 300") throws -> String {
    let file = try directory.write(Self.text, to: "text.txt")
    let path = directory["tokenizer.json"]
    let result = try shell("$swiftlet tokenizer train \(file) \(arguments) --out \(path)")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "")
    #expect(result.errors.contains("wrote \(path): "))
    #expect(result.errors.contains("next: swiftlet pretrain "))
    return path
  }

  func encode(_ tokenizer: String, _ input: String, _ arguments: String...) throws -> String {
    let text = try directory.write(input, to: "input")
    let options = arguments.joined(separator: " ")
    let result = try shell(
      "$swiftlet tokenizer encode --tokenizer \(tokenizer) \(options) < \(text)")
    #expect(result.status == 0)
    #expect(result.errors == "")
    return result.text
  }

  func decode(_ tokenizer: String, _ ids: String) throws -> CommandResult {
    try swiftlet("tokenizer", "decode", "--tokenizer", tokenizer, input: ids)
  }
}
