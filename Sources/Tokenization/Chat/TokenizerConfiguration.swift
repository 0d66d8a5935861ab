import StrictJSON

/// What a `tokenizer_config.json` says beside a `tokenizer.json`: how conversations are written, and
/// which special tokens have which part in that.
public struct TokenizerConfiguration: Sendable, Equatable {
  /// The Jinja template of conversations, as `transformers` renders it.
  public var chatTemplate: String?
  /// The special tokens by the names that templates know them by, such as `bos_token`.
  public var tokens: [String: String] = [:]

  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// ChatML for a tokenizer that has its tokens; else documents alone.
  public init(for tokenizer: Tokenizer) {
    func has(_ content: String) -> Bool { tokenizer.id(ofSpecial: content) != nil }
    let document = "<|endoftext|>"
    if has(document) {
      tokens = ["bos_token": document, "eos_token": document, "pad_token": document]
    }
    if has(document), has("<|im_start|>"), has("<|im_end|>") {
      tokens["eos_token"] = "<|im_end|>"
      chatTemplate = ChatTemplate.chatML
    }
  }

  /// Reads a `tokenizer_config.json`; what concerns neither conversations nor special tokens is left
  /// aside.
  ///
  /// - Throws: `JSONError`, ``TokenizerFileError``.
  public init(json: [UInt8]) throws {
    let file = try JSONValue(parsing: json)
    guard file.object != nil else {
      throw TokenizerFileError(configuration: "it is not a JSON object")
    }
    for name in Self.names {
      guard let token = file[name], token != .null else { continue }
      guard let content = token.string ?? token["content"]?.string else {
        throw TokenizerFileError(configuration: "its \(name) is neither a string nor has content")
      }
      tokens[name] = content
    }
    switch file["chat_template"] ?? .null {
    case .null: chatTemplate = nil
    case .string(let template): chatTemplate = template
    case .array(let templates):
      let chosen = templates.first { $0["name"]?.string == "default" }
      guard let template = chosen?["template"]?.string else {
        throw TokenizerFileError(
          configuration: "none of its chat_templates is named default",
          hint: "set chat_template to the one to use, as a string")
      }
      chatTemplate = template
    default:
      throw TokenizerFileError(
        configuration: "its chat_template is neither a string nor a list of them")
    }
  }

  /// The `tokenizer_config.json`, as `transformers` reads it.
  public func json() -> [UInt8] {
    var members = [
      JSONMember(name: "tokenizer_class", value: "PreTrainedTokenizerFast"),
      JSONMember(name: "clean_up_tokenization_spaces", value: false),
    ]
    for name in Self.names {
      if let token = tokens[name] { members.append(JSONMember(name: name, value: .string(token))) }
    }
    if let chatTemplate {
      members.append(JSONMember(name: "chat_template", value: .string(chatTemplate)))
    }
    return JSONValue.object(members).serialized(pretty: true)
  }
}
