import Files

/// A safetensors file: its header is read when it is opened, and a tensor when it is asked for.
public struct SafetensorsFile: Sendable {
  /// The bytes of the file.
  private let file: RandomAccessFile
  /// The text under `__metadata__`, in file order.
  public let metadata: [(name: String, value: String)]
  /// The tensors, in the order of their bytes in the file.
  public let entries: [SafetensorsEntry]
  private let ranges: [Range<Int>]
  // Keyed by bytes: strings that are only canonically equivalent are different names.
  private let indices: [[UInt8]: Int]

  /// Opens and checks the file at `path`; no tensor is read yet.
  /// - Throws: `FileError`, or ``SafetensorsError`` for the first broken rule.
  public init(path: String) throws {
    file = try RandomAccessFile(path: path)
    let header = try SafetensorsHeader(reading: file)
    metadata = header.metadata
    entries = header.entries
    ranges = header.ranges
    indices = Dictionary(
      uniqueKeysWithValues: header.entries.enumerated().map { (Array($1.name.utf8), $0) })
  }

  /// The file's path.
  public var path: String { file.path }

  /// The file's size in bytes.
  public var byteCount: Int { file.count }

  /// The tensor of that name, compared byte by byte.
  public func entry(named name: String) -> SafetensorsEntry? {
    indices[Array(name.utf8)].map { entries[$0] }
  }

  /// Where the tensor's bytes are in the file.
  public func byteRange(of name: String) -> Range<Int>? {
    indices[Array(name.utf8)].map { ranges[$0] }
  }

  /// Reads a tensor and hands its bytes, aligned to 64, to `body`, during which alone they are valid;
  /// `nil` without such a tensor.
  /// - Throws: `FileError`, also where the file was cut short since it was opened; what `body`
  ///   throws.
  public func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result? {
    guard let range = byteRange(of: name) else { return nil }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 64)
    defer { memory.deallocate() }
    try file.read(at: range.lowerBound, into: memory)
    return try body(UnsafeRawBufferPointer(memory))
  }
}
