import StrictJSON

/// A token whose text is matched as a whole, before anything else happens to the text.
struct AddedToken: Sendable, Equatable {
  let id: UInt32
  let content: String
  /// Whether it marks structure: only where the caller allows it does text become this token.
  let isSpecial: Bool
  /// Whether it is looked for after normalisation instead of before.
  let isNormalized: Bool
  /// Whether it is only found where no word goes on at its ends.
  var isSingleWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space behind it.
  var stripsRight = false
  /// Whether the file lists it among the model's tokens too.
  let isInVocabulary: Bool

  /// A special token as training makes it.
  init(special content: String, id: UInt32, isInVocabulary: Bool) {
    self.id = id
    self.content = content
    isSpecial = true
    isNormalized = false
    self.isInVocabulary = isInVocabulary
  }

  /// An entry of a file's `added_tokens`.
  /// - Throws: ``TokenizerFileError`` where a flag is no Boolean.
  init(_ entry: JSONValue, content: String, id: UInt32, isInVocabulary: Bool) throws {
    self.id = id
    self.content = content
    isSpecial = try entry.flag("special", default: false)
    isNormalized = try entry.flag("normalized", default: true)
    isSingleWord = try entry.flag("single_word", default: false)
    stripsLeft = try entry.flag("lstrip", default: false)
    stripsRight = try entry.flag("rstrip", default: false)
    self.isInVocabulary = isInVocabulary
  }

  /// The entry of a file's `added_tokens`.
  var serialized: JSONValue {
    [
      "id": .integer(Int(id)), "content": .string(content), "single_word": .bool(isSingleWord),
      "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight),
      "normalized": .bool(isNormalized), "special": .bool(isSpecial),
    ]
  }
}

extension JSONValue {
  /// The Boolean of a member of a `tokenizer.json`, or what stands for it where it is left out.
  /// - Throws: ``TokenizerFileError`` where it is something else.
  func flag(_ name: String, default value: Bool) throws -> Bool {
    guard let member = self[name], member != .null else { return value }
    guard let flag = member.bool else {
      throw TokenizerFileError("\(name) is neither true nor false")
    }
    return flag
  }
}
