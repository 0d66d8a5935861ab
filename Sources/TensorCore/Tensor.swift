/// A dense, row-major array of numbers.
///
/// A value by convention: operations make new tensors and never change the ones they are given.
/// Copies share their storage.
public struct Tensor: Sendable {
  /// The extents.
  public let shape: Shape
  /// How elements are stored.
  public let elementType: ElementType
  var storage: Storage
  /// Where the elements begin, in bytes from the storage's base.
  let offset: Int

  init(_ shape: Shape, elementType: ElementType = .float32, storage: Storage, offset: Int) {
    precondition(
      offset + shape.count * elementType.byteCount <= storage.byteCount,
      "a tensor of shape \(shape) at byte \(offset) exceeds \(storage.byteCount) bytes of storage")
    self.shape = shape
    self.elementType = elementType
    self.storage = storage
    self.offset = offset
  }

  /// A tensor whose elements are undefined until they are written.
  init(uninitialized shape: Shape, elementType: ElementType = .float32, on device: Device) {
    let byteCount = shape.count * elementType.byteCount
    self.init(
      shape, elementType: elementType, storage: Storage(byteCount: byteCount, pool: device.buffers),
      offset: 0)
  }

  /// A float32 tensor of zeros.
  public init(zeros shape: Shape, on device: Device) {
    self.init(uninitialized: shape, on: device)
    floats.update(repeating: 0, count: shape.count)
  }

  /// A float32 tensor of `elements` in row-major order; their number must be the shape's.
  public init(_ elements: [Float], _ shape: Shape, on device: Device) {
    precondition(elements.count == shape.count, "\(elements.count) elements for shape \(shape)")
    self.init(uninitialized: shape, on: device)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { floats.update(from: base, count: source.count) }
    }
  }

  /// The elements in row-major order.
  public var elements: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { widen(0..<count, into: base) }
      initialized = count
    }
  }

  /// Copies some elements, which float32 holds exactly.
  func widen(_ range: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(shape)")
    defer { withExtendedLifetime(storage) {} }
    switch elementType {
    case .float32: target.update(from: floats + range.lowerBound, count: range.count)
    case .bfloat16:
      let halves = (storage.base + offset).assumingMemoryBound(to: UInt16.self) + range.lowerBound
      for index in 0..<range.count {
        target[index] = Float(bitPattern: UInt32(halves[index]) << 16)
      }
    }
  }

  /// The number of elements.
  public var count: Int { shape.count }

  /// Calls `body` with the bytes of the elements, little-endian in memory order.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
    -> Result
  {
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeRawBufferPointer(
        start: storage.base + offset, count: shape.count * elementType.byteCount))
  }

  /// Overwrites the elements with `bytes`, whose number must match; for whoever has just made this
  /// tensor, such as a checkpoint reader.
  public func copyBytes(from bytes: UnsafeRawBufferPointer) {
    let expected = shape.count * elementType.byteCount
    precondition(bytes.count == expected, "\(bytes.count) bytes for \(expected) of shape \(shape)")
    if let source = bytes.baseAddress {
      (storage.base + offset).copyMemory(from: source, byteCount: expected)
    }
  }

  /// The same elements under another shape with as many of them.
  func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == self.shape.count, "cannot view \(self.shape) as \(shape)")
    return Tensor(shape, elementType: elementType, storage: storage, offset: offset)
  }

  /// The address of the first element.
  var floats: UnsafeMutablePointer<Float> {
    precondition(elementType == .float32, "float32 elements expected, not \(elementType)")
    return (storage.base + offset).assumingMemoryBound(to: Float.self)
  }

  /// Whether `next` begins where this tensor ends, in the same storage.
  func isFollowed(by next: Tensor) -> Bool {
    storage === next.storage && elementType == next.elementType
      && offset + shape.count * elementType.byteCount == next.offset
  }
}
