/// Turns ids into text as they come, without ever giving out half a character.
///
/// What the calls return, put together, is `String(decoding: tokenizer.decode(ids), as: UTF8.self)`,
/// but for a blank at the beginning, which stays: the ids may go on where others end. Bytes that are not
/// UTF-8 become U+FFFD, one for each maximal subpart (Unicode Standard, section 3.9). At most 3 bytes
/// are held back.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private var pending: [UInt8] = []

  /// Begins without text.
  public init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// The text that `id` completes; empty for ids that stand for none.
  public mutating func append(_ id: UInt32) -> String {
    guard tokenizer.contains(id) else { return "" }
    pending += tokenizer.model.bytes(of: id)
    let complete = pending.count - UTF8Decoding.incompleteSuffix(of: pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// What was held back: a character that never was completed, as U+FFFD, or nothing.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }
}
