import StrictJSON

/// What a `tokenizer_config.json` says beside a `tokenizer.json`: how conversations are written, and
/// which special tokens have which part in that.
public struct TokenizerConfiguration: Sendable, Equatable {
  /// The Jinja template of conversations, as `transformers` renders it.
  public var chatTemplate: String?
  /// The special tokens by the names that templates know them by, such as `bos_token`.
  public var tokens: [String: String] = [:]
  /// The file that it was read from, all of which is written again but for what was changed.
  private var file: [JSONMember] = []

  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// What a tokenizer needs that came without one.
  public init(for tokenizer: Tokenizer) {
    func has(_ content: String) -> Bool { tokenizer.id(ofSpecial: content) != nil }
    if let document = Tokenizer.documentTokens.first(where: has) {
      tokens = ["bos_token": document, "eos_token": document, "pad_token": document]
    }
    complete(for: tokenizer)
  }

  /// Chooses a template where there is none, with the tokens that it needs: ChatML for a tokenizer that has
  /// its tokens, else ``ChatTemplate/plain`` for one that has a token with which documents end.
  package mutating func complete(for tokenizer: Tokenizer) {
    guard chatTemplate == nil else { return }
    func id(_ content: String?) -> UInt32? { content.flatMap(tokenizer.id(ofSpecial:)) }
    func content(of id: UInt32?) -> String? {
      tokenizer.specialTokens.first { $0.id == id }?.content
    }
    if let start = id("<|endoftext|>"), id("<|im_start|>") != nil, id("<|im_end|>") != nil {
      tokens["bos_token"] = content(of: id(tokens["bos_token"]) ?? start)
      tokens["eos_token"] = "<|im_end|>"
      chatTemplate = ChatTemplate.chatML
    } else if let start = tokenizer.documentStart, let end = tokenizer.endOfText {
      tokens["bos_token"] = content(of: id(tokens["bos_token"]) ?? start)
      tokens["eos_token"] = content(of: id(tokens["eos_token"]) ?? end)
      chatTemplate = ChatTemplate.plain
    }
  }

  /// Reads a `tokenizer_config.json`; what concerns neither conversations nor special tokens is kept
  /// as it is.
  ///
  /// - Throws: `JSONError`, ``TokenizerFileError``.
  public init(json: [UInt8]) throws {
    let file = try JSONValue(parsing: json)
    guard let members = file.object else {
      throw TokenizerFileError(configuration: "it is not a JSON object")
    }
    self.file = members
    for name in Self.names {
      guard let token = file[name], token != .null else { continue }
      guard let content = token.string ?? token["content"]?.string else {
        throw TokenizerFileError(configuration: "its \(name) is neither a string nor has content")
      }
      tokens[name] = content
    }
    chatTemplate = try Self.template(file["chat_template"])
  }

  /// The template of conversations among those of a file.
  private static func template(_ value: JSONValue?) throws -> String? {
    switch value ?? .null {
    case .null: return nil
    case .string(let template): return template
    case .array(let templates):
      let chosen = templates.first { $0["name"]?.string == "default" }
      guard let template = chosen?["template"]?.string else {
        throw TokenizerFileError(
          configuration: "none of its chat_templates is named default",
          hint: "set chat_template to the one to use, as a string")
      }
      return template
    default:
      throw TokenizerFileError(
        configuration: "its chat_template is neither a string nor a list of them")
    }
  }

  /// The `tokenizer_config.json`, as `transformers` reads it.
  public func json() -> [UInt8] {
    var members = file
    if file.isEmpty {
      members = [
        JSONMember(name: "tokenizer_class", value: "PreTrainedTokenizerFast"),
        JSONMember(name: "clean_up_tokenization_spaces", value: false),
      ]
    }
    /// Writes `new` unless the file says so already.
    func set(_ name: String, _ old: String?, _ new: String?) {
      if let old, let new, old.utf8.elementsEqual(new.utf8) { return }
      if old == nil, new == nil { return }
      let place = members.firstIndex { $0.name == name }
      guard let new else { return members.removeAll { $0.name == name } }
      let member = JSONMember(name: name, value: .string(new))
      if let place { members[place] = member } else { members.append(member) }
    }
    let old = JSONValue.object(file)
    for name in Self.names {
      set(name, old[name]?.string ?? old[name]?["content"]?.string, tokens[name])
    }
    set("chat_template", (try? Self.template(old["chat_template"])) ?? nil, chatTemplate)
    return JSONValue.object(members).serialized(pretty: true)
  }
}
