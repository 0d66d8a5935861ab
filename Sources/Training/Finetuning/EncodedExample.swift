import Corpus
import Tokenization

/// An example as tokens.
struct EncodedExample: Sendable, Equatable {
  /// All tokens; the model reads all but the last.
  var ids: [UInt32]
  /// Whether each is learned; the first never is.
  var isSupervised: [Bool]
  /// Whether something had to be cut off.
  var isCut = false

  init(ids: [UInt32], isSupervised: [Bool]) {
    self.ids = ids
    self.isSupervised = isSupervised
  }

  var supervisedTokens: Int { isSupervised.count { $0 } }

  /// The tokens of an example, at most `context` + 1.
  ///
  /// Of a conversation, the assistant's words and the end of each of its turns are learned. One that is
  /// too long loses its oldest turns, then the beginning of the question that is left, then the end
  /// of the answer. A text is learned whole with the token that ends it, and loses its end.
  ///
  /// - Returns: `nil` where nothing is left to learn.
  init?(_ example: Example, _ template: ChatTemplate, context: Int) {
    switch example {
    case .conversation(let messages): self.init(messages, template, context: context)
    case .text(let text): self.init(text, template, context: context)
    }
    if supervisedTokens == 0 { return nil }
  }

  private init(_ text: String, _ template: ChatTemplate, context: Int) {
    let all = [template.beginToken] + template.tokenizer.encode(text) + [template.beginToken]
    ids = Array(all.prefix(context + 1))
    isSupervised = ids.indices.map { $0 > 0 }
    isCut = ids.count < all.count
  }

  private init(_ messages: [Message], _ template: ChatTemplate, context: Int) {
    // The last line break is never read, which makes room for the first token.
    let (turns, isCut) = template.turns(messages, limit: context + 1)
    self.isCut = isCut
    ids = [template.beginToken]
    isSupervised = [false]
    for turn in turns {
      let isLearned = turn.role == .assistant
      ids += turn.header + turn.content + turn.end
      isSupervised += Array(repeating: false, count: turn.header.count)
      isSupervised += Array(repeating: isLearned, count: turn.content.count + 1)
      isSupervised += Array(repeating: false, count: turn.end.count - 1)
    }
    // What follows the last end of a turn teaches nothing.
    let kept = (isSupervised.lastIndex(of: true) ?? -1) + 1
    let end = min(kept, context + 1)
    self.isCut = isCut || end < kept
    ids = Array(ids[..<end])
    isSupervised = Array(isSupervised[..<end])
  }
}
