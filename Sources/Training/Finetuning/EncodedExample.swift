package import Corpus
package import Tokenization

/// An example as tokens.
package struct EncodedExample: Sendable, Equatable {
  /// All tokens; the model reads all but the last.
  package var ids: [UInt32]
  /// Whether each is learned; the first never is.
  package var isSupervised: [Bool]
  /// Whether something had to be cut off.
  var isCut = false

  package init(ids: [UInt32], isSupervised: [Bool]) {
    self.ids = ids
    self.isSupervised = isSupervised
  }

  var supervisedTokens: Int { isSupervised.count { $0 } }

  /// How many inputs this and `other` begin with that are the same and predict nothing that is learned.
  /// At least one input of each remains its own.
  func sharedInputCount(with other: Self) -> Int {
    var count = 0
    while count + 2 < min(ids.count, other.ids.count), ids[count] == other.ids[count],
      !isSupervised[count + 1], !other.isSupervised[count + 1]
    { count += 1 }
    return count
  }

  /// The tokens of an example, at most `context` + 1.
  ///
  /// Of a conversation, the assistant's words and the end of each of its turns are learned. One that is
  /// too long loses its oldest turns, then the beginning of the question that is left, then the end
  /// of the answer. A text is learned whole with the token that ends it, in as many windows as it takes:
  /// each begins with the last token of the one before.
  ///
  /// - Returns: Nothing where nothing is left to learn.
  /// - Throws: `ChatTemplateError` where the template refuses a conversation.
  package static func all(
    of example: Example, _ template: ChatTemplate, context: Int
  ) throws -> [EncodedExample] {
    let all =
      switch example {
      case .conversation(let messages): [try Self(messages, template, context: context)]
      case .text(let text): windows(of: text, template, context: context)
      }
    return all.filter { $0.supervisedTokens > 0 }
  }

  private static func windows(
    of text: String, _ template: ChatTemplate, context: Int
  ) -> [EncodedExample] {
    // A model from outside may begin with one token and end with another.
    let end = template.tokenizer.endOfText ?? template.beginToken
    let all = [template.beginToken] + template.tokenizer.encode(text) + [end]
    return stride(from: 0, to: all.count - 1, by: context).map { begin in
      let ids = Array(all[begin..<min(begin + context + 1, all.count)])
      return EncodedExample(ids: ids, isSupervised: ids.indices.map { $0 > 0 })
    }
  }

  private init(_ messages: [Message], _ template: ChatTemplate, context: Int) throws {
    let conversation = try template.conversation(messages, limit: context + 1)
    ids = Array(conversation.ids.prefix(context + 1))
    isSupervised = Array(conversation.isSupervised.prefix(context + 1))
    isCut = conversation.isCut || ids.count < conversation.ids.count
    // What follows the last token that is learned teaches nothing.
    let end = (isSupervised.lastIndex(of: true) ?? -1) + 1
    ids.removeSubrange(end...)
    isSupervised.removeSubrange(end...)
  }
}
