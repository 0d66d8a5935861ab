/// How a row is divided into heads: `heads` query heads, then `keyValueHeads` key heads, then as
/// many value heads, each of `size` elements.
public struct HeadLayout: Sendable, Hashable {
  /// Query heads.
  public let heads: Int
  /// Key heads, and value heads; a divisor of `heads` (grouped-query attention).
  public let keyValueHeads: Int
  /// Elements of one head.
  public let size: Int

  /// A layout; `keyValueHeads` must divide `heads`.
  public init(heads: Int, keyValueHeads: Int, size: Int) {
    precondition(
      keyValueHeads > 0 && heads % keyValueHeads == 0,
      "\(keyValueHeads) key-value heads do not divide \(heads) heads")
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.size = size
  }

  /// Elements of the queries in a row.
  public var queryWidth: Int { heads * size }
  /// Elements of the keys, or of the values, in a row.
  public var keyWidth: Int { keyValueHeads * size }
  /// Elements of a row.
  public var width: Int { queryWidth + 2 * keyWidth }
}
