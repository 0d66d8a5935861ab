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
  /// What bf16 adds: attention in one piece, and rounding.
  let bf16: swl_bf16_kernels?
  /// Whether what is trained keeps only what lies between its layers, and computes the rest again on the
  /// way back. It changes time and memory, never a bit of any result.
  public let checkpointsActivations: Bool
  /// Who looks at every operation, if anyone does.
  public let watch: OperationWatch?
  let workers: WorkerPool
  let buffers = BufferPool()

  /// Starts the workers.
  ///
  /// - Parameters:
  ///   - threadCount: Workers including the calling thread; `nil` takes one per core that this
  ///     process may use. It changes speed, never a bit of any result.
  ///   - level: The instruction set, which this processor must have.
  ///   - precision: Of large products; this processor must support it.
  ///   - checkpointsActivations: Whether what is trained keeps only what lies between its layers.
  ///   - watch: Looks at every operation.
  public convenience init(
    threadCount: Int? = nil, level: InstructionLevel = .current, precision: Precision = .float32,
    checkpointsActivations: Bool = false, watch: OperationWatch? = nil
  ) {
    precondition(precision.isSupported, "this processor does not support \(precision.rawValue)")
    self.init(
      threadCount: threadCount, level: level, bf16: precision == .bf16 ? BF16Unit.best : nil,
      checkpointsActivations: checkpointsActivations, watch: watch)
  }

  /// Computes large products in bf16 on a unit that this processor must have, or in float32.
  package init(
    threadCount: Int? = nil, level: InstructionLevel = .current, bf16 unit: BF16Unit?,
    checkpointsActivations: Bool = false, watch: OperationWatch? = nil
  ) {
    guard let kernels = level.kernels else {
      preconditionFailure("this processor does not support \(level.rawValue)")
    }
    precondition(unit?.isSupported != false, "this processor lacks the unit for bf16")
    self.kernels = kernels
    self.level = level
    self.checkpointsActivations = checkpointsActivations
    self.watch = watch
    bf16 = unit?.kernels
    precision = unit == nil ? .float32 : .bf16
    products = bf16?.products ?? kernels.products
    MatrixLibrary.useOneThreadPerCall()
    workers = WorkerPool(threadCount: threadCount ?? Self.availableCores)
  }

  /// The instructions that decide the bits of results, such as `avx512+amx_bf16`.
  public var instructions: String {
    switch Int(products.kind) {
    case SWL_AMX_BF16: "\(level.rawValue)+amx_bf16"
    case SWL_VECTOR_BF16: "\(level.rawValue)+avx512_bf16"
    default: level.rawValue
    }
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
