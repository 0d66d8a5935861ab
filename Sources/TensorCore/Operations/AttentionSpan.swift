/// Queries that look at the same keys: one sequence, or one request over its cache.
public struct AttentionSpan: Sendable, Hashable {
  /// Rows of the queries.
  public let queries: Range<Int>
  /// Rows of the keys and values.
  public let keys: Range<Int>

  /// Pairs queries with keys. In causal attention the last query sees the last key, the one before
  /// it all keys but the last, and so on: queries continue a cache of `keys.count - queries.count`.
  public init(queries: Range<Int>, keys: Range<Int>) {
    self.queries = queries
    self.keys = keys
  }

  /// A sequence that attends to itself.
  public init(_ rows: Range<Int>) { self.init(queries: rows, keys: rows) }

  /// The keys that the first query sees, less one.
  var offset: Int { keys.count - queries.count }
}
