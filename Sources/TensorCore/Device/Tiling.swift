/// Constants that cut the work. They, and never the number of threads, decide the order in which
/// numbers are added, so the same inputs give the same bits on any number of threads.
enum Tiling {
  /// Rows of a tile of row work, and of the products between; also the rows that one partial sum of a
  /// norm's gradient covers. A multiple of the depth that every product kernel packs at once.
  static let rows = 64
  /// Rows from which on a layer that rounds what it keeps is fused.
  static let fusedRows = 512
  /// Elements of a tile of elementwise work.
  static let elements = 16_384
  /// Rows of a product from which on packing the right factor pays.
  static let packedRows = 16
  /// Columns of a tile of a product with fewer rows.
  static let libraryColumns = 1_024
  /// Tokens of a weight gradient whose inputs are read at once.
  static let gradientTokens = 512
  /// Tokens whose logits exist at once.
  static let headTokens = 512
  /// Queries and keys of a tile of attention scores.
  static let attention = 64
}
