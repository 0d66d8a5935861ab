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
  init(_ entry: JSONValue, content: String, id: UInt32, isInVocabulary: Bool) {
    self.id = id
    self.content = content
    isSpecial = entry["special"]?.bool ?? false
    isNormalized = entry["normalized"]?.bool ?? true
    isSingleWord = entry["single_word"]?.bool ?? false
    stripsLeft = entry["lstrip"]?.bool ?? false
    stripsRight = entry["rstrip"]?.bool ?? false
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
