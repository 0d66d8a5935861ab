import CKernels

/// Where tensors live and operations run: worker threads, reusable memory and row kernels.
public final class Device: Sendable {
  /// The row kernels' instruction set.
  public let level: InstructionLevel
  /// How exactly large products are computed.
  public let precision: Precision
  let kernels: swl_kernels
  /// The products of ``precision``.
  let products: swl_product_kernels
  let workers: WorkerPool
  let buffers = BufferPool()

  /// Starts the workers.
  ///
  /// - Parameters:
  ///   - threadCount: Workers including the calling thread; `nil` takes one per core that this
  ///     process may use. It changes speed, never a bit of any result.
  ///   - level: The instruction set, which this processor must have.
  ///   - precision: Of large products; this processor must support it.
  public init(
    threadCount: Int? = nil, level: InstructionLevel = .current, precision: Precision = .float32
  ) {
    guard let kernels = level.kernels else {
      preconditionFailure("this processor does not support \(level.rawValue)")
    }
    precondition(precision.isSupported, "this processor does not support \(precision.rawValue)")
    self.kernels = kernels
    self.level = level
    self.precision = precision
    products = precision.products ?? kernels.products
    MatrixLibrary.useOneThreadPerCall()
    workers = WorkerPool(threadCount: threadCount ?? Self.availableCores)
  }

  /// The instructions that decide the bits of results, such as `avx512+amx_bf16`.
  public var instructions: String {
    level.rawValue + (precision.instructions.map { "+\($0)" } ?? "")
  }

  /// The number of workers.
  public var threadCount: Int { workers.threadCount }

  /// The cores that this process may use.
  public static var availableCores: Int {
    max(1, Int(swl_available_cores()))
  }

  /// Cuts `0 ..< count` into tiles of `tile` (the last may be shorter) and runs `body` on each, on
  /// all workers; see ``WorkerPool/forEach(_:_:)`` for what `body` may do.
  func forEachTile(of count: Int, _ tile: Int, _ body: (Range<Int>) -> Void) {
    workers.forEach((count + tile - 1) / tile) { index in
      body(index * tile..<min(count, (index + 1) * tile))
    }
  }
}

/// Constants that cut the work. They, and never the number of threads, decide the order in which
/// numbers are added, so the same inputs give the same bits on any number of threads.
enum Tiling {
  /// Rows of a tile of row work; also the rows that one partial sum of a norm's gradient covers.
  static let rows = 64
  /// Elements of a tile of elementwise work.
  static let elements = 16_384
  /// Rows of a product from which on packing the right factor pays.
  static let packedRows = 16
  /// Columns of a tile of a product with fewer rows.
  static let libraryColumns = 1_024
  /// Tokens of a weight gradient whose inputs are packed at once.
  static let gradientTokens = 512
  /// Tokens whose logits exist at once.
  static let headTokens = 512
  /// Queries and keys of a tile of attention scores.
  static let attention = 64
}
