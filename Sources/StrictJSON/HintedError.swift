/// An error that a person reads: one sentence, and what to do about it.
public protocol HintedError: Error, CustomStringConvertible {
  /// What to do, as one sentence or a command; `nil` where the description says it all.
  var hint: String? { get }
}
