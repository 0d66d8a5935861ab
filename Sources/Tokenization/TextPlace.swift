/// Where a text stands that is encoded.
enum TextPlace: Sendable {
  /// It is all there is, or the beginning.
  case beginning
  /// It follows a special token.
  case behindToken
  /// It goes on where other text ends.
  case continuation
}
